"""Proposals are decided by members alone, take effect after the delay, and give their deposits back."""

from __future__ import annotations

import pytest

from chain.primitives import AccountId, Err, Ok
from pallets.frame.call import RuntimeCall, call_of
from pallets.frame.error import BadOrigin, TokenProblem
from pallets.frame.origin import ROOT, Signed
from pallets.frame.testing import assert_noop, assert_ok, events_of, run_to_block
from pallets.governance import (
    Accepted,
    AlreadyMember,
    CallTooHeavy,
    CallTooLarge,
    Cancelled,
    Enacted,
    LastMember,
    MemberAdded,
    MemberRemoved,
    NotMember,
    Proposed,
    Rejected,
    Spent,
    TooManyMembers,
    TooManyProposals,
    Undecided,
    UnknownProposal,
    Voted,
    VoteIsOver,
)
from tests.pallets.federated_round.mock import CLIENTS, ENDOWMENT, KEEPERS, STAKE, RoundRuntime, new_runtime

ALICE, BOB, CAROL = KEEPERS[:3]
OUTSIDER = CLIENTS[0]
PERIOD, DELAY, DEPOSIT = 10, 5, 500


@pytest.fixture
def runtime() -> RoundRuntime:
    return new_runtime()


def threshold_call(runtime: RoundRuntime, threshold: int = 50_000) -> RuntimeCall:
    return call_of(runtime.federated_round.set_reward_threshold, threshold=threshold)


def propose(runtime: RoundRuntime, call: RuntimeCall, who: AccountId = ALICE) -> int:
    assert_ok(runtime, Signed(who), call_of(runtime.governance.propose, call))
    return runtime.governance.proposal_count.get() - 1


def vote(runtime: RoundRuntime, number: int, *ayes: AccountId, nays: tuple[AccountId, ...] = ()) -> None:
    for who in (*ayes, *nays):
        assert_ok(runtime, Signed(who), call_of(runtime.governance.vote, proposal=number, approve=who in ayes))


def close(runtime: RoundRuntime, number: int) -> RuntimeCall:
    return call_of(runtime.governance.close, proposal=number)


def pass_now(runtime: RoundRuntime, call: RuntimeCall) -> None:
    """Accept a call by two of three votes, and wait until it was made."""
    number = propose(runtime, call)
    vote(runtime, number, ALICE, BOB)
    assert_ok(runtime, Signed(OUTSIDER), close(runtime, number))
    run_to_block(runtime, runtime.system.number.get() + DELAY)


def held(runtime: RoundRuntime, who: AccountId) -> int:
    return ENDOWMENT - STAKE - runtime.balances.balance(who)


def test_an_accepted_parameter_change_takes_effect_after_the_delay(runtime: RoundRuntime) -> None:
    number = propose(runtime, threshold_call(runtime))
    assert events_of(runtime, Proposed) == [Proposed(0, ALICE, 1 + PERIOD)]
    vote(runtime, number, ALICE, BOB)
    assert events_of(runtime, Voted) == [Voted(0, ALICE, True), Voted(0, BOB, True)]
    assert_ok(runtime, Signed(OUTSIDER), close(runtime, number))
    assert events_of(runtime, Accepted) == [Accepted(0, 2, 0, 1 + DELAY)]
    run_to_block(runtime, DELAY)
    assert runtime.federated_round.reward_threshold.get() == 1_000
    run_to_block(runtime, DELAY + 1)
    assert runtime.federated_round.reward_threshold.get() == 50_000
    assert events_of(runtime, Enacted) == [Enacted(0, Ok(None))]
    assert runtime.governance.proposals.count() == 0


def test_a_call_that_fails_says_so_and_is_over(runtime: RoundRuntime) -> None:
    pass_now(runtime, threshold_call(runtime, 1_000_001))
    (enacted,) = events_of(runtime, Enacted)
    assert isinstance(enacted.result, Err)
    assert runtime.federated_round.reward_threshold.get() == 1_000
    assert runtime.governance.proposals.count() == 0


def test_only_members_propose_and_vote(runtime: RoundRuntime) -> None:
    call = call_of(runtime.governance.propose, threshold_call(runtime))
    assert_noop(runtime, Signed(OUTSIDER), call, NotMember)
    assert_noop(runtime, ROOT, call, BadOrigin)
    number = propose(runtime, threshold_call(runtime))
    ballot = call_of(runtime.governance.vote, proposal=number, approve=True)
    assert_noop(runtime, Signed(OUTSIDER), ballot, NotMember)
    unknown = call_of(runtime.governance.vote, proposal=9, approve=True)
    assert_noop(runtime, Signed(ALICE), unknown, UnknownProposal)


def test_a_vote_is_closed_early_only_when_nobody_can_turn_it(runtime: RoundRuntime) -> None:
    number = propose(runtime, threshold_call(runtime))
    vote(runtime, number, ALICE, nays=(BOB,))
    assert_noop(runtime, Signed(OUTSIDER), close(runtime, number), Undecided)
    vote(runtime, number, nays=(ALICE,))
    assert_ok(runtime, Signed(OUTSIDER), close(runtime, number))
    assert events_of(runtime, Rejected) == [Rejected(0, 0, 2)]
    assert_noop(runtime, Signed(OUTSIDER), close(runtime, number), UnknownProposal)


def test_an_undecided_proposal_ends_with_its_period(runtime: RoundRuntime) -> None:
    number = propose(runtime, threshold_call(runtime))
    vote(runtime, number, ALICE)
    run_to_block(runtime, PERIOD)
    assert held(runtime, ALICE) == DEPOSIT
    run_to_block(runtime, PERIOD + 1)
    assert events_of(runtime, Rejected) == [Rejected(0, 1, 0)]
    assert held(runtime, ALICE) == 0


def test_a_majority_that_nobody_closed_counts_at_the_end_of_the_period(runtime: RoundRuntime) -> None:
    number = propose(runtime, threshold_call(runtime))
    vote(runtime, number, ALICE, CAROL)
    run_to_block(runtime, PERIOD + 1)
    assert events_of(runtime, Accepted) == [Accepted(0, 2, 0, 1 + PERIOD + DELAY)]
    run_to_block(runtime, PERIOD + DELAY + 1)
    assert runtime.federated_round.reward_threshold.get() == 50_000


def test_the_deposit_comes_back_at_the_decision_whatever_it_is(runtime: RoundRuntime) -> None:
    accepted, rejected = propose(runtime, threshold_call(runtime)), propose(runtime, threshold_call(runtime), BOB)
    assert (held(runtime, ALICE), held(runtime, BOB)) == (DEPOSIT, DEPOSIT)
    vote(runtime, accepted, ALICE, BOB)
    vote(runtime, rejected, nays=(ALICE, BOB))
    for number in (accepted, rejected):
        assert_ok(runtime, Signed(OUTSIDER), close(runtime, number))
    assert (held(runtime, ALICE), held(runtime, BOB)) == (0, 0)


def test_a_member_without_funds_for_the_deposit_cannot_propose(runtime: RoundRuntime) -> None:
    runtime.balances.burn_from(ALICE, ENDOWMENT - STAKE - 100)
    assert_noop(runtime, Signed(ALICE), call_of(runtime.governance.propose, threshold_call(runtime)), TokenProblem)


def test_the_proposer_cancels_a_vote_and_root_even_what_was_accepted(runtime: RoundRuntime) -> None:
    cancel = [call_of(runtime.governance.cancel_proposal, proposal=number) for number in range(2)]
    propose(runtime, threshold_call(runtime))
    assert_noop(runtime, Signed(BOB), cancel[0], BadOrigin)
    assert_ok(runtime, Signed(ALICE), cancel[0])
    number = propose(runtime, threshold_call(runtime))
    vote(runtime, number, ALICE, BOB)
    assert_ok(runtime, Signed(BOB), close(runtime, number))
    assert_noop(runtime, Signed(ALICE), cancel[1], VoteIsOver)
    assert_noop(runtime, Signed(ALICE), close(runtime, number), VoteIsOver)
    ballot = call_of(runtime.governance.vote, proposal=number, approve=False)
    assert_noop(runtime, Signed(ALICE), ballot, VoteIsOver)
    assert_ok(runtime, ROOT, cancel[1])
    assert events_of(runtime, Cancelled) == [Cancelled(0), Cancelled(1)]
    run_to_block(runtime, 30)
    assert runtime.federated_round.reward_threshold.get() == 1_000
    assert held(runtime, ALICE) == 0


def test_a_proposal_may_cancel_another_that_is_due_in_the_same_block(runtime: RoundRuntime) -> None:
    first = propose(runtime, call_of(runtime.governance.cancel_proposal, proposal=1))
    second = propose(runtime, threshold_call(runtime))
    for number in (first, second):
        vote(runtime, number, ALICE, BOB)
        assert_ok(runtime, Signed(BOB), close(runtime, number))
    run_to_block(runtime, 1 + DELAY)
    assert events_of(runtime, Enacted) == [Enacted(first, Ok(None))]
    assert runtime.federated_round.reward_threshold.get() == 1_000


def test_membership_is_decided_by_the_members(runtime: RoundRuntime) -> None:
    governance = runtime.governance
    assert_noop(runtime, Signed(ALICE), call_of(governance.add_member, who=OUTSIDER), BadOrigin)
    assert_noop(runtime, Signed(ALICE), call_of(governance.remove_member, who=BOB), BadOrigin)
    assert_noop(runtime, ROOT, call_of(governance.add_member, who=BOB), AlreadyMember)
    assert_noop(runtime, ROOT, call_of(governance.remove_member, who=OUTSIDER), NotMember)
    pass_now(runtime, call_of(governance.add_member, who=OUTSIDER))
    assert events_of(runtime, MemberAdded) == [MemberAdded(OUTSIDER)]
    assert_noop(runtime, ROOT, call_of(governance.add_member, who=CLIENTS[1]), TooManyMembers)
    for who in (OUTSIDER, BOB, CAROL):
        assert_ok(runtime, ROOT, call_of(governance.remove_member, who=who))
    assert events_of(runtime, MemberRemoved)[-1] == MemberRemoved(CAROL)
    assert_noop(runtime, ROOT, call_of(governance.remove_member, who=ALICE), LastMember)


def test_the_vote_of_an_expelled_member_does_not_count(runtime: RoundRuntime) -> None:
    number = propose(runtime, threshold_call(runtime))
    vote(runtime, number, ALICE, CAROL)
    assert_ok(runtime, ROOT, call_of(runtime.governance.remove_member, who=CAROL))
    assert_noop(runtime, Signed(OUTSIDER), close(runtime, number), Undecided)


def test_the_treasury_is_spent_by_root_alone(runtime: RoundRuntime) -> None:
    runtime.staking.slash(OUTSIDER, 1_000)
    spend = call_of(runtime.governance.spend, beneficiary=BOB, amount=1_000)
    assert_noop(runtime, Signed(ALICE), spend, BadOrigin)
    assert_noop(runtime, ROOT, call_of(runtime.governance.spend, beneficiary=BOB, amount=1_001), TokenProblem)
    assert_ok(runtime, ROOT, spend)
    assert events_of(runtime, Spent) == [Spent(BOB, 1_000)]
    assert held(runtime, BOB) == -1_000


def test_proposals_are_few_small_and_light(runtime: RoundRuntime) -> None:
    governance = runtime.governance
    remark = call_of(runtime.system.remark, remark=bytes(4_096))
    assert_noop(runtime, Signed(ALICE), call_of(governance.propose, remark), CallTooLarge)
    heavy = call_of(runtime.system.kill_prefix, prefix=b"x", subkeys=2**32 - 1)
    assert_noop(runtime, Signed(ALICE), call_of(governance.propose, heavy), CallTooHeavy)
    for _ in range(16):
        propose(runtime, threshold_call(runtime))
    one_more = call_of(governance.propose, threshold_call(runtime))
    assert_noop(runtime, Signed(ALICE), one_more, TooManyProposals)
    run_to_block(runtime, PERIOD + 1)
    propose(runtime, threshold_call(runtime))
