"""Which modules a runtime is made of, who imports whom, and importing some of them anew.

A module that was edited is imported again together with all that import it, up to the one with the runtime class: no
class of the old code is left in what the new one uses. What fails leaves everything as it was.
"""

from __future__ import annotations

import ast
import importlib
import importlib.util
import linecache
import sys
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Final

from pallets.frame.source_text import forget_sources

FIXED: Final = ("chain", "pallets.frame", "node_cli")
"""Packages that stay as they were when the program started: node and kit share their classes with every runtime."""

KIT: Final = ("runtime.construct", "runtime.state_call", "runtime.metadata.opaque", "runtime.signing")
"""What every runtime is built with, old or new; with all that these import they stay, too."""


def reachable(entries: Iterable[str]) -> dict[str, frozenset[str]]:
    """The loaded modules that these import, and themselves, each with those that it imports; without fixed ones."""
    found = dict[str, frozenset[str]]()
    waiting = list(entries)
    while waiting:
        name = waiting.pop()
        if name not in found and not is_fixed(name):
            found[name] = frozenset(_imports(name))
            waiting.extend(found[name])
    return found


def kit() -> frozenset[str]:
    """The modules that every runtime is built with; imports them."""
    for name in KIT:
        importlib.import_module(name)
    return frozenset(reachable(KIT))


def is_fixed(name: str) -> bool:
    """Whether the module is of a package that no edit reaches while the program runs."""
    return any(name == package or name.startswith(f"{package}.") for package in FIXED)


def file_of(name: str) -> Path | None:
    """Where a loaded module is written; None where it has no source file."""
    file = getattr(sys.modules.get(name), "__file__", None)
    return Path(file) if file is not None and file.endswith(".py") else None


def with_dependants(changed: Collection[str], imports: dict[str, frozenset[str]]) -> set[str]:
    """The modules and all that import one of them, directly or not."""
    found = set(changed)
    while True:
        more = {name for name, imported in imports.items() if name not in found and not imported.isdisjoint(found)}
        if not more:
            return found
        found |= more


@contextmanager
def imported_anew(names: Collection[str], entry: str) -> Iterator[ModuleType]:
    """The module `entry`, it and those named imported from their present source.

    Where the context ends with an exception, the old modules are back.
    """
    old = {name: sys.modules[name] for name in names if name in sys.modules}
    for name in old:
        _forget(name)
    importlib.invalidate_caches()
    linecache.checkcache()
    forget_sources()
    before = set(sys.modules)
    try:
        yield importlib.import_module(entry)
    except BaseException:
        # also those that are new: their authors go on editing them, and nobody watches them yet
        for name in (*names, *filter(_is_authors, set(sys.modules) - before)):
            sys.modules.pop(name, None)
        for name, module in old.items():
            _put(name, module)
        forget_sources()
        raise


def _is_authors(name: str) -> bool:
    """Whether the module is written by those who work here, and was not installed."""
    file = file_of(name)
    return (
        file is not None
        and not is_fixed(name)
        and not file.is_relative_to(sys.prefix)
        and not file.is_relative_to(sys.base_prefix)
    )


def _forget(name: str) -> None:
    file = file_of(name)
    del sys.modules[name]
    if file is not None:  # compiled code counts as current for a second: an edit may be faster
        Path(importlib.util.cache_from_source(str(file))).unlink(missing_ok=True)


def _put(name: str, module: ModuleType) -> None:
    sys.modules[name] = module
    package, _, last = name.rpartition(".")
    if package in sys.modules:
        setattr(sys.modules[package], last, module)


def _imports(name: str) -> Iterator[str]:
    """The loaded modules that a module's source imports, also within functions."""
    file = file_of(name)
    if file is None:
        return iter(())
    return (each for each in _named(file, file.stat().st_mtime_ns) if each in sys.modules)


@cache
def _named(file: Path, _written: int) -> frozenset[str]:
    """What a source imports, with names that may be modules or what stands in one; read once for each time of writing.

    Raises SyntaxError.
    """
    found = set[str]()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"), str(file))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found.update((node.module, *(f"{node.module}.{alias.name}" for alias in node.names)))
    return frozenset(found)
