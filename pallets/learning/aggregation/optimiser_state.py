"""What a server optimiser remembers between rounds, and its canonical bytes.

    "PLO\\x01" ‖ rounds u32 ‖ parameters u32 ‖ first i128 each ‖ second u128 each                little endian

`first` has 40 fractional bits: the velocity of FedAvgM, the first moment of the adaptive ones. `second` has 64. FedAvgM
leaves it zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from struct import Struct

from pallets.learning.decoding import DecodeError, read_header, require_length
from pallets.learning.fixed_point import Overflow

FIRST_BITS, SECOND_BITS = 40, 64
"""More than the 24 bits of weights, so that rounding each round does not add up to a visible error."""

FIRST_LIMIT, SECOND_LIMIT = 2**127, 2**128
_ROUNDS_LIMIT = 2**32
_MAGIC = b"PLO\x01"
_HEADER = Struct("<II")
_BYTES = 16


class StateDecodeError(DecodeError):
    """Bytes are no canonical optimiser state."""

    what = "optimiser state encoding"


@dataclass(frozen=True, slots=True)
class OptimiserState:
    """After so many rounds; `blank` is the state before the first."""

    rounds: int
    first: tuple[int, ...]
    second: tuple[int, ...]

    def __post_init__(self) -> None:
        if not 0 <= self.rounds < _ROUNDS_LIMIT or len(self.first) != len(self.second):
            raise Overflow(f"a state of {self.rounds} rounds, {len(self.first)} and {len(self.second)} moments")
        for index, (first, second) in enumerate(zip(self.first, self.second, strict=True)):
            if not -FIRST_LIMIT <= first < FIRST_LIMIT or not 0 <= second < SECOND_LIMIT:
                raise Overflow(f"the moments of parameter {index} leave 128 bits: lower the rates")


def blank(parameters: int) -> OptimiserState:
    """The state before the first round."""
    return OptimiserState(0, (0,) * parameters, (0,) * parameters)


def encode_state(state: OptimiserState) -> bytes:
    """The canonical bytes."""
    first = b"".join(value.to_bytes(_BYTES, "little", signed=True) for value in state.first)
    second = b"".join(value.to_bytes(_BYTES, "little") for value in state.second)
    return _MAGIC + _HEADER.pack(state.rounds, len(state.first)) + first + second


def decode_state(data: bytes) -> OptimiserState:
    """The state of its canonical bytes; raises StateDecodeError."""
    rounds, parameters = read_header(data, _HEADER, _MAGIC, StateDecodeError)
    start = len(_MAGIC) + _HEADER.size
    require_length(data, start + 2 * _BYTES * parameters, StateDecodeError)
    parts = [data[place : place + _BYTES] for place in range(start, len(data), _BYTES)]
    return OptimiserState(
        rounds,
        tuple(int.from_bytes(part, "little", signed=True) for part in parts[:parameters]),
        tuple(int.from_bytes(part, "little") for part in parts[parameters:]),
    )
