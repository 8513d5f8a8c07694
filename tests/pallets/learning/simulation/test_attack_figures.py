"""What is kept of the figures makes the same document again; what is played again takes its place and no other."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pallets.learning.attacks import Attack
from pallets.learning.simulation.attack_document import Comparison
from pallets.learning.simulation.attack_figures import AttackFigures, FiguresError, decode_figures, encode_figures
from pallets.learning.simulation.attack_table import Entry

FLIP = Entry("digits", "fedavg", Attack.LABEL_FLIP, 12, None, 1.5, 0.0, True)
DOOR = replace(FLIP, strategy="forest", attack=Attack.BACKDOOR, earned_percent=None, fell_percent=41.4)
OTHER = replace(FLIP, data="breast_cancer", is_within=False)
KEPT = AttackFigures((FLIP, DOOR, OTHER), (Comparison("equal parts", (FLIP,)), Comparison("capped", (FLIP, OTHER))))

tenths = st.integers(-1000, 1000).map(lambda value: value / 10)


def kept(entry: Entry, *, is_compared: bool = False) -> Entry:
    """An entry as the document shows it."""
    fell = entry.fell_percent if entry.attack is Attack.BACKDOOR else 0.0
    if is_compared:
        return replace(entry, fell_percent=0.0, lost_points=0.0, is_within=True)
    return replace(entry, fell_percent=fell)


played = st.builds(
    Entry,
    data=st.sampled_from(("digits", "breast_cancer")),
    strategy=st.text(max_size=8),
    attack=st.sampled_from(Attack),
    earned_percent=st.none() | st.integers(-10, 900),
    as_honest_percent=st.none(),
    lost_points=tenths,
    fell_percent=tenths,
    is_within=st.booleans(),
)


@given(st.lists(played, max_size=4), st.lists(played, min_size=1, max_size=3))
def test_figures_are_those_of_their_text_as_far_as_the_document_shows_them(
    tables: list[Entry], compared: list[Entry]
) -> None:
    figures = AttackFigures(tuple(tables), (Comparison("a", tuple(compared)), Comparison("b", tuple(compared))))
    shown = tuple(kept(entry, is_compared=True) for entry in compared)
    expected = AttackFigures(tuple(map(kept, tables)), (Comparison("a", shown), Comparison("b", shown)))
    assert decode_figures(encode_figures(figures)) == expected


def test_what_is_played_again_takes_its_place_and_a_new_strategy_its_column() -> None:
    again, fresh = replace(FLIP, earned_percent=13), replace(FLIP, strategy="median")
    found = KEPT.with_tables([fresh, again], ("median", "fedavg", "forest"))
    assert found == AttackFigures((fresh, again, DOOR, OTHER), KEPT.comparisons)
    assert KEPT.with_tables([], ("fedavg",)).tables == (FLIP, OTHER)  # a strategy that is no more


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"tables": [], "comparisons": 3}',
        '{"tables": [{"data": 1}], "comparisons": []}',
        encode_figures(KEPT).replace("label-flip", "label-flop"),
        encode_figures(KEPT).replace("1.5", '"1.5"'),
        encode_figures(KEPT).replace("true", "1"),
        "[" * 100_000,
    ],
)
def test_a_text_that_is_no_figures_is_refused(text: str) -> None:
    with pytest.raises(FiguresError):
        decode_figures(text)
