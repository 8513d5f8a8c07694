"""Exchanges by direct calls: rings and hops, who is skipped, and what is refused without a trace."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chain.crypto.hashing import blake2_256
from chain.primitives import Hash
from pallets.federated_round.noise import LocalGaussian
from pallets.frame.call import call_of
from pallets.frame.error import DispatchError
from pallets.frame.origin import Signed
from pallets.frame.testing import assert_noop, events_of
from pallets.learning.proxy_exchange.ring import source_of
from pallets.proxy_exchange import Heard, Outcome, Phase, Plan, errors
from pallets.proxy_exchange.events import Left
from tests.pallets.proxy_exchange.mock import (
    DEPOSIT,
    ENDOWMENT,
    MEMBERS,
    OWNER,
    PLAN,
    ExchangeRuntime,
    Play,
    account,
    proxy_of,
)


@pytest.fixture
def begun() -> Play:
    """An exchange of five in its first round."""
    play = Play()
    play.begin()
    return play


def test_every_proxy_goes_twice_as_far_in_each_round_and_the_exchange_ends(begun: Play) -> None:
    distances = []
    for number in range(PLAN.rounds):
        ring = begun.ring
        assert sorted(ring) == sorted(MEMBERS)
        begun.play_round()
        heard = {who: begun.exchanges.heard.get((0, number, who)) for who in ring}
        hops = set()
        for who, found in heard.items():
            assert found is not None
            assert found == Heard(found.source, proxy_of(found.source, number).root)
            hops.add((ring.index(who) - ring.index(found.source)) % len(ring))
        distances.append(hops)
    assert distances == [{1}, {2}, {4}, {1}]
    assert (begun.exchange.phase, begun.exchange.outcome) == (Phase.ENDED, Outcome.COMPLETE)


def test_who_pushes_nothing_is_skipped_and_hears_nothing(begun: Play) -> None:
    ring = begun.ring
    silent = ring[1]
    begun.play_round(silent=(silent,))
    assert begun.exchanges.heard.get((0, 0, silent)) is None
    after = begun.exchanges.heard.get((0, 0, ring[2]))
    assert after is not None
    assert after.source == ring[0]
    assert begun.exchange.number == 1


def test_who_is_silent_twice_leaves_and_may_come_again(begun: Play) -> None:
    silent = begun.ring[0]
    for _ in range(2):
        assert silent in begun.ring
        begun.play_round(silent=(silent,))
    assert silent not in begun.ring
    assert events_of(begun.runtime, Left) == [Left(0, silent, True)]
    begun.do(silent, begun.join_call(silent))
    assert_noop(begun.runtime, Signed(silent), begun.push_call(silent), errors.NotMember)
    begun.play_round()
    assert silent in begun.ring


def test_a_round_without_two_proxies_is_passed_over(begun: Play) -> None:
    begun.play_round(silent=begun.ring[1:])
    assert begun.exchange.number == 1
    assert list(begun.exchanges.heard.iter_keys((0, 0))) == []


def test_an_exchange_ends_where_too_few_are_left_or_came(begun: Play) -> None:
    for who in MEMBERS[:4]:
        begun.do(who, call_of(begun.exchanges.leave, exchange=0))
    begun.wait(PLAN.push)
    begun.do(OWNER, call_of(begun.exchanges.go_on, exchange=0))
    assert begun.exchange.outcome is Outcome.TOO_FEW_MEMBERS
    alone = Play()
    alone.do(MEMBERS[0], alone.join_call(MEMBERS[0]))
    alone.wait(PLAN.join)
    alone.do(OWNER, call_of(alone.exchanges.go_on, exchange=0))
    assert alone.exchange.outcome is Outcome.TOO_FEW_MEMBERS


def test_without_randomness_an_exchange_ends_too() -> None:
    play = Play()
    for who in MEMBERS:
        play.do(who, play.join_call(who))
    deadline = play.exchange.deadline
    play.wait(PLAN.join)
    play.runtime.system.block_hash.remove(deadline)
    assert_noop(play.runtime, Signed(OWNER), call_of(play.exchanges.go_on, exchange=0), errors.NothingDue)
    play.wait(20)
    play.runtime.system.block_hash.remove(deadline)
    play.do(OWNER, call_of(play.exchanges.go_on, exchange=0))
    assert play.exchange.outcome is Outcome.NO_SEED


def test_the_deposit_comes_back_and_nothing_is_left(begun: Play) -> None:
    balances = begun.runtime.balances
    assert balances.total_balance_on_hold(OWNER) == DEPOSIT
    close = call_of(begun.exchanges.close, exchange=0)
    assert_noop(begun.runtime, Signed(OWNER), close, errors.WrongPhase)
    for _ in range(PLAN.rounds):
        begun.play_round()
    assert_noop(begun.runtime, Signed(MEMBERS[0]), close, errors.NotOwner)
    begun.do(OWNER, close)
    assert (balances.total_balance_on_hold(OWNER), balances.total_balance(OWNER)) == (0, ENDOWMENT)
    exchanges = begun.exchanges
    for records in (exchanges.exchanges, exchanges.members, exchanges.rings, exchanges.pushes, exchanges.heard):
        assert list(records.iter_keys()) == []
    assert_noop(begun.runtime, Signed(OWNER), close, errors.UnknownExchange)


def test_an_exchange_that_nobody_joined_can_be_closed_at_once() -> None:
    play = Play()
    play.do(OWNER, call_of(play.exchanges.close, exchange=0))
    assert play.runtime.balances.total_balance_on_hold(OWNER) == 0


@pytest.mark.parametrize(
    ("plan", "error"),
    [
        (replace(PLAN, settings=replace(PLAN.settings, size=0)), errors.EmptyArtifact),
        (replace(PLAN, join=0), errors.PlanImpossible),
        (replace(PLAN, push=0), errors.PlanImpossible),
        (replace(PLAN, rounds=0), errors.PlanImpossible),
        (replace(PLAN, rounds=65), errors.PlanImpossible),
        (replace(PLAN, share=(1 << 16) + 1), errors.PlanImpossible),
        (replace(PLAN, minimum_members=1), errors.PlanImpossible),
        (replace(PLAN, minimum_members=33), errors.PlanImpossible),
    ],
)
def test_impossible_plans_are_refused(plan: Plan, error: type[DispatchError]) -> None:
    play = Play()
    assert_noop(play.runtime, Signed(OWNER), call_of(play.exchanges.open, plan=plan), error)


def test_data_of_others_need_a_permit_for_the_purpose() -> None:
    mine, theirs = MEMBERS[:2]
    without = Play()
    without.runtime.permits.owners[Hash(blake2_256(theirs))] = mine
    assert_noop(without.runtime, Signed(theirs), without.join_call(theirs), errors.NotPermitted)
    without.do(mine, without.join_call(mine))
    purposeful = Play(replace(PLAN, purpose=Hash(bytes(32))))
    assert_noop(purposeful.runtime, Signed(mine), purposeful.join_call(mine), errors.NotPermitted)
    purposeful.runtime.permits.users = {mine, theirs}
    for who in (mine, theirs):
        purposeful.do(who, purposeful.join_call(who))
    purposeful.wait(PLAN.join + 1)
    purposeful.do(OWNER, call_of(purposeful.exchanges.go_on, exchange=0))
    purposeful.runtime.permits.users.remove(theirs)
    assert_noop(purposeful.runtime, Signed(theirs), purposeful.push_call(theirs), errors.NotPermitted)
    purposeful.do(mine, purposeful.push_call(mine))


def test_a_chain_without_permits_has_no_purposes() -> None:
    runtime = ExchangeRuntime(has_permits=False)
    call = call_of(runtime.proxy_exchange.open, plan=replace(PLAN, purpose=Hash(bytes(32))))
    assert_noop(runtime, Signed(OWNER), call, errors.PurposeUnknowable)


def test_noise_that_nobody_could_draw_is_refused() -> None:
    play = Play()
    for noise in (LocalGaussian(0, 1_000), LocalGaussian(1 << 24, 0)):
        with pytest.raises(DispatchError):
            play.runtime.dispatch(call_of(play.exchanges.open, plan=replace(PLAN, noise=noise)), Signed(OWNER))


def test_moves_out_of_place_are_refused(begun: Play) -> None:
    runtime, who, stranger = begun.runtime, begun.ring[0], account("stranger")
    acknowledge = call_of(begun.exchanges.acknowledge, exchange=0, number=0, root=None)
    assert_noop(runtime, Signed(who), begun.push_call(who, 1), errors.WrongRound)
    assert_noop(runtime, Signed(who), acknowledge, errors.WrongPhase)
    assert_noop(runtime, Signed(stranger), begun.push_call(stranger), errors.NotMember)
    assert_noop(runtime, Signed(stranger), call_of(begun.exchanges.leave, exchange=0), errors.NotMember)
    assert_noop(runtime, Signed(who), begun.join_call(who), errors.AlreadyMember)
    assert_noop(runtime, Signed(stranger), begun.join_call(stranger, samples=0), errors.NoSamples)
    assert_noop(runtime, Signed(who), call_of(begun.exchanges.go_on, exchange=0), errors.NothingDue)
    empty = call_of(begun.exchanges.push, exchange=0, number=0, proxy=replace(proxy_of(who, 0), cid=b""))
    assert_noop(runtime, Signed(who), empty, errors.EmptyArtifact)
    begun.do(who, begun.push_call(who))
    assert_noop(runtime, Signed(who), begun.push_call(who), errors.AlreadyActed)


def test_only_the_proxy_that_the_ring_brings_can_be_heard(begun: Play) -> None:
    runtime, ring = begun.runtime, begun.ring
    for who in ring[1:]:
        begun.do(who, begun.push_call(who))
    begun.wait(PLAN.push)
    begun.do(OWNER, call_of(begun.exchanges.go_on, exchange=0))
    listener = ring[2]
    other = next(who for who in ring[1:] if who != source_of(ring, ring[1:], listener, 0))
    wrong = call_of(begun.exchanges.acknowledge, exchange=0, number=0, root=proxy_of(other, 0).root)
    assert_noop(runtime, Signed(listener), wrong, errors.WrongProxy)
    assert_noop(runtime, Signed(ring[0]), begun.acknowledge_call(ring[0]), errors.NothingHeard)
    begun.do(listener, begun.acknowledge_call(listener, reads=False))
    assert begun.exchanges.heard.get((0, 0, listener)) == Heard(ring[1], None)
    assert_noop(runtime, Signed(listener), begun.acknowledge_call(listener), errors.AlreadyActed)


def test_nobody_joins_between_the_deadline_and_the_draw_nor_after_the_end() -> None:
    play = Play()
    for who in MEMBERS[:2]:
        play.do(who, play.join_call(who))
    play.wait(PLAN.join)
    assert_noop(play.runtime, Signed(MEMBERS[2]), play.join_call(MEMBERS[2]), errors.WrongPhase)
    play.wait()
    play.do(MEMBERS[2], play.join_call(MEMBERS[2]))  # the ring is drawn: this one is late, and on the next
    assert MEMBERS[2] not in play.ring
    for _ in range(PLAN.rounds):
        play.play_round()
    assert play.exchange.phase is Phase.ENDED
    assert_noop(play.runtime, Signed(MEMBERS[3]), play.join_call(MEMBERS[3]), errors.WrongPhase)
