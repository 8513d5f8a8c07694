"""What the executive works on: pallets with System among them, transaction extensions, known signatures."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from chain.node.signature_cache import SignatureCache
from chain.runtime_api import RuntimeVersion
from chain.state.overlay import Overlay
from pallets.frame.composition import Composition
from pallets.frame.migration import MultiBlockMigrator, RuntimeUpgrade
from pallets.system import System
from runtime.extensions.pipeline import Pipeline


class RuntimeParts(Composition):
    """Pallets over one state, and what stands around their calls."""

    system: System
    extensions: Pipeline

    notes_inherents: ClassVar[bool] = True
    """Whether System tells when a block's inherents are over. Runtimes from before 2024 do not, and neither poll
    their pallets nor migrate over many blocks."""

    def __init__(self, storage: Overlay, signatures: SignatureCache | None = None) -> None:
        super().__init__(storage)
        self.single_block_migrations: tuple[RuntimeUpgrade, ...] = ()
        """Run before the pallets' own, in the first block of a new version."""
        self.multi_block_migrator: MultiBlockMigrator | None = None
        """While it is at work, a block has inherents only."""
        self.pre_inherents: Callable[[], None] = _nothing
        """Called when a block is initialized."""
        self.post_inherents: Callable[[], None] = _nothing
        """Called before the first transaction, or at the end of a block without any."""
        self.post_transactions: Callable[[], None] = _nothing
        """Called after the last transaction."""
        self.signatures = signatures or SignatureCache()

    @property
    def version(self) -> RuntimeVersion:
        """Which runtime this is."""
        return self.system.config.version

    def is_migrating(self) -> bool:
        """Whether a migration over many blocks is under way."""
        return self.multi_block_migrator is not None and self.multi_block_migrator.ongoing()


def _nothing() -> None:
    """A hook that is not there."""
