"""What `rpc_methods` of a Substrate node lists is served, but for parts that a development chain has not."""

from __future__ import annotations

import re

import pytest

from chain.rpc.namespaces import standard_methods
from tests.end_to_end.node_programs import LIBRARIES

RECORDED = LIBRARIES / "@polkadot" / "types-support" / "metadata" / "v16" / "substrate-rpc.js"
"""What a node of 2025 answered; the package of wallets' test data has it."""

ELSEWHERE = ("babe", "beefy", "grandpa", "mmr", "statement")
"""Consensus by other means, bridges, and statements that no chain has."""

MISSING = {
    *("system_addReservedPeer", "system_removeReservedPeer", "system_unstable_networkState"),  # there is no network
    *("system_addLogFilter", "system_resetLogFilter"),  # RUST_LOG says once what is logged
    "dev_getBlockStats",  # sizes of proofs of a whole block
}


def test_what_a_node_serves_is_served() -> None:
    if not RECORDED.exists():
        pytest.skip("the Node libraries are not installed; `make peers` does it")
    names = set(re.findall(r'["\']([a-zA-Z]+_[A-Za-z0-9_]+)["\']', RECORDED.read_text()))
    assert len(names) == 127
    there = {name for name in names if name.partition("_")[0] not in ELSEWHERE}
    assert there - set(standard_methods()) == MISSING
