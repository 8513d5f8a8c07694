"""Bounds in annotations: `Annotated[bytes, Len(32, 32)]`, `Annotated[list[U32], MaxLen(16)]`, `Interval(ge=0, le=9)`.

They say what those of annotated-types say, and hypothesis reads them as such: each is a group (`GroupedMetadata`) of
that package's bounds, which is imported when somebody takes the group apart. To import it takes a tenth of the start of
a chain. Lengths that are written in its own classes mean the same (`length_of`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, Literal

from chain.record import keyword_record, record


@keyword_record
class Interval:
    """From and to which number, both included; None for no end."""

    ge: int | None = None
    le: int | None = None

    __is_annotated_types_grouped_metadata__: ClassVar[Literal[True]] = True

    def __iter__(self) -> Iterator[object]:
        from annotated_types import Ge, Le

        if self.ge is not None:
            yield Ge(self.ge)
        if self.le is not None:
            yield Le(self.le)


@record
class Len:
    """The fewest and the most elements, or bytes; None for any number."""

    min_length: Any = 0
    max_length: Any = None

    __is_annotated_types_grouped_metadata__: ClassVar[Literal[True]] = True

    def __iter__(self) -> Iterator[object]:
        from annotated_types import MaxLen, MinLen

        if self.min_length:
            yield MinLen(self.min_length)
        if self.max_length is not None:
            yield MaxLen(self.max_length)


@record
class MaxLen:
    """The most elements: a number, or a constant of a pallet's configuration."""

    max_length: Any

    __is_annotated_types_grouped_metadata__: ClassVar[Literal[True]] = True

    def __iter__(self) -> Iterator[object]:
        from annotated_types import MaxLen

        yield MaxLen(self.max_length)


def length_of(mark: object) -> Len | MaxLen | None:
    """What a mark says of a length, in a class of ours or of annotated-types; None for any other mark."""
    if isinstance(mark, Len | MaxLen):
        return mark
    if type(mark).__module__ != "annotated_types":
        return None
    least, most = getattr(mark, "min_length", None), getattr(mark, "max_length", None)
    if least is not None:
        return Len(least, most)
    return None if most is None else MaxLen(most)
