"""The chain that a scenario is played on, and what it lets the players do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from chain.content.memory import MemoryStore
from chain.content.store import ContentStore
from chain.node.service import Node
from chain.node.signature_cache import SignatureCache
from chain.primitives import BlockNumber
from node_cli.scenario.cast import Cast, Player, cast_of
from node_cli.scenario.conduct import StageRuntime
from node_cli.scenario.definition import Scenario
from node_cli.scenario.economy import ENDOWMENT, ROUND_REWARD
from pallets import balances, federated_round, governance
from pallets.frame.call import RuntimeCall
from pallets.frame.error import describe
from pallets.system.events import ExtrinsicFailed
from runtime.dev import EXISTENTIAL_DEPOSIT, DevRuntime, genesis_state
from runtime.devnet import node_of
from runtime.rebound import Rebound

FINALITY_LAG = 1
"""Blocks: what an erasure destroys is destroyed when its block is final."""


class PlayError(Exception):
    """The play cannot go on; the message is one sentence for a person."""


@dataclass(frozen=True, slots=True)
class Chapter:
    """A part of the play, from its first block to its last."""

    title: str
    text: str
    first: BlockNumber
    last: BlockNumber


Deed = tuple[Player, RuntimeCall]
"""Who makes which call."""


class Stage:
    """One node with all players' workers, and the chapters so far."""

    def __init__(self, scenario: Scenario, content: ContentStore | None = None) -> None:
        self.scenario = scenario
        self.content: ContentStore = MemoryStore() if content is None else content
        self.cast = cast_of(scenario, self.content)
        self.chapters: list[Chapter] = []
        participants = [player.participant() for player in self.cast.everybody]
        self.node: Node[DevRuntime] = node_of(
            Rebound(partial(StageRuntime, signatures=SignatureCache())),
            genesis_state(genesis_of(scenario, self.cast)),
            participants,
            FINALITY_LAG,
            content=self.content,
        )

    @property
    def now(self) -> BlockNumber:
        """The number of the best block."""
        return self.node.best.number

    @property
    def runtime(self) -> DevRuntime:
        """The runtime on the state after the best block; what is written to it is lost."""
        return self.node.runtime_at()

    def begin(self, title: str, text: str = "") -> None:
        """Begin a chapter; it ends where the next one begins."""
        self.chapters.append(Chapter(title, text, self.now + 1, self.now + 1))

    def act(self, *deeds: Deed) -> None:
        """Let the players make these calls in the next block; raises PlayError where one fails."""
        for player, call in deeds:
            self.node.submit_call(player.key, call)
        self.seal()
        for record in self.runtime.system.events.get():
            event = record.event.event
            if isinstance(event, ExtrinsicFailed):
                raise PlayError(f"block {self.now}: {describe(event.dispatch_error)}")

    def seal(self) -> None:
        """Make one block; the workers run after it."""
        self.node.seal()
        if self.chapters:
            self.chapters[-1] = replace(self.chapters[-1], last=self.now)

    def wait(self, condition: Callable[[], bool], at_most: int, what: str) -> None:
        """Seal blocks until the condition holds; raises PlayError after `at_most`."""
        for _ in range(at_most):
            if condition():
                return
            self.seal()
        if not condition():
            raise PlayError(f"{what} is not over after {at_most} blocks")


def genesis_of(scenario: Scenario, cast: Cast) -> dict[str, Any]:
    """Genesis records by pallet: everybody endowed, everybody in the alliance, the first threshold."""
    pools = len(scenario.lessons) * ((scenario.rounds + len(scenario.spare)) * ROUND_REWARD + EXISTENTIAL_DEPOSIT)
    endowments = {player.account: ENDOWMENT for player in cast.everybody}
    endowments[cast.office.account] += pools
    return {
        "Balances": balances.Genesis(balances=tuple(endowments.items())),
        "Governance": governance.Genesis(members=tuple(sorted(endowments))),
        "FederatedRound": federated_round.Genesis(reward_threshold=scenario.thresholds[0]),
    }
