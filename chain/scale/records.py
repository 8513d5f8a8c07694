"""Generates what makes a record of its fields: without `__init__` where that does nothing but set them.

A frozen dataclass sets each field through `object.__setattr__`. It is twice as fast to set them on an object of a plain
class with the same slots, and then to make that one of the frozen class (measured: AccountInfo with its AccountData
1.0 instead of 2.1 µs); or, where the class has no such twin, through the slots themselves (1.3 µs).
"""

from __future__ import annotations

from typing import Any

from chain.record import is_frozen
from chain.record_methods import blank_of
from chain.scale.source import Source


def construction(source: Source, cls: type[Any], values: list[tuple[str, str]]) -> str:
    """Emit the making of a `cls` with an expression for each field; the expression for it."""
    if not is_plain(cls):
        arguments = ", ".join(f"{name}={value}" for name, value in values)
        return f"{source.refer(cls, 'cls')}({arguments})"
    if not values and is_frozen(cls):
        return source.refer(cls(), "only")
    variable, blank = source.fresh("o"), blank_of(cls)
    if blank is not None:
        _emit_twin(source, variable, blank, cls, values)
        return variable
    source.line(f"{variable} = {source.refer(object.__new__, 'new')}({source.refer(cls, 'cls')})")
    if "__slots__" in cls.__dict__:
        for name, value in values:
            source.line(f"{source.refer(getattr(cls, name).__set__, 'set')}({variable}, {value})")
    else:
        attributes = source.fresh("d")
        source.line(f"{attributes} = {variable}.__dict__")
        for name, value in values:
            source.line(f"{attributes}[{name!r}] = {value}")
    return variable


def _emit_twin(source: Source, variable: str, blank: type[Any], cls: type[Any], values: list[tuple[str, str]]) -> None:
    source.line(f"{variable} = {source.refer(blank, 'blank')}()")
    for name, value in values:
        source.line(f"{variable}.{name} = {value}")
    source.line(f"{variable}.__class__ = {source.refer(cls, 'cls')}")


def is_plain(cls: type[Any]) -> bool:
    """Whether making an object does nothing but set its fields."""
    parameters = getattr(cls, "__dataclass_params__", None)  # of a variant, asking makes it a dataclass
    return (
        parameters is not None
        and "__dataclass_params__" in cls.__dict__
        and parameters.init
        and not hasattr(cls, "__post_init__")
        and not any("__new__" in parent.__dict__ for parent in cls.__mro__[:-1])
        and type(cls).__call__ is type.__call__
    )
