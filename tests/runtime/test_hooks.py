"""A block's hooks run in the order of frame_executive, and what they use is charged as there."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest

from chain.block import Block, Header
from chain.primitives import BlockNumber, Hash
from chain.state.overlay import Overlay
from pallets.frame.call import RuntimeCall, call, call_of
from pallets.frame.event import Phase
from pallets.frame.origin import Origin
from pallets.frame.pallet import Pallet, config
from pallets.frame.weight import DispatchClass, Weight
from pallets.frame.weight_meter import WeightMeter
from pallets.system import ConsumedWeight
from pallets.system.types import LastRuntimeUpgradeInfo
from runtime.dev import WEIGHTS, DevRuntime, genesis_state
from runtime.signing import signed
from tests.runtime.blocks import ALICE, NO_ROOT, DevChain, time_of


@config
class Config:
    """Nothing."""


class Watcher(Pallet[Config]):
    """Writes down which hook ran in which block and phase, and uses weight in each."""

    log: ClassVar[list[str]] = []

    def note(self, hook: str) -> None:
        phase: Phase | None = self.host.system.execution_phase.get()  # type: ignore[attr-defined]  # any runtime has it
        self.log.append(f"{self.name} {hook} {self.block_number()} {type(phase).__name__}")

    def on_runtime_upgrade(self) -> Weight:
        self.note("on_runtime_upgrade")
        return Weight(1, 1)

    def on_initialize(self, now: BlockNumber) -> Weight:
        self.note("on_initialize")
        return Weight(10, 10)

    def on_poll(self, now: BlockNumber, meter: WeightMeter) -> None:
        self.note(f"on_poll {meter.limit.ref_time - meter.remaining.ref_time}")
        meter.consume(Weight(100, 100))

    def on_idle(self, now: BlockNumber, remaining: Weight) -> Weight:
        self.note("on_idle")
        self.remaining = remaining
        return Weight(1000, 1000)

    def on_finalize(self, now: BlockNumber) -> None:
        self.note("on_finalize")

    @call(0, weight=Weight(5, 5))
    def act(self, origin: Origin) -> None:
        """A transaction."""
        self.note("act")


class Watched(DevRuntime):
    def __init__(self, storage: Overlay, signatures: Any = None) -> None:
        super().__init__(storage, signatures)
        self.first = Watcher(self, Config(), index=60, name="First")
        self.second = Watcher(self, Config(), index=61, name="Second")
        self.pre_inherents = lambda: self.first.note("pre_inherents")
        self.post_inherents = lambda: self.first.note("post_inherents")
        self.post_transactions = lambda: self.first.note("post_transactions")


@pytest.fixture
def log() -> list[str]:
    Watcher.log.clear()
    return Watcher.log


def block(runtime: Watched, *calls: RuntimeCall, number: int = 1) -> Header:
    runtime.system.number.put(number - 1)
    runtime.initialize_block(Header(DevChain().headers[-1].hash, number, NO_ROOT, NO_ROOT, ()))
    for extrinsic in runtime.inherent_extrinsics({b"timstap0": time_of(1)}):
        runtime.apply_extrinsic(extrinsic)
    for each in calls:
        runtime.apply_extrinsic(signed(runtime, ALICE, each))
    return runtime.finalize_block()


START = [
    "First on_initialize 1 Initialization",
    "Second on_initialize 1 Initialization",
    "First pre_inherents 1 ApplyExtrinsic",
]
MIDDLE = [
    "First post_inherents 1 ApplyExtrinsic",
    "First on_poll 0 1 ApplyExtrinsic",
    "Second on_poll 100 1 ApplyExtrinsic",
]
END = [
    "First post_transactions 1 Finalization",
    "First on_idle 1 Finalization",
    "Second on_idle 1 Finalization",
    "First on_finalize 1 Finalization",
    "Second on_finalize 1 Finalization",
]


def test_the_golden_trace_of_a_block(log: list[str]) -> None:
    runtime = Watched(Overlay(genesis_state()))
    act = call_of(runtime.first.act)
    block(runtime, act, act)
    assert log == [*START, *MIDDLE, "First act 1 ApplyExtrinsic", "First act 1 ApplyExtrinsic", *END]


def test_a_block_without_transactions_polls_before_it_ends(log: list[str]) -> None:
    block(Watched(Overlay(genesis_state())))
    assert log == [*START, *MIDDLE, *END]


def test_an_upgrade_comes_first_and_in_the_block_before(log: list[str]) -> None:
    runtime = Watched(Overlay(genesis_state()))
    runtime.system.last_runtime_upgrade.put(LastRuntimeUpgradeInfo(99, "palletlab"))
    block(runtime)
    upgrade = ["First on_runtime_upgrade 0 NoneType", "Second on_runtime_upgrade 0 NoneType"]
    assert log == [*upgrade, *START, *MIDDLE, *END]


def test_idle_work_begins_at_the_pallet_of_the_blocks_number(log: list[str]) -> None:
    pallets = len(Watched(Overlay(genesis_state())).pallets)
    assert pallets > 3
    for number in range(1, 2 * pallets):
        log.clear()
        block(Watched(Overlay(genesis_state())), number=number)
        first = number % pallets == pallets - 1  # then the last pallet, Second, is the first that is asked
        idle = [line.split()[0] for line in log if " on_idle " in line]
        assert idle == (["Second", "First"] if first else ["First", "Second"])


def test_every_hook_is_charged_to_the_block() -> None:
    runtime, plain = Watched(Overlay(genesis_state())), DevRuntime(Overlay(genesis_state()))
    block(runtime)
    plain.initialize_block(Header(Hash(bytes(32)), 1, NO_ROOT, NO_ROOT, ()))
    for extrinsic in plain.inherent_extrinsics({b"timstap0": time_of(1)}):
        plain.apply_extrinsic(extrinsic)
    plain.finalize_block()
    of_hooks = Weight(2 * (10 + 100 + 1000), 2 * (10 + 100 + 1000))
    used = runtime.system.block_weight.get()
    assert used == plain.system.block_weight.get().plus(of_hooks, DispatchClass.MANDATORY)
    assert runtime.first.remaining == WEIGHTS.max_block - used.total() + Weight(2000, 2000)
    assert runtime.second.remaining == runtime.first.remaining - Weight(1000, 1000)


def test_a_full_block_neither_polls_nor_idles(log: list[str]) -> None:
    class Full(Watched):
        def __init__(self, storage: Overlay) -> None:
            super().__init__(storage)
            full = Weight(WEIGHTS.max_block.ref_time, 0)  # one dimension is enough
            used = ConsumedWeight(mandatory=full)
            self.pre_inherents = lambda: self.system.block_weight.put(used)

    runtime = Full(Overlay(genesis_state()))
    block(runtime)
    assert [line.split()[1] for line in log] == [
        *["on_initialize"] * 2,
        "post_inherents",
        "post_transactions",
        *["on_finalize"] * 2,
    ]


def test_a_runtime_from_before_2024_neither_notes_inherents_nor_polls(log: list[str]) -> None:
    class Old(Watched):
        notes_inherents = False

    runtime = Old(Overlay(genesis_state()))
    runtime.initialize_block(Header(DevChain().headers[-1].hash, 1, NO_ROOT, NO_ROOT, ()))
    for extrinsic in runtime.inherent_extrinsics({b"timstap0": time_of(1)}):
        runtime.apply_extrinsic(extrinsic)
    runtime.apply_extrinsic(signed(runtime, ALICE, call_of(runtime.first.act)))
    assert not runtime.system.inherents_applied.exists()
    runtime.finalize_block()
    assert log == [*START, "First act 1 ApplyExtrinsic", *END]


def test_the_note_that_inherents_are_over_comes_with_the_first_transaction_and_goes_with_the_block() -> None:
    runtime = Watched(Overlay(genesis_state()))
    runtime.initialize_block(Header(DevChain().headers[-1].hash, 1, NO_ROOT, NO_ROOT, ()))
    for extrinsic in runtime.inherent_extrinsics({b"timstap0": time_of(1)}):
        runtime.apply_extrinsic(extrinsic)
    assert not runtime.system.inherents_applied.exists()
    runtime.apply_extrinsic(signed(runtime, ALICE, call_of(runtime.first.act)))
    assert runtime.system.inherents_applied.get()
    runtime.finalize_block()
    assert not runtime.system.inherents_applied.exists()


def test_building_and_executing_run_the_same_hooks(log: list[str]) -> None:
    state = genesis_state()
    runtime = Watched(Overlay(state))
    inherent = runtime.inherent_extrinsics({b"timstap0": time_of(1)})[0]
    runtime.initialize_block(Header(DevChain().headers[-1].hash, 1, NO_ROOT, NO_ROOT, ()))
    transaction = signed(runtime, ALICE, call_of(runtime.second.act))
    for extrinsic in (inherent, transaction):
        runtime.apply_extrinsic(extrinsic)
    header = runtime.finalize_block()
    built = [*log]
    log.clear()
    Watched(Overlay(state)).execute_block(Block(header, (inherent, transaction)))
    assert log == built
