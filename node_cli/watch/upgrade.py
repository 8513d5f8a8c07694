"""New code on a chain that goes on: one block as `System.set_code` makes it, and the state is kept.

The block has the new `:code`, the event CodeUpdated and RuntimeEnvironmentUpdated in its digest; the one after it is
the first of the new runtime: it migrates the state and notes the version in System.LastRuntimeUpgrade. The code comes
by `System.apply_authorized_upgrade`, which nobody signs; the authorization is written to the best block's state by
hand, so no account's nonce or balance tells of the upgrade.
"""

from __future__ import annotations

from typing import Generic, TypeVar

from chain.block import Block, Header
from chain.crypto.hashing import blake2_256
from chain.extrinsic import encode_bare
from chain.node.service import Node
from chain.primitives import Hash
from chain.record import record
from chain.state.overlay import Overlay
from pallets.frame import call_of
from pallets.system.calls import CODE
from pallets.system.types import CodeUpgradeAuthorization
from runtime.construct import Runtime
from runtime.generations import Generations, with_spec_version
from runtime.static_code import static_code

R = TypeVar("R", bound=Runtime)

_UNKNOWN = Hash(bytes(32))


class NotUpgraded(Exception):
    """The block that should bring the new code does not have it."""

    def __str__(self) -> str:
        return "the block has no room for new code: a migration over many blocks is under way; save again after it"


@record
class Upgraded:
    """The block that brought a new runtime, and that runtime's version."""

    block: Block
    spec_version: int


class Upgrader(Generic[R]):
    """Brings new runtimes to one node.

    generations: what the node's runtimes are made by
    """

    def __init__(self, node: Node[R], generations: Generations[R]) -> None:
        self._node = node
        self._generations = generations

    def upgrade(self, runtime: type[R]) -> Upgraded:
        """Make the block from which on the runtime is this one, its spec version above the present one's.

        Raises NotUpgraded, and what the new code raises in its first block, which is tried beforehand; then nothing
        has happened.
        """
        present = self._node.runtime_at()
        signatures = present.signatures
        state = self._node.best.state
        wanted = max(runtime(Overlay(state), signatures).version.spec_version, present.version.spec_version + 1)
        new = with_spec_version(runtime, wanted)

        def make(storage: Overlay) -> R:
            return new(storage, signatures)

        self._try(make(Overlay(state)))
        code = static_code(make(Overlay(state)))
        self._generations.add(code, make)
        try:
            return Upgraded(self._block_with(code), wanted)
        except BaseException:
            self._generations.remove(code)
            raise

    def _try(self, runtime: R) -> None:
        """Begin a block with the runtime; nothing of that is kept."""
        for pallet in runtime.pallets:
            pallet.integrity_test()
        best = self._node.best
        runtime.initialize_block(Header(best.hash, best.number + 1, _UNKNOWN, _UNKNOWN, ()))

    def _block_with(self, code: bytes) -> Block:
        before = self._node.snapshot()
        runtime = self._node.runtime_at()
        runtime.system.authorized_upgrade.put(CodeUpgradeAuthorization(Hash(blake2_256(code)), check_version=True))
        call = call_of(runtime.system.apply_authorized_upgrade, code=code)
        try:
            self._node.set_storage(runtime.storage.changes)
            self._drop_pending()
            self._node.submit(encode_bare(call.encode()))
            block = self._node.seal()
            if self._node.best.state.get(CODE) != code:
                raise NotUpgraded
        except BaseException:
            self._node.revert(before)
            raise
        return block

    def _drop_pending(self) -> None:
        """What waits was signed for the version before, and may crash its code: that may be what the edit mends."""
        pool = self._node.pool
        for transaction in [*pool.ready(), *pool.future()]:
            pool.drop(transaction.hash)
