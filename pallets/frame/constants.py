"""The constants of a pallet: which fields of its config the chain's metadata tells, and under which names.

An int field is a constant, called as FRAME would call it; a mark says otherwise:

    @config
    class Config:
        max_recent: U32 = 16                                             # the constant MaxRecent
        ss58_prefix: Annotated[U16, ConstantName("SS58Prefix")] = 42     # another name
        limits: Annotated[BlockLength, ConstantName("BlockLength")]      # a constant that is no int
        max_consumers: Annotated[U32, ConstantName(None)] = 16           # an int that is no constant
        window: Annotated[U32, DeprecatedConstant("use interval")] = 5   # a constant that should no longer be used
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any, get_args

from chain.annotations import class_hints
from chain.record import record
from pallets.frame.declaration import on_chain_name


@record
class ConstantName:
    """Marks a config field: what the constant is called on chain, None where it is no constant."""

    name: str | None


@record
class DeprecatedConstant:
    """Marks a config field: what to use instead of the constant; empty where there is nothing to say."""

    note: str = ""


@record
class ConstantDeclaration:
    """A constant as a pallet's config declares it.

    deprecated: what to use instead, None where it is in use
    """

    name: str
    field: str
    hint: Any
    deprecated: str | None = None


def constants_of(config: type[Any]) -> tuple[ConstantDeclaration, ...]:
    """The constants that a config class declares, in order."""
    if not is_dataclass(config):
        return ()
    hints = class_hints(config)
    found = []
    for each in fields(config):
        hint = hints[each.name]
        named = [mark.name for mark in get_args(hint)[1:] if isinstance(mark, ConstantName)]
        is_int = (get_args(hint) or (hint,))[0] is int
        name = named[0] if named else on_chain_name(each.name) if is_int else None
        if name is not None:
            notes = [mark.note for mark in get_args(hint)[1:] if isinstance(mark, DeprecatedConstant)]
            found.append(ConstantDeclaration(name, each.name, hint, notes[0] if notes else None))
    return tuple(found)
