"""The state after a block in a file of its own: MessagePack, or JSON that people can read and edit.

    {"format": "palletlab-state", "version": 1, "state_version": 1, "root": "0x…",
     "block": {"hash": "0x…", "number": 5},
     "entries": [{"key": "0x…", "value": "0x…", "item": "Balances.TotalIssuance", "means": "6000000"}, …],
     "children": {"0x<name>": [{"key": "0x…", "value": "0x…"}, …]}}

The MessagePack map has the same fields, with bytes for 0x…. `item`, `entry` and `means` are for readers alone: loading
looks at `key` and `value`. A file whose entries were edited is read with `is_edited`, since `root` is another's then.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Iterable, Mapping
from itertools import islice
from pathlib import Path
from typing import Any, Final, TypeVar

import msgpack

from chain.content.durable import write_durably
from chain.node.chain_store import ImportedBlock
from chain.primitives import BlockNumber, Hash
from chain.record import record
from chain.state.child import DEFAULT_PREFIX, is_child_key, state_with_children
from chain.trie.node import INLINE_LIMIT, KeyTooLongError
from chain.trie.tree import is_hashed, leaf_key, leaf_value
from chain.trie.trie import Trie

FORMAT: Final = "palletlab-state"
VERSION: Final = 1
_FIELDS: Final = {"format", "version", "state_version", "root", "block", "entries", "children"}
_WORDS: Final = {"item", "entry", "means"}

PIECE: Final = 500
"""Entries that are packed in one turn: some milliseconds."""

T = TypeVar("T")

Turns = Generator[None, None, T]
"""Makes a result bit by bit; others may have their turn where it yields."""

Describe = Callable[[bytes, bytes], Mapping[str, str]]
"""What a storage key and its value say, as `item`, `entry` and `means`."""


class StateFileError(Exception):
    """A file is not a state; says what is wrong and where.

    source: the file's path, or what else the bytes are of
    """

    def __init__(self, source: Path | str, reason: str) -> None:
        super().__init__(source, reason)
        self.source = source
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.source}: {self.reason}"


@record
class StateFile:
    """A state from a file, and the block after which it was so."""

    state: Trie
    block_hash: Hash
    block_number: BlockNumber


def write_state(path: Path, block: ImportedBlock, describe: Describe | None = None) -> None:
    """Write the state after a block: as JSON where the name ends so, as MessagePack otherwise.

    Raises OSError, and StateFileError where some of its values were written under another state version.
    """
    write_durably(path, packed_state(block, describe, is_text=is_text(path), source=path))


def read_state(path: Path, *, is_edited: bool = False) -> StateFile:
    """Read what `write_state` wrote; raises StateFileError, OSError.

    is_edited: whether the entries may have another root than the file says
    """
    return unpacked_state(path.read_bytes(), is_edited=is_edited, source=path)


def is_text(path: Path) -> bool:
    """Whether a state goes into the file as JSON."""
    return path.suffix == ".json"


def packed_state(
    block: ImportedBlock, describe: Describe | None = None, *, is_text: bool = False, source: Path | str = "the state"
) -> bytes:
    """What `write_state` writes; raises StateFileError."""
    packing = packing_state(block, describe, is_text=is_text, source=source)
    while True:
        try:
            next(packing)
        except StopIteration as end:
            packed: bytes = end.value
            return packed


def packing_state(
    block: ImportedBlock, describe: Describe | None = None, *, is_text: bool = False, source: Path | str = "the state"
) -> Turns[bytes]:
    """As `packed_state`, in turns: a node has more to do meanwhile."""
    content = yield from state_content(block, describe, is_text=is_text, source=source)
    return (yield from _text(content) if is_text else _message_pack(content))


def state_content(
    block: ImportedBlock, describe: Describe | None = None, *, is_text: bool = False, source: Path | str = "the state"
) -> Turns[dict[str, Any]]:
    """What is packed, with bytes or their digits, in turns; raises StateFileError."""
    state, shown = block.state, _hex if is_text else bytes
    entries = yield from _entries(state, state.version, shown, describe if is_text else None, source)
    children = dict[object, object]()
    for key, child in state.children.items():
        children[shown(key.removeprefix(DEFAULT_PREFIX))] = yield from _entries(
            child, state.version, shown, None, source
        )
    return {
        "format": FORMAT,
        "version": VERSION,
        "state_version": state.version,
        "root": shown(state.root),
        "block": {"hash": shown(block.hash), "number": block.number},
        "entries": entries,
        "children": children,
    }


def _entries(
    trie: Trie, version: int, shown: Callable[[bytes], object], describe: Describe | None, source: Path | str
) -> Turns[list[object]]:
    """The entries of a trie, but for the roots of child tries."""
    entries, leaves = list[object](), trie.leaves()
    while piece := list(islice(leaves, PIECE)):
        for leaf in piece:
            key, value = leaf_key(leaf), leaf_value(leaf)
            if is_hashed(leaf) != (version == 1 and len(value) > INLINE_LIMIT):
                reason = "this state has values of both state versions, which a file cannot tell apart"
                raise StateFileError(source, reason)
            if not is_child_key(key):
                entries.append(_entry(key, value, shown, describe))
        yield
    return entries


def _text(content: object) -> Turns[bytes]:
    parts, written = list[str](), json.JSONEncoder(indent=1).iterencode(content)
    while piece := list(islice(written, 10 * PIECE)):  # as many parts has an entry
        parts.append("".join(piece))
        yield
    return "".join(parts).encode()


def _message_pack(content: Mapping[str, object]) -> Turns[bytes]:
    packer = msgpack.Packer(autoreset=False)
    packer.pack_map_header(len(content))
    for name, value in content.items():
        packer.pack(name)
        if isinstance(value, list):
            packer.pack_array_header(len(value))
            for start in range(0, len(value), PIECE):
                for each in value[start : start + PIECE]:
                    packer.pack(each)
                yield
        else:
            packer.pack(value)
    packed: bytes = packer.bytes()
    return packed


def unpacked_state(data: bytes, *, is_edited: bool = False, source: Path | str = "the state") -> StateFile:
    """Read what `packed_state` made, as `read_state` does; raises StateFileError."""
    content = _unpacked(source, data)
    version, block = content["state_version"], content["block"]
    if version not in (0, 1) or isinstance(version, bool):
        raise StateFileError(source, f"state_version: {version!r} is neither 0 nor 1")
    if not isinstance(block, dict) or block.keys() != {"hash", "number"}:
        raise StateFileError(source, "block: not a hash and a number")
    number = block["number"]
    if not isinstance(number, int) or isinstance(number, bool) or number < 0:
        raise StateFileError(source, f"block.number: {number!r} is no block number")
    pairs = _read_entries(source, "entries", content["entries"])
    if any(is_child_key(key) for key, _ in pairs):
        raise StateFileError(source, "entries: roots of child tries follow from `children`")
    children = _read_children(source, content["children"])
    try:
        state = _state_of(version, pairs, children)
    except KeyTooLongError as error:
        raise StateFileError(source, f"a key is too long: {error}") from None
    root = _read_hash(source, "root", content["root"])
    if state.root != root and not is_edited:
        raise StateFileError(source, f"the entries have the root 0x{state.root.hex()}, the file says 0x{root.hex()}")
    return StateFile(state, _read_hash(source, "block.hash", block["hash"]), number)


def _state_of(
    version: int, pairs: Iterable[tuple[bytes, bytes]], children: Mapping[bytes, Iterable[tuple[bytes, bytes]]]
) -> Trie:
    state = Trie.from_items(pairs, version)
    if not children:
        return state
    return state_with_children(
        state, {key.removeprefix(DEFAULT_PREFIX): dict(child) for key, child in children.items()}
    )


def _entry(key: bytes, value: bytes, shown: Callable[[bytes], object], describe: Describe | None) -> dict[str, object]:
    words = {} if describe is None else describe(key, value)
    return {"key": shown(key), "value": shown(value), **words}


def _hex(data: bytes) -> str:
    return f"0x{data.hex()}"


# Reading


def _unpacked(source: Path | str, data: bytes) -> dict[str, Any]:  # the callers check what is in it
    try:
        content = json.loads(data) if data.lstrip().startswith(b"{") else msgpack.unpackb(data)
    except (msgpack.UnpackException, ValueError, RecursionError) as error:
        raise StateFileError(source, f"neither JSON nor MessagePack: {type(error).__name__} {error}") from None
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise StateFileError(source, f"not a {FORMAT} file")
    if content.get("version") != VERSION:
        raise StateFileError(source, f"version {content.get('version')!r}; this program reads version {VERSION}")
    if content.keys() != _FIELDS:
        odd = ", ".join(sorted(map(str, content.keys() ^ _FIELDS)))
        raise StateFileError(source, f"missing or unknown fields: {odd}")
    return content


def _read_children(source: Path | str, children: object) -> dict[bytes, list[tuple[bytes, bytes]]]:
    if not isinstance(children, dict):
        raise StateFileError(source, "children: not an object of names")
    return {
        _read_bytes(source, "children", name): _read_entries(source, f"children[{name!r}]", child)
        for name, child in children.items()
    }


def _read_entries(source: Path | str, place: str, entries: object) -> list[tuple[bytes, bytes]]:
    if not isinstance(entries, list):
        raise StateFileError(source, f"{place}: not a list")
    pairs = list[tuple[bytes, bytes]]()
    for index, entry in enumerate(entries):
        here = f"{place}[{index}]"
        if not isinstance(entry, dict) or not entry.keys() >= {"key", "value"}:
            raise StateFileError(source, f"{here}: not a key and a value")
        unknown = sorted(map(str, entry.keys() - {"key", "value"} - _WORDS))
        if unknown:
            raise StateFileError(source, f"{here}: unknown field {unknown[0]}")
        pairs.append(
            (_read_bytes(source, f"{here}.key", entry["key"]), _read_bytes(source, f"{here}.value", entry["value"]))
        )
    if len(dict(pairs)) != len(pairs):
        raise StateFileError(source, f"{place}: a key stands there twice")
    return pairs


def _read_bytes(source: Path | str, place: str, value: object) -> bytes:
    if isinstance(value, bytes):
        return value
    if isinstance(value, str) and value.startswith("0x"):
        try:
            return bytes.fromhex(value[2:])
        except ValueError:
            pass
    raise StateFileError(source, f"{place}: {str(value)[:40]!r} is not 0x and pairs of hexadecimal digits")


def _read_hash(source: Path | str, place: str, value: object) -> Hash:
    data = _read_bytes(source, place, value)
    if len(data) != 32:
        raise StateFileError(source, f"{place}: a hash has 32 bytes, not {len(data)}")
    return Hash(data)
