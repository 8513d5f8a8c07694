"""Control of a development chain whose node is at a URL, by the methods of `dev`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import count, takewhile
from pathlib import Path
from typing import Final

from chain.block import Block
from chain.client.answers import bytes_of, extrinsic_of, hash_of, list_of, member, number_of
from chain.client.endpoint import Endpoint
from chain.client.errors import RequestRefused, UnknownBlock
from chain.client.told import ToldChange, ToldEvent
from chain.client.values import account_from
from chain.content.durable import write_durably
from chain.extrinsic import with_length_prefix
from chain.node.control import BlockNotes, ControlError
from chain.node.override import StorageChanges
from chain.node.sealing import SealingMode
from chain.node.state_file import StateFile, is_text, unpacked_state
from chain.primitives import AccountId, BlockNumber, Hash, Moment
from chain.record import record
from chain.rpc.dev_parameters import MODES
from chain.rpc.errors import CLIENT_ERROR, METHOD_NOT_FOUND
from chain.rpc.hexadecimal import to_hex
from chain.rpc.parameters import Json
from chain.rpc.refusals import REFUSED
from chain.rpc.state_parts import PART

_UNKNOWN_BLOCK: Final = "Client error: UnknownBlock"

_BUILD_MODES: Final = {mode: name for name, mode in MODES.items()}


@record
class WaitingTransaction:
    """A transaction in the pool of a node; signer: the address of whom it is of, None where nobody signed it."""

    hash: Hash
    extrinsic: bytes
    is_ready: bool
    signer: str | None


@record
class RemoteDryRun:
    """What an extrinsic would do, as its node tells it."""

    refused: str | None
    failure: str | None
    fee: int | None
    events: tuple[ToldEvent, ...]
    changes: tuple[ToldChange, ...]

    @property
    def succeeds(self) -> bool:
        """Whether it is neither refused nor fails."""
        return self.refused is None and self.failure is None


@record
class RemoteReplay:
    """What a block did, as its node tells it."""

    refused: str | None
    state_root: Hash
    events: tuple[ToldEvent, ...]
    changes: tuple[ToldChange, ...]


class RemoteControl:
    """Controls a node; each method does what that of `chain.node.control.Control` does.

    All raise ControlError for what the node refuses, also where it lets nobody control it; UnknownBlock, NotConnected,
    BadAnswer.
    """

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint

    # Going back

    def snapshot(self) -> int:
        return number_of("dev_snapshot", self._asked("dev_snapshot"))

    def revert(self, number: int) -> None:
        self._asked("dev_revert", number)

    def forget(self, number: int) -> bool:
        return bool(self._asked("dev_forgetSnapshot", number))

    @contextmanager
    def taken_back(self) -> Iterator[None]:
        number = self.snapshot()
        try:
            yield
        finally:
            self.revert(number)
            self.forget(number)

    # Blocks and time

    def new_blocks(
        self, count: int = 1, *, to: BlockNumber | None = None, transactions: Sequence[bytes] = ()
    ) -> list[Block]:
        head = self._endpoint.block_hash()
        asked = {
            "count": count if to is None else None,
            "to": to,
            "transactions": [with_length_prefix(each) for each in transactions],
        }
        last = hash_of("dev_newBlock", self._asked("dev_newBlock", asked))
        made = list[Block]()
        while last != head and (to is not None or len(made) < count):
            block = self._endpoint.block(last)
            if block is None:  # another went back meanwhile
                break
            made.append(block)
            last = block.header.parent_hash
        return made[::-1]

    def set_mode(self, mode: SealingMode, interval_ms: int | None = None) -> None:
        self._asked("dev_setBlockBuildMode", _BUILD_MODES[mode], interval_ms)

    def travel(self, to: Moment) -> Moment:
        return number_of("dev_timeTravel", self._asked("dev_timeTravel", to))

    def set_head(self, block: Hash | BlockNumber) -> Hash:
        return hash_of("dev_setHead", self._asked("dev_setHead", block))

    # State

    def set_storage(
        self, changes: StorageChanges, block_hash: Hash | None = None, *, in_new_block: bool = False
    ) -> Hash:
        pairs = [[key, value] for key, value in changes.items()]
        return hash_of("dev_setStorage", self._asked("dev_setStorage", pairs, block_hash, in_new_block))

    def set_items(
        self, values: Mapping[str, Json], block_hash: Hash | None = None, *, in_new_block: bool = False
    ) -> Hash:
        return hash_of("dev_setStorage", self._asked("dev_setStorage", dict(values), block_hash, in_new_block))

    def dump(self, path: Path, block_hash: Hash | None = None) -> None:
        at = self._endpoint.block_hash() if block_hash is None else block_hash  # all parts are of one block
        parts = (self._part(at, number, is_text(path)) for number in count())
        write_durably(path, b"".join(takewhile(bool, parts)))

    def load(self, path: Path, *, is_edited: bool = False) -> StateFile:
        data = path.read_bytes()
        found = unpacked_state(data, is_edited=is_edited, source=path)
        parts = [data[start : start + PART] for start in range(0, len(data), PART)]
        for number, part in enumerate(parts):
            self._asked("dev_loadState", part, is_edited, number, len(parts))
        return found

    def _part(self, at: Hash | None, part: int, is_text: bool) -> bytes:
        return bytes_of("dev_dumpState", self._asked("dev_dumpState", at, is_text, part))

    # Pending transactions

    def pending(self) -> list[WaitingTransaction]:
        method = "dev_pendingTransactions"
        return [_waiting(method, each) for each in list_of(method, self._asked(method))]

    def drop(self, transaction_hash: Hash) -> bool:
        return bool(self._dropped(to_hex(transaction_hash)))

    def drop_of(self, account: AccountId) -> list[Hash]:
        return self._dropped({"account": account})

    def replace(self, transaction_hash: Hash, extrinsic: bytes) -> Hash:
        method = "dev_replaceTransaction"
        return hash_of(method, self._asked(method, transaction_hash, with_length_prefix(extrinsic)))

    # Acting for others

    def impersonate(self, account: AccountId | None = None) -> None:
        self._asked("dev_impersonate", account)

    def stop_impersonating(self, account: AccountId | None = None) -> None:
        self._asked("dev_stopImpersonating", account)

    # Trying out

    def dry_run(self, extrinsic: bytes, at: Hash | None = None) -> RemoteDryRun:
        return self._tried({"extrinsic": with_length_prefix(extrinsic), "at": at})

    def dry_run_as(self, account: AccountId, call: bytes, at: Hash | None = None) -> RemoteDryRun:
        return self._tried({"extrinsic": {"call": call, "address": account}, "at": at})

    def replay(self, block_hash: Hash) -> RemoteReplay:
        method = "dev_replayBlock"
        found = self._asked(method, block_hash)
        refused = member(method, found, "refused")
        root = hash_of(method, member(method, found, "stateRoot"))
        return RemoteReplay(refused and str(refused), root, _events(method, found), _changes(method, found))

    def notes(self, block_hash: Hash | None = None) -> BlockNotes:
        method = "dev_blockNotes"
        found = self._asked(method, block_hash)
        is_overridden, is_marked = (bool(member(method, found, each)) for each in ("isOverridden", "isMarked"))
        accounts = list_of(method, member(method, found, "impersonated"))
        return BlockNotes(is_overridden, is_marked, tuple(account_from(str(each)) for each in accounts))

    def _tried(self, options: Json) -> RemoteDryRun:
        method = "dev_dryRun"
        try:
            found = self._endpoint.rpc(method, options)
        except RequestRefused as error:
            if error.code == REFUSED and error.data:  # a node's refusal of the extrinsic, not of the request
                return RemoteDryRun(_sentence(error), None, None, (), ())
            raise _refusal(error) from None
        failure, fee = member(method, member(method, found, "outcome"), "error"), member(method, found, "fee")
        return RemoteDryRun(
            None,
            failure and str(failure),
            None if fee is None else number_of(method, fee),
            _events(method, found),
            _changes(method, found),
        )

    def _dropped(self, which: Json) -> list[Hash]:
        method = "dev_dropTransactions"
        return [hash_of(method, each) for each in list_of(method, self._asked(method, which))]

    def _asked(self, method: str, *params: Json) -> Json:
        try:
            return self._endpoint.rpc(method, *params)
        except RequestRefused as error:
            raise _refusal(error) from None


def _refusal(error: RequestRefused) -> Exception:
    """What a control in the same process would raise, where that is known."""
    if error.code == REFUSED:
        return ControlError(_sentence(error))
    if error.code == METHOD_NOT_FOUND:
        return ControlError(
            f"the node lets nobody control it ({error.method}: {error.message}): "
            "start it with palletlab dev --unsafe-rpc, or connect to one that was"
        )
    if error.code == CLIENT_ERROR and error.message.startswith(_UNKNOWN_BLOCK):
        return UnknownBlock(error.message.rpartition(" ")[2])
    return error


def _sentence(error: RequestRefused) -> str:
    return error.message.removeprefix("Error: ")


def _waiting(method: str, found: Json) -> WaitingTransaction:
    signer = member(method, found, "signer")
    return WaitingTransaction(
        hash_of(method, member(method, found, "hash")),
        extrinsic_of(method, member(method, found, "extrinsic")),
        bool(member(method, found, "isReady")),
        None if signer is None else str(signer),
    )


def _events(method: str, found: Json) -> tuple[ToldEvent, ...]:
    names = ("pallet", "name", "fields", "extrinsic")
    events = list_of(method, member(method, found, "events"))
    return tuple(ToldEvent(*(member(method, each, name) for name in names)) for each in events)


def _changes(method: str, found: Json) -> tuple[ToldChange, ...]:
    return tuple(
        ToldChange(
            bytes_of(method, member(method, each, "storageKey")),
            str(member(method, each, "item")),
            tuple(list_of(method, member(method, each, "keys"))),
            member(method, each, "before"),
            member(method, each, "after"),
        )
        for each in list_of(method, member(method, found, "changes"))
    )
