"""Rounds are told as the chain has them."""

from __future__ import annotations

from node_cli.scenario.telling import Run
from pallets.federated_round import queries


def test_rounds_are_those_of_the_chain(played: Run) -> None:
    for task, lesson in enumerate(played.outcome.lessons):
        summaries = queries.rounds_of(played.stage.runtime.federated_round, task)
        assert [each.before for each in lesson.all_rounds] == [each.before for each in summaries]
        assert [each.after for each in lesson.all_rounds] == [each.after for each in summaries]
        assert [each.is_published for each in lesson.all_rounds] == [each.version is not None for each in summaries]
        assert [sum(p.paid for p in each.payments) for each in lesson.all_rounds] == [each.paid for each in summaries]


def test_a_published_model_is_the_shared_one_until_the_next_is_published(played: Run) -> None:
    for lesson in played.outcome.lessons:
        for rounds in (lesson.rounds, lesson.again):  # what was done again began without what was withdrawn
            shared = None
            for each in rounds:
                shared = each.candidate if each.is_published else shared
                assert each.shared == shared
        assert lesson.shared == lesson.all_rounds[-1].shared


def test_rounds_that_are_done_again_bear_the_number_of_the_first_time(hospitals: Run) -> None:
    for lesson in hospitals.outcome.lessons:
        assert [each.name for each in lesson.rounds] == ["1", "2"]
        assert lesson.again
        assert [each.name for each in lesson.again] == [f"{each.number} again" for each in lesson.again]
        assert {each.number for each in lesson.again} <= {1, 2}
        assert all(each.first > lesson.rounds[-1].last for each in lesson.again)
    assert all(not lesson.again for lesson in hospitals.outcome.lessons if lesson.all_rounds == lesson.rounds)


def test_a_round_pays_for_an_improvement_by_its_threshold_and_for_nothing_less(played: Run) -> None:
    for lesson in played.outcome.lessons:
        for each in lesson.rounds:
            assert each.before is not None
            assert each.after is not None
            assert each.is_published == (each.after - each.before >= each.threshold)
            trained = [payment.paid for payment in each.payments if payment.role == "trained"]
            assert each.is_published or sum(trained) == 0


def test_the_threshold_falls_with_the_referendum(hospitals: Run) -> None:
    found = hospitals.outcome.referendum
    assert (found.before, found.after) == hospitals.stage.scenario.thresholds
    assert (found.ayes, found.nays) == (9, 1)  # three honest hospitals and six laboratories against the liar
    for lesson in hospitals.outcome.lessons:
        first, second = lesson.rounds
        assert (first.threshold, second.threshold) == (found.before, found.after)
        assert first.last < found.enacted < second.first


def test_rounds_lie_within_their_chapters(played: Run) -> None:
    chapters = {chapter.title: chapter for chapter in played.outcome.chapters}
    for lesson in played.outcome.lessons:
        for each in lesson.rounds:
            chapter = chapters[f"Round {each.number}"]
            assert chapter.first <= each.first < each.last <= chapter.last


def test_contributions_add_up_to_the_improvement(played: Run) -> None:
    for lesson in played.outcome.lessons:
        for each in lesson.rounds:
            scores = [p.contribution for p in each.payments if p.contribution is not None]
            assert each.before is not None
            assert each.after is not None
            assert abs(sum(scores) - (each.after - each.before)) <= len(scores)
