"""What is played, by names: what another process, or another day, finds again."""

from __future__ import annotations

from typing import Final

from chain.offchain.adversary.draw import Rates
from chain.record import keyword_record

FEDERATED_ROUND: Final = "federated-round"
WORKERS: Final = "workers"
"""Scenarios that have a name; others are `module:Class`."""

VALIDATORS: Final = range(1, 1001)
BLOCKS: Final = range(1, 10**6)
"""What may be asked for, by options and by files."""

LONGEST: Final = 3
"""Blocks that a delay, a lag, a branch or a partition has at most."""


@keyword_record
class Task:
    """A scenario and what must hold of it.

    runtime: `module:Class`, None for the scenario's own; blocks: at most, None for the scenario's own number
    properties: by name or as `module:function`; none for the scenario's own
    """

    scenario: str = FEDERATED_ROUND
    runtime: str | None = None
    validators: int = 8
    blocks: int | None = None
    properties: tuple[str, ...] = ()

    def plain(self) -> dict[str, object]:
        """As JSON and MessagePack have it."""
        return {
            "scenario": self.scenario,
            "runtime": self.runtime,
            "validators": self.validators,
            "blocks": self.blocks,
            "properties": list(self.properties),
        }


@keyword_record
class Attack:
    """What goes wrong; longest: blocks that it lasts at most."""

    rates: Rates = Rates()
    longest: int = LONGEST

    def plain(self) -> dict[str, int]:
        """As JSON has it."""
        return {**self.rates.plain(), "longest": self.longest}
