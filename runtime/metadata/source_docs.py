"""Documentation as metadata carries it: docstrings, and the strings under attributes, line by line."""

from __future__ import annotations

import inspect
import linecache
import sys
from typing import Any

from pallets.frame.source_text import attribute_docs, class_lines


def lines(docs: str | None) -> tuple[str, ...]:
    """The lines of a docstring; none where there is none."""
    if not docs:
        return ()
    is_one = "\n" not in docs and "\t" not in docs  # as nearly all are: their margin is what they begin with
    return tuple((docs.lstrip() if is_one else inspect.cleandoc(docs)).splitlines())


def class_docs(cls: type[Any]) -> tuple[str, ...]:
    """A class's own docstring; what a record is given where it has none does not count."""
    own = vars(cls).get("__doc__")
    return lines(own) if isinstance(own, str) and own != cls.__name__ else ()


def field_docs(cls: type[Any]) -> dict[str, tuple[str, ...]]:
    """The strings under the attributes of a class and of its bases."""
    found: dict[str, tuple[str, ...]] = {}
    for each in reversed(cls.__mro__[:-1]):
        file = _file_of(each)
        if file is not None and not file.startswith(sys.base_prefix):
            found |= {name: lines(text) for name, text in attribute_docs(file, each.__name__).items()}
    return found


def constant_docs(config: type[Any]) -> dict[str, tuple[str, ...]]:
    """The strings under the fields of a config, or the comments that end their lines."""
    file = _file_of(config) or ""
    found: dict[str, tuple[str, ...]] = {}
    for name, line in class_lines(file, config.__name__).items():
        _, mark, comment = linecache.getline(file, line).rpartition("  # ")
        if mark and name:
            found[name] = (comment.strip(),)
    return found | field_docs(config)


def module_docs(cls: type[Any]) -> tuple[str, ...]:
    """The docstring of the module that a class is in."""
    return lines(sys.modules[cls.__module__].__doc__)


def _file_of(cls: type[Any]) -> str | None:
    return getattr(sys.modules.get(cls.__module__), "__file__", None)
