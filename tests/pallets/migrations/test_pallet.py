"""Migrations go on step by step, tell what they do as pallet_migrations does, and are done once."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

import pytest

from chain.crypto.hashing import twox_64, twox_128
from chain.primitives import U32
from chain.state.overlay import Overlay
from pallets.frame.call import call_of
from pallets.frame.error import BadOrigin
from pallets.frame.migration import InsufficientWeight, InvalidCursor, MigrationId, SteppedMigration
from pallets.frame.origin import NO_ORIGIN, ROOT
from pallets.frame.pallet import Pallet, config
from pallets.frame.storage import StorageMap
from pallets.frame.testing import MockRuntime, assert_noop, assert_ok
from pallets.frame.weight import U64_MAX, Weight
from pallets.frame.weight_meter import WeightMeter
from pallets.migrations import Config, FailureHandling, Migrations, weights
from pallets.migrations.events import Ongoing
from pallets.migrations.types import Active, ActiveCursor, Specific, Stuck, Wildcard

ENTRY = Weight(1_000, 10)
"""Of one entry that is migrated."""


@config
class NumbersConfig:
    """Nothing."""


class Numbers(Pallet[NumbersConfig]):
    """Has a map whose values shall be doubled."""

    value: StorageMap[U32, U32 | None]


class DoubleAll(SteppedMigration):
    """Doubles so many values a block, in the order of the map."""

    identifier: ClassVar[bytes] = MigrationId(b"numbers", 0, 1).encoded

    def __init__(self, numbers: Numbers, each_block: int) -> None:
        self._numbers, self._each_block = numbers, each_block

    def step(self, cursor: bytes | None, meter: WeightMeter) -> bytes | None:
        if cursor is not None and len(cursor) != 4:
            raise InvalidCursor
        after = None if cursor is None else int.from_bytes(cursor, "little")
        for done, (key, value) in enumerate(list(self._numbers.value.iter(after=after))):
            if done == self._each_block:
                return (after or 0).to_bytes(4, "little")
            if not meter.try_consume(ENTRY):
                raise InsufficientWeight(ENTRY)
            self._numbers.value.insert(key, (value or 0) * 2)
            after = key
        return None


class Slow(SteppedMigration):
    """Never comes to an end, and may take two blocks."""

    identifier: ClassVar[bytes] = b"slow"
    max_steps: ClassVar[int | None] = 2

    def step(self, cursor: bytes | None, meter: WeightMeter) -> bytes | None:
        return b"more"


Make = Callable[[Numbers], tuple[SteppedMigration, ...]]


class Mock(MockRuntime):
    def __init__(
        self,
        make: Make = lambda numbers: (DoubleAll(numbers, 2),),
        *,
        handling: FailureHandling = FailureHandling.KEEP_STUCK,
        limit: Weight = Weight(10**12, U64_MAX),
        storage: Overlay | None = None,
    ) -> None:
        super().__init__(storage)
        self.numbers = Numbers(self, NumbersConfig(), index=1)
        self.calls: list[str] = []
        self.migrations = Migrations(
            self,
            Config(
                migrations=make(self.numbers),
                max_service_weight=limit,
                failed=lambda _: handling,
                started=lambda: self.calls.append("started"),
                completed=lambda: self.calls.append("completed"),
            ),
            index=2,
            name="MultiBlockMigrations",
        )
        for number in range(5):
            self.numbers.value.insert(number, number)

    def values(self) -> list[int | None]:
        return [self.numbers.value.get(number) for number in range(5)]

    def told(self) -> list[str]:
        """The events of the block, which are dropped."""
        told = [str(record.event.event) for record in self.system.events.get()]
        self.system.reset_events()
        return told

    def next_step(self) -> tuple[Weight, list[str]]:
        self.system.number.put(self.system.number.get() + 1)
        return self.migrations.step(), self.told()


def test_a_migration_takes_as_many_blocks_as_it_needs_and_is_remembered() -> None:
    runtime = Mock()
    assert runtime.migrations.on_runtime_upgrade() == weights.ONBOARD
    assert (runtime.told(), runtime.calls) == (["UpgradeStarted(migrations=1)"], ["started"])
    used, told = runtime.next_step()
    assert told == ["MigrationAdvanced(index_=0, took=1)"]
    assert used == weights.PROGRESS_NONE + weights.EXECUTE + ENTRY * 2
    assert runtime.migrations.ongoing()
    assert sum(runtime.values()) > 10  # type: ignore[arg-type]  # every value is there
    assert runtime.next_step()[1] == ["MigrationAdvanced(index_=0, took=2)"]
    used, told = runtime.next_step()
    assert told == ["MigrationCompleted(index_=0, took=3)", "UpgradeCompleted()"]
    assert used == weights.PROGRESS_NONE + weights.EXECUTE * 2 + ENTRY
    assert (runtime.values(), runtime.calls) == ([0, 2, 4, 6, 8], ["started", "completed"])
    assert not runtime.migrations.ongoing()
    assert runtime.next_step() == (weights.PROGRESS_NONE, [])


def test_what_is_stored_has_the_bytes_of_pallet_migrations() -> None:
    runtime = Mock()
    runtime.migrations.on_runtime_upgrade()
    runtime.next_step()
    prefix = twox_128(b"MultiBlockMigrations")
    stored = runtime.storage.get(prefix + twox_128(b"Cursor"))
    assert stored is not None
    # Active ‖ index ‖ Some ‖ length 4 ‖ cursor ‖ started at block 1
    assert (stored[:6], stored[6], stored[11:]) == (b"\0\0\0\0\0\1", 0x10, b"\1\0\0\0")
    runtime.next_step()
    runtime.next_step()
    encoded = b"\x24numbers\0\1"
    assert runtime.storage.get(prefix + twox_128(b"Historic") + twox_64(encoded) + encoded) == b""


def test_what_is_done_is_skipped_by_the_next_upgrade() -> None:
    runtime = Mock(lambda numbers: (DoubleAll(numbers, 9), Slow()))
    runtime.migrations.historic.insert(DoubleAll.identifier, ())
    runtime.migrations.on_runtime_upgrade()
    runtime.told()
    assert runtime.next_step()[1] == ["MigrationSkipped(index_=0)", "MigrationAdvanced(index_=1, took=0)"]
    assert runtime.values() == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(
    ("handling", "after"),
    [
        (FailureHandling.KEEP_STUCK, Stuck()),
        (FailureHandling.FORCE_UNSTUCK, None),
        (FailureHandling.IGNORE, Active(ActiveCursor(0, b"more", 1))),
    ],
)
def test_a_migration_that_takes_too_long_fails_and_the_runtime_chooses_what_follows(
    handling: FailureHandling, after: object
) -> None:
    runtime = Mock(lambda _: (Slow(),), handling=handling)
    runtime.migrations.on_runtime_upgrade()
    runtime.next_step()
    runtime.next_step()
    assert runtime.next_step()[1] == [
        "MigrationAdvanced(index_=0, took=3)",
        "MigrationFailed(index_=0, took=3)",
        "UpgradeFailed()",
    ]
    assert runtime.migrations.cursor.get() == after
    if isinstance(after, Stuck):
        assert runtime.next_step() == (weights.PROGRESS_NONE, [])
        assert runtime.migrations.ongoing()


def test_a_step_that_lacks_weight_is_undone_and_fails_when_it_had_the_whole_block() -> None:
    limit = weights.PROGRESS_NONE + weights.EXECUTE + ENTRY
    runtime = Mock(lambda numbers: (DoubleAll(numbers, 3),), limit=limit)
    runtime.migrations.on_runtime_upgrade()
    runtime.told()
    assert runtime.next_step()[1] == ["MigrationFailed(index_=0, took=1)", "UpgradeFailed()"]
    assert runtime.values() == [0, 1, 2, 3, 4]


def test_a_step_that_lacks_weight_behind_another_waits_for_the_next_block() -> None:
    limit = weights.PROGRESS_NONE + weights.EXECUTE * 2 + ENTRY * 4
    runtime = Mock(lambda numbers: (DoubleAll(numbers, 9),), limit=limit)
    runtime.migrations.historic.insert(b"before", ())
    before = type("Before", (Slow,), {"identifier": b"before"})()
    runtime.migrations.config = Config(migrations=(before, DoubleAll(runtime.numbers, 9)), max_service_weight=limit)
    runtime.migrations.on_runtime_upgrade()
    runtime.told()
    assert runtime.next_step()[1] == ["MigrationSkipped(index_=0)"]
    assert runtime.values() == [0, 1, 2, 3, 4]
    assert runtime.migrations.cursor.get() == Active(ActiveCursor(1, None, 2))


def test_a_cursor_that_cannot_be_read_fails_the_upgrade() -> None:
    runtime = Mock()
    runtime.migrations.cursor.put(Active(ActiveCursor(0, b"?", 1)))
    assert runtime.next_step()[1] == ["MigrationFailed(index_=0, took=1)", "UpgradeFailed()"]


def test_an_upgrade_during_an_upgrade_leaves_the_chain_stuck() -> None:
    runtime = Mock()
    runtime.migrations.on_runtime_upgrade()
    runtime.migrations.on_runtime_upgrade()
    assert runtime.told() == ["UpgradeStarted(migrations=1)", "UpgradeFailed()"]
    assert runtime.migrations.cursor.get() == Stuck()


def test_root_starts_stops_and_forwards() -> None:
    runtime = Mock()
    pallet = runtime.migrations
    assert_noop(runtime, NO_ORIGIN, call_of(pallet.force_set_cursor, None), BadOrigin)
    assert_ok(runtime, ROOT, call_of(pallet.force_onboard_mbms))
    assert_noop(runtime, ROOT, call_of(pallet.force_onboard_mbms), Ongoing)
    assert_ok(runtime, ROOT, call_of(pallet.force_set_cursor, Stuck()))
    assert pallet.cursor.get() == Stuck()
    assert_ok(runtime, ROOT, call_of(pallet.force_set_active_cursor, 0, b"\1\0\0\0", None))
    assert pallet.cursor.get() == Active(ActiveCursor(0, b"\1\0\0\0", 2))
    assert_ok(runtime, ROOT, call_of(pallet.force_set_cursor, None))
    assert not pallet.ongoing()


def test_root_clears_what_is_remembered_in_batches_or_by_name() -> None:
    before = Mock()
    for name in (b"a", b"b", b"c"):
        before.migrations.historic.insert(name, ())
    runtime = Mock(storage=Overlay(before.storage.committed()))  # a limit is one of entries of earlier blocks
    pallet = runtime.migrations
    order = list(pallet.historic.iter_keys())
    assert_ok(runtime, ROOT, call_of(pallet.clear_historic, Wildcard(2, None)))
    cursor = pallet.historic.storage_key(order[2])
    assert runtime.told() == [f"HistoricCleared(next_cursor={cursor!r})"]
    assert list(pallet.historic.iter_keys()) == order[2:]
    assert_ok(runtime, ROOT, call_of(pallet.clear_historic, Specific([order[2]])))
    assert (runtime.told(), list(pallet.historic.iter_keys())) == (["HistoricCleared(next_cursor=None)"], [])
    assert call_of(pallet.clear_historic, Wildcard(None, None)).info().call_weight == weights.clear_historic_weight(
        Specific([b""] * 128)
    )


def test_two_migrations_of_one_identifier_are_refused() -> None:
    with pytest.raises(AssertionError, match="another one has its identifier"):
        Mock(lambda _: (Slow(), Slow())).migrations.integrity_test()
