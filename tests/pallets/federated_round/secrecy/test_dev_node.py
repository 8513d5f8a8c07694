"""Hidden rounds on a development node: real signatures, fees and blocks, and a node that stops and loses its pool."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from pallets.federated_round import Outcome, Phase, Reason, Role
from pallets.federated_round.secrecy.choice import Full, Grouped
from pallets.federated_round.secrecy.phases import TRANSITIONS
from tests.effort import EFFORT
from tests.pallets.federated_round.dev_learners import TERMS, Learners
from tests.pallets.federated_round.secrecy.hidden_play import EXACT
from tests.pallets.federated_round.test_restarts import Stopped

PATIENT = replace(EXACT, blocks=5)
"""As long as it takes to send again what a lost pool had."""

HIDDEN = replace(
    TERMS, secrecy=Full(PATIENT), max_samples=100, schedule=replace(TERMS.schedule, enrol=4, train=6, reveal=5)
)
"""Seven clients; at least five updates."""

GROUPED = replace(HIDDEN, secrecy=Grouped(2, 2, PATIENT))


def test_a_hidden_round_comes_to_the_model_of_the_open_one() -> None:
    seen = Learners(terms=(replace(TERMS, max_samples=100),))
    seen.play_all()
    hidden = Learners(terms=(HIDDEN,))
    hidden.play_all()
    assert hidden.course().outcome is Outcome.PUBLISHED
    assert hidden.model() == seen.model()
    assert {each.reason for each in hidden.settled(Role.CLIENT).values()} == {Reason.SHARED}
    assert {each.slashed for each in hidden.settled(Role.AGGREGATOR).values()} == {0}


def stopping_in(played: Stopped, phases: list[Phase]) -> Callable[[], None]:
    """Stops the node in each of these phases once."""
    left = list(phases)

    def stop() -> None:
        phase = played.phase()
        if phase in left:
            left.remove(phase)
            played.restart()
        assert phase is not Phase.ENDED or not left

    return stop


PHASES = list(TRANSITIONS)


@pytest.mark.parametrize("phases", [PHASES, *([phase] for phase in PHASES if EFFORT > 1)], ids=len)
def test_a_node_that_loses_its_pool_in_a_phase_still_finds_the_sum(phases: list[Phase], tmp_path: Path) -> None:
    played = Stopped(terms=(HIDDEN,), folder=tmp_path)
    try:
        played.open()
        played.start()
        played.play(stopping_in(played, phases))
        assert played.course().outcome is Outcome.PUBLISHED
        assert {each.reason for each in played.settled(Role.CLIENT).values()} == {Reason.SHARED}
    finally:
        played.close()


def test_open_and_hidden_tasks_run_side_by_side() -> None:
    played = Learners(terms=(TERMS, GROUPED))
    played.open()
    played.start()
    played.play()
    assert [played.course(task).outcome for task in range(2)] == [Outcome.PUBLISHED] * 2
    assert [len(played.node.runtime_at().federated_round.groups.get((task, 0)) or ()) for task in range(2)] == [0, 2]
