"""A node argues where its operator says so, and nowhere else."""

from __future__ import annotations

from pallets.disputes.operator import Disputant, disputant_of


def test_instructions_stand_alone_or_among_others() -> None:
    only_defends = Disputant(challenges=False)
    assert disputant_of(only_defends) == only_defends
    assert disputant_of(("others'", only_defends, Disputant())) == only_defends
    assert disputant_of(("others'",)) is None
    assert disputant_of(None) is None


def test_a_node_is_honest_where_nothing_else_is_said() -> None:
    assert Disputant() == Disputant(challenges=True, bends=None)
