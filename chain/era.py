"""Eras: for how many blocks a signed extrinsic may be included.

A mortal era has a period of 4 to 65,536 blocks, a power of two, and a phase: the extrinsic is born at the last block
whose number modulo the period is the phase, and dies a period later. What is signed is the hash of the birth block.
Source: sp_runtime::generic::Era.
"""

from __future__ import annotations

from typing import Final

from chain.primitives import BlockNumber
from chain.record import record
from chain.scale import Codec, DecodeError
from chain.scale.errors import short_input

MIN_PERIOD: Final = 4
MAX_PERIOD: Final = 65_536
NEVER: Final = 2**64 - 1
"""The death of what is immortal."""


@record
class Era:
    """The blocks in which an extrinsic is valid; raises ValueError where period and phase are none of Substrate's."""

    period: int
    """Blocks, a power of two; 0 of the immortal era."""

    phase: int
    """Birth modulo the period: a multiple of period / 4096, which is all that the encoding keeps."""

    def __post_init__(self) -> None:
        if self.period == 0 == self.phase:
            return
        if not _is_period(self.period) or not 0 <= self.phase < self.period or self.phase % _quantum(self.period):
            raise ValueError(f"no era has period {self.period} and phase {self.phase}")

    @classmethod
    def mortal(cls, period: int, current: BlockNumber) -> Era:
        """The era of at least `period` blocks that holds `current`, born there or, from 8,192 on, shortly before."""
        rounded = min(max(1 << (period - 1).bit_length() if period > 0 else 1, MIN_PERIOD), MAX_PERIOD)
        phase = current % rounded
        return cls(rounded, phase - phase % _quantum(rounded))

    @classmethod
    def decode(cls, data: bytes) -> Era:
        """The era that the whole of `data` encodes; raises DecodeError."""
        era, end = read_era(data, 0)
        if end != len(data):
            raise DecodeError("Era", end, f"{len(data) - end} bytes are left over")
        return era

    @property
    def is_immortal(self) -> bool:
        """Whether it never ends."""
        return self.period == 0

    def encode(self) -> bytes:
        """One byte, or two."""
        if self.period == 0:
            return b"\0"
        # 12 bits of phase in quanta, 4 bits of log2(period) - 1
        return (self.phase // _quantum(self.period) << 4 | self.period.bit_length() - 2).to_bytes(2, "little")

    def birth(self, current: BlockNumber) -> int:
        """The first block of the era that holds `current`."""
        if self.period == 0:
            return 0
        return (max(current, self.phase) - self.phase) // self.period * self.period + self.phase

    def death(self, current: BlockNumber) -> int:
        """The first block after the era that holds `current`."""
        return NEVER if self.period == 0 else self.birth(current) + self.period


IMMORTAL: Final = Era(0, 0)


def read_era(data: bytes, offset: int) -> tuple[Era, int]:
    """The era that begins at `offset`, and the offset after it; raises DecodeError."""
    if data[offset : offset + 1] == b"\0":
        return IMMORTAL, offset + 1
    if len(data) < offset + 2:
        raise short_input("Era", offset, 2, data)
    number = data[offset] | data[offset + 1] << 8
    period = 2 << (number & 15)
    phase = (number >> 4) * _quantum(period)
    if not _is_period(period) or phase >= period:
        raise DecodeError("Era", offset, f"no era has period {period} and phase {phase}")
    return Era(period, phase), offset + 2


ERA_CODEC: Final = Codec[Era](
    name="Era",
    encode=Era.encode,
    decode=Era.decode,
    read=read_era,
    min_size=1,
    max_size=2,
    default=lambda: IMMORTAL,
    is_immutable=True,
)
"""For records with an era among their fields: `Scope(types={Era: ERA_CODEC})`."""


def _is_period(blocks: int) -> bool:
    return MIN_PERIOD <= blocks <= MAX_PERIOD and blocks & (blocks - 1) == 0


def _quantum(period: int) -> int:
    """Blocks that one step of the encoded phase stands for."""
    return max(period >> 12, 1)
