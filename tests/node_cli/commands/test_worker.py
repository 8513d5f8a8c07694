"""`palletlab worker`: recorded runs are shown, run again, and added up."""

from __future__ import annotations

import json
from dataclasses import field
from pathlib import Path
from typing import Any

import pytest

from chain.offchain.recording_file import read_recording
from chain.offchain.vault import NAME, Vault
from chain.record import record
from chain.secret_fields import SECRET
from node_cli.main import main
from tests.node_cli.recordings import SILENT, recorded_in, recorded_secrets_in


def told(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, dict[str, Any]]:
    code = main(["worker", *map(str, arguments), "--json"])
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return code, found


def test_a_folder_is_replayed_by_the_runtime_that_was_recorded(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = recorded_in(tmp_path)
    code, found = told(capsys, "replay", tmp_path)
    assert code == 0
    ours = [each for each in found["runs"] if each["file"] in map(str, files)]
    assert [(each["is_same"], each["host_calls"], len(each["extrinsics"])) for each in ours] == [
        (True, 2, 1),
        (True, 1, 0),
        (True, 0, 0),
    ]
    assert ours[0]["extrinsics"][0].endswith("00071074" + b"old".hex())
    assert main(["worker", "replay", str(tmp_path)]) == 0
    text = capsys.readouterr().out
    assert f"same     {files[0]}  2 host calls, 1 extrinsics\n" in text
    count = len(list(tmp_path.glob("*.run")))
    assert text.endswith(f"{count} runs, 0 of them different; 1 extrinsics, but for their signatures.\n")


def test_another_runtime_differs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = recorded_in(tmp_path)[0]
    code, found = told(capsys, "replay", first, "--runtime", SILENT)
    assert code == 1
    difference = found["runs"][0]["difference"]
    assert (difference["call"], difference["pallet"], difference["asked"]) == (1, "Remarking", None)
    assert difference["recorded"].startswith("local_set(1, 0x64617461")


def test_private_data_are_trusted_when_that_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept = recorded_in(tmp_path / "kept", data=[1, 2], keeps_data=True)[0]
    assert main(["worker", "replay", str(kept)]) == 1
    assert "hand them in, or trust them (--trust-data)" in capsys.readouterr().err
    assert told(capsys, "replay", kept, "--trust-data")[0] == 0
    unkept = recorded_in(tmp_path / "unkept", data=[1, 2])[0]
    assert main(["worker", "replay", str(unkept), "--trust-data"]) == 1
    assert "record with --record-data" in capsys.readouterr().err


@record
class Salted:
    """Rows, and what keeps others from trying them out."""

    rows: tuple[int, ...]
    salt: bytes = field(repr=False, metadata=SECRET)


def test_recorded_data_without_their_salts_need_the_secrets_of_the_node(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    salt, secrets = bytes(range(200, 232)), tmp_path / "secrets"
    kept = recorded_in(tmp_path / "kept", data=Salted((4711,), salt), keeps_data=True, vault=Vault(secrets))[0]
    assert salt not in kept.read_bytes()
    assert (4711).to_bytes(2, "little") in kept.read_bytes()
    code, found = told(capsys, "replay", kept, "--trust-data")
    assert code == 1
    assert found["runs"][0]["missing"] == (
        "the operator's data are recorded without their 1 secret, as salts and keys: "
        "lend it those of the node (--secrets)"
    )
    assert told(capsys, "replay", kept, "--trust-data", "--secrets", secrets)[0] == 0
    assert main(["worker", "show", str(kept)]) == 0
    assert " of them recorded without 1 secret\n" in capsys.readouterr().out


NEEDS = (
    "the run needs what random_seed came to (host call 1): lend it the secrets of the node (--secrets)",
    "the run needs the value of secret/drawing (host call 1): lend it the secrets of the node (--secrets)",
)


def test_a_stranger_is_told_which_run_needs_which_secret_and_the_others_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = recorded_secrets_in(tmp_path, Vault())
    assert main(["worker", "replay", *map(str, files)]) == 1
    assert capsys.readouterr().out.splitlines() == [
        f"not run  {files[0]}  {NEEDS[0]}",
        f"not run  {files[1]}  {NEEDS[1]}",
        f"same     {files[2]}  1 host calls, 0 extrinsics",
        "3 runs, 0 of them different; 2 not run for want of secrets; 0 extrinsics, but for their signatures.",
    ]
    code, found = told(capsys, "replay", *files)
    assert code == 1
    assert [each.get("missing") for each in found["runs"]] == [*NEEDS, None]
    assert [each["is_same"] for each in found["runs"]] == [None, None, True]


def test_the_owner_replays_all_with_the_secrets_of_the_node(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    vault = Vault(tmp_path / NAME)
    files = recorded_secrets_in(tmp_path / "runs", vault)
    for path in (tmp_path, tmp_path / NAME):  # the folder of the node, and the file
        code, found = told(capsys, "replay", *files, "--secrets", path)
        assert code == 0
        assert [(each["is_same"], len(each["extrinsics"])) for each in found["runs"]] == [
            (True, 0),
            (True, 1),
            (True, 0),
        ]


def test_secrets_that_are_not_those_that_were_recorded_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    vault = Vault(tmp_path / NAME)
    files = recorded_secrets_in(tmp_path / "runs", vault)
    Vault(tmp_path / "others")
    assert main(["worker", "replay", str(files[0]), "--secrets", str(tmp_path / "others")]) == 1
    assert "are those of another node than that which recorded the run" in capsys.readouterr().err
    recorded = read_recording(files[0])
    seed = vault.get(recorded.withheld[0].digest)
    assert isinstance(seed, bytes)
    (tmp_path / NAME).write_bytes((tmp_path / NAME).read_bytes().replace(seed, bytes(32)))
    assert main(["worker", "replay", str(files[0]), "--secrets", str(tmp_path)]) == 1
    assert "have another value in the place of the one that was recorded" in capsys.readouterr().err
    assert main(["worker", "replay", str(files[0]), "--secrets", str(tmp_path / "runs")]) == 1
    assert "no secrets of recorded runs are there" in capsys.readouterr().err


def test_costs_are_added_up_by_pallet(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = recorded_in(tmp_path)
    code, found = told(capsys, "report", *files)
    assert code == 0
    cost = found["pallets"]["Remarking"]
    assert (found["runs"], cost["runs"], cost["failures"], cost["wasted"]) == (3, 3, 1, 2)
    assert cost["submissions"] == {"signed": {"accepted": 1, "refused": 0, "included": 1, "lost": 0}}
    assert (cost["latency"], cost["latencies"]) == (1, {"1": 1})
    assert main(["worker", "report", str(tmp_path)]) == 0
    table = capsys.readouterr().out
    assert "Remarking" in table
    assert "FederatedRound" not in table  # nobody recorded takes part in anything, so it has no runs


def test_what_is_no_recording_is_said_in_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["worker", "show", str(tmp_path)]) == 1
    assert f"palletlab worker: {tmp_path}: no recording is there" in capsys.readouterr().err
    (tmp_path / "a.run").write_bytes(b"\x80")
    assert main(["worker", "show", str(tmp_path)]) == 1
    assert capsys.readouterr().err == f"palletlab worker: {tmp_path / 'a.run'}: format is missing\n"
    assert main(["worker", "replay", str(tmp_path / "none.run")]) == 1
    assert "No such file" in capsys.readouterr().err
    (tmp_path / "inclusions.msgpack").write_bytes(b"\x01")
    first = recorded_in(tmp_path / "more")[0]
    (tmp_path / "more" / "inclusions.msgpack").write_bytes(b"\x01")
    assert main(["worker", "report", str(first)]) == 1
    assert "not [hash, number, block hash] each" in capsys.readouterr().err
