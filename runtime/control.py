"""Control of a development chain in its runtime's own terms: typed storage, decoded dry runs and replays.

control = control_of(node, sealer)
with control.edited() as runtime:
    runtime.balances.total_issuance.put(7)
print(control.dry_run(extrinsic).changes)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TypeVar

from chain.node.control import Control, ControlError
from chain.node.impersonation import Impersonation, Impersonator
from chain.node.sealing import Sealer
from chain.node.service import Node
from chain.node.timer import SimulatedTimer
from chain.primitives import AccountId, Hash
from chain.scale import DecodeError
from pallets.frame.call import RuntimeCall
from pallets.frame.origin import Origin
from pallets.frame.state_diff import described
from runtime.construct import Runtime
from runtime.dry_run import DryRun, dry_run, dry_run_call
from runtime.genesis_json import Json
from runtime.replay import Replay, replay_block
from runtime.signing import signed
from runtime.typed_storage import typed_changes

R = TypeVar("R", bound=Runtime)


class RuntimeControl(Control[R]):
    """Controls a node whose runtime is composed of pallets."""

    @contextmanager
    def edited(self, block_hash: Hash | None = None, *, in_new_block: bool = False) -> Iterator[R]:
        """A runtime on the state after a block; what is written to it by the context's end is set as by `set_storage`.

        Nothing is where an exception leaves the context.
        """
        runtime = self.node.runtime_at(block_hash)
        yield runtime
        self.set_storage(runtime.storage.changes, block_hash, in_new_block=in_new_block)

    def set_items(
        self, values: Mapping[str, Json], block_hash: Hash | None = None, *, in_new_block: bool = False
    ) -> Hash:
        """Set storage by pallet, item and key (`runtime.typed_storage`); the hash of the block.

        Raises GenesisJsonError with the path of what is wrong, UnknownBlock.
        """
        changes = typed_changes(self.node.runtime_at(block_hash), values)
        return self.set_storage(changes, block_hash, in_new_block=in_new_block)

    def dry_run(self, extrinsic: bytes, at: Hash | None = None) -> DryRun:
        """What an extrinsic would do in the next block, also with a fake signature.

        Raises InvalidBlock, UnknownBlock, NotOurTurn.
        """
        with self.believing(extrinsic):
            return dry_run(self.node, extrinsic, at)

    def signed_as(self, account: AccountId, call: bytes) -> bytes:
        """An extrinsic for `dry_run`: the encoded call in the name of an account; raises ControlError."""
        runtime = self.node.runtime_at()
        try:
            decoded = runtime.decode_call(call)
        except DecodeError as error:
            raise ControlError(f"this is no call of the runtime: {error}") from None
        return signed(runtime, Impersonator.of(account), decoded, block_hash=self.node.best.hash)

    def dry_run_as(self, account: AccountId, call: bytes, at: Hash | None = None) -> DryRun:
        """What an encoded call would do in the next block, signed by an account, which pays; raises as `dry_run`.

        Raises ControlError where the runtime has no such call.
        """
        return self.dry_run(self.signed_as(account, call), at)

    def dry_run_call(self, call: RuntimeCall, origin: Origin, at: Hash | None = None) -> DryRun:
        """What a call would do in the next block, from any origin; raises InvalidBlock, UnknownBlock, NotOurTurn."""
        return dry_run_call(self.node, call, origin, at)

    def replay(self, block_hash: Hash) -> Replay:
        """Execute a block again, with whoever was impersonated then; raises UnknownBlock, NothingToReplay."""
        with self.believing(*self.node.chain[block_hash].block.extrinsics):
            return replay_block(self.node, block_hash)


def control_of(node: Node[R], sealer: Sealer | None = None, *, may_impersonate: bool = True) -> RuntimeControl[R]:
    """The control of a node; without a sealer of its own it makes blocks when told to.

    may_impersonate: whether `impersonate` works; nobody is impersonated before
    """
    return RuntimeControl(
        node,
        Sealer(node, SimulatedTimer()) if sealer is None else sealer,
        Impersonation(node.runtime_at().signatures),
        lambda: described(node.runtime_at()),
        may_impersonate=may_impersonate,
    )
