"""Where a migration stands, and which finished ones shall be forgotten."""

from __future__ import annotations

from chain.primitives import U32, BlockNumber, Enumeration
from chain.record import record


@record
class ActiveCursor:
    """The migration that is under way.

    index: its place in the list of migrations
    inner_cursor: where it goes on; None at its beginning
    started_at: the block in which it began
    """

    index: U32
    inner_cursor: bytes | None
    started_at: BlockNumber


class MigrationCursor(Enumeration):
    """Where the migrations of an upgrade stand."""


class Active(MigrationCursor, index=0):
    """One is under way."""

    cursor: ActiveCursor


class Stuck(MigrationCursor, index=1):
    """One has failed; only governance helps."""


class HistoricCleanupSelector(Enumeration):
    """Which finished migrations shall be forgotten."""


class Specific(HistoricCleanupSelector, index=0):
    """Those of these identifiers."""

    identifiers: list[bytes]


class Wildcard(HistoricCleanupSelector, index=1):
    """So many of them (128 where nothing is said), from a cursor on."""

    limit: U32 | None
    previous_cursor: bytes | None


DEFAULT_BATCH = 128


def limit_of(selector: HistoricCleanupSelector) -> int:
    """How many entries the selector may remove."""
    if isinstance(selector, Specific):
        return len(selector.identifiers)
    limit: int | None = getattr(selector, "limit", None)
    return DEFAULT_BATCH if limit is None else limit
