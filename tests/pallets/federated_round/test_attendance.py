"""Nobody's worker runs in vain, and nobody who is owed a run goes without."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pytest

from pallets.federated_round import Phase
from pallets.federated_round.attendance import may_be_asked
from pallets.federated_round.data import LocalData, Operator
from pallets.federated_round.shapes.choice import Cyclic
from tests.pallets.federated_round.dev_learners import KEEPERS, OWNER, TERMS, Learners, clients_of, rows_of, test_set

CLIENT: Final = Operator(data=LocalData(rows_of("r"), bytes(32)))
KEEPER: Final = Operator(serves=True)
PAYER: Final = Operator(test_sets=(test_set(0),))
EVERYBODY: Final = (CLIENT, KEEPER, PAYER, Operator())


@pytest.fixture(scope="module")
def played() -> Learners:
    """A round that was played to its end."""
    learners = Learners((replace(TERMS, automatic=False),))
    learners.play_all()
    return learners


def test_each_phase_asks_those_who_offer_what_it_needs(played: Learners) -> None:
    task, course = played.node.runtime_at().federated_round.task(0), played.course()
    asked = {
        phase: [may_be_asked(task, replace(course, phase=phase, acted=0), operator) for operator in EVERYBODY]
        for phase in (Phase.ENROL, Phase.DRAW, Phase.COMMIT_UPDATES, Phase.REVEAL_AGGREGATES, Phase.REVEAL_TEST_SET)
    }
    assert asked == {
        Phase.ENROL: [True] * 4,
        Phase.DRAW: [False] * 4,
        Phase.COMMIT_UPDATES: [True, False, False, False],
        Phase.REVEAL_AGGREGATES: [False, True, False, False],
        Phase.REVEAL_TEST_SET: [False, False, True, True],
    }


def test_a_test_set_that_was_shown_is_asked_for_no_more(played: Learners) -> None:
    task, course = played.node.runtime_at().federated_round.task(0), played.course()
    shown = replace(course, phase=Phase.REVEAL_TEST_SET, acted=1)
    assert not any(may_be_asked(task, shown, operator) for operator in EVERYBODY)


def test_rounds_of_other_kinds_ask_everybody(played: Learners) -> None:
    task, course = played.node.runtime_at().federated_round.task(0), played.course()
    drawing = replace(course, phase=Phase.DRAW)
    turns = replace(task, terms=replace(task.terms, shape=Cyclic()))
    assert all(may_be_asked(turns, drawing, operator) for operator in EVERYBODY)
    assert all(may_be_asked(task, replace(drawing, hides=True), operator) for operator in EVERYBODY)


def test_whoever_submitted_something_had_a_run_and_most_others_had_none(played: Learners) -> None:
    runs = [run for run in played.node.workers.runs if run.pallet == "FederatedRound"]
    of_owner = [run for run in runs if run.account == OWNER.account]
    blocks = played.node.best.number
    assert played.course().version is not None
    assert 0 < len(of_owner) < blocks // 2
    people = len(clients_of(7)) + len(KEEPERS) + 1
    assert len(runs) < people * blocks // 2
