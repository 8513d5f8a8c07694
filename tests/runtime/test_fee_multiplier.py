"""Fees follow the fullness of blocks, block after block, for everybody who executes them."""

from __future__ import annotations

from chain.block import Block, Header
from chain.crypto import development
from chain.node.signature_cache import SignatureCache
from chain.primitives import Hash
from chain.state.overlay import Overlay
from pallets import balances, system, transaction_payment
from pallets.frame import call_of
from pallets.frame.weight import U64_MAX, DispatchClass, Weight
from pallets.system import BlockWeights
from pallets.transaction_payment import FIXED_POINT, SLOW_ADJUSTING
from runtime.construct import Runtime
from runtime.dev import VERSION
from runtime.extensions.standard import standard_extensions
from runtime.genesis import build_genesis, genesis_header
from runtime.signing import signed

WEIGHTS = BlockWeights.with_sensible_defaults(Weight(10**11, U64_MAX))
"""Blocks in which one remark of three megabytes is nearly half of what normal calls may use."""

ALICE = development.pair("Alice")
NO_ROOT = Hash(bytes(32))
GENESIS = {"Balances": balances.Genesis(balances=((ALICE.account, 10**24),))}


class Adjusting(Runtime):
    """System, Balances, and fees as on a relay chain."""

    def __init__(self, storage: Overlay, signatures: SignatureCache | None = None) -> None:
        super().__init__(storage, signatures)
        self.system = system.System(self, system.Config(version=VERSION, block_weights=WEIGHTS), index=0)
        self.balances = balances.Balances(
            self, balances.Config(account_store=self.system, existential_deposit=10**9), index=4
        )
        self.transaction_payment = transaction_payment.TransactionPayment(
            self,
            transaction_payment.Config(
                currency=self.balances,
                block_weights=WEIGHTS,
                multiplier_update=SLOW_ADJUSTING,
                system=self.system,
            ),
            index=5,
        )
        self.extensions = standard_extensions(self.system, self.transaction_payment)


def test_empty_blocks_make_fees_fall_and_full_ones_make_them_rise() -> None:
    state = build_genesis(Adjusting, GENESIS)
    header, expected = genesis_header(state), FIXED_POINT
    most = WEIGHTS.of(DispatchClass.NORMAL).max_total
    assert most is not None
    for number in range(1, 9):
        runtime = Adjusting(Overlay(state))
        assert runtime.transaction_payment.next_fee_multiplier.get() == expected
        runtime.initialize_block(Header(header.hash, number, NO_ROOT, NO_ROOT, ()))
        extrinsics = []
        if number % 2:
            remark = call_of(runtime.system.remark, remark=bytes(3_000_000))
            extrinsics = [signed(runtime, ALICE, remark)]
            assert runtime.apply_extrinsic(extrinsics[0]) is None
        normal = runtime.system.block_weight.get().normal
        header = runtime.finalize_block()
        following = SLOW_ADJUSTING.next(expected, normal, WEIGHTS)
        assert (normal == Weight()) == (number % 2 == 0)
        assert (normal.ref_time > most.ref_time // 4) == (following > expected) == (number % 2 == 1)
        expected = following

        again = Overlay(state)
        Adjusting(again).execute_block(Block(header, tuple(extrinsics)))
        assert again.root() == header.state_root
        state = again.committed()
    assert Adjusting(Overlay(state)).transaction_payment.next_fee_multiplier.get() == expected != FIXED_POINT


def test_block_zero_accepts_the_update_that_the_runtime_chose() -> None:
    runtime = Adjusting(Overlay(build_genesis(Adjusting, GENESIS)))  # every integrity test ran
    assert runtime.transaction_payment.config.multiplier_update is SLOW_ADJUSTING
    assert runtime.transaction_payment.next_fee_multiplier.get() == FIXED_POINT
