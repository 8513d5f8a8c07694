"""Child tries are read as the state is."""

from __future__ import annotations

import pytest

from chain.crypto.hashing import blake2_256
from chain.state.child import DEFAULT_PREFIX
from tests.chain.rpc.served_chain import Client, Refused, ServedChain, to_hex

CHILD, KEY, VALUE = (to_hex(each) for each in (DEFAULT_PREFIX + b"child", b"key", b"value"))


@pytest.fixture
def client() -> Client:
    return ServedChain().client()


def test_keys_and_values_are_read(client: Client) -> None:
    assert client.call("childstate_getKeys", CHILD, "0x") == [KEY]
    assert client.call("childstate_getKeysPaged", CHILD, to_hex(b"k"), 10) == [KEY]
    assert client.call("childstate_getKeysPagedAt", CHILD, None, 10, KEY) == []
    assert client.call("childstate_getStorage", CHILD, KEY) == VALUE
    assert client.call("childstate_getStorageEntries", CHILD, [KEY, "0x"]) == [VALUE, None]
    assert client.call("childstate_getStorageHash", CHILD, KEY) == to_hex(blake2_256(b"value"))
    assert client.call("childstate_getStorageSize", CHILD, KEY) == 5


def test_a_child_trie_that_is_not_there_is_empty(client: Client) -> None:
    other = to_hex(DEFAULT_PREFIX + b"other")
    assert client.call("childstate_getKeys", other, "0x") == []
    assert client.call("childstate_getStorage", other, KEY) is None


def test_a_key_that_is_no_child_tries_is_refused(client: Client) -> None:
    with pytest.raises(Refused) as refused:
        client.call("childstate_getStorage", to_hex(b"child"), KEY)
    assert (refused.value.code, refused.value.message) == (4003, "Client error: Invalid child storage key")
