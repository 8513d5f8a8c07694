"""Extensions may weigh more for one transaction than for another."""

from __future__ import annotations

from chain.block import Header
from chain.era import IMMORTAL, Era
from chain.state.overlay import Overlay
from pallets.frame.call import RuntimeCall
from pallets.frame.weight import DispatchClass, Weight
from pallets.system import ExtrinsicSuccess
from runtime.dev import DevRuntime
from runtime.extensions.check import CheckGenesis, CheckMortality, WeighedMortality
from runtime.extensions.pipeline import Pipeline
from runtime.signing import signed
from tests.runtime.blocks import ALICE, BOB, NO_ROOT, DevChain, time_of, transfer

MORTAL, IMMORTAL_WEIGHT = Weight(6_703_000, 3509), Weight(6_605_000, 0)


class Weighing(DevRuntime):
    """The development runtime, whose era has a weight."""

    def __init__(self, storage: Overlay) -> None:
        super().__init__(storage)
        era = WeighedMortality(self.system, CheckGenesis(self.system), MORTAL, IMMORTAL_WEIGHT)
        self.extensions = Pipeline(
            [era if isinstance(each, CheckMortality) else each for each in self.extensions.extensions]
        )


def begun() -> Weighing:
    chain = DevChain()
    chain.seal()
    runtime = Weighing(chain.overlay())
    runtime.initialize_block(Header(chain.headers[-1].hash, 2, NO_ROOT, NO_ROOT, ()))
    for extrinsic in runtime.inherent_extrinsics({b"timstap0": time_of(2)}):
        runtime.apply_extrinsic(extrinsic)
    return runtime


def weight_of(runtime: Weighing, call: RuntimeCall, era: Era) -> Weight:
    """What the event tells of a signed transaction with that era."""
    birth = runtime.system.parent_hash.get()
    runtime.apply_extrinsic(signed(runtime, ALICE, call, block_hash=birth, CheckMortality=era))
    told = runtime.system.events.get()[-1].event.event
    assert isinstance(told, ExtrinsicSuccess)
    return told.dispatch_info.weight


def test_a_mortal_transaction_is_charged_for_its_era() -> None:
    runtime = begun()
    call = transfer(runtime, BOB, 1)
    base = runtime.system.config.block_weights.of(DispatchClass.NORMAL).base_extrinsic
    own = call.info().call_weight
    assert weight_of(runtime, call, IMMORTAL) == own + IMMORTAL_WEIGHT + base
    assert weight_of(runtime, call, Era.mortal(64, 1)) == own + MORTAL + base


def test_where_all_weigh_the_same_nothing_is_asked_of_the_transaction() -> None:
    runtime = DevChain().runtime()
    call = transfer(runtime, BOB, 1)
    assert runtime.extensions.info([None] * 10, call) is call.info()
