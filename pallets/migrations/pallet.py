"""The Migrations pallet: its calls, and how migrations go on block by block."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Annotated, Final

from chain.bounds import MaxLen
from chain.primitives import U32, BlockNumber
from pallets.frame.call import call
from pallets.frame.error import ensure
from pallets.frame.migration import InsufficientWeight, SteppedMigration, SteppedMigrationError
from pallets.frame.origin import Origin, ensure_root
from pallets.frame.pallet import Pallet, config
from pallets.frame.storage import StorageMap, StorageValue, Twox64
from pallets.frame.weight import REF_TIME_PER_SECOND, U64_MAX, Weight
from pallets.frame.weight_meter import WeightMeter
from pallets.migrations import weights
from pallets.migrations.events import (
    Error,
    Event,
    HistoricCleared,
    MigrationAdvanced,
    MigrationCompleted,
    MigrationFailed,
    MigrationSkipped,
    Ongoing,
    UpgradeCompleted,
    UpgradeFailed,
    UpgradeStarted,
)
from pallets.migrations.types import (
    Active,
    ActiveCursor,
    HistoricCleanupSelector,
    MigrationCursor,
    Specific,
    Stuck,
    Wildcard,
    limit_of,
)

__all__ = ["Config", "Error", "Event", "FailureHandling", "Migrations"]

FINISHED_IN_A_BLOCK: Final = 8
"""Migrations that may end in one block; most are expected to take several (pallet_migrations)."""


class FailureHandling(Enum):
    """What becomes of the chain when a migration fails (frame_support::migrations::FailedMigrationHandling)."""

    KEEP_STUCK = "keep stuck"
    """No transactions until governance helps."""

    FORCE_UNSTUCK = "force unstuck"
    """The chain goes on with what state there is."""

    IGNORE = "ignore"
    """The cursor stays as it is: the migration is tried again."""


def _keep_stuck(_migration: int | None) -> FailureHandling:
    return FailureHandling.KEEP_STUCK


def _nothing() -> None:
    """Nobody wants to know."""


@config
class Config:
    """What the runtime supplies.

    migrations: in their order; changed only by an upgrade, when those before are done
    failed: what shall become of the chain, by the index of the migration that failed
    """

    migrations: tuple[SteppedMigration, ...] = ()
    max_service_weight: Weight = Weight(REF_TIME_PER_SECOND, U64_MAX)  # in one block
    cursor_max_len: U32 = 65_536
    identifier_max_len: U32 = 256
    failed: Callable[[int | None], FailureHandling] = _keep_stuck
    started: Callable[[], None] = _nothing
    completed: Callable[[], None] = _nothing


class Migrations(Pallet[Config]):
    cursor: StorageValue[MigrationCursor | None]
    """Where the migrations stand; None where none is under way."""

    historic: StorageMap[Twox64[Annotated[bytes, MaxLen(Config.identifier_max_len)]], tuple[()] | None]
    """The identifiers of all that are done, so that none is done twice."""

    # Calls

    @call(0, weight=weights.FORCE_SET_CURSOR)
    def force_set_cursor(self, origin: Origin, cursor: MigrationCursor | None) -> None:
        """Start, stop or forward the migrations; an emergency measure."""
        ensure_root(origin)
        self.cursor.put(cursor)

    @call(1, weight=weights.FORCE_SET_ACTIVE_CURSOR)
    def force_set_active_cursor(
        self,
        origin: Origin,
        index: U32,
        inner_cursor: Annotated[bytes, MaxLen(Config.cursor_max_len)] | None,
        started_at: BlockNumber | None,
    ) -> None:
        """Start or forward the migrations, by default as if this one began in the next block."""
        ensure_root(origin)
        began = self.block_number() + 1 if started_at is None else started_at
        self.cursor.put(Active(ActiveCursor(index, inner_cursor, began)))

    @call(2, weight=weights.FORCE_ONBOARD)
    def force_onboard_mbms(self, origin: Origin) -> None:
        """Begin with the first migration, as an upgrade does."""
        ensure_root(origin)
        ensure(not self.cursor.exists(), Ongoing)
        self._onboard()

    @call(3, weight=weights.clear_historic_weight)
    def clear_historic(self, origin: Origin, selector: HistoricCleanupSelector) -> None:
        """Forget migrations that are done and no longer in the code."""
        ensure_root(origin)
        next_cursor = None
        if isinstance(selector, Specific):
            for identifier in selector.identifiers:
                self.historic.remove(identifier)
        elif isinstance(selector, Wildcard):
            next_cursor = self.historic.clear(limit_of(selector), selector.previous_cursor).cursor
        self.deposit_event(HistoricCleared(next_cursor))

    # What the executive asks

    def on_runtime_upgrade(self) -> Weight:
        """Begin with the migrations of the new runtime."""
        self._onboard()
        return weights.ONBOARD

    def _onboard(self) -> None:
        interrupted = self.cursor.get()
        if interrupted is not None:  # an upgrade came before the migrations of the last one were done
            self._fail(interrupted.cursor.index if isinstance(interrupted, Active) else None)
            return
        count = len(self.config.migrations)
        if count:
            self.cursor.put(Active(ActiveCursor(0, None, self.block_number())))
            self.deposit_event(UpgradeStarted(count))
            self.config.started()

    def ongoing(self) -> bool:
        """Whether a migration is under way, or stuck: no transactions then."""
        return self.cursor.exists()

    def step(self) -> Weight:
        """Go on with the migrations, within the weight for one block; the weight used."""
        meter = WeightMeter(self.config.max_service_weight)
        meter.consume(weights.PROGRESS_NONE)
        standing = self.cursor.get()
        if not isinstance(standing, Active):
            return meter.consumed
        cursor, goes_on = standing.cursor, True
        for turn in range(FINISHED_IN_A_BLOCK):
            following, goes_on = self._execute(cursor, turn == 0, meter)
            if following is None:
                return meter.consumed
            cursor = following
            if not goes_on:
                break
        self.cursor.put(Active(cursor))
        return meter.consumed

    def _execute(self, cursor: ActiveCursor, is_first: bool, meter: WeightMeter) -> tuple[ActiveCursor | None, bool]:
        """One step of one migration; where to go on, None for nowhere, and whether still in this block."""
        if not meter.try_consume(weights.EXECUTE):
            return cursor, False
        if cursor.index >= len(self.config.migrations):
            self.deposit_event(UpgradeCompleted())
            self.cursor.kill()
            self.config.completed()
            return None, False
        migration = self.config.migrations[cursor.index]
        if self.historic.contains_key(migration.identifier):
            self.deposit_event(MigrationSkipped(cursor.index))
            return self._next(cursor), True
        return self._step_of(migration, cursor, is_first, meter)

    def _step_of(
        self, migration: SteppedMigration, cursor: ActiveCursor, is_first: bool, meter: WeightMeter
    ) -> tuple[ActiveCursor | None, bool]:
        took = self.block_number() - cursor.started_at if self.block_number() > cursor.started_at else 0
        try:
            with self.storage.transaction():
                inner = migration.step(cursor.inner_cursor, meter)
        except InsufficientWeight as error:
            if is_first or error.required.exceeds(meter.limit):
                return self._failed(cursor, took)
            return cursor, False  # the next block may have more
        except SteppedMigrationError:
            return self._failed(cursor, took)
        if inner is None:
            self.deposit_event(MigrationCompleted(cursor.index, took))
            self.historic.insert(migration.identifier, ())
            return self._next(cursor), True
        if len(inner) > self.config.cursor_max_len:
            self._fail(cursor.index)
            return None, False
        self.deposit_event(MigrationAdvanced(cursor.index, took))
        if migration.max_steps is not None and took > migration.max_steps:
            return self._failed(cursor, took)
        return ActiveCursor(cursor.index, inner, cursor.started_at), False

    def _next(self, cursor: ActiveCursor) -> ActiveCursor:
        return ActiveCursor(cursor.index + 1, None, self.block_number())

    def _failed(self, cursor: ActiveCursor, took: BlockNumber) -> tuple[None, bool]:
        self.deposit_event(MigrationFailed(cursor.index, took))
        self._fail(cursor.index)
        return None, False

    def _fail(self, migration: int | None) -> None:
        self.deposit_event(UpgradeFailed())
        handling = self.config.failed(migration)
        if handling is FailureHandling.KEEP_STUCK:
            self.cursor.put(Stuck())
        elif handling is FailureHandling.FORCE_UNSTUCK:
            self.cursor.kill()

    def integrity_test(self) -> None:
        """Cursors and identifiers fit the storage, and no two migrations have the same identifier."""
        known: set[bytes] = set()
        for position, migration in enumerate(self.config.migrations):
            name = f"migration {position} ({type(migration).__name__})"
            assert migration.cursor_max_length <= self.config.cursor_max_len, f"{name}: its cursor may be too long"
            assert len(migration.identifier) <= self.config.identifier_max_len, f"{name}: its identifier is too long"
            assert migration.identifier not in known, f"{name}: another one has its identifier"
            known.add(migration.identifier)
