"""A recorded run is told to a person in lines, and to programs whole."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from chain.offchain.recording import RecordedCall
from chain.offchain.recording_file import read_recording
from chain.offchain.vault import Vault
from node_cli.recording_view import recording_json, recording_lines
from tests.node_cli.recordings import SOURCE, recorded_in, recorded_secrets_in


def test_a_person_sees_what_the_run_was_told_and_did(tmp_path: Path) -> None:
    first, second, _ = (read_recording(file) for file in recorded_in(tmp_path))
    lines = list(recording_lines(first))
    (transaction,) = first.run.accepted
    assert lines[0] == f"Run         Remarking on best block 1, 0x{first.run.block.hex()}"
    assert f"Runtime     {first.runtime.spec_name} {first.runtime.spec_version}, {SOURCE}" in lines
    assert "Data        none" in lines
    assert "Ended       by itself" in lines
    assert "     1  local_set(1, 0x64617461, 0x4e6f6e65) " in lines
    assert f"     2  submit_signed(0x000710746f6c64, None, None, None) = 0x{transaction.hex()}" in lines
    assert "  WARNING pallets.remarking: a remark" in lines
    ended = next(line for line in recording_lines(second) if line.startswith("Ended"))
    assert ended.startswith("Ended       with ZeroDivisionError: nothing after ")


def test_an_edit_is_shown(tmp_path: Path) -> None:
    recording = read_recording(recorded_in(tmp_path)[0])
    before = recording.calls[1]
    edited = replace(recording, calls=(recording.calls[0], RecordedCall(before.call, (0, bytes(32)), before.check)))
    assert next(line for line in recording_lines(edited) if "submit_signed" in line).endswith("EDITED OR DAMAGED")


def test_programs_get_everything(tmp_path: Path) -> None:
    recording = read_recording(recorded_in(tmp_path)[0])
    told = json.loads(json.dumps(recording_json(recording)))
    assert told["calls"][0] == {
        "name": "local_set",
        "arguments": [1, "0x64617461", "0x4e6f6e65"],
        "value": None,
        "is_untouched": True,
    }
    assert len(told["state"]) == len(recording.state) > 0
    assert list(told["extrinsics"].values()) == [f"0x{each.hex()}" for each in recording.extrinsics.values()]
    assert told["costs"]["by_call"]["submit_signed"]["count"] == 1
    assert told["logs"] == [{"level": 30, "logger": "pallets.remarking", "text": "a remark"}]


def test_what_was_left_out_is_named_and_not_shown(tmp_path: Path) -> None:
    first, second, third = (read_recording(file) for file in recorded_secrets_in(tmp_path, Vault()))
    assert ("Secrets     1 left out; a replay needs what random_seed came to (host call 1)") in recording_lines(first)
    assert "     1  random_seed() = (redacted)" in recording_lines(first)
    told = recording_json(second)["secrets"]
    assert isinstance(told, dict)
    (withheld,) = told["withheld"]
    assert (withheld["what"], withheld["length"], told["needed"]) == ("the value of secret/drawing", 32, [0])
    assert not [line for line in recording_lines(third) if line.startswith("Secrets")]
