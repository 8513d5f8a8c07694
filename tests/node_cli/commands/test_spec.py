"""Specifications from the command line: built, patched, raw, inspected; and what is told of those that are wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from chain.crypto import ss58
from chain.crypto.development import account
from chain.node.chain_store import genesis_block
from node_cli.main import main
from runtime.dev import genesis_state
from tests.vectors import load

ALICE = ss58.encode(account("Alice"))


def inspected(capsys: pytest.CaptureFixture[str], file: Path, *options: str) -> dict[str, Any]:
    assert main(["spec", "inspect", str(file), "--json", *options]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def refusal(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["spec", *arguments]) == 1
    return capsys.readouterr().err


@pytest.mark.parametrize("form", [[], ["--raw"]])
def test_what_is_built_is_the_development_chain(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], form: list[str]
) -> None:
    file = tmp_path / "dev.json"
    assert main(["spec", "build", *form, "--out", str(file)]) == 0
    own = genesis_block(genesis_state(with_code=True))
    assert capsys.readouterr().out == f"Wrote {file}: genesis 0x{own.hash.hex()}.\n"
    found = inspected(capsys, file)
    assert (found["genesis_hash"], found["state_root"]) == (f"0x{own.hash.hex()}", f"0x{own.header.state_root.hex()}")
    assert (found["name"], found["id"], found["chain_type"]) == ("Development", "dev", "Development")
    assert found["form"] == ("raw" if form else "a patch of the runtime's genesis config")


def test_entries_are_decoded_by_pallet(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    patch = tmp_path / "patch.json"
    patch.write_text(json.dumps({"balances": {"balances": [[ALICE, 5 * 10**12]]}}))
    file = tmp_path / "ward.json"
    built = ["spec", "build", "--patch", str(patch), "--name", "Ward", "--id", "ward", "--raw", "--out", str(file)]
    assert main(built) == 0
    capsys.readouterr()
    found = inspected(capsys, file)
    assert found["is_decoded"]
    [entry] = [each for each in found["entries"]["System"] if each.get("item") == "Account"]
    assert entry["keys"] == [ALICE]
    assert entry["value"]["data"]["free"] == 5 * 10**12
    [key] = [each["value"] for each in found["entries"]["Sudo"] if each.get("item") == "Key"]
    assert key == ALICE
    versions = [each["value"] for each in found["entries"]["Balances"] if each.get("item") == "storage version"]
    assert len(versions) == 1
    code = found["entries"]["well-known"][0]
    assert (code["item"], code["bytes"] > 100_000) == (":code", True)


def test_entries_are_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "dev.json"
    main(["spec", "build", "--preset", "local_testnet", "--out", str(file)])
    capsys.readouterr()
    assert main(["spec", "inspect", str(file)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Chain          Local Testnet (local_testnet), Local, a patch of the runtime's genesis config"
    assert any(line.startswith(f"  Account[{ALICE}] = ") for line in lines)
    assert any(line.startswith("  Key = ") and ALICE in line for line in lines)


def test_a_specification_of_another_chain(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    [vector] = load("genesis/westmint.json")["vectors"]
    file = tmp_path / "westmint.json"
    genesis = {"raw": {"top": vector["top"], "childrenDefault": {}}}
    file.write_text(json.dumps({"name": "Westmint", "id": "westmint", "chainType": "Live", "genesis": genesis}))
    found = inspected(capsys, file, "--state-version", "0")
    assert (found["genesis_hash"], found["state_root"]) == (vector["genesis_hash"], vector["state_root"])
    assert not found["is_decoded"]
    assert {"ParachainInfo", "well-known"} <= found["entries"].keys()
    assert main(["spec", "inspect", str(file), "--state-version", "0"]) == 0
    assert "ParachainInfo: " in capsys.readouterr().out


def test_what_was_written_is_told_in_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "dev.json"
    assert main(["spec", "build", "--out", str(file), "--json"]) == 0
    own = genesis_block(genesis_state(with_code=True))
    assert json.loads(capsys.readouterr().out) == {
        "file": str(file),
        "genesis_hash": f"0x{own.hash.hex()}",
        "state_root": f"0x{own.header.state_root.hex()}",
    }


def test_without_a_file_the_specification_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["spec", "build"]) == 0
    assert json.loads(capsys.readouterr().out)["id"] == "dev"


def test_what_is_wrong_is_told_with_file_and_path(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "wrong.json"
    file.write_text('{"sudo": {"key": 5}}')
    assert refusal(capsys, "build", "--patch", str(file)) == (
        f"palletlab spec: {file}: genesis.runtimeGenesis.patch.sudo.key: must be an address, not 5\n"
    )
    assert refusal(capsys, "inspect", str(file)) == f"palletlab spec: {file}: name: missing\n"
    assert refusal(capsys, "inspect", str(tmp_path / "none")) == (
        f"palletlab spec: {tmp_path / 'none'}: No such file or directory\n"
    )
    assert refusal(capsys, "build", "--preset", "moon").startswith(
        "palletlab spec: there is no preset 'moon'; there are development, local_testnet"
    )
    key = json.dumps({"name": "a", "id": "a", "genesis": {"raw": {"top": {"0x" + "11" * 70_000: "0x00"}}}})
    file.write_text(key)
    assert "a trie node holds at most" in refusal(capsys, "inspect", str(file))
