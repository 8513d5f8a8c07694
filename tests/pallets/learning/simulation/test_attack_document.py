"""The document says of each figure what the runs gave, and marks what breaks its guarantee."""

from __future__ import annotations

from dataclasses import replace

from pallets.learning.attacks import DEEDS, Attack
from pallets.learning.simulation.attack_document import (
    FLAG,
    NOT_POSSIBLE,
    Comparison,
    SplitStake,
    document,
    held_in,
    table,
)
from pallets.learning.simulation.attack_table import Entry
from pallets.learning.simulation.selection import Bias, GroupBias

FLIP = Entry("digits", "fedavg", Attack.LABEL_FLIP, 12, 100, 1.5, 3.0, True)
DOOR = replace(FLIP, strategy="forest", attack=Attack.BACKDOOR, earned_percent=None, fell_percent=41.4)
BIAS = Bias(200, (GroupBias(250_000, 240_000, 245_000),) * 4, 1_000, 3_000, 2_000)
SPLITS = (SplitStake(share_percent=10, draws=4, under_one=2, under_ten=5),)


def written(*entries: Entry) -> str:
    return document(entries, [Comparison("equal parts", (FLIP,))], BIAS, SPLITS, "twice")


def test_a_table_has_a_row_for_each_attack_and_a_dash_where_it_cannot_be_made() -> None:
    assert table([FLIP, DOOR], lambda entry: str(entry.earned_percent)) == (
        "| attack | fedavg | forest |\n"
        "| --- | --- | --- |\n"
        f"| label-flip | 12 | {NOT_POSSIBLE} |\n"
        f"| backdoor | {NOT_POSSIBLE} | None |\n"
    )


def test_every_part_is_in_the_document() -> None:
    text = written(FLIP, DOOR)
    for heading in ("digits: what an attacker earned", "digits: what the model lost", "Backdoors", "The lottery"):
        assert f"## {heading}" in text
    for deed in DEEDS.values():
        assert deed in text
    assert "| digits | 41 |" in text  # rows that the backdoor catches
    assert "| fedavg | label-flip | 12 |" in text
    assert "| 10 % | 0.50 | 1.25 |" in text
    assert "| poorest quarter | 25.0 | 24.0 | 24.5 |" in text


def test_where_an_attacker_was_above_the_best_paid_the_figure_is_marked_and_named() -> None:
    assert held_in([FLIP, DOOR]) == "It held for all 2 figures."
    assert FLAG not in written(FLIP, DOOR).split("what an attacker earned")[1]
    broken = replace(FLIP, is_within=False)
    assert held_in([broken, DOOR]) == "It held for 1 of 2 figures, but not for label-flip on fedavg (digits)."
    assert f"| label-flip | 12{FLAG} |" in written(broken, DOOR)
