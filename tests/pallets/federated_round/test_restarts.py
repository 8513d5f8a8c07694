"""Nodes that stop and start within rounds, clients that come late, and several tasks at once."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from chain.offchain.lmdb_backing import LmdbBacking
from chain.offchain.settings import WorkerSettings
from chain.primitives import AccountId
from chain.store.lmdb_store import LmdbStore
from pallets.federated_round import Outcome, Phase, Reason, Role
from pallets.federated_round.rules import Median, Momentum
from pallets.federated_round.shapes.choice import Buffered, Cyclic, Hierarchical
from pallets.learning.aggregation.rates import ONE
from tests.pallets.federated_round.dev_learners import TERMS, Learners, clients_of

PATIENT = replace(TERMS, schedule=replace(TERMS.schedule, enrol=4))
"""As long as it takes to enrol again where a node lost its pool."""

PHASES = [phase for phase in Phase if phase < Phase.ENDED]


@dataclass
class Stopped(Learners):
    """Learners whose node keeps its chain and its workers' storage in a folder."""

    folder: Path = Path()

    def __post_init__(self) -> None:
        self._open_folder()
        super().__post_init__()

    def restart(self) -> None:
        """Stop the node, its pool lost, and start another on what it kept."""
        head = self.node.best.hash
        self.close()
        self._open_folder()
        self.node = self.new_node()
        assert self.node.best.hash == head

    def close(self) -> None:
        self.node.workers.close()
        self.node.chain.close()

    def _open_folder(self) -> None:
        self.store = LmdbStore(self.folder / "chain")
        self.workers = WorkerSettings(backing=LmdbBacking(self.folder / "workers"))


Outcomes = tuple[Outcome | None, dict[AccountId, tuple[Reason, int, int]], Counter[tuple[Role, Reason, int, int]]]


def outcome_of(played: Learners, number: int = 0) -> Outcomes:
    """How a round ended: what each client got, and what all who did duties got; the lottery may choose others."""
    clients = played.settled(Role.CLIENT, 0, number)
    duties = Counter(
        (role, each.reason, each.paid, each.slashed)
        for role in (Role.AGGREGATOR, Role.VALIDATOR)
        for each in played.settled(role, 0, number).values()
    )
    got = {who: (each.reason, each.paid, each.slashed) for who, each in clients.items()}
    return played.course(0, number).outcome, got, duties


@pytest.fixture(scope="module")
def undisturbed() -> Outcomes:
    """The round on a node that nobody stops."""
    played = Learners(terms=(PATIENT,), attackers=(6,))
    played.play_all()
    assert played.course().outcome is Outcome.PUBLISHED
    return outcome_of(played)


@pytest.mark.parametrize("phase", PHASES, ids=lambda phase: phase.name)
def test_a_node_that_is_stopped_in_a_phase_settles_the_round_as_if_it_had_not_been(
    phase: Phase, undisturbed: Outcomes, tmp_path: Path
) -> None:
    played = Stopped(terms=(PATIENT,), attackers=(6,), folder=tmp_path)
    try:
        played.open()
        played.start()
        for _ in range(PATIENT.schedule.longest):
            if played.phase() is phase:
                break
            played.seal()
        assert played.phase() is phase
        played.restart()
        played.play()
        assert outcome_of(played) == undisturbed
    finally:
        played.close()


def test_a_node_may_be_stopped_in_every_phase_of_one_round(undisturbed: Outcomes, tmp_path: Path) -> None:
    played, stopped_in = Stopped(terms=(PATIENT,), attackers=(6,), folder=tmp_path), list[Phase]()

    def stop_once_a_phase() -> None:
        phase = played.phase()
        if phase not in stopped_in:
            stopped_in.append(phase)
            played.restart()

    try:
        played.open()
        played.start()
        stop_once_a_phase()
        played.play(stop_once_a_phase)
        assert stopped_in == [*PHASES, Phase.ENDED]
        assert outcome_of(played) == undisturbed
    finally:
        played.close()


SHAPED = {
    "hierarchical": replace(PATIENT, shape=Hierarchical(2, 2), seats=replace(PATIENT.seats, aggregators=2)),
    "buffered": replace(PATIENT, shape=Buffered(1, ONE), seats=replace(PATIENT.seats, clients=5, minimum_clients=4)),
    "cyclic": replace(PATIENT, shape=Cyclic(), seats=replace(PATIENT.seats, clients=1, minimum_clients=1)),
    "without seals": replace(
        PATIENT, unsealed_updates=True, seats=replace(PATIENT.seats, minimum_clients=4, aggregators=1, validators=1)
    ),
}
PASSED = {
    # one aggregator joins each group, and seals nothing
    "hierarchical": {Phase.COMMIT_GROUPS},
    # what waited for the draw fills the buffer, so that no block ends before it is full
    "buffered": {Phase.COMMIT_UPDATES},
    # whose turn it is, is alone
    "cyclic": {Phase.COMMIT_UPDATES},
    "without seals": {Phase.COMMIT_UPDATES, Phase.COMMIT_AGGREGATES, Phase.COMMIT_EVALUATIONS},
}


@pytest.mark.parametrize("name", SHAPED)
def test_a_node_may_be_stopped_in_every_phase_of_a_round_of_another_shape(name: str, tmp_path: Path) -> None:
    terms = SHAPED[name]
    steady = Learners(terms=(terms,), clients=5)
    steady.play_all()
    played, stopped_in = Stopped(terms=(terms,), clients=5, folder=tmp_path), list[Phase]()

    def stop_once_a_phase() -> None:
        phase = played.phase()
        if phase not in stopped_in:
            stopped_in.append(phase)
            played.restart()

    try:
        played.open()
        played.start()
        stop_once_a_phase()
        played.play(stop_once_a_phase)
        groups = {Phase.COMMIT_GROUPS, Phase.REVEAL_GROUPS} if name == "hierarchical" else set[Phase]()
        assert set(stopped_in) == {*PHASES, Phase.ENDED, *groups} - PASSED[name]
        assert played.course().outcome is Outcome.PUBLISHED
        assert played.model() == steady.model() or name == "cyclic"  # the lottery chooses whose turn it is
        assert {each.reason for each in played.settled(Role.AGGREGATOR).values()} == {Reason.AGREED}
    finally:
        played.close()


def test_who_comes_late_takes_part_in_the_next_round(tmp_path: Path) -> None:
    late = clients_of(7)[5].account
    terms = replace(PATIENT, rule=Momentum(ONE, ONE // 2), reward_threshold=0)
    played = Stopped(terms=(terms,), rounds=2, folder=tmp_path, out=(late,))
    try:
        played.open()
        played.start()
        while played.phase() is not Phase.COMMIT_AGGREGATES:
            played.seal()
        played.out = ()
        played.restart()
        played.play()
        assert played.course().outcome is Outcome.PUBLISHED
        assert late not in played.settled(Role.CLIENT)
        played.start()
        played.play()
        assert played.settled(Role.CLIENT, 0, 1)[late].reason in {Reason.CONTRIBUTED, Reason.NO_GAIN}
        assert {each.reason for each in played.settled(Role.AGGREGATOR, 0, 1).values()} == {Reason.AGREED}
    finally:
        played.close()


def test_several_tasks_run_at_once_each_by_its_own_rule() -> None:
    rules = (TERMS.rule, Median(1), Momentum(ONE, 0))
    played = Learners(terms=tuple(replace(TERMS, rule=rule) for rule in rules), attackers=(6,))
    played.open()
    played.start()
    assert played.node.runtime_at().federated_round.live.get() == (0, 1, 2)
    played.play()
    assert [played.course(task).outcome for task in range(3)] == [Outcome.PUBLISHED] * 3
    models = [played.model(task) for task in range(3)]
    # momentum of a first round, with a rate of one, is the mean
    assert models[0] == models[2] != models[1]
    assert all(len(played.settled(Role.CLIENT, task)) == 7 for task in range(3))
