"""A pallet class compiled for one place in one runtime: its items, calls and event codec.

Made once per runtime class, pallet and bounds, and shared by all runtime objects; see `composition.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, get_args, get_origin

from annotated_types import Len, MaxLen

from chain.crypto.hashing import Hasher
from chain.scale import Codec, Scope, codec_of
from pallets.frame.call import CallDefinition, CallTarget
from pallets.frame.declaration import PalletDeclaration, StorageDeclaration
from pallets.frame.layout import ItemLayout

UNBOUNDED = 2**32 - 1


@dataclass(frozen=True, slots=True)
class PalletLayout:
    """What binding a pallet to a state needs: class and layout of each item by attribute, calls by name, hooks."""

    name: str
    index: int
    items: dict[str, tuple[Any, ItemLayout]]
    calls: dict[str, CallTarget]
    event: Codec[Any] | None
    hooks: frozenset[str]


def compile_pallet(
    declaration: PalletDeclaration, name: str, index: int, constants: object, types: dict[Any, Codec[Any]]
) -> PalletLayout:
    """The layout of a declared pallet.

    constants: the int fields of its config, which bounds and weights refer to
    types: the codecs that only the runtime knows
    """
    scope = Scope(constants=constants, types=types)
    items = {item.attribute: (item.item_class, compile_item(item, name, scope)) for item in declaration.storage}
    calls = {each.name: _target(each, name, index, scope) for each in declaration.calls}
    event = None if declaration.event is None else codec_of(declaration.event, scope)
    return PalletLayout(name, index, items, calls, event, declaration.hooks)


def compile_item(item: StorageDeclaration, pallet: str, scope: Scope) -> ItemLayout:
    """The layout of one storage item."""
    value = codec_of(item.value, scope)
    element, bound = _list_of(item.value, scope)
    return ItemLayout(
        pallet,
        item.name,
        tuple(_key_part(key, scope) for key in item.keys),
        value,
        optional=item.optional,
        default=value.encode(item.options.default) if item.options.has_default else None,
        missing=item.options.missing,
        element=element,
        max_elements=bound,
    )


def _target(definition: CallDefinition, pallet: str, index: int, scope: Scope) -> CallTarget:
    hints = tuple(hint for _, hint in definition.parameters)
    arguments: Codec[tuple[Any, ...]] = codec_of(tuple[hints] if hints else tuple[()], scope)  # type: ignore[valid-type]
    return CallTarget(pallet, index, definition, definition.name, definition.index, arguments, scope.constants)


def _key_part(hint: Any, scope: Scope) -> tuple[Codec[Any], Hasher]:
    for mark in getattr(hint, "__metadata__", ()):
        if isinstance(mark, Hasher):
            return codec_of(hint, scope), mark
    return codec_of(hint, scope), Hasher.BLAKE2_128_CONCAT


def _list_of(hint: Any, scope: Scope) -> tuple[Codec[Any] | None, int]:
    bound: Any = UNBOUNDED
    if get_origin(hint) is Annotated:
        for mark in hint.__metadata__:
            if isinstance(mark, Len):
                return None, 0
            if isinstance(mark, MaxLen):
                bound = mark.max_length
        hint = hint.__origin__
    if get_origin(hint) is list or (get_origin(hint) is tuple and get_args(hint)[1:] == (...,)):
        if not isinstance(bound, int):
            bound = int(getattr(scope.constants, bound.__name__))
        return codec_of(get_args(hint)[0], scope), bound
    return None, 0
