"""Neighbours of fixed width, which one `struct` call reads into as many variables."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from chain.scale.errors import DecodeError
from chain.scale.source import Source


class Part(NamedTuple):
    """One member of a run: its struct code, its bytes, and the variable that it is read into."""

    code: str
    size: int
    variable: str


class Check(NamedTuple):
    """A condition under which a part of a run is refused, and what makes the error of its offset and value."""

    position: int
    condition: str
    refusal: str
    variable: str


@dataclass(slots=True)
class Run:
    """The members so far, and the checks to make of them once they are read."""

    parts: list[Part] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)

    @property
    def size(self) -> int:
        """Bytes in all members."""
        return sum(part.size for part in self.parts)

    @property
    def is_byte(self) -> bool:
        """Whether the run is one unsigned byte, which indexing reads faster."""
        return [part.code for part in self.parts] == ["B"]

    @property
    def struct(self) -> struct.Struct:
        """What reads the run."""
        return struct.Struct("<" + "".join(part.code for part in self.parts))

    @property
    def targets(self) -> str:
        """The variables, as the target of an assignment or loop."""
        return "".join(f"{part.variable}, " for part in self.parts)

    def add(self, source: Source, code: str, size: int) -> str:
        """Add a member; the variable that will hold it."""
        variable = source.fresh("v")
        self.parts.append(Part(code, size, variable))
        return variable

    def add_byte(self, source: Source, refused_if: str, refusal: Callable[[str, int, int], DecodeError]) -> str:
        """Add a byte that is refused under a condition (in which `{}` is the byte); the variable that will hold it."""
        position = self.size
        variable = self.add(source, "B", 1)
        name = source.refer(refusal, "refusal")
        self.checks.append(Check(position, refused_if.format(variable), name, variable))
        return variable

    def emit_checks(self, source: Source, type_name: str, start: str) -> None:
        """Emit the checks; `start` is the expression for the offset at which the run began."""
        for check in self.checks:
            with source.block(f"if {check.condition}:"):
                source.line(f"raise {check.refusal}({type_name!r}, {start} + {check.position}, {check.variable})")
