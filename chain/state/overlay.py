"""Changes over a state: what a block, an extrinsic or a call writes before it is final.

Reads fall through to the base trie. Transactions nest; a journal of what each write replaced takes them back, so
that opening and committing cost nothing per key. The trie is computed once, from all changes together.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from functools import partial
from itertools import islice
from types import TracebackType
from typing import Final, Protocol

from chain.record import record
from chain.scale.compact import read_compact
from chain.state.vector import AppendedVector
from chain.trie.trie import PREFIX_LENGTH, Trie


class _Absent(Enum):
    """Marks a key that the overlay does not mention."""

    ABSENT = "absent"


_ABSENT: Final = _Absent.ABSENT

_EMPTY: Final = Trie.empty()


class Growing(Protocol):
    """What is changed in place, and can go back: a vector, a child trie."""

    def shrink(self, pieces: int, /) -> None:
        """Go back to where there were so many pieces."""
        ...


class Attached(Protocol):
    """What a state has beside its own keys: child tries."""

    def roots(self) -> Mapping[bytes, bytes | None]:
        """The roots of those that were written to, by key; None of one that is empty now."""
        ...

    def joined(self, state: Trie, /) -> Trie:
        """The state, which has these roots, with the tries behind them."""
        ...


Unencoded = partial[bytes]
"""A value whose bytes nobody has asked for yet: the call of its encoder, with the value as the only argument."""

_Stored = bytes | Unencoded | AppendedVector | None
_Before = _Stored | _Absent | tuple[Growing, int]
"""What a key held before a write; of what only grew, the number of pieces that it had."""

_FEW = 32
"""Up to this many new keys are inserted one by one; more are sorted together."""


class TransactionError(RuntimeError):
    """A transaction was ended that was never begun."""

    def __init__(self, verb: str) -> None:
        super().__init__(f"{verb} without an open transaction")


@record
class ClearResult:
    """What `clear_prefix` removed, as Substrate's MultiRemovalResults counts it."""

    cursor: bytes | None
    """The first key of the base that is left; None where none is."""

    backend: int
    """Keys removed that the base holds."""

    unique: int
    """All keys removed."""

    loops: int
    """Keys of the base looked at, which is what `limit` bounds."""


class Overlay:
    """A state that can be written: the base trie, and the changes since."""

    __slots__ = (
        "_base_values",
        "_changes",
        "_committed",
        "_committed_changes",
        "_journal",
        "_marks",
        "_sorted",
        "base",
        "begun_anew",
        "children",
        "index",
        "latest",
    )

    base: Trie
    """The state underneath; never changed."""

    children: Attached | None
    """The child tries that were opened; `chain.state.child` makes them."""

    index: Growing | None
    """What is left for offchain workers; `chain.state.offchain_index` makes it."""

    def __init__(self, base: Trie) -> None:
        self.base = base
        self._base_values: dict[bytes, bytes | None] = {}
        """What the base was found to hold: a walk through the trie takes ten times a look here."""
        self._changes: dict[bytes, _Stored] = {}
        self.latest: Callable[[bytes], object] = self._changes.get
        """The bytes that were last written, anything else where `get` must be asked: a look without a call of ours."""
        self._journal: list[tuple[bytes, _Before]] = []
        self._marks: list[int] = []
        """Length of the journal at each `begin` that is still open."""
        self._sorted: list[bytes] = []
        """The oldest keys of `_changes`, in order; those written since are the last of the dictionary."""
        self._committed: Trie | None = base
        self._committed_changes: Mapping[bytes, bytes | None] = {}
        """The net changes of which `_committed` was made, as long as it is there."""
        self.children = None
        self.begun_anew = 0
        self.index = None

    def get(self, key: bytes) -> bytes | None:
        """The value of `key`, or None."""
        value = self._changes.get(key, _ABSENT)
        if value is _ABSENT:
            known = self._base_values.get(key, _ABSENT)
            if known is _ABSENT:
                known = self._base_values[key] = self.base.recall(key)
            return known
        if isinstance(value, partial):
            value = self._changes[key] = value()
            return value
        return value.encoded() if isinstance(value, AppendedVector) else value

    def vector_length(self, key: bytes) -> int:
        """How many items the SCALE vector at `key` has; 0 where it is absent. Takes no longer for a long one."""
        value = self._changes.get(key, _ABSENT)
        if isinstance(value, AppendedVector):
            return value.length
        raw = self.get(key)
        return 0 if raw is None else read_compact(raw, 0)[0]

    def __contains__(self, key: bytes) -> bool:
        return self.get(key) is not None

    def mentions(self, key: bytes) -> bool:
        """Whether the overlay itself says what `key` holds, or that it holds nothing."""
        return key in self._changes

    def put(self, key: bytes, value: bytes | Unencoded) -> None:
        """Set the value of `key`; one that is not encoded yet has to be a value that nobody can change."""
        if self._marks:  # `_set`, in line: nothing is called more often
            self._journal.append((key, self._changes.get(key, _ABSENT)))
        self._changes[key] = value
        self._committed = None

    def delete(self, key: bytes) -> None:
        """Remove `key`; nothing happens where it is absent."""
        if self._marks:  # `_set`, in line
            self._journal.append((key, self._changes.get(key, _ABSENT)))
        self._changes[key] = self._committed = None

    def _set(self, key: bytes, value: _Stored) -> None:
        if self._marks:
            self._journal.append((key, self._changes.get(key, _ABSENT)))
        self._changes[key] = value
        self._committed = None

    def append(self, key: bytes, item: bytes) -> None:
        """Add an encoded item to the SCALE vector at `key`, in constant time.

        As in Substrate, a value there that does not begin with a vector's length is replaced by `[item]`.
        """
        vector = self._changes.get(key, _ABSENT)
        if type(vector) is AppendedVector:
            pieces = vector.pieces
            if self._marks:
                self._journal.append((key, (vector, len(pieces))))
            self._committed = vector.together = None
            pieces.append(item)  # `vector.append`, in line
        else:
            vector = AppendedVector(Overlay.get(self, key))  # a trace sees the append alone
            self._set(key, vector)
            vector.append(item)

    def note(self, key: bytes, grown: Growing, pieces: int) -> None:
        """Something that stands at `key` is about to change: it shrinks to `pieces` where that is taken back."""
        if self._marks:
            self._journal.append((key, (grown, pieces)))
        self._committed = None

    @property
    def depth(self) -> int:
        """How many transactions are open."""
        return len(self._marks)

    def transaction(self) -> _Transaction:
        """A context: what is written in it stays when it ends, and is taken back when an exception leaves it."""
        return _Transaction(self)

    def written(self) -> tuple[bytes, ...]:
        """The keys that the innermost transaction has written, in order; raises `TransactionError` if none is open."""
        if not self._marks:
            raise TransactionError("written")
        return tuple(sorted({key for key, _ in self._journal[self._marks[-1] :]}))

    def begin(self) -> None:
        """Open a transaction inside those that are open."""
        self._marks.append(len(self._journal))

    def commit(self) -> None:
        """End the innermost transaction and keep what it wrote; raises `TransactionError` if none is open."""
        if not self._marks:
            raise TransactionError("commit")
        self._marks.pop()
        if not self._marks:
            self._journal.clear()

    def rollback(self) -> None:
        """End the innermost transaction and take back what it wrote; raises `TransactionError` if none is open."""
        if not self._marks:
            raise TransactionError("rollback")
        mark = self._marks.pop()
        undone = self._journal[mark:]
        del self._journal[mark:]
        for key, before in reversed(undone):
            self._committed = None
            if before is _ABSENT:
                self._forget(key)
            elif isinstance(before, tuple):
                grown, pieces = before
                grown.shrink(pieces)
            else:
                self._changes[key] = before

    def _forget(self, key: bytes) -> None:
        del self._changes[key]
        position = bisect_left(self._sorted, key)
        if self._sorted[position : position + 1] == [key]:
            del self._sorted[position]

    def is_at(self, state: Trie) -> bool:
        """Whether it was found to be this state, or began with it, and nothing was written or opened since."""
        return self._committed is state and not self._marks

    def reset(self, base: Trie) -> None:
        """Begin anew on another state: changes and open transactions are dropped. Takes as long for any state."""
        self.base = self._committed = base
        self._committed_changes = {}
        self._base_values.clear()
        self._changes.clear()
        self._journal.clear()
        self._marks.clear()
        self._sorted.clear()
        self.children = None
        self.begun_anew += 1
        self.index = None

    def release(self) -> None:
        """Let go of all that it holds, before the collector finds the runtime that was bound to it."""
        self.reset(_EMPTY)

    def next_key(self, key: bytes) -> bytes | None:
        """The first key strictly after `key`, or None."""
        return next(self.keys(after=key), None)

    def keys(self, prefix: bytes = b"", after: bytes | None = None) -> Iterator[bytes]:
        """The keys that begin with `prefix` and come strictly after `after`, in order.

        The overlay may change between two steps: each step finds the next key that is there by then.
        """
        start = prefix if after is None else max(prefix, after + b"\0")
        base_keys = self.base.keys(prefix, after)
        base_key = next(base_keys, None)
        while True:
            while base_key is not None and (base_key < start or self._changes.get(base_key, _ABSENT) is None):
                base_key = next(base_keys, None)
            key = self._written_from(start)
            if key is None or (base_key is not None and base_key < key):
                key = base_key
            if key is None or not key.startswith(prefix):
                return
            yield key
            start = key + b"\0"

    def _written_from(self, start: bytes) -> bytes | None:
        """The first key not below `start` to which the overlay gives a value."""
        ordered, changes = self._in_order(), self._changes
        for position in range(bisect_left(ordered, start), len(ordered)):
            if changes[ordered[position]] is not None:
                return ordered[position]
        return None

    def _in_order(self) -> list[bytes]:
        """The keys that the overlay mentions, in order."""
        missing = len(self._changes) - len(self._sorted)
        newest = islice(reversed(self._changes), missing)
        if missing <= _FEW:
            for key in newest:
                insort(self._sorted, key)
        else:
            self._sorted.extend(newest)
            self._sorted.sort()
        return self._sorted

    def clear_prefix(self, prefix: bytes, limit: int | None = None, cursor: bytes | None = None) -> ClearResult:
        """Remove the keys that begin with `prefix`, of the base's at most `limit` in this call.

        Keys that the overlay gives a value are all removed and do not count against the limit. In a block the
        base does not change, so a limited removal goes on only if the cursor of the call before is handed in.
        Source: sp-state-machine, `Ext::clear_prefix` and `limit_remove_from_backend`.
        """
        written = 0
        ordered = self._in_order()
        for key in ordered[bisect_left(ordered, prefix) :]:
            if not key.startswith(prefix):
                break
            if self._changes[key] is not None:
                self.delete(key)
                written += 1
        backend = loops = 0
        rest = None
        if not self.base.has_prefix(prefix):
            return ClearResult(None, 0, written, 0)
        for key in self.base.keys_from(prefix if cursor is None else max(prefix, cursor)):
            if not key.startswith(prefix):
                break
            if loops == limit:
                rest = key
                break
            if self._changes.get(key, _ABSENT) is not None:
                self.delete(key)
                backend += 1
            loops += 1
        return ClearResult(rest, backend, written + backend, loops)

    @property
    def changes(self) -> Mapping[bytes, bytes | None]:
        """The value that each written key has now, None where it was removed; roots of child tries among them."""
        return self._changed(lambda _key: True)

    @property
    def net_changes(self) -> Mapping[bytes, bytes | None]:
        """Of the changes, those that may change the base: without what came and went.

        Those are keys that were removed and of whose storage item the base has nothing, as what System keeps of a
        block's extrinsics until its end.
        """
        if self._committed is not None:
            return self._committed_changes
        is_there = _PrefixesOf(self.base)
        return self._changed(lambda key: is_there[key[:PREFIX_LENGTH]])

    def _changed(self, tells_of_removed: Callable[[bytes], bool]) -> Mapping[bytes, bytes | None]:
        changes: dict[bytes, bytes | None] = {}
        for key, value in self._changes.items():
            if value is None:
                if tells_of_removed(key):
                    changes[key] = None
            elif isinstance(value, partial):
                changes[key] = value()
            else:
                changes[key] = value.encoded() if isinstance(value, AppendedVector) else value
        if self.children is not None:
            changes.update(self.children.roots())
        return changes

    def committed(self) -> Trie:
        """The state with all changes, those of open transactions too; remembered until the next write."""
        if self._committed is None:
            self._committed_changes = self.net_changes
            state = self.base.updated(self._committed_changes)
            self._committed = state if self.children is None else self.children.joined(state)
        return self._committed

    def root(self) -> bytes:
        """Root of the state with all changes."""
        return self.committed().root


class _PrefixesOf(dict[bytes, bool]):
    """Whether a state has a key with a prefix; looked for once, as a block's own records are many under one."""

    __slots__ = ("_state",)

    def __init__(self, state: Trie) -> None:
        super().__init__()
        self._state = state

    def __missing__(self, prefix: bytes) -> bool:
        found = self[prefix] = self._state.has_prefix(prefix)
        return found


class _Transaction:
    """The context of `Overlay.transaction`."""

    __slots__ = ("_overlay",)

    def __init__(self, overlay: Overlay) -> None:
        self._overlay = overlay

    def __enter__(self) -> None:
        self._overlay.begin()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if kind is None:
            self._overlay.commit()
        else:
            self._overlay.rollback()
