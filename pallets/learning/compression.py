"""Smaller updates with a stated error: n bits a value, only the k largest, or both. The receiver knows the bound.

    "PLC\\x01" ‖ bits u8 ‖ parameters u32 ‖ lowest i64 ‖ step u64 ‖ codes, `bits` each, the first lowest
    "PLK\\x01" ‖ parameters u32 ‖ kept u32 ‖ positions u32 each, ascending ‖ values i64 each          little endian
    "PLS\\x01" ‖ parameters u32 ‖ kept u32 ‖ positions u32 each, ascending ‖ the values as PLC

Quantised: a value is off by at most half a step, step = (highest - lowest) / (2^bits - 1) rounded up. Top-k: what is
kept is exact, what is not is at most as large as the smallest that is, and zeros are never kept; the client may keep
the rest and add it to its next update (error feedback, Stich et al. 2018), so that in the long run nothing is lost.
All are deterministic. Bytes that state a larger error than these make are not canonical: a step longer than the codes
need, or a value that is kept and is zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from struct import Struct

import numpy as np
from numpy.typing import NDArray

from pallets.learning.decoding import DecodeError, read_header, require_length

LARGEST_VALUE = 2**62
"""Values lie strictly between ±2^62, so that no difference leaves int64."""

LARGEST_BITS = 32

_QUANTISED, _TOP, _BOTH = b"PLC\x01", b"PLK\x01", b"PLS\x01"
_QUANTISED_HEADER, _KEPT_HEADER = Struct("<BIqQ"), Struct("<II")
_MAGIC_BYTES = 4
_QUANTISED_START = _MAGIC_BYTES + _QUANTISED_HEADER.size
_KEPT_START = _MAGIC_BYTES + _KEPT_HEADER.size


class CompressionError(ValueError):
    """An update that cannot be made smaller in the way asked for."""


class CompressedDecodeError(DecodeError):
    """Bytes are no canonical compressed update."""

    what = "compressed update encoding"


@dataclass(frozen=True, slots=True)
class Compression:
    """How updates are made smaller. bits: of a value, 0 for whole ones; kept: values of each update, 0 for all"""

    bits: int = 0
    kept: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.bits <= LARGEST_BITS or self.kept < 0 or not (self.bits or self.kept):
            raise CompressionError(f"{self.bits} bits a value and {self.kept} values kept leave nothing, or everything")

    def compressed(self, update: NDArray[np.int64]) -> bytes:
        """The canonical bytes; raises CompressionError for values of 2^62 or more."""
        if not self.kept:
            return quantised(update, self.bits)
        kept = min(self.kept, len(update))
        return top_quantised(update, kept, self.bits) if self.bits else top(update, kept)[0]

    def decompressed(self, data: bytes, parameters: int) -> NDArray[np.int64]:
        """The update of so many values; raises CompressedDecodeError for bytes that were made in another way."""
        magic = _QUANTISED if not self.kept else _BOTH if self.bits else _TOP
        if data[:_MAGIC_BYTES] != magic:
            raise CompressedDecodeError(0, f"the first bytes are {data[:_MAGIC_BYTES].hex()}, not {magic.hex()}")
        if self.bits:
            at = 0 if not self.kept else _codes_after(data)
            (bits,) = data[at + _MAGIC_BYTES : at + _MAGIC_BYTES + 1] or (0,)
            if bits != self.bits:
                raise CompressedDecodeError(at + _MAGIC_BYTES, f"{bits} bits a value, not {self.bits}")
        found = decompress(data, parameters)
        if self.kept:
            count = read_header(data, _KEPT_HEADER, magic, CompressedDecodeError)[1]
            if count > self.kept:
                raise CompressedDecodeError(_MAGIC_BYTES + 4, f"{count} values kept, not up to {self.kept}")
        return found


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
    positions = _furthest(update, kept)
    rest = update.copy()
    rest[positions] = 0
    return _placed(_TOP, len(update), positions) + update[positions].astype("<i8").tobytes(), rest


def top_quantised(update: NDArray[np.int64], kept: int, bits: int) -> bytes:
    """The `kept` values furthest from zero, with so many bits each."""
    positions = _furthest(update, kept)
    return _placed(_BOTH, len(update), positions) + quantised(update[positions], bits)


def decompress(data: bytes, parameters: int) -> NDArray[np.int64]:
    """The update of so many values that the bytes stand for; raises CompressedDecodeError."""
    if data[:_MAGIC_BYTES] == _QUANTISED:
        return _unquantised(data, parameters)
    positions = _positions(data, parameters)
    after = _codes_after(data)
    if data[:_MAGIC_BYTES] == _BOTH:
        values = _unquantised(data[after:], len(positions))
    else:
        require_length(data, top_bytes(len(positions)), CompressedDecodeError)
        values = np.frombuffer(data, dtype="<i8", offset=after).astype(np.int64)
        if (values == 0).any() or (np.abs(values) >= LARGEST_VALUE).any() or (values == np.iinfo(np.int64).min).any():
            raise CompressedDecodeError(after, "a value that is zero, and need not be kept, or is 2^62 or more")
    update = np.zeros(parameters, dtype=np.int64)
    update[positions] = values
    return update


def largest_error(data: bytes) -> int:
    """The most that a value of canonical bytes is off by: half a step, or what is as large as the smallest kept."""
    if data[:_MAGIC_BYTES] == _QUANTISED:
        step: int = read_header(data, _QUANTISED_HEADER, _QUANTISED, CompressedDecodeError)[3]
        return step // 2
    magic = _BOTH if data[:_MAGIC_BYTES] == _BOTH else _TOP
    parameters, kept = read_header(data, _KEPT_HEADER, magic, CompressedDecodeError)
    codes = data[_codes_after(data) :]
    error = largest_error(codes) if magic == _BOTH else 0
    if not kept or kept == parameters:
        return error
    values = _unquantised(codes, kept) if magic == _BOTH else np.frombuffer(codes, dtype="<i8", count=kept)
    return int(np.abs(values).min()) + error


def quantised_bytes(parameters: int, bits: int) -> int:
    """Bytes of a quantised update."""
    return _QUANTISED_START + (parameters * bits + 7) // 8


def top_bytes(kept: int) -> int:
    """Bytes of the top values, whatever the number of parameters."""
    return _KEPT_START + 12 * kept


def _check(update: NDArray[np.int64]) -> None:
    if update.ndim != 1 or update.dtype != np.int64 or len(update) >= 2**32:
        raise CompressionError(f"an update of type {update.dtype} and shape {update.shape}, not a row of int64")
    if max(int(update.max(initial=0)), -int(update.min(initial=0))) >= LARGEST_VALUE:
        raise CompressionError("an update with a value of 2^62 or more")


def _furthest(update: NDArray[np.int64], kept: int) -> NDArray[np.int64]:
    """Where the values are that are kept, ascending; zeros are not."""
    _check(update)
    if not 0 <= kept <= len(update):
        raise CompressionError(f"{kept} of {len(update)} values kept")
    furthest = np.argsort(-np.abs(update), kind="stable")[:kept]
    return np.sort(furthest[update[furthest] != 0])


def _placed(magic: bytes, parameters: int, positions: NDArray[np.int64]) -> bytes:
    return magic + _KEPT_HEADER.pack(parameters, len(positions)) + positions.astype("<u4").tobytes()


def _packed(codes: NDArray[np.int64], bits: int) -> bytes:
    as_bits = np.unpackbits(codes.astype("<u4").view(np.uint8).reshape(-1, 4), axis=1, count=bits, bitorder="little")
    return np.packbits(as_bits, bitorder="little").tobytes()


def _unquantised(data: bytes, expected: int) -> NDArray[np.int64]:
    bits, parameters, low, step = read_header(data, _QUANTISED_HEADER, _QUANTISED, CompressedDecodeError)
    if not 1 <= bits <= LARGEST_BITS:
        raise CompressedDecodeError(_MAGIC_BYTES, f"{bits} bits a value")
    if parameters != expected:
        raise CompressedDecodeError(_MAGIC_BYTES + 1, f"{parameters} values, not {expected}")
    require_length(data, quantised_bytes(parameters, bits), CompressedDecodeError)
    highest = (1 << bits) - 1
    if step < 1 or low <= -LARGEST_VALUE or low + (step - 1) * highest >= LARGEST_VALUE:
        raise CompressedDecodeError(_QUANTISED_START - 16, f"values from {low} in steps of {step} leave int64")
    as_bits = np.unpackbits(np.frombuffer(data, dtype=np.uint8, offset=_QUANTISED_START), bitorder="little")
    if as_bits[parameters * bits :].any():
        raise CompressedDecodeError(len(data) - 1, "bits after the last value")
    padded = np.zeros((parameters, 32), dtype=np.uint8)
    padded[:, :bits] = as_bits[: parameters * bits].reshape(parameters, bits)
    codes = np.packbits(padded, axis=1, bitorder="little").view("<u4").reshape(parameters).astype(np.int64)
    # of all ranges that need this step the narrowest has this code at its end
    least = ((step - 1) * highest + 1 + step // 2) // step if step > 1 else 0
    if int(codes.min(initial=highest if parameters else 0)) or int(codes.max(initial=0)) < least:
        raise CompressedDecodeError(
            _QUANTISED_START - 8, f"a step of {step}, where a smaller one has room for all codes"
        )
    values: NDArray[np.int64] = low + codes * step
    return values


def _positions(data: bytes, expected: int) -> NDArray[np.int64]:
    """Of the values that are kept, where they stand in an update of so many."""
    magic = _BOTH if data[:_MAGIC_BYTES] == _BOTH else _TOP
    parameters, kept = read_header(data, _KEPT_HEADER, magic, CompressedDecodeError)
    if parameters != expected or kept > parameters:
        raise CompressedDecodeError(_MAGIC_BYTES, f"{kept} of {parameters} values, not of {expected}")
    if len(data) < _codes_after(data):
        raise CompressedDecodeError(len(data), f"the positions of {kept} values are not all there")
    positions = np.frombuffer(data, dtype="<u4", count=kept, offset=_KEPT_START).astype(np.int64)
    if (np.diff(positions) <= 0).any() or (positions >= parameters).any():
        raise CompressedDecodeError(_KEPT_START, f"positions are not ascending numbers below {parameters}")
    return positions


def _codes_after(data: bytes) -> int:
    """Where the positions end."""
    return _KEPT_START + 4 * int.from_bytes(data[_MAGIC_BYTES + 4 : _KEPT_START], "little")
