"""Which faults a seed has: each drawn by its place alone, so that what one validator does moves nobody else's luck."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields
from struct import pack, unpack
from typing import Final

from chain.crypto.hashing import blake2_512
from chain.offchain.adversary.fault import TIMED, Fault, FaultKind, Place, chain_place
from chain.primitives import BlockNumber
from chain.record import keyword_record

THOUSAND: Final = 1000


@keyword_record
class Rates:
    """How often things go wrong: of a thousand runs, transactions or blocks.

    crash, stale, interleave: of runs; fork, partition: of blocks; the others of runs and of transactions
    """

    delay: int = 20
    loss: int = 20
    duplicate: int = 20
    reorder: int = 20
    crash: int = 20
    stale: int = 20
    interleave: int = 40
    fork: int = 10
    partition: int = 10

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

    longest: blocks that a delay, a lag, a branch or a partition has at most
    calls: host calls until a crash or a pause, at most; validators: how many there are, for partitions
    """

    def __init__(
        self, seed: int, rates: Rates | None = None, *, longest: int = 3, calls: int = 16, validators: int = 2
    ) -> None:
        rates = rates or Rates()
        rates.check()
        if not (0 <= seed < 2**64 and 1 <= longest < 2**16 and 1 <= calls < 2**16):
            raise ValueError(f"seed {seed}, at most {longest} blocks and {calls} host calls: out of range")
        self._seed, self._longest, self._calls = seed, longest, calls
        self._cut_off = max(validators - 1, 1)
        self._rates = rates
        self._of_run = [(kind, rate) for kind, name in _OF_RUN if (rate := rates.plain()[name])]
        self._of_submission = [(kind, rate) for kind, name in _OF_SUBMISSION if (rate := rates.plain()[name])]

    def of_run(self, place: Place) -> Sequence[Fault]:
        return [*self._drawn(self._of_run, place, 0), *self._pauses(place)]

    def of_submission(self, place: Place, at: int) -> Sequence[Fault]:
        return list(self._drawn(self._of_submission, place, at))

    def of_block(self, number: BlockNumber) -> Sequence[Fault]:
        if not (self._rates.fork or self._rates.partition):
            return ()
        place = chain_place(number)
        fork, lasts, partition, cut_off, parts, *_ = self._lots(place, 0)
        found = list[Fault]()
        if fork % THOUSAND < self._rates.fork:
            found.append(Fault(FaultKind.FORK, place, 0, 1 + lasts % self._longest))
        if partition % THOUSAND < self._rates.partition:
            at = 1 + cut_off % self._cut_off
            found.append(Fault(FaultKind.PARTITION, place, at, 1 + parts % self._longest))
        return found

    def _pauses(self, place: Place) -> Iterator[Fault]:
        if not self._rates.interleave:
            return
        lots = self._lots(place, _PAUSES)
        for first in range(0, len(lots), 4):
            happens, call, kind, lasts = lots[first : first + 4]
            if happens % THOUSAND < self._rates.interleave:
                blocks = 0 if kind % 4 else 1 + lasts % self._longest  # most let others of the block go on, and no more
                yield Fault(FaultKind.RUN_PAUSED, place, self._early(call), blocks)

    def _drawn(self, kinds: Sequence[tuple[FaultKind, int]], place: Place, at: int) -> Iterator[Fault]:
        if not kinds:
            return
        # the kind is drawn by its own place in the hash, whatever the rates of others
        lots = self._lots(place, at)
        for kind, rate in kinds:
            position = _POSITIONS[kind]
            if lots[position] % THOUSAND < rate:
                yield self._fault(kind, place, at, lots[position + 1])

    def _fault(self, kind: FaultKind, place: Place, at: int, lot: int) -> Fault:
        if kind is FaultKind.CRASH:
            return Fault(kind, place, self._early(lot))
        fewest = TIMED.get(kind)
        return Fault(kind, place, at, 0 if fewest is None else fewest + lot % (self._longest + 1 - fewest))

    def _early(self, lot: int) -> int:
        """The number of a host call, small ones as often as large ones: most runs ask little."""
        span = min(2 << lot % self._calls.bit_length(), self._calls)
        return 1 + (lot >> 8) % span

    def _lots(self, place: Place, at: int) -> tuple[int, ...]:
        worker = place.worker.encode()
        where = pack("<QIIII", self._seed, place.block, place.validator, at, len(worker))
        return unpack("<16I", blake2_512(b"palletlab/adversary" + where + worker))


_PAUSES: Final = 2**32 - 1
"""Where the pauses of a run are drawn: no run has a transaction of that number."""

_POSITIONS: Final = {
    kind: 2 * position for kinds in (_OF_RUN, _OF_SUBMISSION) for position, (kind, _) in enumerate(kinds)
}
