"""What a developer does to a chain that is theirs, whichever way to its node there is.

    net = devnet()                      # or devnet("ws://127.0.0.1:9944"), of palletlab dev --unsafe-rpc
    with net.control.taken_back():
        net.control.travel(net.head.timestamp + 86_400_000)
        net.control.new_blocks(3)

`chain.node.control` is this for a node in the same process, `remote_control` for one at a URL. What a control refuses
is a ValueError whose sentence says what to do; a block or a transaction that is not there is a LookupError, too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from chain.block import Block
from chain.node.control import BlockNotes
from chain.node.override import StorageChanges
from chain.node.sealing import SealingMode
from chain.node.state_file import StateFile
from chain.primitives import AccountId, BlockNumber, Hash, Moment
from chain.rpc.parameters import Json


class Changed(Protocol):
    """One storage key whose value differs; `str` of it says how."""

    @property
    def storage_key(self) -> bytes:
        """The whole key."""
        ...

    @property
    def item(self) -> str:
        """`System.Account`, or the storage key where nothing knows it."""
        ...


class Tried(Protocol):
    """What an extrinsic would do.

    refused: why it may not stand in the block at all; failure: why its call fails, while the fee stays paid
    fee: in planck, None where nobody pays
    """

    @property
    def succeeds(self) -> bool: ...
    @property
    def refused(self) -> object | None: ...
    @property
    def failure(self) -> object | None: ...
    @property
    def fee(self) -> int | None: ...
    @property
    def events(self) -> Sequence[object]: ...
    @property
    def changes(self) -> Sequence[Changed]: ...


class Replayed(Protocol):
    """What a block did; refused: the rule that it breaks, None where it comes out as its header says."""

    @property
    def refused(self) -> object | None: ...
    @property
    def state_root(self) -> Hash: ...
    @property
    def events(self) -> Sequence[object]: ...
    @property
    def changes(self) -> Sequence[Changed]: ...


class Waiting(Protocol):
    """A transaction that waits, without its length."""

    @property
    def hash(self) -> Hash: ...
    @property
    def extrinsic(self) -> bytes: ...


class ChainControl(Protocol):
    """Controls a chain; `chain.node.control.Control` says of each what it does."""

    def snapshot(self) -> int: ...
    def revert(self, number: int, /) -> None: ...
    def forget(self, number: int, /) -> bool: ...
    def taken_back(self) -> AbstractContextManager[None]: ...

    def new_blocks(
        self, count: int = 1, *, to: BlockNumber | None = None, transactions: Sequence[bytes] = ()
    ) -> Sequence[Block]: ...
    def set_mode(self, mode: SealingMode, interval_ms: int | None = None) -> None: ...
    def travel(self, to: Moment, /) -> Moment: ...
    def set_head(self, block: Hash | BlockNumber, /) -> Hash: ...

    def set_storage(
        self, changes: StorageChanges, block_hash: Hash | None = None, *, in_new_block: bool = False
    ) -> Hash: ...
    def set_items(
        self, values: Mapping[str, Json], block_hash: Hash | None = None, *, in_new_block: bool = False
    ) -> Hash: ...
    def dump(self, path: Path, block_hash: Hash | None = None) -> None: ...
    def load(self, path: Path, *, is_edited: bool = False) -> StateFile: ...

    def pending(self) -> Sequence[Waiting]: ...
    def drop(self, transaction_hash: Hash, /) -> bool: ...
    def drop_of(self, account: AccountId, /) -> list[Hash]: ...
    def replace(self, transaction_hash: Hash, extrinsic: bytes, /) -> Hash: ...

    def impersonate(self, account: AccountId | None = None, /) -> None: ...
    def stop_impersonating(self, account: AccountId | None = None, /) -> None: ...

    def dry_run(self, extrinsic: bytes, at: Hash | None = None) -> Tried: ...
    def dry_run_as(self, account: AccountId, call: bytes, at: Hash | None = None) -> Tried: ...
    def replay(self, block_hash: Hash, /) -> Replayed: ...
    def notes(self, block_hash: Hash | None = None) -> BlockNotes: ...
