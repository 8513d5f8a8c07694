"""What came of a simulation: the same for the same faults, wherever it is played."""

from __future__ import annotations

from collections.abc import Sequence

from chain.offchain.adversary.fault import Fault
from chain.offchain.adversary.schedule import Faults, Schedule
from chain.offchain.adversary.shrink import Shrunk, Watch, shrunk
from chain.primitives import BlockNumber, Hash
from chain.record import record
from runtime.simulation.properties import Broken, Property, broken
from runtime.simulation.scenario import Scenario
from runtime.simulation.simulation import Simulation


@record
class Verdict:
    """A simulation that was played.

    broken: the first property that does not hold, None where all do
    head: the best block; log: what all executions of workers did, as one hash; executions: how many
    faults: those that took effect, which give the same verdict again
    struck_at: the host call at which each of them struck, empty for those that hit no run in its midst
    """

    broken: Broken | None
    head: Hash
    log: Hash
    blocks: BlockNumber
    executions: int
    faults: tuple[Fault, ...]
    struck_at: tuple[str, ...] = ()


def play(scenario: Scenario, faults: Faults, properties: Sequence[Property] | None = None) -> Verdict:
    """Play a scenario under faults and look whether the properties hold, by default the scenario's own."""
    simulation = Simulation(scenario, faults)
    simulation.run()
    adversary = simulation.adversary
    happened = adversary.schedule.faults
    return Verdict(
        broken(simulation, scenario.properties if properties is None else properties),
        simulation.head,
        simulation.log_digest,
        simulation.node.best.number,
        len(adversary.log),
        happened,
        tuple(adversary.struck_at.get(fault, "") for fault in happened),
    )


def shrunk_failure(
    scenario: Scenario,
    failed: Verdict,
    properties: Sequence[Property] | None = None,
    at_most: int = 500,
    watch: Watch = lambda _tries, _left: None,
) -> Shrunk:
    """The shortest schedule that breaks the same property, playing the scenario anew `at_most` times."""
    name = None if failed.broken is None else failed.broken.name
    if name is None:
        raise ValueError("nothing failed, so there is nothing to shrink")

    def retry(schedule: Schedule) -> Schedule | None:
        found = play(scenario, schedule, properties)
        return Schedule(found.faults) if found.broken is not None and found.broken.name == name else None

    return shrunk(Schedule(failed.faults), retry, at_most, watch)
