"""Which faults a seed has: each drawn by its place alone, so that what one validator does moves nobody else's luck."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields
from struct import pack, unpack
from typing import Final

from chain.crypto.hashing import blake2_512
from chain.offchain.adversary.fault import TIMED, Fault, FaultKind, Place
from chain.record import keyword_record

THOUSAND: Final = 1000


@keyword_record
class Rates:
    """How often things go wrong: of a thousand runs, and of a thousand transactions.

    crash, stale: of runs; the others of both
    """

    delay: int = 20
    loss: int = 20
    duplicate: int = 20
    reorder: int = 20
    crash: int = 20
    stale: int = 20

    def check(self) -> None:
        """Raises ValueError where this cannot be."""
        for field in fields(self):
            value = getattr(self, field.name)
            if not 0 <= value <= THOUSAND:
                raise ValueError(f"{field.name}: {value} of a thousand")

    def plain(self) -> dict[str, int]:
        """As JSON and MessagePack have it."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


_OF_RUN: Final = (
    (FaultKind.RUN_LOST, "loss"),
    (FaultKind.RUN_LATE, "delay"),
    (FaultKind.RUN_TWICE, "duplicate"),
    (FaultKind.RUN_LAST, "reorder"),
    (FaultKind.RUN_STALE, "stale"),
    (FaultKind.CRASH, "crash"),
)
_OF_SUBMISSION: Final = (
    (FaultKind.SUBMISSION_LOST, "loss"),
    (FaultKind.SUBMISSION_LATE, "delay"),
    (FaultKind.SUBMISSION_TWICE, "duplicate"),
    (FaultKind.SUBMISSION_LAST, "reorder"),
)


class Drawn:
    """The faults of a seed. Implements `Faults`.

    longest: blocks that a delay, or a lag, has at most; calls: host calls until a crash, at most
    """

    def __init__(self, seed: int, rates: Rates | None = None, *, longest: int = 3, calls: int = 16) -> None:
        rates = rates or Rates()
        rates.check()
        if not (0 <= seed < 2**64 and 1 <= longest < 2**16 and 1 <= calls < 2**16):
            raise ValueError(f"seed {seed}, at most {longest} blocks and {calls} host calls: out of range")
        self._seed, self._longest, self._calls = seed, longest, calls
        self._of_run = [(kind, rate) for kind, name in _OF_RUN if (rate := rates.plain()[name])]
        self._of_submission = [(kind, rate) for kind, name in _OF_SUBMISSION if (rate := rates.plain()[name])]

    def of_run(self, place: Place) -> Sequence[Fault]:
        return list(self._drawn(self._of_run, place, 0))

    def of_submission(self, place: Place, at: int) -> Sequence[Fault]:
        return list(self._drawn(self._of_submission, place, at))

    def _drawn(self, kinds: Sequence[tuple[FaultKind, int]], place: Place, at: int) -> Iterator[Fault]:
        if not kinds:
            return
        # the kind is drawn by its own place in the hash, whatever the rates of others
        where = pack("<QIIII", self._seed, place.block, place.validator, at, len(place.worker.encode()))
        lots = unpack("<16I", blake2_512(b"palletlab/adversary" + where + place.worker.encode()))
        for kind, rate in kinds:
            position = _POSITIONS[kind]
            if lots[position] % THOUSAND < rate:
                yield self._fault(kind, place, at, lots[position + 1])

    def _fault(self, kind: FaultKind, place: Place, at: int, lot: int) -> Fault:
        if kind is FaultKind.CRASH:
            # small numbers as often as large ones: most runs ask little
            span = min(2 << lot % self._calls.bit_length(), self._calls)
            return Fault(kind, place, 1 + (lot >> 8) % span)
        fewest = TIMED.get(kind)
        return Fault(kind, place, at, 0 if fewest is None else fewest + lot % (self._longest + 1 - fewest))


_POSITIONS: Final = {
    kind: 2 * position for kinds in (_OF_RUN, _OF_SUBMISSION) for position, (kind, _) in enumerate(kinds)
}
