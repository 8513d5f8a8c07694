"""Every call refuses what it should, and leaves everything as it was."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chain.primitives import AccountId, Hash
from pallets.disputes import Computation, Disputes, Reason, Side, Stage, errors
from pallets.disputes.events import BondLost, Challenged, Concluded, Decided, Defended, Executed, Narrowed
from pallets.disputes.replay import Bent, next_move
from pallets.disputes.trace import leaf_of
from pallets.disputes.types import Verdict
from pallets.frame.call import RuntimeCall, call_of
from pallets.frame.error import DispatchError, PalletError
from pallets.frame.origin import Signed
from pallets.frame.testing import assert_err, assert_noop, events_of
from pallets.ml_registry.artifact import Artifact
from tests.pallets.disputes.mock import (
    ALICE,
    BOB,
    BOND,
    CAROL,
    DAVE,
    ENDOWMENT,
    STAKE,
    STRANGER,
    TREASURY,
    WINDOW,
    Argument,
    new_runtime,
)
from tests.pallets.disputes.toy import Toy, ToyReplay, computation_of

TOY = Toy((5, 2), 100, b"")
TRUTH = ToyReplay(TOY)
FALSE = Artifact(b"", Hash(bytes(32)), TOY.length)
LIE = Bent(TRUTH, leaf_of(TOY.end(FALSE)), 0.6)
SOME = Hash(b"\1" * 32)


@pytest.fixture
def argument() -> Argument:
    return Argument(new_runtime(), TOY)


def refused(argument: Argument, who: AccountId, call: RuntimeCall, error: type[PalletError]) -> None:
    assert_noop(argument.runtime, Signed(who), call, error)


def to_stage(argument: Argument, stage: Stage) -> None:
    """Bob challenges Alice's lie, and both argue up to a stage."""
    argument.claimed(ALICE, FALSE)
    argument.challenge(BOB, TRUTH.result)
    while argument.dispute.stage is not stage:
        argument.move(ALICE, LIE)
        argument.move(BOB, TRUTH)


# Claims


def claim(pallet: Disputes, toy: Computation, window: int, result: Artifact | None = FALSE) -> RuntimeCall:
    return call_of(pallet.claim, computation=toy, result=result, window=window)


@pytest.mark.parametrize("window", [0, 101])
def test_a_window_is_neither_empty_nor_endless(argument: Argument, window: int) -> None:
    refused(argument, ALICE, claim(argument.pallet, computation_of(TOY), window), errors.WindowImpossible)


def test_what_no_kind_computes_cannot_be_claimed(argument: Argument) -> None:
    pallet = argument.pallet
    refused(argument, ALICE, claim(pallet, Computation(1, computation_of(TOY).inputs), 5), errors.NotComputable)
    refused(argument, ALICE, claim(pallet, Computation(0, b"?"), 5), errors.NotComputable)
    longer = Artifact(b"", SOME, TOY.length + 1)
    refused(argument, ALICE, claim(pallet, computation_of(TOY), 5, longer), errors.NotComputable)
    with pytest.raises(errors.NotComputable):
        pallet.open(Computation(0, b"?"), FALSE, (ALICE,), WINDOW)


def test_a_claim_needs_a_bond(argument: Argument) -> None:
    argument.runtime.balances.burn_from(ALICE, ENDOWMENT - STAKE - BOND)
    assert_err(argument.runtime, Signed(ALICE), claim(argument.pallet, computation_of(TOY), 5), DispatchError)


def test_a_claim_that_nobody_challenges_stands(argument: Argument) -> None:
    argument.claimed(ALICE, FALSE)
    assert argument.held(ALICE) == BOND
    assert argument.pallet.stands_until(0) == 1 + WINDOW
    refused(argument, DAVE, call_of(argument.pallet.conclude, claim=0), errors.TooEarly)
    argument.wait(WINDOW)
    refused(argument, BOB, call_of(argument.pallet.challenge, claim=0, result=TRUTH.result), errors.TooLate)
    argument.conclude()
    assert events_of(argument.runtime, Concluded) == [Concluded(0, True, FALSE)]
    assert argument.held(ALICE) == 0
    assert argument.pallet.stands_until(0) is None
    refused(argument, DAVE, call_of(argument.pallet.conclude, claim=0), errors.UnknownClaim)


# Challenges


def test_who_may_challenge_what(argument: Argument) -> None:
    challenge = argument.pallet.challenge
    true = call_of(challenge, claim=0, result=TRUTH.result)
    refused(argument, BOB, true, errors.UnknownClaim)
    argument.claimed(ALICE, FALSE)
    refused(argument, ALICE, true, errors.OwnClaim)
    refused(argument, STRANGER, true, errors.StakeTooSmall)
    elsewhere = Artifact(b"another CID", FALSE.root, FALSE.size)
    refused(argument, BOB, call_of(challenge, claim=0, result=elsewhere), errors.SameResult)
    longer = Artifact(b"", SOME, TOY.length + 1)
    refused(argument, BOB, call_of(challenge, claim=0, result=longer), errors.NotComputable)
    argument.challenge(BOB, TRUTH.result)
    assert (argument.held(ALICE), argument.held(BOB)) == (BOND, BOND)
    refused(argument, CAROL, call_of(challenge, claim=0, result=None), errors.AlreadyDisputed)
    assert argument.pallet.is_disputed(0)


def test_none_of_the_defenders_challenges(argument: Argument) -> None:
    argument.agreed(FALSE, ALICE, CAROL)
    refused(argument, CAROL, call_of(argument.pallet.challenge, claim=0, result=TRUTH.result), errors.OwnClaim)


def test_who_lost_is_out(argument: Argument) -> None:
    argument.claimed(ALICE, FALSE)
    argument.challenge(BOB, TRUTH.result)
    argument.play((ALICE, LIE), (BOB, TRUTH))
    refused(argument, ALICE, call_of(argument.pallet.challenge, claim=0, result=FALSE), errors.AlreadyLost)
    refused(argument, BOB, call_of(argument.pallet.challenge, claim=0, result=FALSE), errors.OwnClaim)


# Moves


def test_only_the_sides_move(argument: Argument) -> None:
    pallet = argument.pallet
    argument.claimed(ALICE, FALSE)
    commit = call_of(pallet.commit, claim=0, root=SOME, path=())
    refused(argument, BOB, commit, errors.NotDisputed)
    argument.challenge(BOB, TRUTH.result)
    refused(argument, CAROL, commit, errors.NotParty)
    refused(argument, CAROL, call_of(pallet.descend, claim=0, nodes=()), errors.NotParty)


def test_a_committed_trace_ends_as_its_side_said(argument: Argument) -> None:
    pallet = argument.pallet
    argument.claimed(ALICE, FALSE)
    argument.challenge(BOB, TRUTH.result)
    true = TRUTH.trace(())
    refused(argument, ALICE, call_of(pallet.commit, claim=0, root=true.root, path=true.last_path), errors.PathBroken)
    refused(argument, BOB, call_of(pallet.commit, claim=0, root=SOME, path=true.last_path), errors.PathBroken)
    refused(argument, BOB, call_of(pallet.commit, claim=0, root=true.root, path=true.last_path[1:]), errors.PathBroken)
    assert argument.move(BOB, TRUTH)
    refused(argument, BOB, call_of(pallet.commit, claim=0, root=true.root, path=true.last_path), errors.AlreadyMoved)
    refused(argument, BOB, call_of(pallet.descend, claim=0, nodes=()), errors.WrongStage)


def test_nodes_are_those_below_the_one_in_question(argument: Argument) -> None:
    to_stage(argument, Stage.DESCEND)
    pallet, nodes = argument.pallet, TRUTH.trace(()).below(5, 0, 4)
    refused(argument, ALICE, call_of(pallet.descend, claim=0, nodes=nodes), errors.WrongNodes)
    refused(argument, BOB, call_of(pallet.descend, claim=0, nodes=nodes[:8]), errors.WrongNodes)
    refused(argument, BOB, call_of(pallet.descend, claim=0, nodes=()), errors.WrongNodes)
    argument.do(BOB, call_of(pallet.descend, claim=0, nodes=nodes))
    refused(argument, BOB, call_of(pallet.descend, claim=0, nodes=nodes), errors.AlreadyMoved)
    refused(argument, BOB, call_of(pallet.prove, claim=0, state=b"", path=(), witness=b""), errors.WrongStage)


def test_a_step_begins_where_both_agree_and_reads_what_belongs_to_it(argument: Argument) -> None:
    to_stage(argument, Stage.PROVE)
    pallet = argument.pallet
    places = (*argument.dispute.above, argument.dispute.place)
    state, witness = TRUTH.step(places)
    refused(argument, BOB, call_of(pallet.prove, claim=0, state=b"?", path=(), witness=witness), errors.PathBroken)
    refused(argument, BOB, call_of(pallet.prove, claim=0, state=state, path=(SOME,), witness=b""), errors.PathBroken)
    move = next_move(pallet, 0, BOB, TRUTH)
    assert move is not None
    path = move.arguments[2]
    refused(argument, BOB, call_of(pallet.prove, claim=0, state=state, path=path, witness=b"?"), errors.WrongStep)
    argument.do(STRANGER, move)  # whoever has the witness may show it
    assert events_of(argument.runtime, Executed) == [Executed(0, leaf_of(TOY.step(state, witness, places)))]
    assert events_of(argument.runtime, Decided) == [Decided(0, BOB, Reason.PROVED)]
    assert argument.claim.result == TRUTH.result


def test_there_is_more_time_for_a_larger_trace(argument: Argument) -> None:
    argument.claimed(ALICE, FALSE)
    argument.challenge(BOB, TRUTH.result)
    assert argument.dispute.deadline == 1 + 4  # half a block's work
    while argument.dispute.level == 0:
        argument.move(ALICE, LIE)
        argument.move(BOB, TRUTH)
    assert argument.dispute.deadline == 1 + 4 + 1  # a block's
    config = argument.pallet.config
    argument.pallet.config = replace(config, steps_a_block=1)
    argument.claimed(ALICE, FALSE)
    argument.challenge(CAROL, TRUTH.result)
    assert argument.dispute.deadline == 1 + 4 + config.max_extra


def test_the_dispute_goes_from_large_steps_to_small_ones(argument: Argument) -> None:
    to_stage(argument, Stage.PROVE)
    narrowed = events_of(argument.runtime, Narrowed)
    assert [(each.level, each.height) for each in narrowed] == [(0, 5), (0, 1), (0, 0), (1, 2), (1, 0)]
    assert argument.dispute.above == (15,)  # of 25 large steps, the first after six tenths
    assert argument.dispute.nodes.of(Side.CHALLENGER) == leaf_of(TRUTH.state(15 * 4 + argument.dispute.place + 1))


# Deadlines


@pytest.mark.parametrize("late", [ALICE, BOB])
@pytest.mark.parametrize("stage", [Stage.COMMIT, Stage.DESCEND])
def test_who_is_late_loses(argument: Argument, stage: Stage, late: AccountId) -> None:
    to_stage(argument, stage)
    argument.play((BOB, TRUTH) if late == ALICE else (ALICE, LIE))
    assert events_of(argument.runtime, Decided) == [Decided(0, BOB if late == ALICE else ALICE, Reason.SILENT)]
    assert events_of(argument.runtime, BondLost) == [BondLost(0, late, BOND, BOND // 2)]
    assert argument.claim.losers == (late,)
    assert argument.claim.deadline == argument.pallet.block_number() + WINDOW


@pytest.mark.parametrize("stage", Stage)
def test_where_both_are_late_both_lose_and_the_claim_falls(argument: Argument, stage: Stage) -> None:
    to_stage(argument, stage)
    argument.play()
    assert events_of(argument.runtime, Decided) == [Decided(0, None, Reason.NEITHER)]
    assert events_of(argument.runtime, Concluded) == [Concluded(0, False, None)]
    assert argument.free(TREASURY) == 1_000 + 2 * BOND
    assert (argument.held(ALICE), argument.held(BOB)) == (0, 0)


def test_no_move_is_made_after_its_deadline(argument: Argument) -> None:
    argument.claimed(ALICE, FALSE)
    argument.challenge(BOB, TRUTH.result)
    trace = TRUTH.trace(())
    commit = call_of(argument.pallet.commit, claim=0, root=trace.root, path=trace.last_path)
    argument.wait(argument.pallet.config.patience)
    refused(argument, BOB, commit, errors.TooLate)


# Claims of other pallets


def test_a_defender_stands_up_with_its_first_move(argument: Argument) -> None:
    argument.agreed(TRUTH.result, CAROL, DAVE)
    refused(argument, ALICE, call_of(argument.pallet.conclude, claim=0), errors.Awaited)
    argument.challenge(ALICE, FALSE)
    assert (argument.held(CAROL), argument.held(ALICE)) == (0, BOND)
    assert argument.move(DAVE, TRUTH)
    assert events_of(argument.runtime, Defended) == [Defended(0, DAVE)]
    trace = TRUTH.trace(())
    late = call_of(argument.pallet.commit, claim=0, root=trace.root, path=trace.last_path)
    refused(argument, CAROL, late, errors.NotParty)
    argument.play((DAVE, TRUTH), (ALICE, LIE))
    assert argument.claim.holder == DAVE
    argument.wait(WINDOW)
    assert argument.verdict() == Verdict(True, TRUTH.result, DAVE, 1)
    assert argument.free(DAVE) == ENDOWMENT - STAKE + BOND // 2


def test_a_defender_without_a_bond_stays_seated(argument: Argument) -> None:
    argument.agreed(TRUTH.result, CAROL)
    argument.challenge(ALICE, FALSE)
    argument.runtime.balances.burn_from(CAROL, ENDOWMENT - STAKE - BOND)
    assert next_move(argument.pallet, 0, CAROL, TRUTH) is not None
    assert not argument.move(CAROL, TRUTH)


def test_where_nobody_stands_up_the_challenger_is_believed_until_it_is_challenged(argument: Argument) -> None:
    argument.agreed(TRUTH.result, CAROL)
    argument.challenge(ALICE, FALSE)
    argument.play((ALICE, LIE))
    assert argument.claim.result == FALSE
    assert argument.held(ALICE) == BOND
    argument.challenge(BOB, TRUTH.result)
    argument.play((ALICE, LIE), (BOB, TRUTH))
    argument.wait(WINDOW)
    assert argument.verdict() == Verdict(True, TRUTH.result, BOB, 2)


def test_nothing_stands_after_too_many_disputes(argument: Argument) -> None:
    argument.claimed(DAVE, TRUTH.result)
    for challenger in (ALICE, BOB, CAROL):
        argument.challenge(challenger, FALSE)
        argument.play((DAVE, TRUTH), (challenger, LIE))
    assert events_of(argument.runtime, Challenged)[-1].challenger == CAROL
    assert argument.pallet.config.max_disputes == 3
    argument.conclude()
    assert events_of(argument.runtime, Concluded) == [Concluded(0, False, None)]
    assert argument.free(DAVE) == ENDOWMENT - STAKE + 3 * (BOND // 2)


def test_a_part_of_a_bond_that_opens_no_account_is_burnt() -> None:
    runtime = new_runtime(bond=13)
    runtime.balances.burn_from(TREASURY, 1_000)
    argument, issued = Argument(runtime, TOY), runtime.balances.issuance()
    argument.claimed(ALICE, FALSE)
    argument.challenge(BOB, TRUTH.result)
    argument.play((BOB, TRUTH))
    assert argument.free(BOB) == ENDOWMENT - STAKE - 13 + 6
    assert argument.free(TREASURY) == 0
    assert runtime.balances.issuance() == issued - 7


def test_the_longest_that_a_claim_can_be_undecided(argument: Argument) -> None:
    moves = 1 + 32 // 4 + 1  # a commit, eight descents, the step
    assert argument.pallet.longest(7) == 3 * (7 + moves * 4 + 20)
