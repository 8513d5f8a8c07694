"""Runtimes that serve for one block after the other: binding a composition takes as long as an empty block.

    make = Rebound(lambda storage: DevRuntime(storage, signatures))

A bound runtime may be taken again only if nothing of it tells what happened before: all that its pallets and
extensions hold has to be of a kind that does not change, and what they were given since goes. A pallet that keeps a
list or an object of its own, and be it through its config, has its composition bound anew for each block. So a block
gives the same state whether or not its runtime served before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import partial
from types import BuiltinMethodType, CellType, FunctionType, MethodType, ModuleType, NoneType
from typing import Any, Final, Generic, TypeVar

from chain.node.signature_cache import SignatureCache
from chain.record import is_frozen
from chain.scale import Codec
from chain.state.overlay import Overlay
from pallets.frame.composition import Composition
from pallets.frame.pallet import Pallet
from pallets.frame.pallet_layout import PalletLayout
from pallets.frame.storage import StorageItem
from pallets.frame.weight_info import WeightInfo
from runtime.extensions.extension import Extension
from runtime.extensions.pipeline import Pipeline
from runtime.parts import RuntimeParts

R = TypeVar("R", bound=RuntimeParts)

KEPT: Final = 8
"""Overlays whose runtimes are kept: that of a node's blocks, that of its workers, and a few threads' of these."""

_VALUES: Final = (bool, int, bytes, str, NoneType, Enum, type, ModuleType, Codec, PalletLayout, WeightInfo)
_LOOKED_AT_BY_THEMSELVES: Final = (Composition, Pallet, Extension, Pipeline)
_OF_THE_STATE: Final = (Overlay, StorageItem)
_KIT_OF_A_RUNTIME: Final = ("pallets", "_by_index", "_by_name", "_hooked", "_idle_places")
_KIT_OF_A_PALLET: Final = ("host", "storage", "config", "index", "name", "layout", "_record_event")


class Rebound(Generic[R]):
    """Makes runtimes, and takes the one of an overlay that began anew again."""

    def __init__(self, make: Callable[[Overlay], R]) -> None:
        self._make = make
        self._kept: tuple[_Kept[R], ...] = ()
        """The newest first. Never changed in place: worker threads have overlays of their own."""
        self._is_refused = False

    def __call__(self, storage: Overlay) -> R:
        if not storage.begun_anew or self._is_refused:
            return self._make(storage)
        for kept in self._kept:
            if kept.runtime.storage is storage and kept.begun_anew != storage.begun_anew:
                kept.restore()
                return kept.runtime
        runtime = self._make(storage)
        self._is_refused = not keeps_nothing(runtime)
        others = [kept for kept in self._kept if kept.runtime.storage is not storage]
        self._kept = () if self._is_refused else (_Kept(runtime), *others[: KEPT - 1])
        return runtime

    def __reduce__(self) -> tuple[type[Rebound[R]], tuple[Callable[[Overlay], R]]]:
        return Rebound, (self._make,)  # another process binds its own


class _Kept(Generic[R]):
    """A bound runtime, and what its parts held when they were bound."""

    def __init__(self, runtime: R) -> None:
        self.runtime = runtime
        self.begun_anew = runtime.storage.begun_anew
        bound = [(vars(part), dict(vars(part)), _is_plain(part)) for part in _parts(runtime)]
        self._plain = [(now, bound) for now, bound, is_plain in bound if is_plain]
        """Parts that hold nothing but what the kit gives every pallet, which nobody replaces; only names are added."""
        self._plain_now = [now for now, _ in self._plain]
        self._plain_names = -1
        self._others = [(now, bound) for now, bound, is_plain in bound if not is_plain]

    def restore(self) -> None:
        """Be as it was, but for the storage items that were asked for since: those are the overlay's."""
        self.begun_anew = self.runtime.storage.begun_anew
        if sum(map(len, self._plain_now)) != self._plain_names:
            for now, bound in self._plain:
                _restore(now, bound)
            self._plain_names = sum(map(len, self._plain_now))
        for now, bound in self._others:
            if len(now) == len(bound):
                now.update(bound)
            if len(now) != len(bound):  # the names are others, too
                _restore(now, bound)


def _restore(now: dict[str, Any], bound: dict[str, Any]) -> None:
    bound.update([(name, value) for name, value in now.items() if isinstance(value, StorageItem)])
    now.clear()
    now.update(bound)


def keeps_nothing(runtime: RuntimeParts) -> bool:
    """Whether nothing that a bound runtime holds could tell one block of another."""
    if type(runtime.extensions) is not Pipeline:
        return False
    return not any(_has_slots(part) for part in _parts(runtime)) and all(
        is_fixed(value)
        for part in _parts(runtime)
        for name, value in vars(part).items()
        if not (part is runtime and name in _KIT_OF_A_RUNTIME)
    )


def is_fixed(value: object) -> bool:
    """Whether a value is of a kind that never changes, or only with the state."""
    match value:
        case tuple() | frozenset():
            return all(map(is_fixed, value))
        case partial():
            return is_fixed(value.func) and is_fixed(value.args) and all(map(is_fixed, value.keywords.values()))
        case MethodType():
            return is_fixed(value.__self__)
        case BuiltinMethodType():
            return is_fixed(value.__self__)
        case FunctionType():
            given = (value.__defaults__, *(value.__kwdefaults__ or {}).values(), *vars(value).values())
            return is_fixed(given) and all(map(_is_fixed_cell, value.__closure__ or ()))
        case SignatureCache():
            return True  # it is there to be shared
    if isinstance(value, (*_VALUES, *_LOOKED_AT_BY_THEMSELVES, *_OF_THE_STATE)):
        return True
    names = _fields_if_frozen(type(value))
    return names is not None and all(is_fixed(getattr(value, name)) for name in names)


def _fields_if_frozen(kind: type) -> tuple[str, ...] | None:
    if kind not in _FIELDS:
        is_frozen_dataclass = is_dataclass(kind) and is_frozen(kind)
        _FIELDS[kind] = tuple(field.name for field in fields(kind)) if is_frozen_dataclass else None
    return _FIELDS[kind]


_FIELDS: Final = dict[type, tuple[str, ...] | None]()


def _is_fixed_cell(cell: CellType) -> bool:
    try:
        return is_fixed(cell.cell_contents)
    except ValueError:  # nothing is in it yet
        return False


def _parts(runtime: RuntimeParts) -> Iterator[Any]:
    yield runtime
    yield from runtime.pallets
    for extension in runtime.extensions.extensions:
        yield from _with_inner(extension)


def _with_inner(extension: Extension) -> Iterator[Extension]:
    """An extension, and those that it stands around."""
    yield extension
    for inner in vars(extension).values():
        if isinstance(inner, Extension):
            yield from _with_inner(inner)


def _has_slots(part: object) -> bool:
    """Whether a part may hold what is not among its attributes by name."""
    return any(vars(base).get("__slots__") for base in type(part).__mro__)


def _is_plain(part: object) -> bool:
    """Whether a part is a pallet that has nothing but what every pallet has."""
    return isinstance(part, Pallet) and all(
        name in _KIT_OF_A_PALLET or isinstance(value, StorageItem) for name, value in vars(part).items()
    )
