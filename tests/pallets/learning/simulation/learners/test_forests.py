from __future__ import annotations

from dataclasses import replace

import pytest

from pallets.learning.forest import Forest
from pallets.learning.simulation.learners.learner import WrongKind
from pallets.learning.simulation.servers import Arrived
from tests.pallets.learning.simulation.learners.kinds import FORESTS, LABELS, PARTS, PLAIN, QUOTAS, ROWS, updates_of


def test_by_quota_a_client_gives_a_tree_for_so_many_of_its_rows() -> None:
    rows, labels = PARTS[0]
    for count, trees in ((1, 1), (8, 1), (9, 2), (17, 3)):
        given = QUOTAS.trained(QUOTAS.start, rows[:count], labels[:count], b"s", PLAIN)
        assert len(given.trees) == trees
        assert len(QUOTAS.idle(QUOTAS.start, labels[:count]).trees) == trees
        assert len(QUOTAS.drawn(QUOTAS.start, labels[:count], b"s").trees) == trees
    assert len(FORESTS.trained(FORESTS.start, rows[:3], labels[:3], b"s", PLAIN).trees) == 4


def test_trees_beyond_the_quota_count_for_nothing() -> None:
    many = FORESTS.trained(FORESTS.start, *PARTS[0], b"s", PLAIN)
    joined = QUOTAS.joined(QUOTAS.start, [many, many], Arrived((0, 1), (8, 16)), None)
    assert joined == replace(joined, trees=(many.trees[0], *many.trees[:2]))
    worth = QUOTAS.worth(QUOTAS.start, [many], [8], ROWS, LABELS)
    first = replace(many, trees=many.trees[:1])
    assert worth.alone == QUOTAS.worth(QUOTAS.start, [first], [8], ROWS, LABELS).alone


def test_nothing_in_a_forest_can_be_scaled() -> None:
    honest = updates_of(FORESTS)[0]
    assert isinstance(honest, Forest)
    with pytest.raises(WrongKind, match="vote is one"):
        FORESTS.scaled(FORESTS.start, honest, 10)
