"""The figures of the attack document as JSON, so that parts of it are played again and the rest is kept.

What the document does not show is not kept: an entry that comes from a file has no `as_honest_percent`, only one of a
backdoor says what it caught, and one of a comparison what was earned.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pallets.learning.attacks import Attack
from pallets.learning.simulation.attack_document import Comparison
from pallets.learning.simulation.attack_table import Entry


class FiguresError(ValueError):
    """A text is no figures of the document."""


@dataclass(frozen=True, slots=True)
class AttackFigures:
    """tables: every attack against every strategy; comparisons: some of them under other rules of payment"""

    tables: tuple[Entry, ...]
    comparisons: tuple[Comparison, ...]

    def with_tables(self, played: Sequence[Entry], strategies: Sequence[str]) -> AttackFigures:
        """These figures, and in their place those that were played again; tables in the order of strategies."""
        found = {_place(entry): entry for entry in (*self.tables, *played)}
        data = list(dict.fromkeys(entry.data for entry in found.values()))
        order = [
            (name, strategy, attack) for name in data for strategy in strategies for attack in Attack
        ]  # a strategy that is no more has no column
        return replace(self, tables=tuple(found[place] for place in order if place in found))


def encode_figures(figures: AttackFigures) -> str:
    """An entry a line, so that a change shows what changed."""
    tables = ",\n  ".join(json.dumps(_shown(entry)) for entry in figures.tables)
    compared = ",\n  ".join(
        json.dumps({"heading": each.heading, **_earned(entry)})
        for each in figures.comparisons
        for entry in each.entries
    )
    return f'{{"tables": [\n  {tables}\n], "comparisons": [\n  {compared}\n]}}\n'


def decode_figures(text: str) -> AttackFigures:
    """The figures of their text; raises FiguresError."""
    try:
        found = json.loads(text)
        tables = tuple(_entry(each) for each in found["tables"])
        compared = dict[str, list[Entry]]()
        for each in found["comparisons"]:
            compared.setdefault(str(each["heading"]), []).append(_entry(each))
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise FiguresError(f"no figures of attacks: {type(error).__name__}: {error}") from None
    return AttackFigures(tables, tuple(Comparison(name, tuple(entries)) for name, entries in compared.items()))


def _place(entry: Entry) -> tuple[str, str, Attack]:
    return entry.data, entry.strategy, entry.attack


def _earned(entry: Entry) -> dict[str, object]:
    """All that a comparison of rules shows."""
    return {
        "data": entry.data,
        "strategy": entry.strategy,
        "attack": entry.attack.value,
        "earned_percent": entry.earned_percent,
    }


def _shown(entry: Entry) -> dict[str, object]:
    fell = {"fell_percent": entry.fell_percent} if entry.attack is Attack.BACKDOOR else {}
    return _earned(entry) | {"lost_points": entry.lost_points, "is_within": entry.is_within} | fell


def _entry(found: Mapping[str, object]) -> Entry:
    earned, lost, fell = found["earned_percent"], found.get("lost_points", 0.0), found.get("fell_percent", 0.0)
    if not isinstance(earned, int | None) or not isinstance(lost, int | float) or not isinstance(fell, int | float):
        raise FiguresError(f"figures that are no numbers: {earned}, {lost}, {fell}")
    within = found.get("is_within", True)
    if not isinstance(within, bool):
        raise FiguresError(f"{within} for whether the bound held")
    attack = Attack(found["attack"])
    return Entry(str(found["data"]), str(found["strategy"]), attack, earned, None, float(lost), float(fell), within)
