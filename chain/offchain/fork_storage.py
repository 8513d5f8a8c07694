"""A node's storage for its workers that follows forks: what a run kept with a block is there after that block only.

Substrate declares this kind of storage (StorageKind::LOCAL) and has never implemented it. Here each block that is not
final has what was written by runs on it; a read looks from the run's block back to the last finalized one, then among
what is settled. Finality settles the blocks of its chain, oldest first, and drops those of other forks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from threading import Lock

from chain.offchain.backing import Backing, Place
from chain.primitives import Hash
from chain.record import record

Lineage = Callable[[Hash], Iterable[Hash]]
"""A block and those before it, newest first, down to the last finalized one, which is left out."""

_FORK = b"fork-"
_SETTLED = _FORK + b"settled"
_BLOCK = _FORK + b"block-"


@record
class ForkSnapshot:
    """Fork-aware storage as it was at one moment; None: the key was cleared."""

    settled: Mapping[bytes, bytes]
    blocks: Mapping[Hash, Mapping[bytes, bytes | None]]


class ForkStorage:
    """Keys and values of one participant. Every operation is atomic between threads."""

    def __init__(self) -> None:
        self._settled: dict[bytes, bytes] = {}
        self._blocks: dict[Hash, dict[bytes, bytes | None]] = {}
        self._lock = Lock()
        self._place: Place | None = None

    def keep_in(self, backing: Backing, owner: bytes) -> None:
        """Begin with what is kept there, and keep everything there from now on."""
        self._place = place = Place(backing, owner)
        self._settled = place.load(_SETTLED)
        self._blocks = {
            Hash(part[len(_BLOCK) :]): {key: _written(value) for key, value in place.load(part).items()}
            for part in place.parts(_BLOCK)
        }

    def get(self, at: Iterable[Hash], key: bytes) -> bytes | None:
        """The value of `key` after a block, None where there is none. at: the block's lineage"""
        with self._lock:
            return self._found(at, key)

    def put(self, block: Hash, at: Iterable[Hash], key: bytes, value: bytes | None) -> None:
        """Set the value of `key` from a block on, None to clear it."""
        with self._lock:
            self._put(block, tuple(at), key, value)

    def compare_and_set(self, block: Hash, at: Iterable[Hash], key: bytes, old: bytes | None, new: bytes) -> bool:
        """Set the value to `new` from a block on if it is still `old` (None: there is none); whether it was."""
        lineage = tuple(at)
        with self._lock:
            if self._found(lineage, key) != old:
                return False
            self._put(block, lineage, key, new)
            return True

    def settle(self, finalized: Sequence[Hash], forgotten: Iterable[Hash]) -> None:
        """Blocks became final, oldest first, and those of other forks are forgotten."""
        with self._lock:
            dropped, settled = list[bytes](), dict[bytes, bytes | None]()
            for block in finalized if self._blocks else ():
                changes = self._blocks.pop(block, None)
                if changes is not None:
                    settled.update(changes)
                    dropped.append(_BLOCK + block)
            for block in forgotten if self._blocks else ():
                if self._blocks.pop(block, None) is not None:
                    dropped.append(_BLOCK + block)
            self._settle(settled)
            if self._place is not None and dropped:
                self._place.move(dropped, _SETTLED, settled)

    def snapshot(self) -> ForkSnapshot:
        """A copy of everything."""
        with self._lock:
            return ForkSnapshot(dict(self._settled), {block: dict(changes) for block, changes in self._blocks.items()})

    def revert(self, snapshot: ForkSnapshot) -> None:
        """Hold what was there then, and nothing else."""
        with self._lock:
            self._settled = dict(snapshot.settled)
            self._blocks = {block: dict(changes) for block, changes in snapshot.blocks.items()}
            if self._place is not None:
                parts: dict[bytes, Mapping[bytes, bytes]] = {_SETTLED: self._settled}
                for block, changes in self._blocks.items():
                    parts[_BLOCK + block] = {key: _marked(value) for key, value in changes.items()}
                self._place.replace(parts, _FORK)

    def _found(self, at: Iterable[Hash], key: bytes) -> bytes | None:
        if self._blocks:
            for block in at:
                changes = self._blocks.get(block)
                if changes is not None and key in changes:
                    return changes[key]
        return self._settled.get(key)

    def _put(self, block: Hash, lineage: tuple[Hash, ...], key: bytes, value: bytes | None) -> None:
        if not lineage:  # a run on a block that is final already
            self._settle({key: value})
            if self._place is not None:
                self._place.write(_SETTLED, {key: value})
            return
        self._blocks.setdefault(block, {})[key] = value
        if self._place is not None:
            self._place.write(_BLOCK + block, {key: _marked(value)})

    def _settle(self, changes: Mapping[bytes, bytes | None]) -> None:
        for key, value in changes.items():
            if value is None:
                self._settled.pop(key, None)
            else:
                self._settled[key] = value


def _marked(value: bytes | None) -> bytes:
    return b"\0" if value is None else b"\1" + value


def _written(value: bytes) -> bytes | None:
    return value[1:] if value[:1] == b"\1" else None
