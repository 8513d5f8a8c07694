"""The record of what was read and written, from which proofs, weights, diffs and call trees are made.

Counts follow FRAME's benchmarking: a read is repeated where its key was read or written before, a write where
its key was written before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial

from chain.record import record
from chain.state.overlay import ClearResult, Overlay, Unencoded
from chain.trie.trie import Trie


@dataclass(slots=True)
class Frame:
    """A named part of the execution: an extrinsic, a call, a hook."""

    label: str
    parent: int
    """Its place in `StorageTrace.frames`; that of the outermost frame is -1."""


@dataclass(slots=True)
class Read:
    """A value was read."""

    frame: int
    key: bytes
    value: bytes | None
    is_repeated: bool


@dataclass(slots=True)
class Write:
    """A value was put, or removed where `value` is None."""

    frame: int
    key: bytes
    value: bytes | None
    is_repeated: bool
    is_rolled_back: bool = False


@dataclass(slots=True)
class Append:
    """An item was added to a vector."""

    frame: int
    key: bytes
    item: bytes
    is_repeated: bool
    is_rolled_back: bool = False


@dataclass(slots=True)
class Step:
    """The first key from `start` on was asked for."""

    frame: int
    start: bytes
    found: bytes | None


@dataclass(slots=True)
class Clear:
    """All keys with a prefix were removed; the writes that did it stand before."""

    frame: int
    prefix: bytes
    limit: int | None
    result: ClearResult


Entry = Read | Write | Append | Step | Clear


@record
class Counts:
    """How often storage was used."""

    reads: int
    repeated_reads: int
    writes: int
    repeated_writes: int


class FrameError(RuntimeError):
    """A frame was left that was never entered."""


@dataclass(slots=True)
class StorageTrace:
    """What happened to storage, in order, and in which frame."""

    entries: list[Entry] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=lambda: [Frame("", -1)])
    originals: dict[bytes, bytes | None] = field(default_factory=dict)
    """What each written key held before its first write."""

    read_keys: dict[bytes, None] = field(default_factory=dict)
    """Keys whose value was taken from the base state, in order."""

    visited_keys: dict[bytes, None] = field(default_factory=dict)
    """Keys of the base state that were passed in an iteration, and where it was begun."""

    _accessed: set[bytes] = field(default_factory=set)
    _written: set[bytes] = field(default_factory=set)
    _frame: int = 0

    def enter(self, label: str) -> None:
        """Begin a frame inside the current one."""
        self.frames.append(Frame(label, self._frame))
        self._frame = len(self.frames) - 1

    def leave(self) -> None:
        """End the current frame; raises `FrameError` where none was entered."""
        if self._frame == 0:
            raise FrameError("left a frame that was never entered")
        self._frame = self.frames[self._frame].parent

    @contextmanager
    def frame(self, label: str) -> Iterator[None]:
        """A context that is one frame."""
        self.enter(label)
        try:
            yield
        finally:
            self.leave()

    def counts(self) -> Counts:
        """Reads and writes, first and repeated ones; those taken back count as well."""
        reads = [entry.is_repeated for entry in self.entries if isinstance(entry, Read)]
        writes = [entry.is_repeated for entry in self.entries if isinstance(entry, Write | Append)]
        return Counts(reads.count(False), reads.count(True), writes.count(False), writes.count(True))

    def proof(self, base: Trie) -> list[bytes]:
        """Nodes of the base state from which the same execution can be repeated without the state."""
        return base.prove(self.read_keys, self.visited_keys)

    def note_read(self, key: bytes, value: bytes | None, is_from_base: bool) -> None:
        """Record a read."""
        self.entries.append(Read(self._frame, key, value, key in self._accessed))
        self._accessed.add(key)
        if is_from_base:
            self.read_keys[key] = None

    def note_write(self, key: bytes, value: bytes | None) -> None:
        """Record that a value was put or removed."""
        self.entries.append(Write(self._frame, key, value, self._is_rewritten(key)))

    def note_append(self, key: bytes, item: bytes) -> None:
        """Record that an item was appended."""
        self.entries.append(Append(self._frame, key, item, self._is_rewritten(key)))

    def _is_rewritten(self, key: bytes) -> bool:
        is_rewritten = key in self._written
        self._written.add(key)
        self._accessed.add(key)
        return is_rewritten

    def note_step(self, start: bytes, found: bytes | None, passed: Iterable[bytes]) -> None:
        """Record one step of an iteration, and which keys of the base were seen for that."""
        self.entries.append(Step(self._frame, start, found))
        self.visited_keys.update(dict.fromkeys(passed))

    def note_clear(self, prefix: bytes, limit: int | None, result: ClearResult, passed: Iterable[bytes]) -> None:
        """Record that a prefix was cleared, and which keys of the base were seen for that."""
        self.entries.append(Clear(self._frame, prefix, limit, result))
        self.visited_keys.update(dict.fromkeys(passed))

    def note_rollback(self, mark: int) -> None:
        """Record that everything written since there were `mark` entries was taken back."""
        for entry in self.entries[mark:]:
            if isinstance(entry, Write | Append):
                entry.is_rolled_back = True


def _unknown(_key: bytes) -> None:
    """Nothing is known without asking."""


class TracedOverlay(Overlay):
    """An overlay that records its use; one without trace pays nothing for this."""

    __slots__ = ("_trace_marks", "trace")

    trace: StorageTrace
    """Where it is recorded; may be replaced while no transaction is open, as for each extrinsic of a block."""

    def __init__(self, base: Trie, trace: StorageTrace) -> None:
        super().__init__(base)
        self.latest = _unknown  # every read is to be seen
        self.trace = trace
        self._trace_marks: list[int] = []

    def get(self, key: bytes) -> bytes | None:
        value = super().get(key)
        self.trace.note_read(key, value, not self.mentions(key))
        return value

    def vector_length(self, key: bytes) -> int:
        self.get(key)
        return super().vector_length(key)

    def put(self, key: bytes, value: bytes | Unencoded) -> None:
        if isinstance(value, partial):
            value = value()
        self._keep_original(key)
        super().put(key, value)
        self.trace.note_write(key, value)

    def delete(self, key: bytes) -> None:
        self._keep_original(key)
        super().delete(key)
        self.trace.note_write(key, None)

    def append(self, key: bytes, item: bytes) -> None:
        self._keep_original(key)
        if not self.mentions(key):
            self.get(key)  # the vector that grows is read first
        super().append(key, item)
        self.trace.note_append(key, item)

    def _keep_original(self, key: bytes) -> None:
        if key not in self.trace.originals:
            self.trace.originals[key] = super().get(key)

    def begin(self) -> None:
        super().begin()
        self._trace_marks.append(len(self.trace.entries))

    def commit(self) -> None:
        super().commit()
        self._trace_marks.pop()

    def rollback(self) -> None:
        super().rollback()
        self.trace.note_rollback(self._trace_marks.pop())

    def keys(self, prefix: bytes = b"", after: bytes | None = None) -> Iterator[bytes]:
        start = prefix if after is None else max(prefix, after + b"\0")
        for key in super().keys(prefix, after):
            self.trace.note_step(start, key, self._passed(start, prefix, key))
            yield key
            start = key + b"\0"
        self.trace.note_step(start, None, self._passed(start, prefix, None))

    def clear_prefix(self, prefix: bytes, limit: int | None = None, cursor: bytes | None = None) -> ClearResult:
        start = prefix if cursor is None else max(prefix, cursor)
        result = super().clear_prefix(prefix, limit, cursor)
        self.trace.note_clear(prefix, limit, result, self._passed(start, prefix, result.cursor))
        return result

    def _passed(self, start: bytes, prefix: bytes, end: bytes | None) -> Iterator[bytes]:
        """Where a walk over the base's keys began, and the keys it saw until `end` or until the prefix ended."""
        yield start
        for key in self.base.keys_from(start):
            yield key
            if not key.startswith(prefix) if end is None else key >= end:
                return

    def diff(self) -> dict[bytes, tuple[bytes | None, bytes | None]]:
        """What each key that the trace saw written held before and holds now, where that differs."""
        pairs = {key: (before, super(TracedOverlay, self).get(key)) for key, before in self.trace.originals.items()}
        return {key: pair for key, pair in pairs.items() if pair[0] != pair[1]}
