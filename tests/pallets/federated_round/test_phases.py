"""Where phases end: with the block of the last act or the last block in time, unless the next block has to be seen."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pallets.federated_round import Outcome, Phase, Stage
from pallets.federated_round.worth import EXACT, SampledShapley, Worth
from pallets.frame.weight import NO_WEIGHT, UNLIMITED, Weight, db
from tests.pallets.federated_round.dev_learners import TERMS as LEARNT
from tests.pallets.federated_round.dev_learners import Learners
from tests.pallets.federated_round.mock import CLIENTS, KEEPERS, TERMS, Play, new_runtime


@pytest.fixture
def play() -> Play:
    return Play(new_runtime())


def end_block(play: Play, remaining: Weight = UNLIMITED) -> Weight:
    """What is left to do after a block's transactions; the weight used."""
    return play.rounds.on_idle(play.rounds.block_number(), remaining)


def to_commits(play: Play) -> None:
    """A round whose clients shall seal their updates, in a block in which they have not begun."""
    play.start()
    play.enrol_all()


def test_a_phase_ends_with_the_block_of_the_last_act(play: Play) -> None:
    to_commits(play)
    contents = play.updates()
    for who in CLIENTS[:-1]:
        play.commit(who, Stage.UPDATE, contents[who])
        end_block(play)
        assert play.round.phase is Phase.COMMIT_UPDATES
    play.commit(CLIENTS[-1], Stage.UPDATE, contents[CLIENTS[-1]])
    end_block(play)
    now = play.rounds.block_number()
    assert play.round.phase is Phase.REVEAL_UPDATES
    assert (play.round.since, play.round.deadline) == (now + 1, now + 1 + TERMS.schedule.reveal)


def test_a_phase_that_began_with_a_block_lasts_as_many_whole_blocks_as_any(play: Play) -> None:
    to_commits(play)
    for who, content in play.updates().items():
        play.commit(who, Stage.UPDATE, content)
    end_block(play)
    play.wait(TERMS.schedule.reveal)
    assert play.round.outcome is None
    play.wait()
    assert play.round.outcome is Outcome.TOO_FEW_UPDATES


def test_nobody_is_cut_off_before_the_last_block_in_time_is_over(play: Play) -> None:
    to_commits(play)
    last = play.round.deadline - 1
    while play.rounds.block_number() < last:
        end_block(play)
        assert play.round.phase is Phase.COMMIT_UPDATES
        play.wait()
    play.commit(CLIENTS[0], Stage.UPDATE, play.updates()[CLIENTS[0]])
    end_block(play)
    assert play.round.phase is Phase.REVEAL_UPDATES
    assert play.round.expected == 1


def test_the_end_of_a_block_does_what_the_next_beginning_would() -> None:
    courses = []
    for is_early in (False, True):
        play = Play(new_runtime())
        to_commits(play)
        for who, content in play.updates().items():
            play.commit(who, Stage.UPDATE, content)
        if is_early:
            end_block(play)
        play.wait()
        courses.append((play.round, play.rounds.block_number()))
    assert courses[0] == courses[1]


def test_the_draw_waits_for_a_hash_that_is_not_there_as_a_block_ends(play: Play) -> None:
    play.start()
    for who in CLIENTS:
        play.enrol(who, data=True)
    for who in KEEPERS:
        play.enrol(who, duties=True)
    while play.rounds.block_number() < play.round.deadline - 1:
        play.wait()
    end_block(play)
    locked = play.round
    assert (locked.phase, locked.since) == (Phase.DRAW, play.rounds.block_number() + 1)
    play.wait()
    end_block(play)
    assert play.round == locked
    play.wait()
    assert play.round.phase is Phase.COMMIT_UPDATES


def test_with_too_little_weight_the_transition_is_left_to_the_next_block(play: Play) -> None:
    to_commits(play)
    for who, content in play.updates().items():
        play.commit(who, Stage.UPDATE, content)
    before = play.round
    assert end_block(play, NO_WEIGHT) == NO_WEIGHT
    assert end_block(play, db(reads=2)) == db(reads=2)
    assert play.round == before
    assert not end_block(play, UNLIMITED).exceeds(db(reads=3, writes=1))
    assert play.round.phase is Phase.REVEAL_UPDATES


def test_the_first_block_with_a_chance_to_end_a_round_of_nobody_ends_it(play: Play) -> None:
    to_commits(play)
    play.wait(TERMS.schedule.train - 1)
    end_block(play)
    assert (play.round.phase, play.round.expected) == (Phase.REVEAL_UPDATES, 0)
    play.wait()
    assert play.round.outcome is Outcome.TOO_FEW_UPDATES


def test_a_chain_without_rounds_pays_nothing_at_the_end_of_a_block(play: Play) -> None:
    assert end_block(play) == NO_WEIGHT


@pytest.mark.parametrize("worth", [EXACT, SampledShapley(orders=8, tolerance=0)])
def test_a_round_takes_one_block_for_each_act_and_one_for_each_hash(worth: Worth) -> None:
    terms = replace(LEARNT, schedule=replace(LEARNT.schedule, enrol=2), reward_threshold=0, worth=worth)
    played = Learners(terms=(terms,))
    played.open()
    begun, seen = played.node.best.number, list[Phase]()
    played.start()
    seen.append(played.phase())
    played.play(lambda: seen.append(played.phase()))
    assert played.course().outcome is Outcome.PUBLISHED
    assert seen == [
        Phase.ENROL,  # the owner's call
        Phase.DRAW,  # enrolments
        Phase.DRAW,  # whose hash seeds the draw
        Phase.COMMIT_UPDATES,  # the draw
        Phase.REVEAL_UPDATES,
        Phase.COMMIT_AGGREGATES,
        Phase.REVEAL_AGGREGATES,
        Phase.REVEAL_TEST_SET,
        *([] if worth is EXACT else [Phase.REVEAL_TEST_SET]),  # whose hash seeds the verdict
        Phase.COMMIT_EVALUATIONS,
        Phase.REVEAL_EVALUATIONS,
        Phase.ENDED,
    ]
    assert played.node.best.number - begun == len(seen)
