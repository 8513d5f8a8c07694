"""The faults of one history.

schedule = Schedule.of(json.loads(text))
json.dumps(schedule.plain())                # the same content; MessagePack takes it as well
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Final, Protocol

from chain.offchain.adversary.fault import OF_CHAIN, OF_RUNS, WITHIN_RUNS, BadFault, Fault, Place, chain_place
from chain.primitives import BlockNumber

VERSION: Final = 1
"""Of the layout of a schedule."""


class ScheduleError(ValueError):
    """Data that is no schedule."""


class Faults(Protocol):
    """Who says what goes wrong."""

    def of_run(self, place: Place) -> Sequence[Fault]:
        """What goes wrong with a run, a crash included."""
        ...

    def of_submission(self, place: Place, at: int) -> Sequence[Fault]:
        """What goes wrong with the `at`-th transaction of a run, from 1."""
        ...

    def of_block(self, number: BlockNumber) -> Sequence[Fault]:
        """What goes wrong with the block of that number, and those around it."""
        ...


class Schedule:
    """Faults in the order of their places; none twice. Implements `Faults`."""

    def __init__(self, faults: Iterable[Fault] = ()) -> None:
        self.faults: Final = tuple(sorted(dict.fromkeys(faults), key=_order))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Schedule) and other.faults == self.faults

    def __hash__(self) -> int:
        return hash(self.faults)

    def __len__(self) -> int:
        return len(self.faults)

    def __repr__(self) -> str:
        return f"Schedule({len(self.faults)} faults)"

    def of_run(self, place: Place) -> Sequence[Fault]:
        return [fault for fault in self._by_place.get(place, ()) if fault.kind in OF_RUNS or fault.kind in WITHIN_RUNS]

    def of_submission(self, place: Place, at: int) -> Sequence[Fault]:
        return [
            fault
            for fault in self._by_place.get(place, ())
            if fault.at == at and fault.kind not in (OF_RUNS | WITHIN_RUNS | OF_CHAIN)
        ]

    def of_block(self, number: BlockNumber) -> Sequence[Fault]:
        return [fault for fault in self._by_place.get(chain_place(number), ()) if fault.kind in OF_CHAIN]

    def plain(self) -> dict[str, object]:
        """As JSON and MessagePack have it."""
        return {"version": VERSION, "faults": [fault.plain() for fault in self.faults]}

    @staticmethod
    def of(told: object) -> Schedule:
        """The schedule that `plain` told of; raises ScheduleError."""
        if not isinstance(told, dict) or not isinstance(told.get("faults"), list | tuple):
            raise ScheduleError("a schedule is a table with a list of faults")
        if told.get("version") != VERSION:
            raise ScheduleError(f"a schedule of version {told.get('version')!r}; this program reads {VERSION}")
        try:
            return Schedule(Fault.of(fault) for fault in told["faults"])
        except BadFault as error:
            raise ScheduleError(str(error)) from None

    @cached_property
    def _by_place(self) -> dict[Place, list[Fault]]:
        found = dict[Place, list[Fault]]()
        for fault in self.faults:
            found.setdefault(fault.place, []).append(fault)
        return found


def _order(fault: Fault) -> tuple[int, int, str, str, int, int]:
    place = fault.place
    return place.block, place.validator, place.worker, fault.kind.value, fault.at, fault.blocks
