"""The calls of hierarchical and buffered rounds: what they take, and what they refuse without a trace."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chain.primitives import Hash
from pallets.federated_round import Aggregate, DataCommitment, Phase, Stage, errors
from pallets.federated_round.events import DeliveryDropped, DeliveryWaits
from pallets.federated_round.shapes import calls
from pallets.frame.call import call_of
from pallets.frame.error import DispatchError
from pallets.frame.origin import Signed
from pallets.frame.testing import assert_noop, events_of
from pallets.ml_registry import artifact_of
from tests.pallets.federated_round.mock import CLIENTS, MODEL, OWNER, Play, account
from tests.pallets.federated_round.shapes.shaped_play import (
    BUFFERED,
    GROUPED,
    deliver_call,
    delivery_call,
    enrol_keepers,
    group_call,
    group_of,
    play_of,
)


@pytest.fixture
def grouped() -> Play:
    """A hierarchical round whose groups are asked for; the last client revealed nothing."""
    play = play_of(GROUPED)
    play.start()
    play.enrol_all()
    play.vote(Stage.UPDATE, play.updates(), silent=CLIENTS[3:])
    assert play.round.phase is Phase.COMMIT_GROUPS
    return play


@pytest.fixture
def filling() -> Play:
    """A buffered round that waits for updates."""
    play = play_of(BUFFERED)
    play.start()
    enrol_keepers(play)
    return play


def test_only_a_groups_aggregators_open_what_they_sealed_of_its_clients(grouped: Play) -> None:
    tiers = grouped.rounds.tiers.get((0, 0))
    assert tiers is not None
    who, own = tiers[0].aggregators[0], [each for each in tiers[0].clients if each != CLIENTS[3]]
    for aggregator in grouped.drawn.aggregators:
        grouped.commit(aggregator, Stage.GROUP, group_of(0))
    grouped.until(Phase.REVEAL_GROUPS)
    strangers = tuple(sorted(each for each in tiers[1].clients if each != CLIENTS[3]))
    for aggregate, error in (
        (group_of(0, strangers[:1]), errors.UnknownClient),
        (Aggregate(MODEL, tuple(own)), errors.EmptyArtifact),
        (Aggregate(None, ()), errors.EmptyArtifact),
        (Aggregate(MODEL, (), MODEL), errors.ShapeUnsuited),
        (Aggregate(MODEL, (), None, (1,)), errors.ShapeUnsuited),
        (Aggregate(replace(MODEL, cid=b""), ()), errors.EmptyArtifact),
        (group_of(1), errors.SealBroken),
    ):
        assert_noop(grouped.runtime, Signed(who), group_call(grouped, aggregate), error)
    assert_noop(grouped.runtime, Signed(CLIENTS[0]), group_call(grouped, group_of(0)), errors.NotDrawn)
    grouped.do(who, group_call(grouped, group_of(0)))
    assert_noop(grouped.runtime, Signed(who), group_call(grouped, group_of(0)), errors.AlreadyRevealed)
    assert grouped.rounds.group_aggregates.get((0, 0, who)) == group_of(0)


def test_a_root_is_of_the_groups_that_agreed(grouped: Play) -> None:
    tiers = grouped.rounds.tiers.get((0, 0))
    assert tiers is not None
    liar = next(who for who in tiers[0].clients if who != CLIENTS[3])
    first = group_of(0, (liar,)) if len(tiers[0].clients) > 1 else Aggregate(None, (liar,))
    for who in tiers[0].aggregators:
        grouped.commit(who, Stage.GROUP, first)
    grouped.until(Phase.REVEAL_GROUPS)
    for who in tiers[0].aggregators:
        grouped.do(who, group_call(grouped, first))
    grouped.until(Phase.COMMIT_AGGREGATES if first.model is not None else Phase.ENDED)
    assert grouped.rounds.groups_of_round(0, 0) == {0: first}
    right = Aggregate(MODEL, (liar,), None, (1,))
    who = grouped.drawn.aggregators[0]
    grouped.commit(who, Stage.AGGREGATE, right)
    grouped.until(Phase.REVEAL_AGGREGATES)
    for wrong in (
        replace(right, invalid=()),
        replace(right, unsummed=()),
        replace(right, unsummed=(0, 1)),
        replace(right, unsummed=(1, 2)),
        replace(right, unsummed=(1, 1)),
    ):
        assert_noop(grouped.runtime, Signed(who), grouped.reveal_call(wrong), errors.UnknownClient)
    assert_noop(grouped.runtime, Signed(who), grouped.reveal_call(replace(right, model=None)), errors.EmptyArtifact)
    grouped.do(who, grouped.reveal_call(right))


def test_updates_come_in_any_phase_and_fill_the_buffer_in_their_order() -> None:
    play = play_of(BUFFERED)
    for who in (CLIENTS[2], CLIENTS[0]):
        play.do(who, deliver_call(play, who))
    assert [each.who for each in events_of(play.runtime, DeliveryWaits)] == [CLIENTS[2], CLIENTS[0]]
    assert_noop(play.runtime, Signed(CLIENTS[0]), deliver_call(play, CLIENTS[0]), errors.AlreadyCommitted)
    play.start()
    enrol_keepers(play)
    assert (play.round.acted, play.round.expected, play.rounds.inbox.get(0)) == (2, 3, ())
    assert play.drawn.clients == (CLIENTS[0], CLIENTS[2])
    play.do(CLIENTS[3], deliver_call(play, CLIENTS[3]))
    play.do(CLIENTS[1], deliver_call(play, CLIENTS[1]))  # no seat is left
    play.do(CLIENTS[0], deliver_call(play, CLIENTS[0]))  # and its next update waits, too
    assert [each.account for each in play.rounds.inbox.get(0)] == [CLIENTS[1], CLIENTS[0]]
    play.wait()
    assert play.round.phase is Phase.REVEAL_UPDATES
    assert_noop(play.runtime, Signed(CLIENTS[1]), delivery_call(play, CLIENTS[1]), errors.NothingCommitted)
    assert_noop(play.runtime, Signed(CLIENTS[0]), delivery_call(play, CLIENTS[0], MODEL), errors.SealBroken)
    for who in play.drawn.clients:
        play.do(who, delivery_call(play, who))
    play.wait()
    assert play.round.phase.has_come_to(Phase.COMMIT_AGGREGATES)


def test_what_a_client_may_not_do_it_may_not_deliver(filling: Play) -> None:
    deliver, runtime = deliver_call(filling, CLIENTS[0]), filling.runtime
    assert_noop(runtime, Signed(OWNER), deliver, errors.OwnerMayNotEnrol)
    assert_noop(runtime, Signed(account("nobody")), deliver, errors.StakeTooSmall)
    data = DataCommitment(Hash(bytes(32)), 1)
    refusals: dict[int, type[DispatchError]] = {0: errors.NoSamples, 1_001: errors.TooManySamples}
    for samples, error in refusals.items():
        claimed = replace(data, samples=samples)
        call = call_of(filling.rounds.deliver, task=0, base=None, data=claimed, seal=Hash(bytes(32)))
        assert_noop(runtime, Signed(CLIENTS[0]), call, error)
    stale = deliver_call(filling, CLIENTS[0], base=Hash(bytes(32)))
    assert_noop(runtime, Signed(CLIENTS[0]), stale, errors.StaleUpdate)
    offer = call_of(filling.rounds.enrol, task=0, number=0, data=data, duties=False)
    next_play = play_of(BUFFERED)
    next_play.start()
    assert_noop(next_play.runtime, Signed(CLIENTS[0]), offer, errors.ShapeUnsuited)
    filling.do(CLIENTS[0], deliver)


def test_other_shapes_take_no_deliveries(grouped: Play) -> None:
    assert_noop(grouped.runtime, Signed(CLIENTS[0]), deliver_call(grouped, CLIENTS[0]), errors.ShapeUnsuited)


def test_an_inbox_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    play = play_of(BUFFERED)
    monkeypatch.setattr(calls, "MAX_WAITING", 1)
    play.do(CLIENTS[0], deliver_call(play, CLIENTS[0]))
    assert_noop(play.runtime, Signed(CLIENTS[1]), deliver_call(play, CLIENTS[1]), errors.TooManyWaiting)


def test_what_waited_too_long_or_lost_its_stake_is_dropped_and_costs_nothing() -> None:
    play = play_of(BUFFERED)
    registry, staking = play.runtime.ml_registry, play.runtime.staking
    for who in CLIENTS[:2]:
        play.do(who, deliver_call(play, who))
    bonded = staking.bonded(CLIENTS[1])
    play.do(CLIENTS[1], call_of(staking.unbond, amount=bonded - 500))
    version = None
    for number in range(3):  # one more than an update may be behind
        version = registry.publish(0, artifact_of(b"version %d" % number), version, 1, ())
    play.do(CLIENTS[2], deliver_call(play, CLIENTS[2], base=version))
    play.start()
    enrol_keepers(play)
    assert play.drawn.clients == (CLIENTS[2],)
    assert [each.who for each in events_of(play.runtime, DeliveryDropped)] == list(CLIENTS[:2])
    assert staking.bonded(CLIENTS[1]) == bonded
    taken = play.rounds.taken.get((0, 0, CLIENTS[2]))
    assert taken is not None
    assert taken.staleness == 0


def test_staleness_counts_the_versions_since() -> None:
    play = play_of(BUFFERED)
    registry, versions = play.runtime.ml_registry, list[Hash | None]([None])
    for number in range(2):
        versions.append(registry.publish(0, artifact_of(b"version %d" % number), versions[-1], 1, ()))
    for who, base in zip(CLIENTS, versions, strict=False):
        play.do(who, deliver_call(play, who, base=base))
    play.start()
    enrol_keepers(play)
    play.until(Phase.REVEAL_UPDATES)
    found = [play.rounds.taken.get((0, 0, who)) for who in CLIENTS[:3]]
    assert [each.staleness for each in found if each is not None] == [2, 1, 0]


def test_a_closed_task_forgets_what_waits() -> None:
    play = play_of(BUFFERED)
    play.do(CLIENTS[0], deliver_call(play, CLIENTS[0]))
    play.do(OWNER, call_of(play.rounds.close_task, task=0))
    assert play.rounds.inbox.get(0) == ()
    assert_noop(play.runtime, Signed(CLIENTS[0]), deliver_call(play, CLIENTS[0]), errors.UnknownTask)


def test_a_forgotten_round_leaves_nothing_of_its_shape(filling: Play, grouped: Play) -> None:
    filling.do(CLIENTS[0], deliver_call(filling, CLIENTS[0]))
    for play in (filling, grouped):
        play.rounds.forget_shaped(0, 0)
        assert play.rounds.tiers.get((0, 0)) is None
        for sayings in (play.rounds.taken, play.rounds.group_aggregates, play.rounds.agreed_groups):
            assert list(sayings.iter_keys((0, 0))) == []
