"""A cartel that agrees on a false model is challenged, bisected to one step, and slashed."""

from __future__ import annotations

from node_cli.scenario.cast import LABORATORIES
from node_cli.scenario.dispute import Dispute
from node_cli.scenario.telling import Run
from pallets.disputes.events import BondLost, Challenged, Claimed, Concluded, Decided, Executed
from pallets.federated_round import Reason, Role
from pallets.federated_round.events import Agreed, Settled
from pallets.federated_round.types import Stage
from pallets.learning.attacks import falsified
from pallets.ml_registry import artifact_of
from tests.node_cli.scenario.happenings import events_of


def cartel(run: Run) -> set[bytes]:
    return {player.account for player in run.stage.cast.laboratories if player.deed}


def test_every_agreed_model_is_claimed_and_only_false_ones_are_challenged(hospitals: Run) -> None:
    agreed = [event for event in events_of(hospitals, Agreed) if event.stage is Stage.AGGREGATE]
    rounds = sum(len(lesson.all_rounds) for lesson in hospitals.outcome.lessons)
    assert len(events_of(hospitals, Claimed)) == len(agreed) == rounds
    challenged = {event.claim for event in events_of(hospitals, Challenged)}
    assert challenged
    assert {event.claim for event in events_of(hospitals, Decided)} == challenged
    assert all(event.stands for event in events_of(hospitals, Concluded))


def test_one_step_is_executed_and_the_challenger_wins(hospitals: Run) -> None:
    watcher = hospitals.stage.cast.parties[0].account
    decided = events_of(hospitals, Decided)
    assert {event.winner for event in decided} == {watcher}
    assert {event.claim for event in events_of(hospitals, Executed)} == {event.claim for event in decided}
    assert {event.who for event in events_of(hospitals, BondLost)} <= cartel(hospitals)


def test_the_true_model_stands_in_the_end(hospitals: Run) -> None:
    contents = hospitals.stage.node.content
    claims = {event.claim: event.result for event in events_of(hospitals, Claimed)}
    for event in events_of(hospitals, Concluded):
        before = claims[event.claim]
        assert before is not None
        assert event.result is not None
        challenged = event.claim in {each.claim for each in events_of(hospitals, Challenged)}
        assert (event.result.root != before.root) == challenged
        if challenged:  # the lie is the opposite of what stands
            truth = contents.get(event.result.cid.decode())
            assert artifact_of(falsified(truth)).root == before.root


def test_members_that_voted_for_the_lie_are_slashed_as_the_task_says(hospitals: Run) -> None:
    scenario, members = hospitals.stage.scenario, cartel(hospitals)
    dissented = [event for event in events_of(hospitals, Settled) if event.reason is Reason.DISSENTED]
    assert dissented
    assert {event.who for event in dissented} <= members
    for event in dissented:
        fault = scenario.lessons[event.task].fault
        assert (event.slashed > 0) == (fault is None or fault > 0)
    mended = [event for event in events_of(hospitals, Settled) if event.reason is Reason.MENDED]
    assert {(event.who, event.role) for event in mended} == {(hospitals.stage.cast.parties[0].account, Role.AGGREGATOR)}


def test_the_course_is_told_move_by_move(hospitals: Run) -> None:
    exhibit = next(each for each in hospitals.outcome.exhibits if each.name == "disputes")
    assert len(exhibit.sheets) == len(exhibit.disputes) == len(events_of(hospitals, Challenged))
    for sheet, drawn in zip(exhibit.sheets, exhibit.disputes, strict=True):
        assert sheet.caption == drawn.title
        assert [int(row[0]) for row in sheet.rows] == sorted(int(row[0]) for row in sheet.rows)
        assert "executes that step" in " ".join(row[2] for row in sheet.rows)
        assert drawn.narrowings[-1].height == 0
        assert drawn.executed is not None


def test_where_the_lottery_is_kind_that_is_told(readers: Run) -> None:
    exhibit = Dispute().exhibit(readers.stage, [])
    assert "never did" in exhibit.sentences[0]
    assert (exhibit.sheets, exhibit.disputes) == ((), ())
    assert len(readers.stage.cast.laboratories) == LABORATORIES
