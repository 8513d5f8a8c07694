"""Weights as polkadot-sdk states them, with RocksDB's prices for reads and writes."""

from __future__ import annotations

import pytest

from pallets.frame.call import RuntimeCall, call_of
from pallets.frame.weight import Weight
from tests.pallets.assets.mock import ALICE, BOB, AssetRuntime, account

READ, WRITE = 25_000_000, 100_000_000
ASSETS = AssetRuntime().assets


@pytest.mark.parametrize(
    ("call", "ref_time", "proof_size", "reads", "writes"),
    [
        (call_of(ASSETS.create, 1, account(ALICE), 1), 31_518_000, 3675, 3, 2),
        (call_of(ASSETS.mint, 1, account(ALICE), 1), 26_623_000, 3675, 2, 2),
        (call_of(ASSETS.transfer, 1, account(ALICE), 1), 47_772_000, 6208, 4, 4),
        (call_of(ASSETS.transfer_all, 1, account(ALICE), True), 56_798_000, 6208, 4, 4),
        (call_of(ASSETS.transfer_approved, 1, account(ALICE), account(BOB), 1), 69_478_000, 6208, 5, 5),
        (call_of(ASSETS.destroy_accounts, 1), 19_222_000 + 5 * 15_436_025, 3675 + 5 * 2609, 12, 11),
        (call_of(ASSETS.destroy_approvals, 1), 20_138_000 + 5 * 15_779_729, 3675 + 5 * 2623, 7, 6),
        (call_of(ASSETS.set_metadata, 1, bytes(9), bytes(3), 0), 31_869_256 + 3 * 826, 3675, 2, 1),
        (
            call_of(ASSETS.force_set_metadata, 1, bytes(9), bytes(3), 0, False),
            13_680_991 + 9 * 3_162 + 3 * 2_931,
            3675,
            2,
            1,
        ),
        (call_of(ASSETS.touch, 1), 36_636_000, 3675, 3, 3),
        (call_of(ASSETS.refund_other, 1, account(ALICE)), 33_214_000, 3675, 2, 2),
    ],
    ids=lambda value: value.target.name if isinstance(value, RuntimeCall) else "",
)
def test_calls_cost_what_was_benchmarked(
    call: RuntimeCall, ref_time: int, proof_size: int, reads: int, writes: int
) -> None:
    assert call.info().call_weight == Weight(ref_time + reads * READ + writes * WRITE, proof_size)


def test_every_call_has_a_weight_of_its_name() -> None:
    assert sorted(ASSETS.call_targets) == sorted(ASSETS.config.weights.formulas)
