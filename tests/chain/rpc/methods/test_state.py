"""Reading the state after any block, calling the runtime there, and being told of changes."""

from __future__ import annotations

from typing import Any

import pytest

from chain.crypto.hashing import blake2_256
from chain.state.child import DEFAULT_PREFIX
from chain.trie.proof import ProofReader
from chain.trie.trie import Trie
from tests.chain.rpc.served_chain import ITEMS, VERSION_KEY, Client, Refused, ServedChain, to_hex

KEY, VALUE = next(iter(ITEMS.items()))
TWO = b"\2"
UNKNOWN = "0x" + "11" * 32
CHILD = to_hex(DEFAULT_PREFIX + b"child")


@pytest.fixture
def chain() -> ServedChain:
    chain = ServedChain()
    chain.services.is_unsafe_allowed = True
    return chain


@pytest.fixture
def client(chain: ServedChain) -> Client:
    return chain.client()


def keys(*found: bytes) -> list[str]:
    return [to_hex(key) for key in found]


@pytest.mark.parametrize("method", ["state_getStorage", "state_getStorageAt"])
def test_a_value_is_raw_and_its_absence_null(method: str, client: Client) -> None:
    assert client.call(method, KEY) == to_hex(VALUE)
    assert client.call(method, KEY, None) == to_hex(VALUE)
    assert client.call(method, b"absent") is None
    assert client.call(method, "0x") is None


def test_hash_and_size_of_values_and_of_prefixes(client: Client) -> None:
    assert client.call("state_getStorageHash", KEY) == to_hex(blake2_256(VALUE))
    assert client.call("state_getStorageHashAt", b"absent") is None
    assert client.call("state_getStorageSize", KEY) == len(VALUE)
    assert client.call("state_getStorageSizeAt", b"map:") == sum(map(len, ITEMS.values()))
    assert client.call("state_getStorageSize", b"absent") is None


def test_keys_come_in_pages_strictly_after_the_start(client: Client) -> None:
    everything = list(ITEMS)
    page = client.call("state_getKeysPaged", b"map:", 4)
    assert page == keys(*everything[:4])
    assert client.call("state_getKeysPagedAt", b"map:", 1000, page[-1]) == keys(*everything[4:])
    for start in ("0x", None, b"map:"):
        assert client.call("state_getKeysPaged", b"map:", 4, start) == page
    assert client.call("state_getKeysPaged", b"map:", 0) == []
    assert client.call("state_getKeysPaged", None, 1000) == client.call("state_getKeys", "0x")
    assert client.call("state_getKeys", b"map:") == keys(*everything)


def test_a_page_has_at_most_a_thousand_keys(client: Client) -> None:
    with pytest.raises(Refused) as refused:
        client.call("state_getKeysPaged", "0x", 1001)
    assert (refused.value.code, refused.value.message) == (4002, "count exceeds maximum value. value: 1001, max: 1000")


def test_pairs_are_keys_with_their_values(client: Client) -> None:
    assert client.call("state_getPairs", b"map:") == [[to_hex(key), to_hex(value)] for key, value in ITEMS.items()]


def test_old_blocks_keep_their_state(chain: ServedChain, client: Client) -> None:
    before, after = chain.node.best.hash, chain.block(None, chain.transaction(key=2, value=3)).hash
    assert client.call("state_getStorage", TWO, to_hex(before)) is None
    assert client.call("state_getStorage", TWO, to_hex(after)) == client.call("state_getStorage", TWO) == "0x03"
    assert client.call("state_queryStorageAt", [to_hex(TWO)], to_hex(before)) == [
        {"block": to_hex(before), "changes": [["0x02", None]]}
    ]
    assert client.call("state_queryStorageAt", ["0x02"]) == [{"block": to_hex(after), "changes": [["0x02", "0x03"]]}]


def test_an_unknown_block_is_refused_as_nodes_do(client: Client) -> None:
    for method, params in (
        ("state_getStorage", ["0x"]),
        ("state_call", ["Echo_back", "0x"]),
        ("state_getMetadata", []),
    ):
        with pytest.raises(Refused) as refused:
            client.call(method, *params, UNKNOWN)
        message = f"Client error: UnknownBlock: Header was not found in the database: {UNKNOWN}"
        assert (refused.value.code, refused.value.message) == (4003, message)


def test_a_range_tells_the_first_values_and_then_what_changed(chain: ServedChain, client: Client) -> None:
    first = chain.node.best.hash
    changing = [chain.block(None, chain.transaction(value=value)) for value in (3, 3, 4)]
    found = client.call("state_queryStorage", ["0x02"], to_hex(first), to_hex(changing[-1].hash))
    assert found == [
        {"block": to_hex(first), "changes": [["0x02", None]]},
        {"block": to_hex(changing[0].hash), "changes": [["0x02", "0x03"]]},
        {"block": to_hex(changing[2].hash), "changes": [["0x02", "0x04"]]},
    ]
    assert client.call("state_queryStorage", ["0x02"], to_hex(first)) == found


def test_a_range_that_goes_back_or_aside_is_refused(chain: ServedChain, client: Client) -> None:
    genesis = chain.node.best.hash
    best = chain.block().hash
    beside = chain.fork(genesis, 1).hash
    for first, last, reason in (
        (best, genesis, "from number > to number"),
        (best, beside, "from and to are on different forks"),
    ):
        with pytest.raises(Refused) as refused:
            client.call("state_queryStorage", ["0x02"], to_hex(first), to_hex(last))
        message = f"Cannot resolve a block range ['{to_hex(first)}' ... '{to_hex(last)}]. {reason}"
        assert (refused.value.code, refused.value.message) == (4001, message)


def migration(old: int, total: int, child: int = 0) -> dict[str, int]:
    counts = {"topRemainingToMigrate": old, "childRemainingToMigrate": 0}
    return {**counts, "totalTop": total, "totalChild": child}


def test_what_a_state_has_of_the_form_before_is_counted(chain: ServedChain, client: Client) -> None:
    total = sum(1 for _ in chain.node.best.state.items())
    assert client.call("state_trieMigrationStatus") == migration(0, total, child=1)
    old = Trie.from_items({b"short": bytes(32), b"long": bytes(33)}, version=0)
    chain.node.set_state(old)
    assert client.call("state_trieMigrationStatus", None) == migration(1, 2)


def nodes(proof: dict[str, Any]) -> list[bytes]:
    return [bytes.fromhex(node[2:]) for node in proof["proof"]]


def test_proofs_show_values_and_absence_under_the_blocks_root(chain: ServedChain, client: Client) -> None:
    found = client.call("state_getReadProof", [to_hex(KEY), to_hex(b"absent")])
    assert found["at"] == to_hex(chain.node.best.hash)
    reader = ProofReader(chain.node.best.header.state_root, nodes(found))
    assert (reader.get(KEY), reader.get(b"absent")) == (VALUE, None)


def test_proofs_of_child_tries_begin_at_the_blocks_root(chain: ServedChain, client: Client) -> None:
    found = nodes(client.call("state_getChildReadProof", CHILD, [to_hex(b"key")]))
    root = ProofReader(chain.node.best.header.state_root, found).get(DEFAULT_PREFIX + b"child")
    assert root is not None
    assert ProofReader(root, found).get(b"key") == b"value"


def test_the_runtime_is_called_by_name_and_keeps_nothing(client: Client) -> None:
    for data in ("0x0102", "0102"):
        assert client.call("state_call", "Echo_back", data) == "0x0102"
    for data in ("", "0x"):
        assert client.call("state_callAt", "Echo_back", data, None) == "0x"
    assert client.call("state_call", "Write_value", "0x77") == to_hex(b"written")
    assert client.call("state_call", "Read_value", "0x77") == "0x"


def test_failed_calls_are_client_errors(client: Client) -> None:
    for method, reason in (
        ("No_such", "Exported method No_such is not found"),
        ("Refuse_data", "Runtime panicked: Bad input data provided to data: Refuse_data at byte 3: no such bytes"),
    ):
        with pytest.raises(Refused) as refused:
            client.call("state_call", method, "0x")
        assert (refused.value.code, refused.value.message) == (4003, f"Client error: Execution failed: {reason}")


VERSION = {
    "specName": "fake",
    "implName": "fake",
    "authoringVersion": 1,
    "specVersion": 0,
    "implVersion": 1,
    "apis": [["0x" + "df" * 8, 5]],
    "transactionVersion": 1,
    "systemVersion": 1,
    "stateVersion": 1,
}


def test_the_version_has_its_apis_as_a_list(client: Client) -> None:
    assert client.call("state_getRuntimeVersion") == client.call("chain_getRuntimeVersion", None) == VERSION


def test_the_version_is_told_at_once_and_when_it_is_another(chain: ServedChain, client: Client) -> None:
    subscription = client.call("state_subscribeRuntimeVersion")
    chain.block()
    chain.block(None, chain.transaction(key=VERSION_KEY, value=2))
    assert client.events(subscription) == [VERSION, VERSION | {"specVersion": 2}]
    assert client.call("state_unsubscribeRuntimeVersion", subscription) is True


def test_storage_is_told_at_once_with_nulls_and_then_where_it_changes(chain: ServedChain, client: Client) -> None:
    genesis = chain.node.best.hash
    subscription = client.call("state_subscribeStorage", ["0x02", "0x03"])
    changed = [chain.block(None, chain.transaction(key=2, value=value)) for value in (1, 1, 2)]
    assert client.events(subscription) == [
        {"block": to_hex(genesis), "changes": [["0x02", None], ["0x03", None]]},
        {"block": to_hex(changed[0].hash), "changes": [["0x02", "0x01"]]},
        {"block": to_hex(changed[2].hash), "changes": [["0x02", "0x02"]]},
    ]
    assert client.call("state_unsubscribeStorage", subscription) is True


def test_storage_is_told_again_when_another_fork_is_the_best(chain: ServedChain, client: Client) -> None:
    genesis = chain.node.best.hash
    subscription = client.call("state_subscribeStorage", ["0x02"])
    chain.block(None, chain.transaction(key=2, value=1))
    beside = chain.fork(genesis, 1)
    chain.block(beside.hash)
    assert [event["changes"] for event in client.events(subscription)][:2] == [[["0x02", None]], [["0x02", "0x01"]]]


def test_storage_is_told_that_was_set_by_hand(chain: ServedChain, client: Client) -> None:
    subscription = client.call("state_subscribeStorage", ["0x02"])
    chain.node.set_storage({TWO: b"\7"})
    assert [event["changes"] for event in client.events(subscription)] == [[["0x02", None]], [["0x02", "0x07"]]]


def test_all_storage_is_told_to_the_operator_only(chain: ServedChain, client: Client) -> None:
    subscription = client.call("state_subscribeStorage", None)
    chain.block(None, chain.transaction(account=1, key=2, value=1))
    (event,) = client.events(subscription)
    assert dict(event["changes"])["0x02"] == "0x01"
    chain.services.is_unsafe_allowed = False
    with pytest.raises(Refused, match="unsafe"):
        client.call("state_subscribeStorage")
    assert client.call("state_subscribeStorage", [])
