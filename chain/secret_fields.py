"""Fields of records that are secret, declared where they are.

    @record
    class HeldOut:
        data: DataSet
        salt: bytes = field(repr=False, metadata=SECRET)

    list(secrets_in((HeldOut(rows, salt), 4)))      # [salt]

Such a field has bytes, a text, or several of these; its class is a record or a dataclass.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from types import MappingProxyType, NoneType
from typing import Final

SECRET: Final[Mapping[str, bool]] = MappingProxyType({"is_secret": True})
"""The metadata of a field whose values no log, report or recording may show."""

_PLAIN: Final = frozenset({int, float, bool, complex, NoneType, bytes, str, bytearray})
_SEVERAL: Final = (tuple, list, set, frozenset)


def secrets_in(data: object) -> Iterator[bytes | str]:
    """What is declared secret in data, each as often as it is there."""
    seen, left = set[int](), [data]
    while left:
        each = left.pop()
        if type(each) in _PLAIN or id(each) in seen:
            continue
        seen.add(id(each))
        if isinstance(each, Mapping):
            left += (*each.keys(), *each.values())
        elif isinstance(each, _SEVERAL):
            left += () if set(map(type, each)) <= _PLAIN else each
        elif is_dataclass(each) and not isinstance(each, type):
            for one in fields(each):
                value = getattr(each, one.name, None)
                if one.metadata.get("is_secret"):
                    yield from _values(value)
                else:
                    left.append(value)


def _values(value: object) -> Iterator[bytes | str]:
    for each in value if isinstance(value, _SEVERAL) else (value,):
        if isinstance(each, bytes | str) and each:
            yield each
