"""What a developer does to a chain that is theirs: go back, move the clock, write to the state, act for others.

    control = Control(node, Sealer(node, timer))
    before = control.snapshot()
    control.set_storage({key: value})
    control.travel(1_800_000_000_000)
    control.new_blocks(count=3)
    control.revert(before)

Nothing of this is the protocol's: other nodes refuse such blocks, and blocks say what was done (`control.notes`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Generic, TypeVar

from chain.block import Block
from chain.node.chain_store import ImportedBlock
from chain.node.impersonation import Impersonation, Impersonator, faked_signer, impersonated
from chain.node.override import StorageChanges, is_marked
from chain.node.sealing import Sealer, SealingMode
from chain.node.service import Node, NodeSnapshot
from chain.node.state_file import (
    Describe,
    StateFile,
    Turns,
    is_text,
    packed_state,
    packing_state,
    read_state,
    state_content,
    unpacked_state,
    write_state,
)
from chain.node.transaction_queue import PoolTransaction
from chain.node.trial import Execution, Trial, execute_again, try_extrinsic
from chain.primitives import AccountId, BlockNumber, Hash, Moment
from chain.record import record
from chain.runtime_api import RuntimeApi

R = TypeVar("R", bound=RuntimeApi)

BLOCKS_AT_ONCE = 10_000
"""Blocks that one request may ask for."""


def require_count(count: int) -> None:
    """Raises ControlError where so many blocks cannot be made at once."""
    if not 1 <= count <= BLOCKS_AT_ONCE:
        raise ControlError(f"{count} blocks cannot be made at once: ask for 1 to {BLOCKS_AT_ONCE}")


class ControlError(ValueError):
    """The chain cannot be controlled in this way; says why and what to do."""


@record
class BlockNotes:
    """What was done to a block that no protocol knows of.

    is_overridden: its state was written to after it was made; is_marked: when it was made
    impersonated: in whose name it has transactions that they did not sign
    """

    is_overridden: bool
    is_marked: bool
    impersonated: tuple[AccountId, ...]

    @property
    def is_genuine(self) -> bool:
        """Whether other nodes of the chain would take the block, and have the same state after it."""
        return not (self.is_overridden or self.is_marked or self.impersonated)


class Control(Generic[R]):
    """Controls a node.

    impersonation: of the node's runtimes, where fake signatures can be told from others
    describe: what storage entries say, for state files that people read
    may_impersonate: whether anybody may be impersonated beyond dry runs
    """

    def __init__(
        self,
        node: Node[R],
        sealer: Sealer,
        impersonation: Impersonation | None = None,
        describe: Callable[[], Describe] | None = None,
        *,
        may_impersonate: bool = True,
    ) -> None:
        self.node = node
        self.sealer = sealer
        self._impersonation = impersonation
        self._may_impersonate = may_impersonate
        if impersonation is not None:
            node.flag = impersonation.flag
        self._describe = describe
        self._snapshots: dict[int, NodeSnapshot] = {}
        self._taken = 0

    # Going back

    def snapshot(self) -> int:
        """Remember the node as it is; the number to go back by."""
        self._taken += 1
        self._snapshots[self._taken] = self.node.snapshot()
        return self._taken

    def revert(self, number: int) -> None:
        """Go back to a snapshot, which stays; those taken since are forgotten. Raises ControlError."""
        snapshot = self._snapshots.get(number)
        if snapshot is None:
            known = ", ".join(map(str, self._snapshots)) or "none"
            raise ControlError(f"there is no snapshot {number}; there are: {known}")
        self.node.revert(snapshot)
        for later in [each for each in self._snapshots if each > number]:
            del self._snapshots[later]

    def forget(self, number: int) -> bool:
        """Let go of a snapshot; whether it was there."""
        return self._snapshots.pop(number, None) is not None

    @contextmanager
    def taken_back(self) -> Iterator[None]:
        """A context at whose end the node is as it was before."""
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
        """Make blocks on the best one: so many, or up to a number; `transactions` are submitted before the first.

        Raises ControlError, PoolError, TransactionInvalid, InvalidBlock, NotOurTurn.
        """
        if to is not None:
            count = to - self.node.best.number
        require_count(count)
        for extrinsic in transactions:
            self.node.submit(extrinsic)
        return [self.sealer.create_block() for _ in range(count)]

    def go_to(self, number: BlockNumber) -> None:
        """Make blocks until the best one has that number; raises as `new_blocks`, and where it is behind already."""
        if number < self.node.best.number:
            raise ControlError(f"block {number + 1} is not ahead: the best block is {self.node.best.number}")
        if number > self.node.best.number:
            self.new_blocks(to=number)

    def set_mode(self, mode: SealingMode, interval_ms: int | None = None) -> None:
        """Make blocks in another way from now on; with another interval where one is given. Raises ValueError."""
        if interval_ms is not None:
            self.sealer.interval_ms = interval_ms
        self.sealer.mode = mode

    def travel(self, to: Moment) -> Moment:
        """Let the next block have that time, milliseconds since 1970; the time that it will have.

        Raises TimeRefused where the chain is there already, ControlError where the node has no clock.
        """
        if self.node.clock is None:
            raise ControlError("the time of this chain cannot be moved: its node was started without a clock")
        return self.node.clock.travel(to, self.node.best)

    def set_head(self, block: Hash | BlockNumber) -> Hash:
        """Make a block the best one, also an old one: the next block stands on it. Raises UnknownBlock, ControlError.

        A negative number counts back from the best block.
        """
        if isinstance(block, int):
            number = self.node.best.number + block if block < 0 else block
            found = self.node.chain.hash_of(number)
            if found is None:
                raise ControlError(f"the best chain has no block {number}; it ends at {self.node.best.number}")
            block = found
        self.node.set_best(block)
        return self.node.best.hash

    def notes(self, block_hash: Hash | None = None) -> BlockNotes:
        """What was done to a block, the best one by default; raises UnknownBlock."""
        found = self._block(block_hash)
        return BlockNotes(found.is_overridden, is_marked(found.block), impersonated(found.block))

    # Trying out

    def try_extrinsic(self, extrinsic: bytes, at: Hash | None = None) -> Trial:
        """What an extrinsic would do in the next block, also with a fake signature.

        Raises InvalidBlock, UnknownBlock, NotOurTurn.
        """
        with self.believing(extrinsic):
            return try_extrinsic(self.node, extrinsic, at)

    @contextmanager
    def believing(self, *extrinsics: bytes) -> Iterator[None]:
        """A context in which fake signatures of the extrinsics pass; nothing that is done in it may be kept."""
        if self._impersonation is None or all(faked_signer(each) is None for each in extrinsics):
            yield
        else:
            with self._impersonation.believed():
                yield

    def signed_as(self, account: AccountId, call: bytes) -> bytes:
        """An extrinsic for `try_extrinsic`: the encoded call in the name of an account.

        Raises ControlError where nothing knows how extrinsics are signed.
        """
        raise ControlError("this node does not know how calls are signed: give a whole extrinsic")

    def execute_again(self, block_hash: Hash) -> Execution:
        """What a block does when it is executed again, with whoever was impersonated then.

        Raises UnknownBlock, NothingToReplay.
        """
        with self.believing(*self._block(block_hash).block.extrinsics):
            return execute_again(self.node, block_hash)

    # State

    def set_storage(
        self, changes: StorageChanges, block_hash: Hash | None = None, *, in_new_block: bool = False
    ) -> Hash:
        """Write to the state after a block, or after a new block of what is ready; the hash of the block.

        Without a new block everything keeps its hash, and clients that were told of the block are not told again.
        Raises StorageRefused, UnknownBlock.
        """
        if in_new_block:
            return self.node.seal(block_hash, changes).hash
        return self.node.set_storage(changes, block_hash).hash

    def set_items(
        self, values: Mapping[str, Any], block_hash: Hash | None = None, *, in_new_block: bool = False
    ) -> Hash:
        """As `set_storage`, by pallet, item and key; raises ControlError where nothing knows what these are."""
        raise ControlError("this node knows storage by its keys alone: give pairs of key and value")

    def dump(self, path: Path, block_hash: Hash | None = None) -> None:
        """Write the state after a block to a file, in JSON where its name ends so; raises OSError, StateFileError."""
        write_state(path, self._block(block_hash), self._words() if is_text(path) else None)

    def dumped(self, block_hash: Hash | None = None, *, is_text: bool = False) -> bytes:
        """What `dump` writes: JSON, or MessagePack; raises StateFileError."""
        return packed_state(self._block(block_hash), self._words() if is_text else None, is_text=is_text)

    def dumping(self, block_hash: Hash | None = None, *, is_text: bool = False) -> Turns[bytes]:
        """As `dumped`, in turns: a large state takes seconds, which clients and the chain do not wait for."""
        return packing_state(self._block(block_hash), self._words() if is_text else None, is_text=is_text)

    def described(self, block_hash: Hash | None = None) -> Turns[dict[str, Any]]:
        """The fields of the text that `dumping` makes."""
        return state_content(self._block(block_hash), self._words(), is_text=True)

    def load(self, path: Path, *, is_edited: bool = False) -> StateFile:
        """Put the state of a file in the place of that after the best block; raises OSError, StateFileError."""
        found = read_state(path, is_edited=is_edited)
        self.node.set_state(found.state)
        return found

    def load_dumped(self, data: bytes, *, is_edited: bool = False) -> StateFile:
        """As `load`, what `dumped` made; raises StateFileError."""
        found = unpacked_state(data, is_edited=is_edited)
        self.node.set_state(found.state)
        return found

    def _block(self, block_hash: Hash | None) -> ImportedBlock:
        return self.node.best if block_hash is None else self.node.chain[block_hash]

    def _words(self) -> Describe | None:
        return None if self._describe is None else self._describe()

    # Pending transactions

    def pending(self) -> list[PoolTransaction]:
        """The transactions that wait: the ready ones as an author takes them, then the others."""
        return [*self.node.pool.ready(), *self.node.pool.future()]

    def drop(self, transaction_hash: Hash) -> bool:
        """Take a transaction out of the pool; whether it was there."""
        return self.node.pool.drop(transaction_hash)

    def drop_of(self, account: AccountId) -> list[Hash]:
        """Take out all transactions that an account signed; which."""
        return self.node.pool.drop_of(account)

    def replace(self, transaction_hash: Hash, extrinsic: bytes) -> Hash:
        """Put another in a transaction's place; raises TransactionNotFound, PoolError, TransactionInvalid."""
        return self.node.pool.replace(transaction_hash, extrinsic)

    # Acting for others

    @property
    def impersonation(self) -> Impersonation:
        """Whom one may impersonate; raises ControlError where nobody ever."""
        if self._impersonation is None or not self._may_impersonate:
            raise ControlError(
                "nobody can be impersonated here: the node was started without that; palletlab dev --impersonation"
            )
        return self._impersonation

    def impersonate(self, account: AccountId | None = None) -> None:
        """Let fake signatures of an account pass, of everybody where none is given; raises ControlError."""
        if account is None:
            self.impersonation.allow_everybody()
        else:
            self.impersonation.allow(account)

    def stop_impersonating(self, account: AccountId | None = None) -> None:
        """Let them pass no more, and drop what waits because of them; raises ControlError.

        For one account that does not hold where everybody is impersonated.
        """
        if account is None:
            self.impersonation.forbid_everybody()
        else:
            self.impersonation.forbid(account)
        for waiting in reversed(self.pending()):
            signer = faked_signer(waiting.extrinsic)
            if signer is not None and not self.impersonation.is_allowed(signer):
                self.node.pool.drop(waiting.hash)

    def submit_as(self, account: AccountId, call: object) -> Hash:
        """Submit a call in the name of an account without its key; raises as `Node.submit_call`.

        Raises ControlError where that was not allowed before (`impersonation.allow`).
        """
        if not self.impersonation.is_allowed(account):
            raise ControlError(f"0x{account.hex()} may not be impersonated: allow it first")
        return self.node.submit_call(Impersonator.of(account), call)
