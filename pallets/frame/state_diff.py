"""What changed between two states, in a runtime's own words: pallet, item, key, value before and after."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from chain.record import record
from chain.scale import Codec, DecodeError
from pallets.frame.composition import Composition
from pallets.frame.layout import ItemLayout

Read = Callable[[bytes], bytes | None]
"""The value of a storage key in one state, None where there is none."""

PREFIX_LENGTH = 32
"""twox128(pallet) ‖ twox128(item)."""


@record
class Change:
    """One storage key whose value differs.

    item: `Balances.TotalIssuance`, or the storage key where no pallet of the runtime has it
    key: of a map's entry, as Python writes it; empty for a plain value
    before, after: the values as Python writes them, or `nothing`
    """

    storage_key: bytes
    item: str
    key: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.item}{f'[{self.key}]' if self.key else ''}: {self.before} became {self.after}"


def state_diff(runtime: Composition, keys: Iterable[bytes], before: Read, after: Read) -> tuple[Change, ...]:
    """The changes among `keys`, in the order of their storage keys."""
    items = _items_by_prefix(runtime)
    found = []
    for key in sorted(set(keys)):
        old, new = before(key), after(key)
        if old != new:
            found.append(_change(items, key, old, new))
    return tuple(found)


def described(runtime: Composition) -> Callable[[bytes, bytes], Mapping[str, str]]:
    """What an entry of the state says: `item`, the `entry` of a map, what its value `means`; nothing where unknown."""
    items = _items_by_prefix(runtime)

    def describe(key: bytes, value: bytes) -> Mapping[str, str]:
        if key[:PREFIX_LENGTH] not in items:
            return {}
        found = _change(items, key, None, value)
        words = {"item": found.item, "entry": found.key, "means": found.after}
        return {name: word for name, word in words.items() if word}

    return describe


def _items_by_prefix(runtime: Composition) -> Mapping[bytes, tuple[ItemLayout, bool]]:
    """Each item by its prefix, and each item that may count its entries by its counter's, which is True there."""
    items: dict[bytes, tuple[ItemLayout, bool]] = {}
    for pallet in runtime.pallets:
        for declared in pallet.layout.declaration.storage:
            layout = pallet.layout.item(declared.attribute)
            items[layout.prefix] = layout, False
            items.setdefault(layout.counter_key, (layout, True))
    return items


def _change(items: Mapping[bytes, tuple[ItemLayout, bool]], key: bytes, old: bytes | None, new: bytes | None) -> Change:
    found = items.get(key[:PREFIX_LENGTH])
    if found is None:
        return Change(key, _shown_key(key), "", _shown(old), _shown(new))
    layout, is_counter = found
    if is_counter:
        return Change(key, f"{layout.pallet}.CounterFor{layout.name}", "", _count(old), _count(new))
    entry = _entry_key(layout, key) if layout.parts else ""
    values = (_value(layout.value, raw) for raw in (old, new))
    return Change(key, f"{layout.pallet}.{layout.name}", entry, *values)


def _entry_key(layout: ItemLayout, key: bytes) -> str:
    try:
        return repr(layout.decode_key(key))
    except (TypeError, DecodeError):  # hashed beyond recovery, or written by somebody else
        return f"0x{key[PREFIX_LENGTH:].hex()}"


def _value(codec: Codec[object], raw: bytes | None) -> str:
    if raw is None:
        return "nothing"
    try:
        return repr(codec.decode(raw))
    except DecodeError:
        return f"{_shown(raw)}, which is no {codec.name}"


def _count(raw: bytes | None) -> str:
    return "nothing" if raw is None else str(int.from_bytes(raw, "little"))


def _shown(raw: bytes | None) -> str:
    return "nothing" if raw is None else f"0x{raw.hex()}"


def _shown_key(key: bytes) -> str:
    """Well-known keys (`:code`) are text."""
    return key.decode() if key.isascii() and key.decode().isprintable() else f"0x{key.hex()}"
