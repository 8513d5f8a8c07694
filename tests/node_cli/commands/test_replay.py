"""Another process replays an exported chain to the same root, and says in a sentence what is wrong with others."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgpack
import pytest

from chain.block import Block
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


def last_block(path: Path) -> Block:
    return Block.decode(msgpack.unpackb(path.read_bytes())["blocks"][-1])


def changed(path: Path, folder: Path, change: Callable[[dict[str, Any]], None]) -> Path:
    """A copy whose content was changed."""
    content = msgpack.unpackb(path.read_bytes())
    change(content)
    copy = folder / "changed.msgpack"
    copy.write_bytes(msgpack.Packer().pack(content))
    return copy


def refusal(path: Path, capsys: pytest.CaptureFixture[str], *options: str) -> str:
    """The one line that a failed replay says."""
    assert main(["replay", str(path), *options]) == 1
    shown = capsys.readouterr()
    assert (shown.out, shown.err.count("\n")) == ("", 1)
    return shown.err.removeprefix("palletlab replay: ").removesuffix("\n")


def test_another_process_comes_to_the_same_head(exported: Path) -> None:
    head = last_block(exported)
    ran = subprocess.run(
        [sys.executable, "-m", "node_cli", "replay", str(exported), "--json", "--expect", f"0x{head.hash.hex()}"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(ran.stdout) == {
        "file": str(exported),
        "blocks": 3,
        "extrinsics": 6,
        "head": {
            "number": 3,
            "hash": f"0x{head.hash.hex()}",
            "state_root": f"0x{head.header.state_root.hex()}",
        },
    }


def test_people_get_a_sentence_and_the_head(exported: Path, capsys: pytest.CaptureFixture[str]) -> None:
    head = last_block(exported)
    assert main(["replay", str(exported)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "Executed 3 blocks with 6 extrinsics; every header is what execution gives.",
        "Head        3",
        f"Hash        0x{head.hash.hex()}",
        f"State root  0x{head.header.state_root.hex()}",
    ]


def test_a_changed_state_root_is_named_with_its_block(
    exported: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def change(content: dict[str, Any]) -> None:
        last = content["blocks"][-1]
        content["blocks"][-1] = last[:40] + bytes((last[40] ^ 1,)) + last[41:]

    path = changed(exported, tmp_path, change)
    expected = f"{path}: block 3 is not what execution gives: invalid block: state root: expected 0x"
    assert refusal(path, capsys).startswith(expected)


def test_a_missing_extrinsic_is_named_with_its_block(
    exported: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def change(content: dict[str, Any]) -> None:
        block = Block.decode(content["blocks"][2])
        content["blocks"][2] = Block(block.header, block.extrinsics[:-1]).encoded

    path = changed(exported, tmp_path, change)
    expected = f"{path}: block 2 is not what execution gives: invalid block: extrinsics root: expected 0x"
    assert refusal(path, capsys).startswith(expected)


def test_a_changed_genesis_is_refused(exported: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def change(content: dict[str, Any]) -> None:
        content["genesis"][0][1] += b"\0"

    assert "which block 0 does not name" in refusal(changed(exported, tmp_path, change), capsys)


def test_another_head_than_expected_is_refused(exported: Path, capsys: pytest.CaptureFixture[str]) -> None:
    expected = "0x" + "11" * 32
    sentence = f"{exported}: the head is 0x{last_block(exported).hash.hex()}, not the expected {expected}"
    assert refusal(exported, capsys, "--expect", expected) == sentence


@pytest.mark.parametrize("text", ["0x12", "zz" * 32, ""])
def test_an_expected_hash_that_is_none_is_wrong_usage(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["replay", "file", "--expect", text])
    assert stopped.value.code == 2
    assert "is not a hash: 0x and 64 hexadecimal digits" in capsys.readouterr().err


@pytest.mark.parametrize("content", [b"", b"\xc1", b"\x80", b"a chain?", b"\x91" * 5000])
def test_what_is_no_chain_is_refused_in_a_sentence(
    content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "blocks.msgpack"
    path.write_bytes(content)
    assert refusal(path, capsys).startswith(f"{path}: not ")


def test_a_missing_file_and_a_folder_are_refused_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert refusal(tmp_path / "none", capsys) == f"{tmp_path / 'none'}: No such file or directory"
    assert refusal(tmp_path, capsys) == f"{tmp_path}: Is a directory"
