"""A person's questions have answers without decoding anything."""

from __future__ import annotations

from pallets.federated_round import DataCommitment, Enrolment, Outcome, Phase, Reason, Role, Stage, queries
from pallets.frame.call import call_of
from tests.pallets.federated_round.mock import CLIENTS, OWNER, STAKE, Play, new_runtime
from tests.pallets.federated_round.standing.standing_play import root_of, stand, standing_play


def played() -> Play:
    play = Play(new_runtime())
    play.to_judgement()
    play.vote(Stage.EVALUATION, play.evaluations(play.judged(3, 1, 0, -1)))
    play.start()
    return play


def test_rounds_are_told_in_order_with_metrics_and_money() -> None:
    play = played()
    first, second = queries.rounds_of(play.rounds, play.task)
    assert (first.number, first.phase, first.outcome) == (0, Phase.ENDED, Outcome.PUBLISHED)
    assert (first.before, first.after, first.improvement, first.threshold) == (500_000, 900_000, 400_000, 1_000)
    assert (first.enrolled, first.updates, first.paid, first.slashed) == (10, 4, 10_000, STAKE // 2)
    assert first.version == play.runtime.ml_registry.latest(0)
    assert (second.number, second.phase, second.outcome, second.improvement) == (1, Phase.ENROL, None, None)


def test_every_role_holder_reads_what_it_got_and_why() -> None:
    play = played()
    settled = queries.settlements_of(play.rounds, play.task, 0)
    drawn = queries.drawn_in(play.rounds, play.task, 0)
    assert len(settled) == len(drawn.clients) + len(drawn.aggregators) + len(drawn.validators)
    assert queries.settlements_of(play.rounds, play.task, 1) == ()
    assert queries.drawn_in(play.rounds, play.task, 1).clients == ()
    ((task, number, entry),) = queries.earnings_of(play.rounds, CLIENTS[3])
    assert (task, number, entry.role, entry.reason, entry.slashed) == (0, 0, Role.CLIENT, Reason.HARMFUL, STAKE // 2)


def test_a_participant_reads_its_offer_its_score_and_its_pay_together() -> None:
    play = played()
    by_account = {each.account: each for each in queries.participants_in(play.rounds, play.task, 0)}
    first = by_account[CLIENTS[0]]
    assert first.enrolment.data is not None
    assert first.score is not None
    assert first.score.contribution == 3
    assert [entry.reason for entry in first.settlements] == [Reason.CONTRIBUTED]
    assert list(by_account) == sorted(by_account)


def test_rounds_of_a_closed_task_stay_readable() -> None:
    play = played()
    play.until(Phase.ENDED)
    assert list(queries.tasks_of(play.rounds)) == [play.task]
    play.do(OWNER, call_of(play.rounds.close_task, task=play.task))
    assert queries.tasks_of(play.rounds) == {}
    assert len(queries.rounds_of(play.rounds, play.task)) == 2


def test_only_the_newest_rounds_are_remembered() -> None:
    play = Play(new_runtime())
    for _ in range(5):
        play.start()
        play.enrol_all()
        while play.round.outcome is None:
            play.wait()
    assert [each.number for each in queries.rounds_of(play.rounds, play.task)] == [2, 3, 4]
    assert {key[1] for key in play.rounds.enrolments.iter_keys()} == {2, 3, 4}
    assert {key[1] for key in play.rounds.settlements.iter_keys()} == {2, 3, 4}


def test_an_account_reads_which_tasks_it_stands_for() -> None:
    play = standing_play()
    other = Play(play.runtime)
    other.do(CLIENTS[0], stand(other, CLIENTS[0], 0, duties=True))
    assert queries.standing_of(play.rounds, CLIENTS[0]) == {
        0: Enrolment(DataCommitment(root_of(CLIENTS[0]), 100), duties=False),
        1: Enrolment(None, duties=True),
    }
    assert set(queries.standing_of(play.rounds, CLIENTS[1])) == {0}
    assert queries.standing_of(play.rounds, OWNER) == {}
