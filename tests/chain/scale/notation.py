"""The type notation of the test vectors (shared/vectors/README.md), and the Python annotations that mean the same.

Three kinds are ours, for what annotations can say and the vectors do not need: `{"bounded": [T, n]}`, `{"list": T}`
(a Vec that is a list in Python; `vec` is a tuple) and `{"plain": [index, …]}` (an Enum).
"""

from __future__ import annotations

import enum
import types
from dataclasses import make_dataclass
from functools import partial
from typing import Annotated, Any

from annotated_types import Len, MaxLen

from chain import primitives
from chain.primitives import BitFormat, BitSequence, Compact, Enumeration, Err, Ok, OptionBool
from tests.vectors import unhex

Notation = Any
"""A string, or a dict with one key: JSON."""

NAMED: dict[str, Any] = {"bool": bool, "str": str, "bytes": bytes, "unit": None, "OptionBool": OptionBool}


def kind_of(notation: Notation) -> tuple[str, Any]:
    """The kind of a type, and its parts."""
    if isinstance(notation, str):
        return notation, None
    [(kind, parts)] = notation.items()
    return kind, parts


# annotations made at run time: type checkers must not take these for types
VECTOR: Any = tuple
LIST: Any = list
MAP: Any = dict
SET: Any = frozenset
COMPACT: Any = Compact
MARKED: Any = Annotated
OK: Any = Ok
ERR: Any = Err


class Types:
    """Makes annotations of notations; classes are made once, so that values and codecs agree on them."""

    def __init__(self) -> None:
        self._classes: dict[str, Any] = {}

    def hint(self, notation: Notation) -> Any:
        """The annotation for a notation."""
        kind, parts = kind_of(notation)
        if parts is None:
            return NAMED[kind] if kind in NAMED else getattr(primitives, kind.upper())
        match kind:
            case "compact":
                return COMPACT[self.hint(parts)]
            case "option":
                return self._item(parts) | None
            case "vec":
                return VECTOR[self.hint(parts), ...]
            case "list":
                return LIST[self.hint(parts)]
            case "array" if parts[0] == "u8":
                return MARKED[bytes, Len(parts[1], parts[1])]
            case "array":
                return MARKED[VECTOR[self.hint(parts[0]), ...], Len(parts[1], parts[1])]
            case "bounded":
                return MARKED[self.hint(parts[0]), MaxLen(parts[1])]
            case "tuple":
                return VECTOR[tuple(self.hint(part) for part in parts)]
            case "result":
                return OK[self.hint(parts[0])] | ERR[self.hint(parts[1])]
            case "map":
                return MAP[self.hint(parts[0]), self.hint(parts[1])]
            case "set":
                return SET[self.hint(parts)]
            case "bitvec":
                return MARKED[BitSequence, BitFormat(int(parts[0][1:]), parts[1] == "msb0")]
        return self.cls(notation)

    def cls(self, notation: Notation) -> Any:
        """The class for a struct, an enum, a plain enum, or the record that stands for an option in an option."""
        key = repr(notation)
        if key not in self._classes:
            self._classes[key] = self._made(*kind_of(notation))
        return self._classes[key]

    def _item(self, notation: Notation) -> Any:
        """What an option holds: where it can itself be None, in a record of one field (whose bytes are the field's)."""
        return self.cls({"struct": [["held", notation]]}) if may_be_none(notation) else self.hint(notation)

    def _made(self, kind: str, parts: Any) -> Any:
        if kind == "struct":
            return make_dataclass("Struct", [(name, self.hint(part)) for name, part in parts], frozen=True, slots=True)
        if kind == "plain":
            return enum.Enum("Plain", {f"V{index}": index for index in parts})
        if kind != "enum":
            raise ValueError(f"{kind} is no kind of type")
        base = types.new_class("Union", (Enumeration,))
        for position, (name, part, *index) in enumerate(parts):
            body = {"__annotations__": {} if part is None else {"held": self.hint(part)}}
            keywords = {"index": index[0] if index else position}
            types.new_class(name, (base,), keywords, partial(dict.update, **body))
        return base


def may_be_none(notation: Notation) -> bool:
    """Whether None is a Python value of the type."""
    return kind_of(notation)[0] in ("option", "unit", "OptionBool")


def value_of(types_made: Types, notation: Notation, value: Any) -> Any:
    """The Python value for a vector's JSON value."""
    kind, parts = kind_of(notation)
    match kind:
        case "bytes":
            return unhex(value)
        case "option":
            if value is None:
                return None
            held = value_of(types_made, parts, value["some"])
            return types_made.cls({"struct": [["held", parts]]})(held) if may_be_none(parts) else held
        case "array" if parts[0] == "u8":
            return unhex(value)
        case "vec" | "array":
            item = parts if kind == "vec" else parts[0]
            return tuple(value_of(types_made, item, inner) for inner in value)
        case "tuple":
            return tuple(value_of(types_made, part, inner) for part, inner in zip(parts, value, strict=True))
        case "struct":
            return types_made.cls(notation)(**{name: value_of(types_made, part, value[name]) for name, part in parts})
        case "enum":
            [(name, held)] = value.items()
            base = types_made.cls(notation)
            variant = next(cls for cls in base.variants.values() if cls.__name__ == name)
            part = next(part for variant_name, part, *_ in parts if variant_name == name)
            return variant() if part is None else variant(value_of(types_made, part, held))
        case "result":
            [(name, held)] = value.items()
            return (
                Ok(value_of(types_made, parts[0], held)) if name == "Ok" else Err(value_of(types_made, parts[1], held))
            )
        case "map":
            return {value_of(types_made, parts[0], key): value_of(types_made, parts[1], inner) for key, inner in value}
        case "set":
            return frozenset(value_of(types_made, parts, inner) for inner in value)
        case "bitvec":
            return BitSequence(tuple(bit == "1" for bit in value))
    return value
