"""Migrations: what brings an old state to a new pallet's layout, in one block or in steps over many.

class ToCompactVotes(RuntimeUpgrade):                     # one block
    def on_runtime_upgrade(self) -> Weight: ...

runtime.single_block_migrations = (VersionedMigration(poll, 1, 2, ToCompactVotes(poll)),)

class ReindexVotes(SteppedMigration):                     # many blocks; run by pallets.migrations
    identifier = MigrationId(b"poll", 2, 3).encoded
    def step(self, cursor, meter): ...
"""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, ClassVar, Final, Protocol

from chain.primitives import U16
from chain.record import record
from chain.scale import DecodeError, codec_of
from pallets.frame.layout import pallet_prefix, storage_prefix
from pallets.frame.pallet import Pallet
from pallets.frame.weight import Weight, db
from pallets.frame.weight_meter import WeightMeter

STORAGE_VERSION: Final = ":__STORAGE_VERSION__:"
"""The name under which every pallet has the version of its storage (frame_support::traits::StorageVersion)."""

_EXECUTED, _NOOP = b"\0", b"\1"  # VersionedPostUpgradeData: MigrationExecuted(bytes), Noop


class MigrationCheckFailed(AssertionError):
    """A migration's own check, before or after it, found something wrong."""


# Versions


def storage_version_key(pallet: Pallet[Any]) -> bytes:
    """twox128(pallet) ‖ twox128(":__STORAGE_VERSION__:")."""
    return storage_prefix(pallet.name, STORAGE_VERSION)


def on_chain_storage_version(pallet: Pallet[Any]) -> U16:
    """The version of the pallet's storage in the state; 0 where there is none."""
    raw = pallet.storage.get(storage_version_key(pallet))
    return 0 if raw is None else int.from_bytes(raw, "little")


def put_storage_version(pallet: Pallet[Any], version: U16) -> None:
    """Say which version the pallet's storage has from now on."""
    pallet.storage.put(storage_version_key(pallet), version.to_bytes(2, "little"))


def has_storage(pallet: Pallet[Any]) -> bool:
    """Whether the state has anything of the pallet, its version included."""
    return next(pallet.storage.keys(pallet_prefix(pallet.name)), None) is not None


# In one block


class RuntimeUpgrade(Protocol):
    """A migration in one block; a pallet is one, too."""

    def pre_upgrade(self) -> bytes:
        """What `post_upgrade` shall know of the state before; raises AssertionError. Only in rehearsals."""
        return b""

    @abstractmethod
    def on_runtime_upgrade(self) -> Weight:
        """Change the state; the weight used."""
        ...

    def post_upgrade(self, before: bytes) -> None:
        """Raises AssertionError where the state after does not follow from that before. Only in rehearsals."""


class VersionedMigration(RuntimeUpgrade):
    """A migration that runs if the pallet's storage has one version, and gives it another; else it does nothing."""

    def __init__(self, pallet: Pallet[Any], source: U16, target: U16, inner: RuntimeUpgrade) -> None:
        self._pallet, self._source, self._target, self._inner = pallet, source, target, inner

    def _applies(self) -> bool:
        return on_chain_storage_version(self._pallet) == self._source

    def pre_upgrade(self) -> bytes:
        return _EXECUTED + _BYTES.encode(self._inner.pre_upgrade()) if self._applies() else _NOOP

    def on_runtime_upgrade(self) -> Weight:
        if not self._applies():
            return db(reads=1)
        used = self._inner.on_runtime_upgrade()
        put_storage_version(self._pallet, self._target)
        return used + db(reads=1, writes=1)

    def post_upgrade(self, before: bytes) -> None:
        if before == _NOOP:
            return
        try:
            inner = _BYTES.decode(before.removeprefix(_EXECUTED))
        except DecodeError as error:
            raise MigrationCheckFailed(f"what pre_upgrade told cannot be read: {error}") from error
        self._inner.post_upgrade(inner)


class RemovePallet(RuntimeUpgrade):
    """Removes all that the state has of a pallet that is no longer in the runtime."""

    def __init__(self, host: Pallet[Any], name: str) -> None:
        self._storage, self._prefix, self._name = host.storage, pallet_prefix(name), name

    def on_runtime_upgrade(self) -> Weight:
        removed = self._storage.clear_prefix(self._prefix).unique
        return db(reads=removed + 1, writes=removed)

    def post_upgrade(self, before: bytes) -> None:
        left = next(self._storage.keys(self._prefix), None)
        if left is not None:
            raise MigrationCheckFailed(f"{self._name} still has 0x{left.hex()}")


_BYTES = codec_of(bytes)


# In steps over many blocks


class SteppedMigrationError(Exception):
    """A step of a migration could not be made."""


class InsufficientWeight(SteppedMigrationError):
    """The step needs more weight than was left; it may be tried again in a block that has more."""

    def __init__(self, required: Weight) -> None:
        super().__init__(f"the step needs {required}")
        self.required = required


class InvalidCursor(SteppedMigrationError):
    """The cursor cannot be read; this never gets better."""


class MigrationFailed(SteppedMigrationError):
    """The migration cannot go on; this never gets better."""


@record
class MigrationId:
    """What a stepped migration is called: a pallet's name, and from which version to which (frame_support)."""

    pallet: bytes
    source: int
    target: int

    @property
    def encoded(self) -> bytes:
        """The name's bytes, of a length that the runtime knows, and one byte for each version."""
        return self.pallet + bytes((self.source, self.target))


class MultiBlockMigrator(Protocol):
    """What runs stepped migrations: pallets.migrations."""

    def ongoing(self) -> bool:
        """Whether a migration is under way, or stuck: no transactions then."""
        ...

    def step(self) -> Weight:
        """Go on with it, in this block; the weight used."""
        ...


class SteppedMigration:
    """A migration that goes on from a cursor, block by block, within a meter's limit."""

    identifier: ClassVar[bytes]
    """Under which it is remembered as done."""

    max_steps: ClassVar[int | None] = None
    """Blocks after which it has failed; None where it may take as many as it likes."""

    cursor_max_length: ClassVar[int] = 1024
    """Bytes of its longest cursor."""

    @abstractmethod
    def step(self, cursor: bytes | None, meter: WeightMeter) -> bytes | None:
        """Go on from the cursor, None at the beginning; the next cursor, None when it is done.

        Raises SteppedMigrationError; what the step wrote is taken back then.
        """

    def pre_upgrade(self) -> bytes:
        """What `post_upgrade` shall know of the state before the first step. Only in rehearsals."""
        return b""

    def post_upgrade(self, before: bytes) -> None:
        """Raises AssertionError where the state after the last step does not follow from that before."""
