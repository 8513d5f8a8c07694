"""What recorded runs took and what came of them, by pallet: a table, and JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.table import Table

from chain.offchain.metering import BYTES_OF, Meter, PalletCost, Verdict
from chain.offchain.recording import Recording
from chain.offchain.recording_file import read_inclusions
from chain.offchain.worker_run import CallCost
from node_cli.units import size


def metered(recordings: Sequence[tuple[Path, Recording]]) -> Meter:
    """The recorded runs, added up; raises RecordingError, OSError.

    Blocks are those in the folders of the files. What waits at the last of them, and not for long, is pending.
    """
    meter, last = Meter(), 0
    for _, recording in recordings:
        meter.add(recording.run)
        last = max(last, recording.run.number)
    for folder in sorted({path.parent for path, _ in recordings}):
        for transaction, number in read_inclusions(folder).items():
            meter.settle(transaction, number)
            last = max(last, number)
    meter.give_up(last)
    return meter


def report_table(meter: Meter) -> Table:
    """A row for each pallet."""
    table = Table(border_style="dim", caption=_how_memory_was_measured(meter), caption_justify="left")
    table.add_column("pallet")
    headings = ("runs", "failed", "wasted", "CPU, ms", "at most", "wall, ms", "memory", "calls")
    for heading in (*headings, "http", "content", "storage", "sent", "refused", "in blocks", "lost", "after"):
        table.add_column(heading, justify="right")
    for pallet, cost in sorted(meter.pallets.items()):
        sent = _sent(cost)
        table.add_row(
            pallet or "worker",
            str(cost.runs),
            str(cost.failures),
            str(cost.wasted),
            f"{cost.cpu_seconds * 1000:,.1f}",
            f"{cost.cpu_most * 1000:,.1f}",
            f"{cost.wall_seconds * 1000:,.1f}",
            _memory(cost),
            str(sum(each.count for each in cost.calls.values())),
            *(_both_ways(cost.bytes_of(kind)) for kind in ("http", "content", "storage")),
            str(sent.count),
            str(sent.failed),
            str(cost.included.total()),
            str(cost.lost.total()),
            "—" if cost.latency is None else f"{cost.latency} blocks",
        )
    return table


def _how_memory_was_measured(meter: Meter) -> str:
    costs = meter.pallets.values()
    told = []
    if any(cost.peak_memory is not None for cost in costs):
        told.append("memory: of a worker process at most, with all that it has loaded")
    if any(cost.traced_memory is not None for cost in costs):
        told.append("+: what a run allocated at most in the node's process, the node meanwhile with it")
    if any(cost.peak_memory is None and cost.traced_memory is None for cost in costs):
        told.append("—: runs shared the node's memory; --workers processes or --trace-memory measures theirs")
    return "\n".join(told)


def report_json(meter: Meter) -> Mapping[str, object]:
    """All figures, by pallet; times in seconds, memory and lengths in bytes, latencies in blocks."""
    return {pallet: _pallet(cost) for pallet, cost in sorted(meter.pallets.items())}


def _pallet(cost: PalletCost) -> Mapping[str, object]:
    submissions = {
        name.removeprefix("submit_"): {
            "accepted": call.count - call.failed,
            "refused": call.failed,
            "included": cost.included[name],
            "lost": cost.lost[name],
        }
        for name, call in sorted(cost.calls.items())
        if name.startswith("submit_")
    }
    return {
        "runs": cost.runs,
        "failures": cost.failures,
        "wasted": cost.wasted,
        "verdicts": {each.value: cost.verdicts[each] for each in Verdict},
        "cpu_seconds": cost.cpu_seconds,
        "cpu_most": cost.cpu_most,
        "wall_seconds": cost.wall_seconds,
        "wall_most": cost.wall_most,
        "peak_memory": cost.peak_memory,
        "traced_memory": cost.traced_memory,
        "bytes": {kind: {"out": (both := cost.bytes_of(kind)).bytes_out, "in": both.bytes_in} for kind in BYTES_OF},
        "host_calls": {name: call.count for name, call in sorted(cost.calls.items())},
        "submissions": submissions,
        "latency": cost.latency,
        "latencies": {str(blocks): count for blocks, count in sorted(cost.latencies.items())},
    }


def _memory(cost: PalletCost) -> str:
    if cost.peak_memory is not None:
        return size(cost.peak_memory)
    return "—" if cost.traced_memory is None else f"+{size(cost.traced_memory)}"


def _sent(cost: PalletCost) -> CallCost:
    return cost.bytes_of("pool")


def _both_ways(cost: CallCost) -> str:
    return f"↑{size(cost.bytes_out)} ↓{size(cost.bytes_in)}" if cost.count else ""
