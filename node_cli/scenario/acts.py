"""What a play has besides rounds: each act says what it does when, and tells what came of it.

`registration`, `erasure`, `dispute`, `privacy` and `hiding` have them; a scenario has those that its own fields ask
for.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from node_cli.scenario.chronicle import BlockEntry
from node_cli.scenario.definition import Scenario
from node_cli.scenario.dispute import Dispute
from node_cli.scenario.erasure import Erasure
from node_cli.scenario.hiding import Hiding, is_hidden
from node_cli.scenario.outcome import Exhibit
from node_cli.scenario.privacy import Privacy, is_noisy
from node_cli.scenario.registration import Registration
from node_cli.scenario.stage import Deed, Stage


class Act(Protocol):
    """A part of the play; every moment may pass without it."""

    def first_deeds(self, stage: Stage) -> Sequence[Deed]:
        """Calls in the first block, beside the bonds: nobody's worker has run before."""
        ...

    def before_tasks(self, stage: Stage) -> None:
        """When stakes are bonded; raises PlayError, as all these do."""
        ...

    def before_rounds(self, stage: Stage) -> None:
        """When tasks are there."""
        ...

    def after_round(self, stage: Stage, number: int) -> None:
        """When a round of all models is over, counted from 0."""
        ...

    def exhibit(self, stage: Stage, blocks: Sequence[BlockEntry]) -> Exhibit:
        """What came of it, when the play is over."""
        ...


def acts_of(scenario: Scenario) -> tuple[Act, ...]:
    """The acts of a scenario, in their order."""
    acts: list[Act] = []
    if scenario.purpose:
        acts.append(Registration())
    if scenario.withdraws:
        acts.append(Erasure(scenario.withdraws))
    if scenario.cartel:
        acts.append(Dispute())
    if any(map(is_noisy, scenario.lessons)):
        acts.append(Privacy())
    if any(map(is_hidden, scenario.lessons)):
        acts.append(Hiding())
    return tuple(acts)
