"""What makes no sense in a runtime is found when it is composed, and what is wrong in a state when it is looked at."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chain.primitives import Hash
from pallets.disputes import Claim, Config
from pallets.frame.call import call_of
from pallets.frame.origin import Signed
from pallets.frame.testing import assert_ok
from pallets.ml_registry.artifact import Artifact
from tests.pallets.disputes.mock import ALICE, BOB, BOND, WINDOW, Argument, new_runtime
from tests.pallets.disputes.toy import Toy, ToyReplay

TOY = Toy((4,), 12, b"")
TRUTH = ToyReplay(TOY).result


SENSIBLE = new_runtime().disputes.config


@pytest.mark.parametrize(
    ("config", "says"),
    [
        (replace(SENSIBLE, winner_percent=101), "more than the bond"),
        (replace(SENSIBLE, bond=0), "nothing to lose"),
        (replace(SENSIBLE, patience=0), "in time"),
        (replace(SENSIBLE, max_disputes=0), "do not fit"),
        (replace(SENSIBLE, max_disputes=17), "do not fit"),
    ],
)
def test_numbers_that_make_no_sense_are_found(config: Config, says: str) -> None:
    pallet = new_runtime().disputes
    pallet.integrity_test()
    pallet.config = config
    with pytest.raises(AssertionError, match=says):
        pallet.integrity_test()


def test_a_bond_that_is_not_there_is_found() -> None:
    argument = Argument(new_runtime(), TOY)
    argument.claimed(ALICE, TRUTH)
    argument.runtime.try_state()
    argument.pallet.claims.insert(5, Claim(TRUTH, BOB, (), BOND, WINDOW, 9))
    with pytest.raises(AssertionError, match="nobody knows what claim 5 is about"):
        argument.pallet.try_state()
    argument.pallet.computations.insert(5, argument.pallet.computations.get(0))
    with pytest.raises(AssertionError, match="on hold for bonds"):
        argument.pallet.try_state()


def test_another_pallet_is_told_how_its_claim_ended_only_once() -> None:
    argument = Argument(new_runtime(), TOY)
    argument.agreed(TRUTH, ALICE)
    assert argument.verdict() is None
    argument.wait(WINDOW)
    verdict = argument.verdict()
    assert verdict is not None
    assert (verdict.stands, verdict.result, verdict.holder, verdict.disputes) == (True, TRUTH, None, 0)
    assert argument.pallet.stands_until(0) is None


def test_two_claims_of_one_account_hold_two_bonds() -> None:
    argument = Argument(new_runtime(), TOY)
    argument.claimed(ALICE, TRUTH)
    argument.claimed(ALICE, None)
    assert argument.held(ALICE) == 2 * BOND
    false = Artifact(b"", Hash(bytes(32)), TRUTH.size)
    assert_ok(argument.runtime, Signed(BOB), call_of(argument.pallet.challenge, claim=1, result=false))
    argument.runtime.try_state()
