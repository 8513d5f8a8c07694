"""A new runtime migrates the old state once, in FRAME's order, and no transaction sees it half done."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

import pytest

from chain.block import Block, Header
from chain.primitives import U32
from chain.runtime_api import InclusionMode
from chain.state.overlay import Overlay
from chain.validity import InvalidBlock
from pallets import migrations
from pallets.frame.call import call_of
from pallets.frame.guard import TryStateError, WriteRefused
from pallets.frame.migration import (
    MigrationCheckFailed,
    RemovePallet,
    RuntimeUpgrade,
    SteppedMigration,
    VersionedMigration,
    on_chain_storage_version,
    put_storage_version,
    storage_version_key,
)
from pallets.frame.pallet import Pallet, config
from pallets.frame.storage import StorageValue
from pallets.frame.weight import Weight, db
from pallets.frame.weight_meter import WeightMeter
from pallets.migrations import weights
from pallets.system.types import LastRuntimeUpgradeInfo
from runtime.dev import DevRuntime, genesis_state
from runtime.signing import signed
from runtime.upgrade import is_upgraded, rehearse
from tests.runtime.blocks import ALICE, BOB, NO_ROOT, DevChain, time_of, transfer


@config
class Config:
    """Nothing."""


class Poll(Pallet[Config]):
    """Had votes in a u32 and has them doubled since version 2."""

    storage_version = 2
    votes: StorageValue[U32]
    seen: StorageValue[list[str]]

    def on_runtime_upgrade(self) -> Weight:
        """Sees what the runtime's own migrations have done."""
        self.seen.append(f"pallet at {self.block_number()} with {self.votes.get()}")
        return db(writes=1)

    def try_state(self) -> None:
        if self.votes.get() % 2:
            raise TryStateError("an odd number of half votes")


class DoubleVotes(RuntimeUpgrade):
    """Doubles the votes, and can be made to go wrong."""

    def __init__(self, poll: Poll, factor: int = 2) -> None:
        self._poll, self._factor = poll, factor

    def pre_upgrade(self) -> bytes:
        return self._poll.votes.get().to_bytes(4, "little")

    def on_runtime_upgrade(self) -> Weight:
        self._poll.votes.put(self._poll.votes.get() * self._factor)
        self._poll.seen.append("doubled")
        return db(reads=1, writes=1)

    def post_upgrade(self, before: bytes) -> None:
        expected = int.from_bytes(before, "little") * 2
        assert self._poll.votes.get() == expected, f"{self._poll.votes.get()} votes, not {expected}"


class Tick(SteppedMigration):
    """Takes two blocks."""

    identifier: ClassVar[bytes] = b"tick"

    def step(self, cursor: bytes | None, meter: WeightMeter) -> bytes | None:
        return b"\1" if cursor is None else None


class Upgraded(DevRuntime):
    """The development runtime, a version later, with a poll and migrations."""

    steps: ClassVar[tuple[SteppedMigration, ...]] = ()
    factor: ClassVar[int] = 2

    def __init__(self, storage: Overlay, signatures: Any = None) -> None:
        super().__init__(storage, signatures)
        version = self.system.config.version
        self.system.config = replace(self.system.config, version=replace(version, spec_version=101))
        self.poll = Poll(self, Config(), index=60)
        self.migrations = migrations.Migrations(
            self, migrations.Config(migrations=self.steps), index=61, name="MultiBlockMigrations"
        )
        self.single_block_migrations = (VersionedMigration(self.poll, 1, 2, DoubleVotes(self.poll, self.factor)),)
        self.multi_block_migrator = self.migrations


class Stepped(Upgraded):
    steps = (Tick(),)


class Miscounting(Upgraded):
    factor = 3


def old_state(*, votes: int = 5) -> Overlay:
    """The development chain's block zero, with a poll of version 1."""
    overlay = Overlay(genesis_state())
    poll = Upgraded(overlay).poll
    poll.votes.put(votes)
    put_storage_version(poll, 1)
    return Overlay(overlay.committed())


def begin(runtime: DevRuntime, number: int = 1) -> InclusionMode:
    parent = DevChain().headers[-1].hash
    mode = runtime.initialize_block(Header(parent, number, NO_ROOT, NO_ROOT, ()))
    for extrinsic in runtime.inherent_extrinsics({b"timstap0": time_of(number)}):
        runtime.apply_extrinsic(extrinsic)
    return mode


def test_the_version_is_bumped_once_and_the_migration_runs_once() -> None:
    state = old_state()
    runtime = Upgraded(state)
    begin(runtime)
    # the runtime's own migrations first, and System still in the block before
    assert runtime.poll.seen.get() == ["doubled", "pallet at 0 with 10"]
    assert (runtime.poll.votes.get(), on_chain_storage_version(runtime.poll)) == (10, 2)
    assert state.get(storage_version_key(runtime.poll)) == b"\2\0"
    assert runtime.system.last_runtime_upgrade.get() == LastRuntimeUpgradeInfo(101, "palletlab")
    runtime.finalize_block()
    again = Upgraded(Overlay(state.committed()))
    begin(again, 2)
    assert again.poll.votes.get() == 10
    assert again.poll.seen.get() == runtime.poll.seen.get()


def test_the_weight_of_migrations_is_charged_to_the_block() -> None:
    def mandatory(state: Overlay) -> Weight:
        runtime = Upgraded(state)
        runtime.initialize_block(Header(NO_ROOT, 1, NO_ROOT, NO_ROOT, ()))
        return runtime.system.block_weight.get().mandatory

    old = old_state()
    with_migrations = mandatory(old)
    done = Overlay(old_state().committed())
    Upgraded(done).system.last_runtime_upgrade.put(LastRuntimeUpgradeInfo(101, "palletlab"))
    assert with_migrations - mandatory(done) == migration_weight(Upgraded(old_state()))


def migration_weight(runtime: Upgraded) -> Weight:
    """Of all that an upgrade from the old state does."""
    # MultiBlockMigrations is new and gets its version written; the others' versions are looked for
    versions = db(reads=len(runtime.pallets), writes=1)
    own = db(reads=2, writes=2)  # the votes, and the version of their storage
    return versions + own + db(writes=1) + weights.ONBOARD


def test_a_pallet_that_is_new_begins_with_the_version_of_its_code() -> None:
    overlay = Overlay(genesis_state())
    runtime = Upgraded(overlay)
    begin(runtime)
    assert (on_chain_storage_version(runtime.poll), runtime.poll.votes.get()) == (2, 0)


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        (None, True),
        (LastRuntimeUpgradeInfo(100, "palletlab"), True),
        (LastRuntimeUpgradeInfo(101, "palletlab"), False),
        (LastRuntimeUpgradeInfo(102, "palletlab"), False),
        (LastRuntimeUpgradeInfo(101, "another"), True),
    ],
)
def test_a_newer_version_or_another_name_is_an_upgrade(last: LastRuntimeUpgradeInfo | None, expected: bool) -> None:
    runtime = Upgraded(Overlay(genesis_state()))
    runtime.system.last_runtime_upgrade.put(last)
    assert is_upgraded(runtime) is expected


def test_a_rehearsal_checks_before_and_after() -> None:
    runtime = Upgraded(old_state())
    assert rehearse(runtime) == migration_weight(runtime)
    with pytest.raises(MigrationCheckFailed, match="VersionedMigration: 15 votes, not 10"):
        rehearse(Miscounting(old_state()))


def test_a_rehearsal_of_what_is_done_already_checks_nothing() -> None:
    state = old_state()
    runtime = Miscounting(state)
    put_storage_version(runtime.poll, 2)
    runtime.poll.votes.put(6)
    rehearse(runtime)
    assert runtime.poll.votes.get() == 6


def test_a_rehearsal_ends_with_the_check_of_the_state() -> None:
    state = old_state()
    runtime = Upgraded(state)
    put_storage_version(runtime.poll, 2)  # so that nothing is doubled
    with pytest.raises(TryStateError, match="Poll: an odd number of half votes"):
        rehearse(runtime)


def test_a_check_before_a_migration_may_not_write() -> None:
    class Careless(DoubleVotes):
        def pre_upgrade(self) -> bytes:
            self._poll.votes.kill()
            return b""

    runtime = Upgraded(old_state())
    runtime.single_block_migrations = (Careless(runtime.poll),)
    with pytest.raises(WriteRefused, match=r"Careless\.pre_upgrade may only read"):
        rehearse(runtime)


def test_a_pallet_that_is_gone_is_removed_whole() -> None:
    state = old_state()
    runtime = Upgraded(state)
    removal = RemovePallet(runtime.poll, "Poll")
    assert removal.on_runtime_upgrade() == db(reads=3, writes=2)
    removal.post_upgrade(b"")
    assert not runtime.poll.votes.exists()
    runtime.poll.votes.put(1)
    with pytest.raises(MigrationCheckFailed, match="Poll still has"):
        removal.post_upgrade(b"")


def test_while_migrations_are_under_way_a_block_has_inherents_only() -> None:
    state = old_state()
    runtime = Stepped(state)
    assert begin(runtime) is InclusionMode.ONLY_INHERENTS
    assert runtime.migrations.ongoing()
    runtime.finalize_block()  # the first step is made here, for there is no transaction
    told = [str(record.event.event) for record in runtime.system.events.get()]
    assert "MigrationAdvanced(index_=0, took=1)" in told
    second = Stepped(Overlay(state.committed()))
    assert begin(second, 2) is InclusionMode.ONLY_INHERENTS
    second.finalize_block()
    assert not second.migrations.ongoing()
    third = Stepped(Overlay(second.storage.committed()))
    assert begin(third, 3) is InclusionMode.ALL_EXTRINSICS
    assert third.apply_extrinsic(signed(third, ALICE, transfer(third, BOB, 1))) is None


def test_a_block_with_a_transaction_during_a_migration_is_refused() -> None:
    state = old_state()
    base = state.committed()
    runtime = Stepped(state)
    begin(runtime)
    inherent = runtime.inherent_extrinsics({b"timstap0": time_of(1)})[0]
    transaction = signed(runtime, ALICE, transfer(runtime, BOB, 1))
    header = Header(DevChain().headers[-1].hash, 1, NO_ROOT, NO_ROOT, ())
    with pytest.raises(InvalidBlock, match="only inherents stand in a block while a migration is under way"):
        Stepped(Overlay(base)).execute_block(Block(header, (inherent, transaction)))


def test_a_migration_starts_idle_work_and_polls_only_when_it_is_done() -> None:
    ran: list[str] = []

    class Worker(Pallet[Config]):
        def on_poll(self, now: int, meter: WeightMeter) -> None:
            ran.append("poll")

        def on_idle(self, now: int, remaining: Weight) -> Weight:
            ran.append("idle")
            return Weight()

    state = old_state()
    for number, expected in ((1, []), (2, ["idle"]), (3, ["idle", "poll", "idle"])):
        runtime = Stepped(state)
        Worker(runtime, Config(), index=62)
        begin(runtime, number)
        runtime.finalize_block()
        assert ran == expected
        state = Overlay(state.committed())


def test_a_call_by_root_can_restart_what_is_stuck() -> None:
    state = old_state()
    runtime = Stepped(state)
    begin(runtime)
    assert call_of(runtime.migrations.force_set_cursor, None).encode() == b"\x3d\0\0"
