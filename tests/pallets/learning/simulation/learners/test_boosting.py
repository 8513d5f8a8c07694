from __future__ import annotations

from pallets.learning.boosting.rounds import bagged
from pallets.learning.fixed_point import INT32_MAX, INT32_MIN
from pallets.learning.forest import LEAF, Forest
from pallets.learning.simulation.learners.boosting import LARGEST_DRAWN
from tests.pallets.learning.simulation.learners.kinds import ARRIVED, BOOSTING, LABELS, updates_of


def leaves(forest: Forest) -> list[int]:
    return [
        value
        for tree in forest.trees
        for feature, value in zip(tree.features, tree.values, strict=True)
        if feature == LEAF
    ]


def honest() -> Forest:
    update = updates_of(BOOSTING)[0]
    assert isinstance(update, Forest)
    return update


def test_updates_are_joined_as_rounds_on_chain_join_them() -> None:
    forests = [update for update in updates_of(BOOSTING) if isinstance(update, Forest)]
    assert BOOSTING.joined(BOOSTING.start, forests, ARRIVED, None) == bagged(BOOSTING.start, forests)


def test_leaves_are_scaled_turned_over_and_drawn_within_their_range() -> None:
    update = honest()
    assert leaves(BOOSTING.scaled(BOOSTING.start, update, 10)) == [10 * value for value in leaves(update)]
    assert leaves(BOOSTING.reversed(BOOSTING.start, update)) == [-value for value in leaves(update)]
    far = leaves(BOOSTING.scaled(BOOSTING.start, update, 2**31))
    assert INT32_MIN == min(far) < max(far) == INT32_MAX
    drawn = leaves(BOOSTING.drawn(BOOSTING.start, LABELS, b"seed"))
    assert len(set(drawn)) > 3
    assert max(map(abs, drawn)) <= LARGEST_DRAWN


def test_idle_trees_correct_nothing() -> None:
    idle = BOOSTING.idle(BOOSTING.start, LABELS)
    assert set(leaves(idle)) == {0}
    assert len(idle.trees) == len(honest().trees)
