"""What a monitor is told of offchain workers: the samples of a `Meter`, each with the pallet whose worker it was."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from chain.offchain.metering import BYTES_OF, Meter, PalletCost

Labels = tuple[tuple[str, str], ...]
Sample = tuple[Labels, float]
Family = tuple[str, str, str, list[Sample]]

PREFIX: Final = "palletlab_worker_"
"""Substrate's nodes count nothing of this, so that these names are our own."""

_FIGURES: Final[tuple[tuple[str, str, str, Callable[[PalletCost], float]], ...]] = (
    ("runs_total", "counter", "Runs that have ended", lambda cost: cost.runs),
    ("failures_total", "counter", "Runs that ended with an error", lambda cost: cost.failures),
    ("cpu_seconds_total", "counter", "Processor time of runs", lambda cost: cost.cpu_seconds),
    ("wall_seconds_total", "counter", "Time from the beginning of runs to their end", lambda cost: cost.wall_seconds),
    (
        "wasted_runs_total",
        "counter",
        "Runs of which nothing came",
        lambda cost: cost.wasted,
    ),
)


def worker_families(meter: Meter, active: int, chain: Labels) -> Iterator[Family]:
    """Name, type, meaning and samples of each family.

    active: how many runs go on or wait; chain: labels that every sample has
    """
    yield f"{PREFIX}active_runs", "gauge", "Runs that go on or wait", [(chain, active)]
    costs = [((("pallet", pallet), *chain), cost) for pallet, cost in sorted(meter.pallets.items())]
    for name, kind, meaning, figure in _FIGURES:
        yield PREFIX + name, kind, meaning, [(labels, figure(cost)) for labels, cost in costs]
    peaks = [(labels, float(cost.peak_memory)) for labels, cost in costs if cost.peak_memory is not None]
    yield f"{PREFIX}peak_memory_bytes", "gauge", "Memory of a worker process at most, during a run", peaks
    traced = [(labels, float(cost.traced_memory)) for labels, cost in costs if cost.traced_memory is not None]
    yield (
        f"{PREFIX}traced_memory_bytes",
        "gauge",
        "What a run allocated at most, of those in the node's process",
        traced,
    )
    yield f"{PREFIX}bytes_total", "counter", "Bytes of values between runs and their node", _bytes(costs)
    calls = [
        ((("call", name), *labels), float(call.count))
        for labels, cost in costs
        for name, call in sorted(cost.calls.items())
    ]
    yield f"{PREFIX}host_calls_total", "counter", "Host calls of runs", calls
    yield f"{PREFIX}submissions_total", "counter", "Transactions of runs, by what became of them", _submissions(costs)
    meaning = "Blocks from that of a run to that of its transaction"
    blocks = [(labels, float(sum(cost.latencies.elements()))) for labels, cost in costs]
    yield f"{PREFIX}inclusion_blocks_sum", "counter", meaning, blocks
    counts = [(labels, float(cost.latencies.total())) for labels, cost in costs]
    yield f"{PREFIX}inclusion_blocks_count", "counter", "Transactions of runs that came into a block", counts


def _bytes(costs: list[tuple[Labels, PalletCost]]) -> list[Sample]:
    found = list[Sample]()
    for labels, cost in costs:
        for kind in BYTES_OF:
            both = cost.bytes_of(kind)
            for direction, count in (("out", both.bytes_out), ("in", both.bytes_in)):
                found.append(((("kind", kind), ("direction", direction), *labels), count))
    return found


def _submissions(costs: list[tuple[Labels, PalletCost]]) -> list[Sample]:
    """The pool takes or refuses; of what it took, some came into a block and some never will."""
    found = list[Sample]()
    for labels, cost in costs:
        for name, call in sorted(cost.calls.items()):
            if not name.startswith("submit_"):
                continue
            outcomes = {
                "accepted": call.count - call.failed,
                "refused": call.failed,
                "included": cost.included[name],
                "lost": cost.lost[name],
            }
            for outcome, count in outcomes.items():
                kind = name.removeprefix("submit_")
                found.append(((("kind", kind), ("outcome", outcome), *labels), count))
    return found
