"""An exported chain runs again to the same root; a damaged file says what is wrong."""

from pathlib import Path
from typing import Any

import msgpack
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chain.node.export import ExportError, read_chain, replay, write_chain
from chain.node.inherents import slot_clock, timestamp_inherents
from chain.node.service import Node
from chain.trie.trie import Trie
from chain.validity import InvalidBlock
from tests.chain.node.fake_runtime import GENESIS, FakeRuntime, FakeRuntimes, encode


def grown(blocks: int = 3, genesis: Trie = GENESIS) -> Node[FakeRuntime]:
    node = Node(FakeRuntimes(), genesis, inherents=timestamp_inherents(slot_clock(0, 6000)))
    for nonce in range(blocks):
        node.submit(encode(b"a", nonce, key=nonce, value=nonce + 1))
        node.seal()
    return node


@pytest.mark.parametrize("state_version", [0, 1])
def test_an_exported_chain_replays_to_the_same_root(tmp_path: Path, state_version: int) -> None:
    node = grown(genesis=Trie.from_items({b"time": bytes(8), b"long": bytes(40)}, state_version))
    file = tmp_path / "chain.msgpack"
    write_chain(file, node.chain)
    exported, runtimes = read_chain(file), FakeRuntimes()
    assert exported.genesis.root == node.chain.genesis.state.root
    assert [block.hash for block in exported.blocks] == [node.chain.hash_of(number) for number in range(4)]
    assert replay(exported, runtimes) == node.best.state.root
    assert runtimes.executed == 3


def test_exports_of_the_same_chain_are_the_same_file(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_chain(tmp_path / name, grown().chain)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_a_chain_of_genesis_alone_is_exported_too(tmp_path: Path) -> None:
    write_chain(tmp_path / "chain", grown(blocks=0).chain)
    assert replay(read_chain(tmp_path / "chain"), FakeRuntimes()) == GENESIS.root


def test_a_replay_refuses_a_block_that_the_runtime_would_not_make(tmp_path: Path) -> None:
    write_chain(tmp_path / "chain", grown().chain)
    content = msgpack.unpackb((tmp_path / "chain").read_bytes())
    content["blocks"][3] = content["blocks"][3].replace(encode(b"a", 2, 2, 3), encode(b"a", 2, 2, 9))
    (tmp_path / "chain").write_bytes(msgpack.packb(content) or b"")
    exported = read_chain(tmp_path / "chain")
    with pytest.raises(InvalidBlock, match="header"):
        replay(exported, FakeRuntimes())


def _without(field: str) -> Any:
    return lambda content: content.pop(field)


def _with(field: str, value: object) -> Any:
    return lambda content: content.update({field: value})


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (_with("format", "tar"), "not a palletlab-chain file"),
        (_without("format"), "not a palletlab-chain file"),
        (_with("version", 2), "version 2; this program reads version 1"),
        (_without("blocks"), "missing or unknown fields: blocks"),
        (_with("extra", 1), "missing or unknown fields: extra"),
        (_with("state_version", 2), "state_version: 2 is neither 0 nor 1"),
        (_with("state_version", True), "state_version: True is neither 0 nor 1"),
        (_with("genesis", {}), "genesis: not a list"),
        (_with("genesis", [[b"k"]]), "genesis[0]: not a pair of byte strings"),
        (_with("genesis", [[b"k", "text"]]), "genesis[0]: not a pair of byte strings"),
        (_with("genesis", [[b"k", b""], [b"k", b""]]), "genesis: keys are not in ascending order"),
        (_with("blocks", []), "blocks: not a list with at least genesis"),
        (_with("blocks", [1]), "blocks[0]: not a byte string"),
        (_with("genesis", []), f"the state has the root 0x{Trie.empty().root.hex()}, which block 0 does not name"),
        (lambda content: content["blocks"].pop(1), "blocks[1] does not follow the block before it"),
    ],
)
def test_a_damaged_file_is_refused_with_the_place(tmp_path: Path, damage: Any, reason: str) -> None:
    write_chain(tmp_path / "chain", grown().chain)
    content = msgpack.unpackb((tmp_path / "chain").read_bytes())
    damage(content)
    (tmp_path / "chain").write_bytes(msgpack.packb(content) or b"")
    with pytest.raises(ExportError) as caught:
        read_chain(tmp_path / "chain")
    assert str(caught.value) == f"{tmp_path / 'chain'}: {reason}"


def test_a_block_that_cannot_be_decoded_is_named(tmp_path: Path) -> None:
    write_chain(tmp_path / "chain", grown().chain)
    content = msgpack.unpackb((tmp_path / "chain").read_bytes())
    content["blocks"][2] = content["blocks"][2][:-1]
    (tmp_path / "chain").write_bytes(msgpack.packb(content) or b"")
    with pytest.raises(ExportError, match=r"chain: blocks\[2\]: "):
        read_chain(tmp_path / "chain")


def test_a_missing_file_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_chain(tmp_path / "absent")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.data())
def test_any_bytes_are_read_or_refused(tmp_path: Path, data: st.DataObject) -> None:
    file = tmp_path / "chain"
    if not file.exists():
        write_chain(file, grown(blocks=1).chain)
    whole = file.read_bytes()
    position = data.draw(st.integers(0, len(whole) - 1))
    junk = data.draw(st.binary(max_size=4))
    other = tmp_path / "other"
    other.write_bytes(whole[:position] + junk + whole[position + data.draw(st.integers(0, 4)) :])
    try:
        read_chain(other)
    except ExportError:
        return
