"""What must hold once a simulation was played, whatever went wrong with its workers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from chain.block import Block
from chain.node.block_overlays import BlockOverlays
from chain.node.chain_store import ChainStore
from chain.node.importer import import_block
from chain.primitives import Balance
from chain.validity import InvalidBlock
from pallets.balances.events import DustLost
from pallets.transaction_payment import TransactionFeePaid
from runtime.simulation.simulation import Simulation

Check = Callable[[Simulation], str | None]
"""None where it holds; otherwise what does not, in a sentence."""


@dataclass(frozen=True, slots=True)
class Property:
    """Something that must hold."""

    name: str
    check: Check


@dataclass(frozen=True, slots=True)
class Broken:
    """A property that does not hold, and why."""

    name: str
    why: str


def broken(simulation: Simulation, properties: Sequence[Property]) -> Broken | None:
    """The first property that does not hold; blocks that cannot be made, and runs that never end, break any."""
    if simulation.stopped is not None:
        return Broken("blocks", f"block {simulation.node.best.number + 1} cannot be made: {simulation.stopped}")
    if simulation.deadlock is not None:
        return Broken("deadlock", str(simulation.deadlock))
    for each in properties:
        why = each.check(simulation)
        if why is not None:
            return Broken(each.name, why)
    return None


def blocks_execute_again(simulation: Simulation) -> str | None:
    """Every block is what another node gets that executes it."""
    first, *others = simulation.blocks
    store, overlays = ChainStore(first.block, simulation.scenario.state), BlockOverlays()
    for block in others:
        again = Block(block.header, block.block.extrinsics)
        try:
            import_block(store, simulation.scenario.make, again, make_overlay=overlays.over)
        except InvalidBlock as error:
            return f"block {block.number} is refused by another node: {error}"
    return None


def states_are_sound(simulation: Simulation) -> str | None:
    """Each pallet finds its storage sound after each block (`try_state`)."""
    for block, runtime in simulation.states():
        if not block.number:
            continue  # what a scenario begins with is its own
        try:
            runtime.try_state()
        except AssertionError as error:
            return f"block {block.number}: {error}"
    return None


def workers_end_well(simulation: Simulation) -> str | None:
    """No run ends by an error but those that the schedule crashes."""
    for execution in simulation.adversary.log:
        if execution.failure is not None and not execution.is_crash:
            return f"{execution.place}: {execution.failure}"
    return None


def issuance_is_conserved(simulation: Simulation) -> str | None:
    """The accounts have what was issued, and of that no more is lost than fees and dust."""
    burnt = dict[int, Balance]()
    for each in simulation.events:
        if isinstance(each.event, TransactionFeePaid):
            burnt[each.number] = burnt.get(each.number, 0) + each.event.actual_fee
        elif isinstance(each.event, DustLost):
            burnt[each.number] = burnt.get(each.number, 0) + each.event.amount
    before: Balance | None = None
    for block, runtime in simulation.states():
        issued = runtime.balances.total_issuance.get()
        held = sum(account.data.free + account.data.reserved for _, account in runtime.system.account.iter())
        if held != issued:
            return f"block {block.number}: the accounts have {held}, but {issued} is issued"
        if before is not None and issued != before - burnt.get(block.number, 0):
            return f"block {block.number}: {issued} is issued after {before} and {burnt.get(block.number, 0)} of fees"
        before = issued
    return None


STANDARD: Final = (
    Property("blocks", blocks_execute_again),
    Property("states", states_are_sound),
    Property("workers", workers_end_well),
)
"""What holds on any chain."""

ISSUANCE: Final = Property("issuance", issuance_is_conserved)
"""Where fees are burnt and nothing is minted."""

KNOWN: Final[Mapping[str, Property]] = {each.name: each for each in (*STANDARD, ISSUANCE)}
"""By name."""
