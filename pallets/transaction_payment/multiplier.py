"""How the multiplier follows the fullness of blocks (pallet_transaction_payment::TargetedFeeAdjustment).

    d = (w - t) / m     w: weight of normal calls, t: target weight, m: the most that normal calls may use
    next = multiplier × (1 + v×d + (v×d)²/2)

in the dimension of weight in which the block is fuller. Numbers are FixedU128 (18 decimal places): every product and
quotient is rounded toward zero and held within 128 bits.
"""

from __future__ import annotations

from typing import Final, Protocol

from chain.primitives import U64, FixedU128
from chain.record import record
from pallets.frame.arithmetic import PERBILL
from pallets.frame.weight import DispatchClass, Weight
from pallets.system.limits import BlockWeights

FIXED_POINT: Final = 10**18
"""Parts in one of a FixedU128."""

FIXED_MAX: Final = 2**128 - 1

PERQUINTILL: Final = 10**18
"""Parts in a whole of a Perquintill."""


class MultiplierUpdate(Protocol):
    """Makes the next block's multiplier (pallet_transaction_payment::MultiplierUpdate)."""

    def next(self, previous: FixedU128, normal: Weight, limits: BlockWeights) -> FixedU128:
        """The multiplier after a block.

        normal: the weight of the block's normal calls
        """
        ...

    def check(self, limits: BlockWeights) -> None:
        """Raise AssertionError where the multiplier could never recover in such blocks."""
        ...


@record
class ConstantMultiplier:
    """The same in every block (ConstFeeMultiplier)."""

    multiplier: FixedU128 = FIXED_POINT

    def next(self, previous: FixedU128, normal: Weight, limits: BlockWeights) -> FixedU128:
        return self.multiplier

    def check(self, limits: BlockWeights) -> None:
        """It never changes."""


@record
class TargetedFeeAdjustment:
    """Grows in blocks that are fuller than the target, and shrinks in emptier ones.

    target: fullness that leaves the multiplier as it is, a share of what normal calls may use, in Perquintill parts
    variability: v, how fast it changes; lowest, highest: it stays between them
    """

    target: U64
    variability: FixedU128
    lowest: FixedU128
    highest: FixedU128 = FIXED_MAX

    def next(self, previous: FixedU128, normal: Weight, limits: BlockWeights) -> FixedU128:
        previous = max(previous, self.lowest)
        used, most = limiting_dimension(normal, normal_limit(limits))
        target = _part_of(self.target, most)
        difference = fixed_ratio(abs(used - target), max(most, 1))
        first = fixed_product(self.variability, difference)
        half_square = fixed_product(self.variability, self.variability) // 2
        second = fixed_product(half_square, fixed_product(difference, difference))
        if used >= target:
            following = min(previous + fixed_product(min(first + second, FIXED_MAX), previous), FIXED_MAX)
        else:
            following = max(previous - fixed_product(max(first - second, 0), previous), 0)
        return min(max(following, self.lowest), self.highest)

    def check(self, limits: BlockWeights) -> None:
        """From the lowest multiplier, blocks a hundredth fuller than the target lead up again."""
        most = normal_limit(limits)
        target = Weight(_part_of(self.target, most.ref_time), _part_of(self.target, most.proof_size))
        addition = Weight(target.ref_time // 100, target.proof_size // 100)
        if addition == Weight():
            return
        following = self.next(self.lowest, target + addition, limits)
        assert following > self.lowest, (
            f"the multiplier cannot leave its minimum {self.lowest}: raise the minimum or the variability"
        )


SLOW_ADJUSTING: Final = TargetedFeeAdjustment(
    target=PERQUINTILL // 4, variability=75 * FIXED_POINT // 1_000_000, lowest=FIXED_POINT // 10
)
"""What the relay chains have (polkadot_runtime_common::SlowAdjustingFeeUpdate)."""


def normal_limit(limits: BlockWeights) -> Weight:
    """The most that normal calls may use of a block."""
    limit = limits.of(DispatchClass.NORMAL).max_total
    return limits.max_block if limit is None else limit


def limiting_dimension(normal: Weight, most: Weight) -> tuple[int, int]:
    """Use and limit in the dimension that is fuller by whole billionths; reference time where both are alike."""
    normal = normal.at_most(most)
    ref_time = normal.ref_time * PERBILL // max(most.ref_time, 1)
    proof_size = normal.proof_size * PERBILL // max(most.proof_size, 1)
    if ref_time < proof_size:
        return normal.proof_size, most.proof_size
    return normal.ref_time, most.ref_time


def fixed_product(left: FixedU128, right: FixedU128) -> FixedU128:
    """left × right (FixedU128::saturating_mul)."""
    return min(left * right // FIXED_POINT, FIXED_MAX)


def fixed_ratio(numerator: int, denominator: int) -> FixedU128:
    """numerator ÷ denominator (FixedU128::saturating_from_rational)."""
    return min(numerator * FIXED_POINT // denominator, FIXED_MAX)


def nearest_ratio(numerator: int, denominator: int) -> FixedU128:
    """numerator ÷ denominator, rounded to the nearest, ties down (FixedU128::from_rational)."""
    return min(_nearest(numerator * FIXED_POINT, denominator), FIXED_MAX)


def _part_of(parts: U64, whole: int) -> int:
    """`parts` Perquintill of `whole`, rounded to the nearest, ties down."""
    return _nearest(parts * whole, PERQUINTILL)


def _nearest(numerator: int, denominator: int) -> int:
    quotient, rest = divmod(numerator, denominator)
    return quotient + (1 if rest * 2 > denominator else 0)
