"""The storage of the node's workers, for its operator."""

from __future__ import annotations

import pytest

from tests.chain.rpc.served_chain import Refused, ServedChain


def test_values_are_kept_and_forgotten_for_all_connections() -> None:
    chain = ServedChain()
    chain.services.is_unsafe_allowed = True
    first, second = chain.client(), chain.client()
    assert first.call("offchain_localStorageGet", "PERSISTENT", "0x01") is None
    assert first.call("offchain_localStorageSet", "PERSISTENT", "0x01", "0x0203") is None
    assert second.call("offchain_localStorageGet", "PERSISTENT", "0x01") == "0x0203"
    second.call("offchain_localStorageClear", "PERSISTENT", "0x01")
    assert first.call("offchain_localStorageGet", "PERSISTENT", "0x01") is None
    with pytest.raises(Refused) as refused:
        first.call("offchain_localStorageGet", "LOCAL", "0x01")
    assert (refused.value.code, refused.value.message) == (5001, "This storage kind is not available yet.")
