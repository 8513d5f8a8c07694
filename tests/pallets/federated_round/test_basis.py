"""What a content is made of differs between forks that say something else, and stays while others act."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from chain.primitives import Hash
from pallets.federated_round import Aggregate, Phase, Round, Stage
from pallets.federated_round.basis import basis_of
from tests.pallets.federated_round.mock import CLIENTS, MODEL, Play, new_runtime, update_of

LATE = CLIENTS[-1]
OTHER = Hash(b"of another branch".ljust(32))


def basis(play: Play, stage: Stage) -> Hash:
    return basis_of(play.rounds, play.task, play.number, stage)


@pytest.fixture
def play() -> Play:
    """A round whose clients have sealed their updates, and all but one revealed them."""
    play = Play(new_runtime())
    play.start()
    play.enrol_all()
    for who in CLIENTS:
        play.commit(who, Stage.UPDATE, update_of(who))
    play.until(Phase.REVEAL_UPDATES)
    for who in CLIENTS[:-1]:
        play.do(who, play.reveal_call(update_of(who)))
    return play


def forked(play: Play, ours: Callable[[], None], theirs: Callable[[], None], stage: Stage) -> tuple[Hash, Hash]:
    """The basis of a stage after what happens on one branch, and on another."""
    told = list[Hash]()
    for branch in (ours, theirs):
        play.runtime.storage.begin()
        branch()
        told.append(basis(play, stage))
        play.runtime.storage.rollback()
    return told[0], told[1]


def reveal_late(play: Play) -> None:
    play.do(LATE, play.reveal_call(update_of(LATE)))


@pytest.mark.parametrize("stage", [Stage.AGGREGATE, Stage.GROUP, Stage.EVALUATION])
def test_a_branch_with_another_update_is_another_basis(play: Play, stage: Stage) -> None:
    ours, theirs = forked(play, lambda: reveal_late(play), lambda: None, stage)
    assert ours != theirs


def test_the_basis_of_an_update_is_the_seed_and_what_the_round_began_from(play: Play) -> None:
    def change(course: Round) -> Callable[[], None]:
        return lambda: play.rounds.rounds.insert((play.task, play.number), course)

    ours, theirs = forked(play, lambda: reveal_late(play), lambda: None, Stage.UPDATE)
    assert ours == theirs
    seeded, begun = forked(
        play, change(replace(play.round, seed=OTHER)), change(replace(play.round, base=OTHER)), Stage.UPDATE
    )
    assert len({ours, seeded, begun}) == 3


def test_a_basis_stays_while_aggregates_are_sealed_and_revealed(play: Play) -> None:
    reveal_late(play)
    before = basis(play, Stage.AGGREGATE)
    play.until(Phase.COMMIT_AGGREGATES)
    for who, content in play.aggregates().items():
        play.commit(who, Stage.AGGREGATE, content)
        assert basis(play, Stage.AGGREGATE) == before
    play.until(Phase.REVEAL_AGGREGATES)
    for who, content in play.aggregates().items():
        play.do(who, play.reveal_call(content))
        assert basis(play, Stage.AGGREGATE) == before


def test_a_branch_that_agrees_on_another_model_is_another_basis_of_verdicts(play: Play) -> None:
    reveal_late(play)
    play.until(Phase.COMMIT_AGGREGATES)

    def agree_on(invalid: int) -> None:
        contents = {who: Aggregate(MODEL, CLIENTS[:invalid]) for who in play.drawn.aggregators}
        play.vote(Stage.AGGREGATE, contents)

    ours, theirs = forked(play, lambda: agree_on(0), lambda: agree_on(1), Stage.EVALUATION)
    assert ours != theirs


def test_the_test_set_is_in_the_basis_of_verdicts_alone(play: Play) -> None:
    reveal_late(play)
    play.until(Phase.COMMIT_AGGREGATES)
    play.vote(Stage.AGGREGATE, play.aggregates())
    before = {stage: basis(play, stage) for stage in (Stage.AGGREGATE, Stage.EVALUATION)}
    play.disclose()
    assert basis(play, Stage.AGGREGATE) == before[Stage.AGGREGATE]
    assert basis(play, Stage.EVALUATION) != before[Stage.EVALUATION]
