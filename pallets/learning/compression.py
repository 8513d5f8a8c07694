"""Smaller updates with a stated error: n bits a value, or only the k largest values. The receiver knows the bound.

    "PLQ\\x01" ‖ bits u8 ‖ parameters u32 ‖ lowest i64 ‖ step u64 ‖ codes, `bits` each, the first lowest
    "PLK\\x01" ‖ parameters u32 ‖ kept u32 ‖ positions u32 each, ascending ‖ values i64 each          little endian

Quantised: a value is off by at most half a step, step = (highest - lowest) / (2^bits - 1) rounded up. Top-k: what is
kept is exact, what is not is at most as large as the smallest that is; the client keeps the rest and adds it to its
next update (error feedback, Stich et al. 2018), so that in the long run nothing is lost. Both are deterministic.
"""

from __future__ import annotations

from struct import Struct

import numpy as np
from numpy.typing import NDArray

from pallets.learning.decoding import DecodeError, read_header, require_length

LARGEST_VALUE = 2**62
"""Values lie strictly between ±2^62, so that no difference leaves int64."""

LARGEST_BITS = 32

_QUANTISED, _TOP = b"PLQ\x01", b"PLK\x01"
_QUANTISED_HEADER, _TOP_HEADER = Struct("<BIqQ"), Struct("<II")
_MAGIC_BYTES = 4


class CompressionError(ValueError):
    """An update that cannot be made smaller in the way asked for."""


class CompressedDecodeError(DecodeError):
    """Bytes are no canonical compressed update."""

    what = "compressed update encoding"


def quantised(update: NDArray[np.int64], bits: int) -> bytes:
    """The update with so many bits a value; `largest_error` of the bytes says how far off it is."""
    _check(update)
    if not 1 <= bits <= LARGEST_BITS:
        raise CompressionError(f"{bits} bits a value, not 1 to {LARGEST_BITS}")
    low, high = int(update.min(initial=LARGEST_VALUE)), int(update.max(initial=-LARGEST_VALUE))
    low, high = (low, high) if len(update) else (0, 0)
    step = max(-(-(high - low) // ((1 << bits) - 1)), 1)
    codes = (update - low + step // 2) // step
    return _QUANTISED + _QUANTISED_HEADER.pack(bits, len(update), low, step) + _packed(codes, bits)


def top(update: NDArray[np.int64], kept: int) -> tuple[bytes, NDArray[np.int64]]:
    """The `kept` values furthest from zero, the first of equals, and what is left for the next update."""
    _check(update)
    if not 0 <= kept <= len(update):
        raise CompressionError(f"{kept} of {len(update)} values kept")
    furthest = np.argsort(-np.abs(update), kind="stable")[:kept]
    positions = np.sort(furthest)
    rest = update.copy()
    rest[positions] = 0
    header = _TOP + _TOP_HEADER.pack(len(update), kept)
    return header + positions.astype("<u4").tobytes() + update[positions].astype("<i8").tobytes(), rest


def decompress(data: bytes) -> NDArray[np.int64]:
    """The update that the bytes stand for; raises CompressedDecodeError."""
    if data[:_MAGIC_BYTES] == _QUANTISED:
        return _unquantised(data)
    return _scattered(data)


def largest_error(data: bytes) -> int:
    """The most that a value is off by, in the unit of the update; for top-k the size of the smallest kept value."""
    if data[:_MAGIC_BYTES] == _QUANTISED:
        step = read_header(data, _QUANTISED_HEADER, _QUANTISED, CompressedDecodeError)[3]
        return step // 2
    values = _scattered(data)
    kept = np.abs(values[values != 0])
    return int(kept.min()) if len(kept) and len(kept) < len(values) else 0


def quantised_bytes(parameters: int, bits: int) -> int:
    """Bytes of a quantised update."""
    return _MAGIC_BYTES + _QUANTISED_HEADER.size + (parameters * bits + 7) // 8


def top_bytes(kept: int) -> int:
    """Bytes of the top values, whatever the number of parameters."""
    return _MAGIC_BYTES + _TOP_HEADER.size + 12 * kept


def _check(update: NDArray[np.int64]) -> None:
    if update.ndim != 1 or update.dtype != np.int64 or len(update) >= 2**32:
        raise CompressionError(f"an update of type {update.dtype} and shape {update.shape}, not a row of int64")
    if max(int(update.max(initial=0)), -int(update.min(initial=0))) >= LARGEST_VALUE:
        raise CompressionError("an update with a value of 2^62 or more")


def _packed(codes: NDArray[np.int64], bits: int) -> bytes:
    as_bits = np.unpackbits(codes.astype("<u4").view(np.uint8).reshape(-1, 4), axis=1, count=bits, bitorder="little")
    return np.packbits(as_bits, bitorder="little").tobytes()


def _unquantised(data: bytes) -> NDArray[np.int64]:
    bits, parameters, low, step = read_header(data, _QUANTISED_HEADER, _QUANTISED, CompressedDecodeError)
    start = _MAGIC_BYTES + _QUANTISED_HEADER.size
    if not 1 <= bits <= LARGEST_BITS:
        raise CompressedDecodeError(_MAGIC_BYTES, f"{bits} bits a value")
    require_length(data, quantised_bytes(parameters, bits), CompressedDecodeError)
    if step < 1 or low <= -LARGEST_VALUE or low + step * ((1 << bits) - 1) >= 2 * LARGEST_VALUE:
        raise CompressedDecodeError(start - 16, f"values from {low} in steps of {step} leave int64")
    as_bits = np.unpackbits(np.frombuffer(data, dtype=np.uint8, offset=start), bitorder="little")
    if as_bits[parameters * bits :].any():
        raise CompressedDecodeError(len(data) - 1, "bits after the last value")
    padded = np.zeros((parameters, 32), dtype=np.uint8)
    padded[:, :bits] = as_bits[: parameters * bits].reshape(parameters, bits)
    codes = np.packbits(padded, axis=1, bitorder="little").view("<u4").reshape(parameters)
    values: NDArray[np.int64] = low + codes.astype(np.int64) * step
    return values


def _scattered(data: bytes) -> NDArray[np.int64]:
    parameters, kept = read_header(data, _TOP_HEADER, _TOP, CompressedDecodeError)
    start = _MAGIC_BYTES + _TOP_HEADER.size
    require_length(data, top_bytes(kept), CompressedDecodeError)
    positions = np.frombuffer(data, dtype="<u4", count=kept, offset=start).astype(np.int64)
    values = np.frombuffer(data, dtype="<i8", count=kept, offset=start + 4 * kept)
    if (np.diff(positions) <= 0).any() or (positions >= parameters).any():
        raise CompressedDecodeError(start, f"positions are not ascending numbers below {parameters}")
    update = np.zeros(parameters, dtype=np.int64)
    update[positions] = values
    return update
