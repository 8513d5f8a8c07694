"""Mistakes that a pallet can be read with: they would show when its code runs, or never.

Looked for where types are, in the runtimes of tests, and wherever another mistake is reported.
"""

from __future__ import annotations

import ast
import dataclasses
import inspect
import sys
from collections.abc import Callable, Iterable, Iterator
from types import MemberDescriptorType
from typing import Any, get_args, get_origin

from chain.bounds import MaxLen, length_of
from chain.crypto.hashing import Hasher
from pallets.frame.error import PalletError
from pallets.frame.event import PalletEvent
from pallets.frame.source_text import class_definition, file_of, nearest
from pallets.frame.storage import ITEM_CLASSES, ItemOptions

Note = Callable[[int | str | type, str], None]
"""Reports a mistake in a line, at an attribute of the pallet, or of a class."""


def check_pallet(pallet: type, items: Iterable[tuple[str, tuple[Any, ...], Any]], note: Note) -> None:
    """Reports what is wrong with a pallet beyond its types.

    items: attribute, key hints and value hint of each storage item
    """
    _check_attributes(pallet, note)
    for attribute, keys, value in items:
        _check_hashers(attribute, keys, note)
        for hint in (*keys, value):
            _check_bounds(attribute, hint, note)
    _check_records(pallet, note)
    _check_families(pallet, note)
    _check_hooks(pallet, note)
    _check_deposits(pallet, note)


def _check_attributes(pallet: type, note: Note) -> None:
    """A storage item that is assigned and not annotated is no item."""
    for attribute, value in vars(pallet).items():
        if attribute in vars(pallet).get("__annotations__", {}):
            continue
        if isinstance(value, ItemOptions):
            note(attribute, f"{attribute}: item() has no type: write {attribute}: StorageValue[…] = item(…)")
        elif any((get_origin(value) or value) is each for each in ITEM_CLASSES):
            note(attribute, f"{attribute}: a storage item is an annotation: write a colon in place of the equals sign")


def _check_hashers(attribute: str, keys: Iterable[Any], note: Note) -> None:
    for key in keys:
        for mark in getattr(key, "__metadata__", ()):
            if isinstance(mark, str):
                known = ", ".join(f"Hasher.{each.name}" for each in Hasher)
                note(attribute, f"{attribute}: there is no hasher {mark!r}: a key part is marked with one of {known}")


def _check_bounds(attribute: str, hint: Any, note: Note) -> None:
    """Numbers are looked at with the types; here, that a constant of the config is a number."""
    for mark in getattr(hint, "__metadata__", ()):
        length = length_of(mark)
        bound = length.max_length if isinstance(length, MaxLen) else None
        if isinstance(bound, MemberDescriptorType):
            written = bound.__objclass__.__annotations__.get(bound.__name__)
            if not _is_number(written, bound.__objclass__):
                owner = f"{bound.__objclass__.__name__}.{bound.__name__}"
                note(attribute, f"{attribute}: {owner} is no number: a bound is a number or an int field of Config")
    for inner in get_args(hint):
        _check_bounds(attribute, inner, note)


def _is_number(written: Any, owner: type) -> bool:
    hint = eval(written, vars(sys.modules[owner.__module__])) if isinstance(written, str) else written
    return hint is int or get_args(hint)[:1] == (int,)


def _check_records(pallet: type, note: Note) -> None:
    """Config and Genesis are made by `@config`; block zero can be built from nothing but defaults."""
    names = vars(sys.modules[pallet.__module__])
    for name in ("Config", "Genesis"):
        kind = names.get(name)
        if not isinstance(kind, type) or kind.__module__ != pallet.__module__:
            continue
        if not dataclasses.is_dataclass(kind):
            note(kind, f"{name} is no record: write @config above it")
        elif name == "Genesis":
            for each in dataclasses.fields(kind):
                if each.default is dataclasses.MISSING and each.default_factory is dataclasses.MISSING:
                    note(kind, f"Genesis: {each.name} has no default, which a pallet without genesis config needs")


def _check_families(pallet: type, note: Note) -> None:
    """Events and errors belong to the pallet through the module's `Event` and `Error`."""
    for base, family in ((PalletEvent, "Event"), (PalletError, "Error")):
        for name, found in list(vars(sys.modules[pallet.__module__]).items()):
            is_own = isinstance(found, type) and found.__module__ == pallet.__module__
            if is_own and name != family and base in found.__bases__:
                what = family.lower()
                note(
                    found,
                    f"{name}: an {what} of the pallet is a subclass of its module's {family}, not of {base.__name__}",
                )


def _check_hooks(pallet: type, note: Note) -> None:
    """A hook is overridden with its own parameters; a method that is nearly called like one is none."""
    from pallets.frame.pallet import Pallet

    known = {name: method for name, method in vars(Pallet).items() if inspect.isfunction(method) and name[0] != "_"}
    for name, method in vars(pallet).items():
        if not inspect.isfunction(method) or hasattr(method, "call_marks"):
            continue
        line = method.__code__.co_firstlineno
        if name in known:
            expected, found = (len(inspect.signature(each).parameters) for each in (known[name], method))
            if expected != found:
                note(line, f"{name}: the hook is {name}{inspect.signature(known[name])}")
        elif name.startswith(("on_", "build_", "try_", "offchain_")):
            near = nearest(name, known, likeness=0.85)  # on_disabled is no on_idle
            if near is not None:
                note(line, f"{name}: there is no such hook; did you mean {near}?")


def _check_deposits(pallet: type, note: Note) -> None:
    """What is deposited is an event of this pallet."""
    found = class_definition(file_of(pallet), pallet.__name__)
    names = vars(sys.modules[pallet.__module__])
    family = names.get("Event")
    if found is None or not isinstance(family, type):
        return
    for line, name in _deposited(found):
        event = names.get(name)
        if event is None:
            note(line, f"{name} is deposited and not declared: write class {name}(Event), or import it")
        elif not (isinstance(event, type) and issubclass(event, family)):
            note(line, f"{name} is deposited and no event of this pallet: its events are subclasses of Event")


def _deposited(found: ast.ClassDef) -> Iterator[tuple[int, str]]:
    """Line and name of each event class that is made where it is deposited."""
    for node in ast.walk(found):
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Name("self"), attr="deposit_event"),
                args=[ast.Call(func=ast.Name(name))],
            ):
                yield node.lineno, name
