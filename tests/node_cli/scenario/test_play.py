"""A play goes through its chapters, tells of its progress, and leaves nothing open."""

from __future__ import annotations

from itertools import pairwise

import pytest

from node_cli.scenario.play import PHASES, Progress, play
from node_cli.scenario.stage import PlayError, Stage
from node_cli.scenario.telling import Run
from pallets.frame.call import call_of


def test_chapters_follow_each_other_without_a_gap(played: Run) -> None:
    chapters = played.stage.chapters
    rounds = [f"Round {number + 1}" for number in range(played.stage.scenario.rounds)]
    registered = ["Data"] if played.stage.scenario.purpose else []
    erased = ["Erasure"] if played.stage.scenario.withdraws else []
    titles = ["Stake", *registered, "Models and tasks", rounds[0], "Referendum", *rounds[1:], *erased, "Close"]
    assert [chapter.title for chapter in chapters] == titles
    assert (chapters[0].first, chapters[-1].last) == (1, played.stage.now)
    assert all(before.last + 1 == after.first for before, after in pairwise(chapters))


def test_progress_rises_to_its_total(couriers: Run) -> None:
    scenario, heard = couriers.stage.scenario, list[Progress]()
    play(Stage(scenario), heard.append)
    total = len(scenario.lessons) * scenario.rounds * PHASES
    assert {progress.total for progress in heard} == {total}
    assert (heard[0].done, heard[-1].done) == (0, total)
    assert all(before.done <= after.done for before, after in pairwise(heard))


def test_nothing_is_left_open(played: Run) -> None:
    runtime = played.stage.runtime
    assert runtime.federated_round.live.get() == ()
    assert list(runtime.federated_round.tasks.iter_keys()) == []
    assert runtime.governance.proposals.count() == 0


def test_every_pallet_finds_its_state_in_order(played: Run) -> None:
    played.stage.runtime.try_state()


def test_no_worker_failed_and_no_call_but_those_that_two_sides_race_for(played: Run) -> None:
    failed = {call.call for call in played.outcome.chain.calls if call.failed}
    # a block has room for one unlearning, so that the worker asks for the last of three again
    assert failed <= {"Disputes.commit", "Disputes.prove", "FederatedRound.unlearn"}
    assert [worker.name for worker in played.outcome.workers if worker.failures] == []


def test_a_call_that_fails_ends_the_play(stations: Run) -> None:
    stage = Stage(stations.stage.scenario)
    start = call_of(stage.runtime.federated_round.start_round, task=0)
    with pytest.raises(PlayError, match=r"block 1: Module\(pallet 23, error 0\)"):
        stage.act((stage.cast.office, start))


def test_a_round_that_does_not_end_ends_the_play(stations: Run) -> None:
    stage = Stage(stations.stage.scenario)
    with pytest.raises(PlayError, match="the round is not over after 3 blocks"):
        stage.wait(lambda: False, 3, "the round")
