"""What migrations tell, and why their calls fail."""

from __future__ import annotations

from chain.primitives import U32, BlockNumber
from pallets.frame.error import PalletError
from pallets.frame.event import PalletEvent


class Event(PalletEvent):
    """How an upgrade gets on."""


class UpgradeStarted(Event):
    """An upgrade began, with so many migrations."""

    migrations: U32


class UpgradeCompleted(Event):
    """All migrations are done."""


class UpgradeFailed(Event):
    """A migration failed, and with it the upgrade."""


class MigrationSkipped(Event):
    """A migration was done before."""

    index_: U32


class MigrationAdvanced(Event):
    """A migration made a step."""

    index_: U32
    took: BlockNumber


class MigrationCompleted(Event):
    """A migration is done."""

    index_: U32
    took: BlockNumber


class MigrationFailed(Event):
    """A migration cannot go on."""

    index_: U32
    took: BlockNumber


class HistoricCleared(Event):
    """Finished migrations were forgotten; the cursor goes on."""

    next_cursor: bytes | None


class Error(PalletError):
    """Why a call failed."""


class Ongoing(Error):
    """Not while migrations are under way."""
