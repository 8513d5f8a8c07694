"""Another process replays an exported chain to the same root, and says in a sentence what is wrong with others."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import msgpack
import pytest

from chain.crypto.development import pair
from chain.extrinsic import Id
from chain.node.export import write_chain
from node_cli.main import main
from pallets.frame.call import call_of
from runtime.devnet import dev_node


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three blocks with a transfer each."""
    node, alice, bob = dev_node(), pair("Alice"), pair("Bob")
    for _ in range(3):
        transfer = call_of(node.runtime_at().balances.transfer_keep_alive, dest=Id(bob.account), value=10**12)
        node.submit_call(alice, transfer)
        node.seal()
    path = tmp_path_factory.mktemp("chain") / "blocks.msgpack"
    write_chain(path, node.chain)
    return path


def test_another_process_comes_to_the_same_root(exported: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "node_cli", "replay", str(exported), "--json"],
        capture_output=True,
        text=True,
        check=True,
    )
    found = json.loads(ran.stdout)
    blocks = msgpack.unpackb(exported.read_bytes())["blocks"]
    assert (found["blocks"], found["head"]["number"], found["extrinsics"]) == (3, 3, 6)
    assert bytes.fromhex(found["head"]["state_root"][2:]) in blocks[-1]


def test_people_get_a_sentence_and_the_head(exported: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay", str(exported)]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("Executed 3 blocks with 6 extrinsics; every header is what execution gives.\n")
    assert "State root  0x" in shown


def refusal(path: Path, capsys: pytest.CaptureFixture[str], *options: str) -> str:
    """The one line that a failed replay says."""
    assert main(["replay", str(path), *options]) == 1
    shown = capsys.readouterr()
    assert (shown.out, shown.err.count("\n")) == ("", 1)
    return shown.err


def test_a_changed_block_is_named(exported: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    content = msgpack.unpackb(exported.read_bytes())
    last = content["blocks"][-1]
    content["blocks"][-1] = last[:40] + bytes((last[40] ^ 1,)) + last[41:]  # in the state root
    path = tmp_path / "changed.msgpack"
    path.write_bytes(msgpack.Packer().pack(content))
    sentence = refusal(path, capsys)
    assert "block 3" in sentence
    assert "state root: expected 0x" in sentence


def test_another_head_than_expected_is_refused(exported: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "not the expected 0x11" in refusal(exported, capsys, "--expect", "0x" + "11" * 32)


@pytest.mark.parametrize("content", [b"", b"\xc1", b"\x80", b"a chain?"])
def test_what_is_no_chain_is_refused_in_a_sentence(
    content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "blocks.msgpack"
    path.write_bytes(content)
    assert f"{path}: not " in refusal(path, capsys)


def test_a_missing_file_is_a_sentence_on_standard_error_and_exit_code_1(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "node_cli", "replay", str(tmp_path / "none")], capture_output=True, text=True
    )
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr == f"palletlab replay: {tmp_path / 'none'}: No such file or directory\n"
