"""Three query kinds times all operations; iteration, clearing and layers over states of several blocks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chain.crypto.hashing import blake2_128_concat, twox_64_concat, twox_128
from chain.primitives import U16, U32
from chain.state.overlay import Overlay
from chain.trie.trie import Trie
from pallets.frame.call import RuntimeCall, call, call_of
from pallets.frame.error import DispatchError, PalletError, TransactionalError, TransactionalFailure
from pallets.frame.origin import ROOT, Origin
from pallets.frame.pallet import Pallet, config
from pallets.frame.storage import (
    Cleared,
    CountedStorageMap,
    Identity,
    StorageDoubleMap,
    StorageMap,
    StorageValue,
    Twox64,
    item,
)
from pallets.frame.testing import MockRuntime
from pallets.frame.weight import Weight


@config
class Config:
    """Nothing."""


class Error(PalletError):
    """Why a read failed."""


class NotThere(Error):
    """Nothing is stored."""


class Shelf(Pallet[Config]):
    optional: StorageValue[U32 | None]
    value: StorageValue[U32] = item(default=7)
    result: StorageValue[U32] = item(missing=NotThere)
    optional_map: StorageMap[U32, U32 | None]
    value_map: StorageMap[U32, U32] = item(default=7)
    result_map: StorageMap[U32, U32] = item(missing=NotThere)
    counted: CountedStorageMap[U32, U32 | None]
    double: StorageDoubleMap[Twox64[U32], Identity[U16], U32]

    @call(0, weight=Weight())
    def nest(self, origin: Origin, inner: RuntimeCall | None) -> None:
        """Count, and go on with the inner call."""
        self.value.put(self.value.get() + 1)
        if inner is not None:
            self.host.dispatch(inner, origin)

    @call(1, weight=Weight())
    def write(self, origin: Origin, value: U32) -> None:
        """Write."""
        self.value.put(value)


class Mock(MockRuntime):
    def __init__(self, base: Trie | None = None) -> None:
        super().__init__(Overlay(Trie.empty(1) if base is None else base))
        self.shelf = Shelf(self, Config(), index=1)

    def next_block(self) -> Mock:
        """A runtime on the state after this one's changes."""
        return Mock(self.storage.committed())


KINDS = ("optional", "value", "result")
NO = NotThere

# operation: what it gives on an absent item of each kind and on one that holds 5, and what is stored afterwards
TABLE: dict[str, tuple[Callable[[Any], object], tuple[object, object, object], object, object, object]] = {
    # name: (operation, absent: optional, value, result; present; stored if absent, stored if present)
    "get": (lambda i: i.get(), (None, 7, NO), 5, None, 5),
    "exists": (lambda i: i.exists(), (False, False, False), True, None, 5),
    "put": (lambda i: i.put(3), (None, None, None), None, 3, 3),
    "kill": (lambda i: i.kill(), (None, None, None), None, None, None),
    "take": (lambda i: i.take(), (None, 7, NO), 5, None, None),
    "swap": (lambda i: i.swap(3), (None, 7, NO), 5, 3, 3),
    "mutate": (lambda i: i.mutate(lambda v: (v or 0) + 1), (1, 8, NO), 6, ..., 6),
    "mutate_exists": (lambda i: i.mutate_exists(lambda v: 1 if v is None else v + 1), (1, 1, 1), 6, 1, 6),
    "mutate_exists to none": (lambda i: i.mutate_exists(lambda _: None), (None, None, None), None, None, None),
    "translate": (lambda i: i.translate(lambda raw: raw[0] * 2), (False, False, False), True, None, 10),
    "translate to none": (lambda i: i.translate(lambda _: None), (False, False, False), True, None, None),
    "storage_key": (lambda i: len(i.storage_key()), (32, 32, 32), 32, None, 5),
}


def outcome(operation: Callable[[Any], object], on: object) -> object:
    try:
        return operation(on)
    except NotThere:
        return NO


def stored(on: StorageValue[Any]) -> int | None:
    raw = on.overlay.get(on.storage_key())
    return None if raw is None else int.from_bytes(raw, "little")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", TABLE)
def test_query_kinds_times_operations(name: str, kind: str) -> None:
    operation, absent, present, after_absent, after_present = TABLE[name]
    on: StorageValue[Any] = getattr(Mock().shelf, kind)
    found = outcome(operation, on)
    expected = absent[KINDS.index(kind)]
    assert found == expected
    wrote = (expected if expected is not NO else None) if after_absent is ... else after_absent
    assert stored(on) == (None if expected is NO else wrote)
    on.overlay.put(on.storage_key(), (5).to_bytes(4, "little"))
    assert outcome(operation, on) == present
    assert stored(on) == after_present


MAP_TABLE: dict[str, tuple[Callable[[Any], object], tuple[object, object, object], object, object, object]] = {
    "get": (lambda m: m.get(1), (None, 7, NO), 5, None, 5),
    "contains_key": (lambda m: m.contains_key(1), (False, False, False), True, None, 5),
    "insert": (lambda m: m.insert(1, 3), (None, None, None), None, 3, 3),
    "remove": (lambda m: m.remove(1), (None, None, None), None, None, None),
    "take": (lambda m: m.take(1), (None, 7, NO), 5, None, None),
    "mutate": (lambda m: m.mutate(1, lambda v: (v or 0) + 1), (1, 8, NO), 6, ..., 6),
    "mutate_exists": (lambda m: m.mutate_exists(1, lambda v: 1 if v is None else v + 1), (1, 1, 1), 6, 1, 6),
    "iter": (lambda m: list(m.iter()), ([], [], []), [(1, 5)], None, 5),
    "iter_keys": (lambda m: list(m.iter_keys()), ([], [], []), [1], None, 5),
    "iter_values": (lambda m: list(m.iter_values()), ([], [], []), [5], None, 5),
    "drain": (lambda m: list(m.drain()), ([], [], []), [(1, 5)], None, None),
    "translate": (lambda m: m.translate(lambda key, raw: raw[0] + key), (0, 0, 0), 1, None, 6),
    "clear": (
        lambda m: m.clear(),
        (Cleared(0, None), Cleared(0, None), Cleared(0, None)),
        Cleared(1, None),
        None,
        None,
    ),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", MAP_TABLE)
def test_query_kinds_times_operations_of_maps(name: str, kind: str) -> None:
    operation, absent, present, after_absent, after_present = MAP_TABLE[name]
    on: StorageMap[int, Any] = getattr(Mock().shelf, f"{kind}_map")

    def at_one() -> int | None:
        raw = on.overlay.get(on.storage_key(1))
        return None if raw is None else int.from_bytes(raw, "little")

    expected = absent[KINDS.index(kind)]
    assert outcome(operation, on) == expected
    wrote = expected if after_absent is ... else after_absent
    assert at_one() == (None if expected is NO else wrote)
    on.overlay.put(on.storage_key(1), (5).to_bytes(4, "little"))
    assert outcome(operation, on) == present
    assert at_one() == after_present


KEYS = st.sets(st.integers(0, 2**32 - 1), max_size=12)


def in_order(keys: set[int]) -> list[int]:
    """By hashed key."""
    return sorted(keys, key=lambda key: blake2_128_concat(key.to_bytes(4, "little")))


@given(KEYS, KEYS, KEYS)
def test_iterating_and_draining_follow_the_hashed_keys_of_state_and_block_together(
    before: set[int], removed: set[int], added: set[int]
) -> None:
    parent = Mock()
    for key in before:
        parent.shelf.optional_map.insert(key, 1)
    runtime = parent.next_block()
    for key in removed:
        runtime.shelf.optional_map.remove(key)
    for key in added:
        runtime.shelf.optional_map.insert(key, 2)
    left = in_order((before - removed) | added)
    assert list(runtime.shelf.optional_map.iter_keys()) == left
    for place, key in enumerate(left):
        assert list(runtime.shelf.optional_map.iter_keys(after=key)) == left[place + 1 :]
    assert [key for key, _ in runtime.shelf.optional_map.drain()] == left
    assert list(runtime.shelf.optional_map.iter_keys()) == []


@given(KEYS, KEYS, st.integers(1, 4))
def test_clearing_by_limit_resumes_at_its_cursor_and_takes_the_blocks_own_entries_at_once(
    before: set[int], added: set[int], limit: int
) -> None:
    parent = Mock()
    for key in before:
        parent.shelf.counted.insert(key, 1)
    runtime = parent.next_block()
    for key in added:
        runtime.shelf.counted.insert(key, 2)
    removed, cursor, rounds = 0, None, 0
    while rounds == 0 or cursor is not None:
        cleared = runtime.shelf.counted.clear(limit, cursor)
        removed, cursor, rounds = removed + cleared.removed, cleared.cursor, rounds + 1
        if rounds == 1:  # as in FRAME, the limit is one of the state's entries
            left = in_order(before - added)
            assert len(list(runtime.shelf.counted.iter_keys())) <= max(len(left), 0)
        assert runtime.shelf.counted.count() == len(list(runtime.shelf.counted.iter_keys()))
    assert removed == len(before | added)
    assert runtime.shelf.counted.count() == 0
    assert rounds <= len(before) // limit + 1


def test_a_cursor_is_the_first_key_that_is_left() -> None:
    parent = Mock()
    for key in range(5):
        parent.shelf.optional_map.insert(key, key)
    runtime = parent.next_block()
    order = list(runtime.shelf.optional_map.iter_keys())
    first = runtime.shelf.optional_map.clear(limit=2)
    assert first == Cleared(2, runtime.shelf.optional_map.storage_key(order[2]))
    assert list(runtime.shelf.optional_map.iter_keys()) == order[2:]
    later = runtime.next_block()
    assert later.shelf.optional_map.clear(limit=10, cursor=first.cursor) == Cleared(3, None)


@given(st.sets(st.tuples(st.integers(0, 3), st.integers(0, 2**16 - 1)), max_size=12), st.integers(0, 3))
def test_a_prefix_is_cleared_and_nothing_beside_it(keys: set[tuple[int, int]], first: int) -> None:
    parent = Mock()
    for key in keys:
        parent.shelf.double.insert(key, 1)
    runtime = parent.next_block()
    under = {key for key in keys if key[0] == first}
    assert runtime.shelf.double.clear(prefix=(first,)) == Cleared(len(under), None)
    expected = sorted(
        keys - under, key=lambda key: twox_64_concat(key[0].to_bytes(4, "little")) + key[1].to_bytes(2, "little")
    )
    assert list(runtime.shelf.double.iter_keys()) == expected


def test_the_256th_layer_is_refused_and_all_is_undone() -> None:
    runtime = Mock()
    runtime.shelf.value.put(0)
    root = runtime.storage.root()
    for _ in range(254):
        runtime.storage.begin()
    innermost = call_of(runtime.shelf.nest, None)
    runtime.dispatch(innermost, ROOT)  # layer 255
    with pytest.raises(DispatchError) as caught:
        runtime.dispatch(call_of(runtime.shelf.nest, innermost), ROOT)  # layer 256
    assert caught.value.failure == TransactionalFailure(TransactionalError.LIMIT_REACHED)
    assert runtime.shelf.value.get() == 1
    for _ in range(254):
        runtime.storage.rollback()
    assert runtime.storage.root() == root


def test_the_depth_of_layers_is_not_in_the_state() -> None:
    flat, deep = Mock(), Mock()
    flat.dispatch(call_of(flat.shelf.write, 9), ROOT)
    for _ in range(200):
        deep.storage.begin()
    deep.dispatch(call_of(deep.shelf.write, 9), ROOT)
    assert deep.storage.root() == flat.storage.root()  # while the layers are open, too
    for _ in range(200):
        deep.storage.commit()
    assert deep.storage.root() == flat.storage.root()
    assert deep.storage.get(b":transaction_level:") is None
    assert deep.storage.get(twox_128(b"Shelf") + twox_128(b"Value")) == (9).to_bytes(4, "little")
