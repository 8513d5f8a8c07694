"""Block zero comes from records alone, the same everywhere, and a wrong record is named."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from chain.crypto import development
from pallets import balances, sudo
from pallets.frame.layout import storage_prefix
from runtime.dev import DevRuntime, dev_genesis, genesis_state
from runtime.genesis import GenesisError, build_genesis, genesis_header


def test_the_same_records_give_the_same_root_in_every_process() -> None:
    probe = "from runtime.dev import genesis_state; print(genesis_state().root.hex())"
    roots = {
        subprocess.run(
            [sys.executable, "-c", probe], capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": seed}
        ).stdout.strip()
        for seed in ("0", "12345")
    }
    assert roots == {genesis_state().root.hex()}


def test_every_pallet_writes_its_storage_version() -> None:
    state = genesis_state()
    assert state.get(storage_prefix("System", ":__STORAGE_VERSION__:")) == b"\0\0"
    assert state.get(storage_prefix("Balances", ":__STORAGE_VERSION__:")) == b"\1\0"


def test_the_header_of_block_zero_is_substrates() -> None:
    header = genesis_header(genesis_state())
    assert header.encoded[:33] == bytes(33)
    assert header.encoded[33:65] == genesis_state().root
    assert header.extrinsics_root.hex() == "03170a2e7597b7b7e3d84c05391d139a62b157e78786d8c082f29dcf4c111314"
    assert header.digest == ()


@pytest.mark.parametrize(
    ("genesis", "complaint"),
    [
        ({"Balances": sudo.Genesis()}, "the genesis of Balances is a Genesis, not Genesis"),
        ({"Ballances": balances.Genesis()}, "this runtime has no pallet Ballances"),
        ({"Template": 3}, "Template has no genesis"),
    ],
)
def test_a_wrong_record_is_named(genesis: dict[str, Any], complaint: str) -> None:
    with pytest.raises(GenesisError) as caught:
        build_genesis(DevRuntime, genesis)
    assert str(caught.value) == complaint


def test_an_account_below_the_existential_deposit_or_twice_is_refused() -> None:
    alice = development.account("Alice")
    for entries, complaint in ((((alice, 1),), "existential deposit"), (((alice, 10**12),) * 2, "twice")):
        with pytest.raises(ValueError, match=complaint):
            genesis_state({**dev_genesis(), "Balances": balances.Genesis(balances=entries)})
