"""Files go into stores and come out whole, and what is unused goes; a person reads what happened, a program too."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from chain.content.chunked import ChunkedStore
from chain.content.cid import cid_of
from chain.content.directory import DirectoryStore
from chain.content.download import partial_of
from chain.content.layout import Layout, cid_of_file
from chain.content.pieces import pieces_of
from node_cli.main import main
from tests.end_to_end.devnets import running_devnet

DATA = random.Random(1).randbytes(1_024_000)
CID = cid_of_file(DATA)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "model").write_bytes(DATA)
    return tmp_path


def told(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> str:
    assert main(["content", *arguments]) == code
    captured = capsys.readouterr()
    return captured.err if code and not captured.out else captured.out


def found(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(told(capsys, *arguments, "--json", code=code))
    return content


def test_a_file_goes_in_and_comes_out(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    assert told(capsys, "put", "model") == f"{CID}  model\n"
    assert told(capsys, "get", CID, "--out", "new/model") == "Wrote new/model: 1.0 MB.\n"
    assert (folder / "new" / "model").read_bytes() == DATA
    assert found(capsys, "get", CID) == {"cid": CID, "file": CID, "bytes": len(DATA), "resumed": 0}


def test_larger_chunks_have_other_cids(capsys: pytest.CaptureFixture[str]) -> None:
    cid = cid_of_file(DATA, Layout(2**20, 174))
    assert found(capsys, "put", "model", "--chunk", "1MiB") == {
        "files": [{"file": "model", "cid": cid, "bytes": len(DATA)}]
    }


def test_a_fetch_that_stopped_goes_on(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    told(capsys, "put", "model")
    partial_of(folder / "back").write_bytes(DATA[: 2**19 + 5])
    assert told(capsys, "get", CID, "--out", "back") == "Wrote back: 1.0 MB, 524.3 kB of them from before.\n"


def test_what_is_lost_is_told_and_mended_from_another_store(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    both = ("--store", "dir:one", "--store", "dir:two")
    told(capsys, "put", "model", *both)
    one = DirectoryStore(folder / "one")
    lost = next(pieces_of(one, CID, len(DATA))).cid
    one.delete(lost)
    assert told(capsys, "verify", CID, "--store", "dir:one", code=1) == (
        f"{CID}  1 pieces cannot be read\n  {lost}  not in this store\n"
    )
    assert found(capsys, "verify", CID, *both) == {"is_whole": True, "faults": {CID: []}}
    assert told(capsys, "verify", CID, "--store", "dir:one") == f"{CID}  whole\n"


def test_the_list_has_every_piece(capsys: pytest.CaptureFixture[str]) -> None:
    told(capsys, "put", "model")
    entries = found(capsys, "ls")["entries"]
    assert CID in {entry["cid"] for entry in entries}
    assert told(capsys, "ls").endswith(f"{len(entries)} pieces, {sum(e['bytes'] for e in entries) / 1e6:.1f} MB.\n")


def test_garbage_goes_and_what_is_in_use_or_young_stays(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    (folder / "old").write_bytes(b"an old model")
    told(capsys, "put", "model", "old")
    old, absent = cid_of(b"an old model"), cid_of(b"elsewhere")
    young = found(capsys, "gc", "--root", CID)
    assert (young["deleted"], young["young"]) == ([], 1)
    dry = found(capsys, "gc", "--root", CID, "--root", absent, "--grace", "0", "--dry-run")
    assert (dry["deleted"], dry["absent"], dry["is_dry"]) == ([old], [absent], True)
    assert told(capsys, "gc", "--root", CID, "--grace", "0") == (
        f"{old}\n1 pieces deleted, 12 B; {young['in_use']} in use, 0 young.\n"
    )
    assert told(capsys, "verify", CID) == f"{CID}  whole\n"
    assert found(capsys, "gc", "--all-unused", "--grace", "0")["in_use"] == 0
    assert told(capsys, "ls") == "0 pieces, 0 B.\n"


def test_what_a_running_chain_names_is_in_use(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    ChunkedStore(DirectoryStore(folder / "content")).put(b"unused")
    with running_devnet() as url:
        done = found(capsys, "gc", "--chain", url, "--grace", "0")
    assert done["deleted"] == [cid_of(b"unused")]


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (("get", CID), 1, f"artifact {CID}: not in this store"),
        (("get", "model"), 1, "not the CID of an artifact: 'model': 5 characters instead of 59"),
        (("put", "nothing"), 1, "nothing: No such file or directory"),
        (("gc",), 2, "gc: --chain URL or --root CID says what is in use, or --all-unused that nothing is"),
        (("gc", "--all-unused", "--root", CID), 2, "gc: --all-unused says that nothing is in use"),
        (("gc", "--chain", "http://127.0.0.1:9"), 1, "127.0.0.1:9"),
        (("gc", "--root", "model"), 1, "not the CID of an artifact"),
        (("ls", "--store", "gateway:http://127.0.0.1:9"), 1, "a gateway does not list what it has"),
        (("ls", "--store", "elsewhere"), 2, "--store: a store is named by one of memory:, dir:, kubo:, s3:, gateway:"),
        (("get", CID, "--store", "gateway:http://127.0.0.1:9"), 1, "127.0.0.1:9 cannot be asked"),
    ],
)
def test_what_goes_wrong_is_one_sentence(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], code: int, sentence: str
) -> None:
    error = told(capsys, *arguments, code=code)
    assert sentence in error
    assert error.startswith("palletlab content: ")
    assert error.count("\n") == 1
