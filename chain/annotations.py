"""Annotations as they stand in source text, resolved to what they name.

`typing.get_type_hints` compiles each one by itself, which makes up a fifth of a process's start: most are plain names,
and many of the others stand in several places.
"""

from __future__ import annotations

import builtins
import inspect
import sys
from collections.abc import Mapping
from functools import lru_cache
from types import CodeType, NoneType
from typing import Any, Final

_BUILTINS: Final = vars(builtins)
_NOTHING: Final[dict[str, Any]] = {}


def resolved(written: Any, module: dict[str, Any], nearer: Mapping[str, Any] = _NOTHING) -> Any:
    """What an annotation stands for in a module; raises as evaluating its text does.

    nearer: names that go before the module's
    """
    if not isinstance(written, str):
        return written
    if written.isidentifier():
        for names in (nearer, module, _BUILTINS):
            if written in names:
                return names[written]
    # it is source text of that module, as much as what stands around it
    return eval(_code(written), module, dict(nearer))


def class_hints(cls: type[Any]) -> dict[str, Any]:
    """The annotations of a class and of its bases, resolved: `get_type_hints(cls, include_extras=True)`."""
    hints: dict[str, Any] = {}
    for base in reversed(cls.__mro__):
        names = vars(sys.modules[base.__module__])
        for name, written in inspect.get_annotations(base).items():
            try:
                hint = resolved(written, names)
            except NameError:  # what is named within the class itself
                hint = resolved(written, names, vars(base))
            hints[name] = NoneType if hint is None else hint
    return hints


@lru_cache(maxsize=1024)
def _code(written: str) -> CodeType:
    return compile(written, "<annotation>", "eval")
