"""A new algorithm needs a passed referendum: nobody else, member or owner, can add one."""

from __future__ import annotations

from chain.primitives import Hash
from pallets.frame.call import call_of
from pallets.frame.error import BadOrigin
from pallets.frame.origin import Signed
from pallets.frame.testing import assert_noop, assert_ok, run_to_block
from pallets.ml_registry.types import Algorithm
from tests.pallets.federated_round.mock import KEEPERS, OWNER, RoundRuntime, new_runtime

SPECIFICATION = Hash(b"\x07" * 32)


def pass_referendum(runtime: RoundRuntime, *, votes: int) -> None:
    """Propose a new algorithm, let some members vote for it, and wait until it could be enacted."""
    register = call_of(runtime.ml_registry.register_algorithm, name=b"median", specification=SPECIFICATION)
    for who in (*KEEPERS, OWNER):
        assert_noop(runtime, Signed(who), register, BadOrigin)
    governance = runtime.governance
    number = governance.proposal_count.get()
    assert_ok(runtime, Signed(KEEPERS[0]), call_of(governance.propose, call=register))
    for who in KEEPERS[:votes]:
        assert_ok(runtime, Signed(who), call_of(governance.vote, proposal=number, approve=True))
    run_to_block(runtime, runtime.system.number.get() + 40)


def test_a_passed_referendum_adds_an_algorithm() -> None:
    runtime = new_runtime()
    pass_referendum(runtime, votes=3)
    assert runtime.ml_registry.algorithms.get(5) == Algorithm(b"median", SPECIFICATION, True)


def test_a_referendum_without_a_majority_adds_none() -> None:
    runtime = new_runtime()
    pass_referendum(runtime, votes=1)
    assert runtime.ml_registry.algorithms.get(5) is None
