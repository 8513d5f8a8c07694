"""The report adds up recordings, and says what waits and what is lost."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from chain.offchain.metering import LOST_AFTER, Meter, Verdict
from chain.offchain.recording_file import INCLUSIONS, read_recording
from chain.offchain.worker_run import WorkerRun
from chain.primitives import AccountId, Hash
from node_cli.units import size
from node_cli.worker_report import metered, report_json, report_table
from tests.node_cli.recordings import recorded_in


def test_what_no_block_has_waits_until_it_has_waited_for_long(tmp_path: Path) -> None:
    files = recorded_in(tmp_path)
    (tmp_path / INCLUSIONS).unlink()
    recordings = [(file, read_recording(file)) for file in files]
    assert metered(recordings).pallets["Remarking"].verdicts[Verdict.PENDING] == 1
    recordings[-1][1].run.number = LOST_AFTER + 2
    cost = metered(recordings).pallets["Remarking"]
    assert (cost.verdicts[Verdict.PENDING], cost.verdicts[Verdict.LOST], cost.wasted) == (0, 1, 3)


def test_the_table_has_a_row_for_each_pallet(tmp_path: Path) -> None:
    meter = metered([(file, read_recording(file)) for file in recorded_in(tmp_path)])
    console = Console(width=240, record=True, file=(tmp_path / "table").open("w"))
    console.print(report_table(meter))
    console.file.close()
    text = console.export_text()
    row = next(line for line in text.splitlines() if "Remarking" in line)
    cells = [cell.strip() for cell in row.strip("│").split("│")]
    assert cells[:4] == ["Remarking", "3", "1", "2"]
    assert cells[7] == "—"  # runs in the node's process have no memory of their own
    assert "—: runs shared the node's memory; --workers processes or --trace-memory measures theirs" in text
    assert cells[-5:] == ["1", "0", "1", "0", "1 blocks"]
    assert set(report_json(meter)) == {"Remarking"}


@pytest.mark.parametrize(
    ("peak", "traced", "cell", "told"),
    [
        (80 * 2**20, None, size(80 * 2**20), "memory: of a worker process at most, with all that it has loaded"),
        (None, 3 * 2**20, f"+{size(3 * 2**20)}", "+: what a run allocated at most in the node's process"),
    ],
)
def test_the_table_says_whose_memory_it_is(peak: int | None, traced: int | None, cell: str, told: str) -> None:
    meter = Meter()
    run = WorkerRun(AccountId(bytes(32)), Hash(bytes(32)), 1, "Hungry", peak_memory=peak, traced_memory=traced)
    meter.add(run)
    console = Console(width=240, record=True, file=io.StringIO())
    console.print(report_table(meter))
    text = console.export_text()
    assert f" {cell} " in text
    assert told in text
    figures = report_json(meter)["Hungry"]
    assert isinstance(figures, dict)
    assert (figures["peak_memory"], figures["traced_memory"]) == (peak, traced)
