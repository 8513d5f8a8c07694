"""Weights computed from the trace count what Rust's benchmarks count."""

from __future__ import annotations

from typing import Any

import pytest

from chain.extrinsic import Id
from chain.state.overlay import Overlay
from chain.state.trace import StorageTrace, TracedOverlay
from chain.trie.proof import ProofReader
from pallets import balances
from pallets.balances.weights import WEIGHTS
from pallets.frame import call_of
from pallets.frame.call import RuntimeCall
from pallets.frame.error import DispatchError
from pallets.frame.origin import ROOT, Origin, Signed
from pallets.frame.traced_weight import AT_HAND, traced_weight, weigh_call
from pallets.frame.weight import Weight
from pallets.frame.weight_info import PARITYDB, ROCKSDB, WeightInfo
from tests.pallets.template_runtime import ALICE, BOB, CHARLIE, EXISTENTIAL_DEPOSIT, TemplateRuntime, runtime_with

ED = EXISTENTIAL_DEPOSIT
RUNTIME = runtime_with((ALICE, 1000 * ED), (BOB, 10 * ED))
STATE = RUNTIME.storage.committed()


def at_hand(*accounts: Any) -> set[bytes]:
    return {*AT_HAND, *(RUNTIME.system.account.storage_key(each) for each in accounts)}


def transfer(name: str, value: int) -> RuntimeCall:
    return call_of(getattr(RUNTIME.balances, name), dest=Id(CHARLIE), value=value)


# Accesses that polkadot-sdk's benchmarks of pallet_balances found (weights.rs); the caller's account costs nothing
BENCHMARKED = [
    ("transfer_allow_death", transfer("transfer_allow_death", 1000 * ED - ED // 2), Signed(ALICE)),
    ("transfer_keep_alive", transfer("transfer_keep_alive", 10 * ED), Signed(ALICE)),
    ("transfer_all", call_of(RUNTIME.balances.transfer_all, dest=Id(CHARLIE), keep_alive=False), Signed(ALICE)),
    (
        "force_transfer",
        call_of(RUNTIME.balances.force_transfer, source=Id(ALICE), dest=Id(CHARLIE), value=10 * ED),
        ROOT,
    ),
    ("force_set_balance_killing", call_of(RUNTIME.balances.force_set_balance, who=Id(ALICE), new_free=0), ROOT),
    ("force_unreserve", call_of(RUNTIME.balances.force_unreserve, who=Id(BOB), amount=1), ROOT),
]


@pytest.mark.parametrize(("name", "call", "origin"), BENCHMARKED, ids=[each[0] for each in BENCHMARKED])
def test_balances_calls_access_what_the_benchmarks_of_polkadot_sdk_found(
    name: str, call: RuntimeCall, origin: Origin
) -> None:
    benchmarked = WEIGHTS.formulas[name].terms[0]
    caller = () if origin is ROOT else (ALICE,)
    found = weigh_call(TemplateRuntime, STATE, call, origin, at_hand=at_hand(*caller))
    assert (found.reads, found.writes) == (benchmarked.reads, benchmarked.writes)


def test_the_weight_is_accesses_and_the_real_proof() -> None:
    call = transfer("transfer_keep_alive", 10 * ED)
    found = weigh_call(TemplateRuntime, STATE, call, Signed(ALICE), computing=5)
    assert (found.reads, found.writes) == (2, 2)
    assert found.weight == Weight(2 * ROCKSDB.read + 2 * ROCKSDB.write + 5, found.proof_size)
    on_parity = weigh_call(TemplateRuntime, STATE, call, Signed(ALICE), PARITYDB)
    assert on_parity.weight == Weight(2 * PARITYDB.read + 2 * PARITYDB.write, found.proof_size)


def test_the_proof_proves_the_keys_that_were_read() -> None:
    storage = TracedOverlay(STATE, StorageTrace())
    bound = TemplateRuntime(storage)
    storage.trace = StorageTrace()
    bound.dispatch(transfer("transfer_keep_alive", 10 * ED), Signed(ALICE))
    found = traced_weight(storage.trace, STATE, at_hand=())
    nodes = storage.trace.proof(STATE)
    assert sum(len(node) + (1 if len(node) < 64 else 2) for node in nodes) == found.proof_size
    reader = ProofReader(STATE.root, nodes, STATE.version)
    assert {key: reader.get(key) for key in storage.trace.read_keys} == {
        key: STATE.get(key) for key in storage.trace.read_keys
    }


def test_nothing_of_a_weighed_call_is_kept_and_a_failing_one_has_no_weight() -> None:
    before = STATE.root
    weigh_call(TemplateRuntime, STATE, transfer("transfer_keep_alive", ED), Signed(ALICE))
    assert STATE.root == before
    assert Overlay(STATE).root() == before
    with pytest.raises(DispatchError):
        weigh_call(TemplateRuntime, STATE, transfer("transfer_keep_alive", 10**30), Signed(ALICE))


def test_a_formula_that_was_computed_takes_the_place_of_a_declared_one() -> None:
    call = transfer("transfer_allow_death", 10 * ED)
    found = weigh_call(TemplateRuntime, STATE, call, Signed(ALICE), computing=1_000_000)
    weights: WeightInfo = WEIGHTS.replacing({"transfer_allow_death": found.formula})

    class Computed(TemplateRuntime):
        def __init__(self, storage: Overlay | None = None) -> None:
            super().__init__(storage)
            config = balances.Config(account_store=self.system, existential_deposit=ED, weights=weights)
            self.money = balances.Balances(self, config, index=40, name="Money")

    made = call_of(Computed().money.transfer_allow_death, dest=Id(BOB), value=1)
    assert made.info().call_weight == found.weight
    assert call.info().call_weight != found.weight
