"""Updates as moves: how far each weight went from where all began, in two or four bytes, and their exact mean.

    "PLM\\x01" ‖ bits u8 ‖ shift u8 ‖ parameters u32 ‖ codes, i16, i32 or i64 each             little endian

A move is its code times 2^shift, in the unit of the weights. The shift is the smallest under which all codes fit their
bits, so equal moves have equal bytes; a move is off by at most half of 2^shift, and with a shift of 0 by nothing.
"""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from dataclasses import dataclass
from struct import Struct
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pallets.learning.averaging import AveragingError, check_counts
from pallets.learning.decoding import DecodeError, read_header, require_length
from pallets.learning.fixed_point import INT32_MAX, INT64_MAX, Overflow
from pallets.learning.robust.coordinates import quotients

Integers = NDArray[np.int64]
Codes = NDArray[np.signedinteger]

MAGIC: Final = b"PLM\x01"
_HEADER: Final = Struct("<BBI")
START: Final = len(MAGIC) + _HEADER.size

LARGEST_MOVE: Final = 2**46
"""Moves lie strictly within: two weights lie less than 2^45 apart."""

COLUMNS_AT_ONCE: Final = 2**15
"""Parameters in one block: its sums and one product stay in the first caches while all updates pass."""

WORTH_THREADS: Final = 2**24
"""Codes above which adding them takes longer than starting threads that share the work."""

MEAN_BITS: Final = 64
"""Of the mean of a sum whose clients are hidden: any move has a shift of 0, so that nothing is rounded once more."""

_TYPES: Final[dict[int, np.dtype[np.signedinteger]]] = {
    16: np.dtype("<i2"),
    32: np.dtype("<i4"),
    MEAN_BITS: np.dtype("<i8"),
}
"""By the bits of a move."""


class MovesDecodeError(DecodeError):
    """Bytes are no canonical moves."""

    what = "moves encoding"


@dataclass(frozen=True, slots=True)
class Moves:
    """One update. largest: of the codes, whichever their sign"""

    codes: Codes
    shift: int
    largest: int

    @property
    def values(self) -> Integers:
        """The moves themselves."""
        return self.codes.astype(np.int64) << self.shift


def encode_moves(moves: Integers, bits: int) -> bytes:
    """The canonical bytes with so many bits a move; raises Overflow for a move of 2^46 or more."""
    if bits not in _TYPES or moves.ndim != 1 or moves.dtype != np.int64:
        raise AveragingError(f"moves of shape {moves.shape} and type {moves.dtype} in {bits} bits, not 16, 32 or 64")
    low, high = int(moves.min(initial=0)), int(moves.max(initial=0))
    if max(high, -low) >= LARGEST_MOVE:
        raise Overflow(f"a move of {max(high, -low)}, which is not below 2^46: lower the learning rate")
    shift = _shift_of(low, high, bits)
    codes = moves if not shift else (moves + (1 << shift >> 1)) >> shift
    return _encoded(codes.astype(_TYPES[bits]), bits, shift)


def encode_real_moves(moves: NDArray[np.float32], bits: int, fractional_bits: int) -> bytes:
    """As `encode_moves`, of moves in reals, each rounded to the nearest code; raises Overflow, for NaN too."""
    scale = 2.0**fractional_bits
    low, high = float(moves.min(initial=0)) * scale, float(moves.max(initial=0)) * scale
    # NaN is not below anything
    if not max(high, -low) < LARGEST_MOVE:
        raise Overflow("moves that are no numbers, or not below 2^46: lower the learning rate")
    shift = _shift_of(math.floor(low), math.ceil(high), bits)
    codes = np.multiply(moves, np.float32(2.0 ** (fractional_bits - shift)))
    np.rint(codes, out=codes)
    return _encoded(codes.astype(_TYPES[bits]), bits, shift)


def _encoded(codes: Codes, bits: int, shift: int) -> bytes:
    # joined from where they lie: updates are large, and `tobytes` is a copy more
    return b"".join((MAGIC, _HEADER.pack(bits, shift, len(codes)), codes.data))


def decode_moves(data: bytes, parameters: int, bits: int) -> Moves:
    """The moves of their canonical bytes, which are not copied; raises MovesDecodeError."""
    told_bits, shift, told = read_header(data, _HEADER, MAGIC, MovesDecodeError)
    if (told_bits, told) != (bits, parameters):
        raise MovesDecodeError(len(MAGIC), f"{told} moves of {told_bits} bits, not {parameters} of {bits}")
    require_length(data, moves_bytes(parameters, bits), MovesDecodeError)
    codes: Codes = np.frombuffer(data, _TYPES[bits], parameters, START)
    largest = max(int(codes.max(initial=0)), -int(codes.min(initial=0)))
    if largest << shift > LARGEST_MOVE:  # which one just below it may have been rounded to
        raise MovesDecodeError(len(MAGIC) + 1, f"a move above 2^46: a code of {largest} with a shift of {shift}")
    if shift and largest < 1 << (bits - 2):
        raise MovesDecodeError(len(MAGIC) + 1, f"a shift of {shift}, where a smaller one has room for all codes")
    return Moves(codes, shift, largest)


def moves_bytes(parameters: int, bits: int) -> int:
    """Bytes of an update with so many bits a move."""
    return START + parameters * bits // 8


def bits_of(data: bytes) -> int:
    """How wide the moves of canonical bytes are; raises MovesDecodeError."""
    bits, _, _ = read_header(data, _HEADER, MAGIC, MovesDecodeError)
    return bits


def mean_move(updates: Sequence[Moves], samples: Sequence[int]) -> Integers:
    """The mean of the moves, each update counted by its samples, rounded toward zero; their order changes nothing.

    Raises Overflow where a sum leaves int64.
    """
    return quotients(summed_moves(updates, samples), sum(samples))


def summed_moves(updates: Sequence[Moves], samples: Sequence[int]) -> Integers:
    """The exact sum of the moves, each times its samples; raises Overflow where it leaves int64."""
    check_counts(len(updates), samples)
    parameters = len(updates[0].codes)
    if any(len(update.codes) != parameters for update in updates):
        raise AveragingError("updates of different lengths")
    lowest = min(update.shift for update in updates)
    factors = [count << (update.shift - lowest) for update, count in zip(updates, samples, strict=True)]
    bound = sum(factor * update.largest for factor, update in zip(factors, updates, strict=True))
    if bound << lowest > INT64_MAX:
        raise Overflow(f"sums of up to {bound << lowest} may leave int64")
    # the narrower the sums, the more of them a processor adds at once
    narrow = bound <= INT32_MAX and max(factors) <= INT32_MAX
    sums = _added(updates, factors, np.dtype(np.int32) if narrow else np.dtype(np.int64))
    return sums.astype(np.int64, copy=False) << lowest


def _added(
    updates: Sequence[Moves], factors: Sequence[int], kind: np.dtype[np.signedinteger]
) -> NDArray[np.signedinteger]:
    """Sums of codes times factors, none of which leaves `kind` on the way."""
    parameters = len(updates[0].codes)
    sums = np.zeros(parameters, dtype=kind)
    parts = (os.cpu_count() or 1) if len(updates) * parameters > WORTH_THREADS else 1
    if parts == 1:
        _add_within(sums, updates, factors, range(0, parameters, COLUMNS_AT_ONCE))
        return sums
    from concurrent.futures import ThreadPoolExecutor  # for large models

    with ThreadPoolExecutor(parts) as threads:  # no two write the same columns
        firsts = [range(part * COLUMNS_AT_ONCE, parameters, parts * COLUMNS_AT_ONCE) for part in range(parts)]
        for done in [threads.submit(_add_within, sums, updates, factors, each) for each in firsts]:
            done.result()
    return sums


def _add_within(
    sums: NDArray[np.signedinteger], updates: Sequence[Moves], factors: Sequence[int], firsts: Sequence[int]
) -> None:
    """The sums of the blocks that begin at these parameters."""
    kind = sums.dtype.type
    room = np.empty(min(COLUMNS_AT_ONCE, len(sums)), dtype=kind)
    for first in firsts:
        total = sums[first : first + COLUMNS_AT_ONCE]
        product = room[: len(total)]
        for update, factor in zip(updates, factors, strict=True):
            codes = update.codes[first : first + COLUMNS_AT_ONCE]
            if factor == 1:
                np.add(total, codes, out=total)
            else:
                np.multiply(codes, kind(factor), out=product)
                np.add(total, product, out=total)


def _shift_of(low: int, high: int, bits: int) -> int:
    """The smallest shift under which the rounded ends of the range fit."""
    most = (1 << (bits - 1)) - 1
    shift = max(max(high, -low).bit_length() - bits, 0)
    while ((high + (1 << shift >> 1)) >> shift) > most or ((low + (1 << shift >> 1)) >> shift) < -most - 1:
        shift += 1
    return shift
