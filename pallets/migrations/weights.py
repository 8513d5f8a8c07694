"""What migrations weigh, without their steps (polkadot-sdk, pallet_migrations of Westend)."""

from __future__ import annotations

from functools import reduce
from typing import Final

from pallets.frame.weight import Weight, db
from pallets.migrations.types import HistoricCleanupSelector, limit_of

ONBOARD: Final = db(reads=2, writes=1, ref_time=8_100_000, proof_size=67_035)
PROGRESS_NONE: Final = db(reads=1, ref_time=2_138_000, proof_size=67_035)
FORCE_SET_CURSOR: Final = db(writes=1, ref_time=2_859_000)
FORCE_SET_ACTIVE_CURSOR: Final = db(writes=1, ref_time=3_250_000)
FORCE_ONBOARD: Final = db(reads=2, ref_time=6_320_000, proof_size=67_035)

_OUTCOMES: Final = (
    db(reads=1, writes=1, ref_time=6_143_000, proof_size=3599),  # all are completed
    db(reads=2, ref_time=10_964_000, proof_size=3795),  # skipped
    db(reads=2, ref_time=10_396_000, proof_size=3741),  # advanced
    db(reads=2, writes=1, ref_time=11_956_000, proof_size=3741),  # complete
    db(reads=2, writes=1, ref_time=12_910_000, proof_size=3741),  # failed
)

EXECUTE: Final = reduce(Weight.at_least, _OUTCOMES)
"""Of whatever comes of one migration in one block."""


def clear_historic_weight(selector: HistoricCleanupSelector) -> Weight:
    """Of as many entries as the selector may remove."""
    n = limit_of(selector)
    return db(reads=1 + n, writes=n, ref_time=14_358_665 + 1_323_674 * n, proof_size=3834 + 2740 * n)
