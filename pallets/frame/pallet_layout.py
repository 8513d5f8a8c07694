"""A pallet class compiled for one place in one runtime: its items, calls and event codec.

Made once per runtime class, pallet and constants, and shared by all runtime objects; see `composition.py`. What is
asked for first is compiled first: a block touches few of a runtime's items.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Annotated, Any, TypeVar, get_args, get_origin

from chain.bounds import Len, MaxLen, length_of
from chain.crypto.hashing import Hasher
from chain.scale import Codec, DeclarationError, Scope, codec_of
from chain.scale.compiled import encoder_of_variant
from chain.state.overlay import Overlay
from pallets.frame.call import CallTarget
from pallets.frame.declaration import PalletDeclaration, StorageDeclaration, require_types
from pallets.frame.event import PalletEvent
from pallets.frame.layout import ItemLayout

UNBOUNDED = 2**32 - 1

T = TypeVar("T")


class PalletLayout:
    """What binding a pallet to a state needs.

    constants: the int fields of its config, which bounds and weights refer to
    associated: its types, which annotations refer to
    types: the codecs that only the runtime knows
    """

    def __init__(
        self,
        pallet: type,
        name: str,
        index: int,
        constants: object,
        associated: Mapping[str, type[Any]],
        types: Mapping[Any, Codec[Any]],
    ) -> None:
        self.pallet, self.name, self.index = pallet, name, index
        self.scope = Scope(constants=constants, types=types, associated=associated)
        self.declaration: PalletDeclaration = vars(pallet)["declaration"]
        self.hooks = self.declaration.hooks
        self.calls = {
            each.name: CallTarget(name, index, each.name, each.index, each, self.scope)
            for each in self.declaration.calls
        }
        self._declared = {each.attribute: each for each in self.declaration.storage}
        self._items: dict[str, ItemLayout] = {}
        self._bound: dict[str, tuple[Any, ItemLayout]] = {}
        """Class and layout of the items that some state was asked for."""

        self.event_encoders = _EventEncoders(self)

    def bound_item(self, attribute: str, storage: Overlay) -> Any:
        """A storage item, bound to a state; raises as `item`."""
        known = self._bound.get(attribute)
        if known is None:
            known = self._bound[attribute] = self._declared[attribute].item_class, self.item(attribute)
        return known[0](storage, known[1])

    def item(self, attribute: str) -> ItemLayout:
        """The layout of a storage item; raises DeclarationMistakes where a type has no codec."""
        layout = self._items.get(attribute)
        if layout is None:
            layout = self._with_codecs(lambda: compile_item(self._declared[attribute], self.name, self.scope))
            self._items[attribute] = layout
        return layout

    @cached_property
    def event(self) -> Codec[Any] | None:
        """The codec of the pallet's events; raises DeclarationMistakes where a type has none."""
        return self._enum_codec(self.declaration.event)

    @cached_property
    def origin(self) -> Codec[Any] | None:
        """The codec of the pallet's own origins; raises DeclarationMistakes where a type has none."""
        return self._enum_codec(self.declaration.origin)

    def _enum_codec(self, enum: type[Any] | None) -> Codec[Any] | None:
        return None if enum is None else self._with_codecs(lambda: codec_of(enum, self.scope))

    def _with_codecs(self, make: Callable[[], T]) -> T:
        """What is made of the pallet's types; raises DeclarationMistakes where one has no codec."""
        try:
            return make()
        except DeclarationError:
            require_types(self.pallet)
            raise

    def encode_event(self, event: PalletEvent) -> bytes:
        """Pallet index ‖ event, as the outer event enum has it."""
        return self.event_encoders[type(event)](event)

    def event_encoder(self, kind: type[PalletEvent]) -> Callable[[PalletEvent], bytes]:
        """`encode_event` of one class: a block sees few of a pallet's; raises DeclarationMistakes."""
        enum = self.declaration.event
        if enum is None:
            raise TypeError(f"{self.name} declares no events")
        if kind not in enum.variants.values():
            return codec_of(enum, self.scope).encode  # which says what is wrong
        return self._with_codecs(lambda: encoder_of_variant(kind, self.scope, bytes((self.index,))))


class _EventEncoders(dict[type[PalletEvent], Callable[[PalletEvent], bytes]]):
    """What encodes the events of each class that a pallet deposited."""

    def __init__(self, layout: PalletLayout) -> None:
        super().__init__()
        self._layout = layout

    def __missing__(self, kind: type[PalletEvent]) -> Callable[[PalletEvent], bytes]:
        encoder = self[kind] = self._layout.event_encoder(kind)
        return encoder


def compile_item(item: StorageDeclaration, pallet: str, scope: Scope) -> ItemLayout:
    """The layout of one storage item."""
    value = codec_of(item.value, scope)
    element, bound = _list_of(item.value, scope)
    return ItemLayout(
        pallet,
        item.name,
        tuple((codec_of(key, scope), hasher_of(key)) for key in item.keys),
        value,
        optional=item.optional,
        default=value.encode(item.options.default) if item.options.has_default else None,
        missing=item.options.missing,
        element=element,
        max_elements=bound,
        encoded_late=item.options.encoded_late,
    )


def hasher_of(hint: Any) -> Hasher:
    """What a key part is hashed with."""
    marks = getattr(hint, "__metadata__", ())
    return next((mark for mark in marks if isinstance(mark, Hasher)), Hasher.BLAKE2_128_CONCAT)


def _list_of(hint: Any, scope: Scope) -> tuple[Codec[Any] | None, int]:
    """The codec of a list's elements, and its bound; no codec for what is no list."""
    bound: Any = UNBOUNDED
    if get_origin(hint) is Annotated:
        for mark in hint.__metadata__:
            length = length_of(mark)
            if isinstance(length, Len):
                return None, 0
            if isinstance(length, MaxLen):
                bound = length.max_length
        hint = hint.__origin__
    if get_origin(hint) is list or (get_origin(hint) is tuple and get_args(hint)[1:] == (...,)):
        return codec_of(get_args(hint)[0], scope), bound if isinstance(bound, int) else scope.constant(bound)
    return None, 0
