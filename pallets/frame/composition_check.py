"""All mistakes of a runtime's constructor in one report, read from its source once it has failed."""

from __future__ import annotations

import ast
import dataclasses
import inspect
import sys
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any, get_args

from pallets.frame.declaration import DeclarationMistakes, Mistake, require_types
from pallets.frame.pallet import Pallet
from pallets.frame.source_text import class_definition, file_of, nearest

MAX_INDEX = 255
"""An index is a byte."""


def report_mistakes_of(composition: type) -> None:
    """Let the constructor of a runtime class, where it fails, tell everything that is wrong in it."""
    construct: Callable[..., None] | None = vars(composition).get("__init__")
    if construct is None:
        return

    @wraps(construct)
    def reporting(self: object, *arguments: Any, **named: Any) -> None:
        try:
            construct(self, *arguments, **named)
        except (TypeError, ValueError, AttributeError) as problem:
            made = type(self)
            outermost = next(cls for cls in made.__mro__ if "__init__" in vars(cls))
            # the outermost constructor tells, for all that it calls
            mistakes = composition_mistakes(made) if outermost is composition else []
            if not mistakes:
                raise
            raise DeclarationMistakes(made.__qualname__, mistakes) from problem

    type.__setattr__(composition, "__init__", reporting)


def composition_mistakes(composition: type) -> list[Mistake]:
    """What is wrong in the pallets that a runtime class makes, as its source shows it, and in these pallets."""
    reader = _Reader()
    for cls in reversed(composition.__mro__):
        found = class_definition(file_of(cls), cls.__name__) if cls.__module__ in sys.modules else None
        if found is not None and cls is not object:
            reader.read(cls, found)
    return reader.mistakes


class _Reader:
    """Goes through constructors as written; remembers whose each index and name is."""

    def __init__(self) -> None:
        self.mistakes: list[Mistake] = []
        self._file = ""
        self._indices: dict[int, str] = {}
        self._names: dict[str, int] = {}

    def read(self, cls: type, found: ast.ClassDef) -> None:
        self._file = file_of(cls)
        names = vars(sys.modules[cls.__module__])
        for node in _calls(found):
            made = _resolved(node.func, names)
            if not isinstance(made, type):
                continue
            if issubclass(made, Pallet):
                self._pallet(made, node, names)
            elif dataclasses.is_dataclass(made):
                self._record(made, node)

    def _note(self, node: ast.AST, text: str) -> None:
        self.mistakes.append(Mistake(self._file, getattr(node, "lineno", 0), text))

    def _pallet(self, pallet: type[Pallet[Any]], node: ast.Call, names: dict[str, Any]) -> None:
        given = {keyword.arg: keyword.value for keyword in node.keywords}
        if not self._names and not hasattr(pallet, "record_event"):
            self._note(node, f"{pallet.__name__}: System is the first pallet of every runtime: make it before this one")
        name = _constant(given.get("name"), names)
        self._name(node, name if isinstance(name, str) else pallet.__name__)
        if "index" not in given:
            self._note(node, f"{pallet.__name__}: a pallet needs an index of its own, as in index={self._free()}")
        else:
            self._index(node, pallet.__name__, _constant(given["index"], names))
        self._config(pallet, node, names)
        try:
            require_types(pallet)
        except DeclarationMistakes as problem:
            self.mistakes += problem.mistakes

    def _name(self, node: ast.AST, name: str) -> None:
        if name in self._names:
            line = self._names[name]
            self._note(node, f"the name {name} is that of the pallet in line {line}: give this one another, name=…")
        self._names.setdefault(name, node.lineno if isinstance(node, ast.Call) else 0)

    def _index(self, node: ast.AST, pallet: str, index: object) -> None:
        if not isinstance(index, int):
            return  # worked out where the constructor runs
        if not 0 <= index <= MAX_INDEX:
            self._note(node, f"{pallet}: index {index} does not fit a byte: take one from 0 to {MAX_INDEX}")
        elif index in self._indices:
            self._note(node, f"{pallet}: index {index} is {self._indices[index]}'s: {self._free()} is free")
        else:
            self._indices[index] = pallet

    def _free(self) -> int:
        return next(index for index in range(MAX_INDEX + 2) if index not in self._indices)

    def _config(self, pallet: type[Pallet[Any]], node: ast.Call, names: dict[str, Any]) -> None:
        """The config that is given is the pallet's own."""
        expected = _config_of(pallet)
        written = node.args[1] if len(node.args) > 1 else None
        given = _resolved(written.func, names) if isinstance(written, ast.Call) else None
        if isinstance(given, type) and isinstance(expected, type) and not issubclass(given, expected):
            wrong, right = (f"{each.__module__}.{each.__qualname__}" for each in (given, expected))
            self._note(node, f"{pallet.__name__}: its config is a {right}, not a {wrong}")

    def _record(self, record: type, node: ast.Call) -> None:
        """A config is given fields that it has, and all that it needs."""
        if any(keyword.arg is None for keyword in node.keywords):
            return
        known = {each.name: each for each in dataclasses.fields(record) if each.init}
        given = {keyword.arg for keyword in node.keywords if keyword.arg}
        name = f"{record.__module__.rpartition('.')[2]}.{record.__name__}"
        filled = given | set(list(known)[: len(node.args)])
        for unknown in sorted(given - known.keys()):
            near = nearest(unknown, known.keys() - given)
            remedy = f"it has {', '.join(known) or 'none'}" if near is None else f"did you mean {near}?"
            self._note(node, f"{name} has no field {unknown}; {remedy}")
            filled |= {near} if near is not None else set()
        for field in known.values():
            has_default = field.default is not dataclasses.MISSING or field.default_factory is not dataclasses.MISSING
            if field.name not in filled and not has_default:
                self._note(node, f"{name} needs {field.name}: {field.type}")


def _calls(found: ast.ClassDef) -> Iterator[ast.Call]:
    """The calls within a class, in the order of their lines."""
    calls = [node for node in ast.walk(found) if isinstance(node, ast.Call)]
    return iter(sorted(calls, key=lambda node: (node.lineno, node.col_offset)))


def _resolved(node: ast.expr, names: dict[str, Any]) -> object:
    """What a dotted name stands for in a module; None where it is another expression, or nothing."""
    match node:
        case ast.Name(name):
            return names.get(name)
        case ast.Attribute(value=inner, attr=name):
            return getattr(_resolved(inner, names), name, None)
    return None


def _constant(node: ast.expr | None, names: dict[str, Any]) -> object:
    return node.value if isinstance(node, ast.Constant) else None if node is None else _resolved(node, names)


def _config_of(pallet: type) -> object:
    """The class in `Pallet[Config]`."""
    for cls in pallet.__mro__:
        for base in inspect.getattr_static(cls, "__orig_bases__", ()):
            for argument in get_args(base):
                return argument
    return None
