"""The report adds up recordings, and says what waits and what is lost."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from chain.offchain.metering import LOST_AFTER, Verdict
from chain.offchain.recording_file import INCLUSIONS, read_recording
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
    row = next(line for line in console.export_text().splitlines() if "Remarking" in line)
    cells = [cell.strip() for cell in row.strip("│").split("│")]
    assert cells[:4] == ["Remarking", "3", "1", "2"]
    assert cells[7] == "—"  # runs in the node's process have no memory of their own
    assert cells[-5:] == ["1", "0", "1", "0", "1 blocks"]
    assert set(report_json(meter)) == {"Remarking"}
