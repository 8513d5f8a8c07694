"""One chain with many validators, played block by block while its workers are attacked."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from chain.node.block_overlays import BlockOverlays
from chain.node.service import Node
from chain.offchain.adversary.adversary import Adversary, Deadlock
from chain.offchain.adversary.run_log import digest_of
from chain.offchain.adversary.schedule import Faults
from chain.offchain.settings import WorkerSettings
from chain.primitives import BlockNumber, Hash
from chain.record import record
from chain.state.overlay import Overlay
from chain.store.block_store import ImportedBlock
from chain.validity import InvalidBlock
from pallets.frame.event import PalletEvent
from runtime.devnet import node_of
from runtime.simulation.scenario import Scenario


@record
class Happened:
    """An event, and the block that has it."""

    number: BlockNumber
    event: PalletEvent


class Simulation:
    """Validators of a scenario under faults; `run` plays it, then properties may be asked of it.

    One run goes on at a time: the same faults give the same head and the same log.
    stopped: why no further block could be made, None as a rule; deadlock: which run waits for what cannot come
    """

    def __init__(self, scenario: Scenario, faults: Faults) -> None:
        participants = scenario.participants()
        self.scenario = scenario
        self.adversary = Adversary(faults, participants)
        self.node: Node[Any] = node_of(
            scenario.make, scenario.state, participants, scenario.finality_lag, workers=self.adversary.settings()
        )
        self.adversary.join(self.node, self._another)
        self.stopped: InvalidBlock | None = None
        self.deadlock: Deadlock | None = None

    def run(self) -> None:
        """Play it to its end."""
        node, scenario, overlays = self.node, self.scenario, BlockOverlays()
        scenario.prepare(node)
        try:
            while node.best.number < scenario.blocks:
                runtime = scenario.make(overlays.over(node.best.state))
                if scenario.is_over(node, runtime):
                    break
                scenario.act(node, runtime)
                self.adversary.advance()
        except InvalidBlock as error:
            self.stopped = error
        except Deadlock as error:
            self.deadlock = error
        finally:
            self.adversary.close()

    def _another(self, workers: WorkerSettings) -> Node[Any]:
        """A node for those who are cut off; they finalize nothing, and share what content there is."""
        scenario, node = self.scenario, self.node
        participants, content = node.workers.participants, node.content
        return node_of(scenario.make, scenario.state, participants, workers=workers, content=content)

    @property
    def head(self) -> Hash:
        """The hash of the best block."""
        return self.node.best.hash

    @property
    def log_digest(self) -> Hash:
        """Of what all executions did."""
        return digest_of(self.adversary.log)

    @cached_property
    def blocks(self) -> tuple[ImportedBlock, ...]:
        """The best chain from block zero on; once it has been played."""
        found = (self.node.chain.at(number) for number in range(self.node.best.number + 1))
        return tuple(block for block in found if block is not None)

    @cached_property
    def events(self) -> tuple[Happened, ...]:
        """What happened on the best chain, in order; once it has been played."""
        return tuple(self._events())

    def states(self) -> Iterator[tuple[ImportedBlock, Any]]:
        """The blocks with the runtime on the state of each, which serves until the next one is asked for."""
        overlay = Overlay(self.blocks[0].state)
        for block in self.blocks:
            overlay.reset(block.state)
            yield block, self.scenario.make(overlay)

    def _events(self) -> Iterator[Happened]:
        for block, runtime in self.states():
            for entry in runtime.system.events.get():
                yield Happened(block.number, entry.event.event)
