"""A node argues where its operator says so, and nowhere else."""

from __future__ import annotations

from pallets.disputes.operator import Disputant, disputant_of


def test_instructions_stand_alone_or_among_others() -> None:
    only_defends = Disputant(challenges=False)
    assert disputant_of(only_defends) == only_defends
    assert disputant_of(("others'", only_defends, Disputant())) == only_defends


def test_a_node_whose_operator_says_nothing_defends_what_is_true_and_leaves_others_alone() -> None:
    assert disputant_of(("others'",)) == disputant_of(None) == Disputant(challenges=False, defends=True, bends=None)
