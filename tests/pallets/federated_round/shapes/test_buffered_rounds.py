"""Buffered rounds on a development node: nobody waits, old updates count for less, whoever comes late joins in."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pallets.federated_round import Outcome, Phase, Reason, Role, Terms
from pallets.federated_round.audit import Evidence, audit_payouts, audit_work, outcome_finding
from pallets.federated_round.errand import Errand
from pallets.federated_round.shapes.choice import Buffered
from pallets.federated_round.shapes.duties import BufferErrand
from pallets.learning.aggregation.asynchronous import empty_buffer
from pallets.learning.aggregation.rates import ONE
from pallets.learning.linear_model import decode_linear
from tests.pallets.federated_round.dev_learners import TERMS, Learners, clients_of
from tests.pallets.federated_round.test_restarts import PATIENT, Stopped

CAPACITY = 3
SHAPE = Buffered(largest_staleness=2, learning_rate=ONE)


def terms_of() -> Terms:
    seats = replace(TERMS.seats, clients=CAPACITY, minimum_clients=2)
    return replace(TERMS, shape=SHAPE, seats=seats, reward_threshold=0, automatic=True)


def play_rounds(played: Learners, count: int) -> None:
    """Until so many rounds are over; each begins by itself."""
    for _ in range(count * TERMS.longest):
        if played.node.runtime_at().federated_round.task(0).rounds > count:
            return
        played.seal()
    raise AssertionError("the rounds do not end")


def play_one(played: Learners) -> None:
    """Until the first round is over."""
    for _ in range(2 * TERMS.longest):
        if played.course().outcome is not None:
            return
        played.seal()
    raise AssertionError("the round does not end")


def findings(played: Learners, number: int) -> list[str]:
    rounds = played.node.runtime_at().federated_round
    found = Evidence(rounds, 0, number, rounds.task(0), Phase.REVEAL_EVALUATIONS, played.content.get)
    return [
        f"{each.part}: {each.text}" for each in (*audit_work(found), *audit_payouts(found), *outcome_finding(found))
    ]


@pytest.fixture(scope="module")
def played() -> Learners:
    """Five clients, three seats: two of them wait for the second round."""
    made = Learners(terms=(terms_of(),), clients=5, rounds=3)
    made.open()
    made.start()
    play_rounds(made, 2)
    return made


def test_a_round_takes_what_came_first_and_the_others_wait(played: Learners) -> None:
    rounds = played.node.runtime_at().federated_round
    first = rounds.holders(0, 0, Role.CLIENT)
    assert len(first) == CAPACITY
    assert played.course(0, 0).outcome is Outcome.PUBLISHED
    late = {key.account for key in clients_of(5)} - set(first)
    second = {who: rounds.taken.get((0, 1, who)) for who in rounds.holders(0, 1, Role.CLIENT)}
    assert late <= second.keys()
    for who in late:
        taken = second[who]
        assert taken is not None
        assert (taken.base, taken.staleness) == (None, 1)
    [fresh] = [taken for who, taken in second.items() if who not in late]
    assert fresh is not None
    assert (fresh.base, fresh.staleness) == (played.course(0, 0).version, 0)


def test_the_model_moves_by_the_buffer_of_the_core_and_the_audit_agrees(played: Learners) -> None:
    runtime = played.node.runtime_at()
    rounds = runtime.federated_round
    version = played.course(0, 1).base
    assert version is not None
    base = runtime.ml_registry.version(version).artifact
    start = decode_linear(played.content.get(base.cid.decode())).weights
    zero = (0,) * len(start)
    buffer = empty_buffer(len(start), CAPACITY, 2, version=2)
    for who, count in rounds.samples_of(0, 1).items():
        taken, update = rounds.taken.get((0, 1, who)), rounds.updates.get((0, 1, who))
        assert taken is not None
        assert update is not None
        began = zero if taken.base is None else start
        trained = decode_linear(played.content.get(update.cid.decode())).weights
        change = [after - before for after, before in zip(trained, began, strict=True)]
        buffer = buffer.added(who, change, count, 2 - taken.staleness)
    moved, _ = buffer.moved(start)
    assert played.model(0, 1).weights == tuple(moved)
    assert findings(played, 0) == findings(played, 1) == []


def test_clients_are_paid_and_everybody_who_did_duties_agreed(played: Learners) -> None:
    for number in range(2):
        for role in (Role.AGGREGATOR, Role.VALIDATOR):
            assert {each.reason for each in played.settled(role, 0, number).values()} == {Reason.AGREED}
        assert {each.slashed for each in played.settled(Role.CLIENT, 0, number).values()} == {0}


def test_who_comes_late_begins_from_the_newest_version(tmp_path: Path) -> None:
    late = clients_of(4)[3].account
    terms = replace(terms_of(), schedule=PATIENT.schedule)
    made = Stopped(terms=(terms,), clients=4, rounds=4, out=(late,), folder=tmp_path)
    try:
        made.open()
        made.start()
        play_rounds(made, 1)
        made.out = ()
        made.restart()
        play_rounds(made, 3)
        taken = {number: made.node.runtime_at().federated_round.taken.get((0, number, late)) for number in (1, 2)}
        joined = next(number for number, found in taken.items() if found is not None)
        found = taken[joined]
        assert found is not None
        assert found.base == made.course(0, 0).version is not None
        assert found.staleness == joined - 1
    finally:
        made.close()


def test_a_buffer_that_does_not_fill_goes_on_at_its_deadline_or_ends() -> None:
    for clients, outcome in ((2, Outcome.PUBLISHED), (1, Outcome.TOO_FEW_UPDATES)):
        made = Learners(terms=(terms_of(),), clients=clients, rounds=1)
        made.open()
        made.start()
        play_one(made)
        assert made.course(0, 0).outcome is outcome


def test_whoever_delivers_and_does_not_reveal_is_absent_and_the_round_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    silent, tell = clients_of(3)[0].account, BufferErrand.run

    def run(errand: Errand) -> None:
        assert isinstance(errand, BufferErrand)
        if errand.round.phase is not Phase.REVEAL_UPDATES or errand.node.account != silent:
            tell(errand)

    monkeypatch.setattr(BufferErrand, "run", run)
    made = Learners(terms=(terms_of(),), clients=3, rounds=1)
    made.open()
    made.start()
    play_one(made)
    assert made.course(0, 0).outcome is Outcome.PUBLISHED
    clients = made.settled(Role.CLIENT)
    assert clients[silent].reason is Reason.ABSENT
    assert clients[silent].slashed > 0
    assert {each.reason for who, each in clients.items() if who != silent} <= {Reason.CONTRIBUTED, Reason.NO_GAIN}
