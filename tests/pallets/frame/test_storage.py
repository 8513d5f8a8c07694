"""Storage items have FRAME's keys, query kinds and operations."""

from __future__ import annotations

from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chain.crypto.hashing import Hasher, blake2_128_concat, twox_64_concat, twox_128
from chain.primitives import U16, U32, MaxLen
from pallets.frame.error import PalletError
from pallets.frame.pallet import Pallet, config
from pallets.frame.storage import (
    Cleared,
    CountedStorageMap,
    Identity,
    StorageDoubleMap,
    StorageMap,
    StorageNMap,
    StorageValue,
    Twox64,
    item,
)
from pallets.frame.testing import mount


@config
class Config:
    """One bound."""

    most: U32 = 3


class Error(PalletError):
    """Why a read failed."""


class NotThere(Error):
    """Nothing is stored."""


class Shelf(Pallet[Config]):
    plain: StorageValue[U32]
    optional: StorageValue[U32 | None]
    seven: StorageValue[U32] = item(default=7)
    demanded: StorageValue[U32] = item(missing=NotThere)
    renamed: StorageValue[U32] = item(name="TheName")
    values: StorageValue[Annotated[list[U32], MaxLen(Config.most)]]
    blake: StorageMap[U32, U32]
    by_hash: StorageMap[Twox64[U32], U32]
    forgotten: StorageMap[Annotated[U32, Hasher.BLAKE2_256], U32]
    maybe: StorageMap[U32, U32 | None]
    lists: StorageMap[U32, list[U16]]
    double: StorageDoubleMap[Twox64[U32], Identity[U16], U32]
    triple: StorageNMap[tuple[U32, Twox64[U16], U16], U32]
    counted: CountedStorageMap[U32, U32 | None]
    late: StorageMap[U32, U32 | None] = item(encoded_late=True)
    late_value: StorageValue[U32] = item(default=7, encoded_late=True)


class Careless(Pallet[Config]):
    late: StorageValue[list[U32]] = item(encoded_late=True)


def shelf() -> Shelf:
    return mount(Shelf, Config())


KEY = bytes.fromhex("05000000")
ITEM = twox_128(b"Shelf")


def test_keys_are_prefix_item_and_hashed_parts() -> None:
    pallet = shelf()
    assert pallet.plain.storage_key() == ITEM + twox_128(b"Plain")
    assert pallet.renamed.storage_key() == ITEM + twox_128(b"TheName")
    assert pallet.blake.storage_key(5) == ITEM + twox_128(b"Blake") + blake2_128_concat(KEY)
    assert pallet.by_hash.storage_key(5) == ITEM + twox_128(b"ByHash") + twox_64_concat(KEY)
    assert pallet.double.storage_key((5, 1)) == ITEM + twox_128(b"Double") + twox_64_concat(KEY) + b"\1\0"
    expected = (
        ITEM + twox_128(b"Triple") + blake2_128_concat(KEY) + twox_64_concat(b"\1\0") + blake2_128_concat(b"\2\0")
    )
    assert pallet.triple.storage_key((5, 1, 2)) == expected


@pytest.mark.parametrize(
    ("attribute", "absent"), [("plain", 0), ("optional", None), ("seven", 7), ("demanded", NotThere)]
)
def test_query_kinds_times_operations(attribute: str, absent: int | type[PalletError] | None) -> None:
    value: StorageValue[int] = getattr(shelf(), attribute)

    def reads_as_absent() -> bool:
        if isinstance(absent, type):
            with pytest.raises(absent):
                value.get()
            return True
        return value.get() == absent

    assert reads_as_absent()
    assert not value.exists()
    value.put(3)
    assert (value.get(), value.exists()) == (3, True)
    assert value.mutate(lambda before: before + 1) == 4
    assert value.swap(9) == 4
    assert value.take() == 9
    assert reads_as_absent()
    assert value.mutate_exists(lambda before: 1 if before is None else before) == 1
    assert value.mutate_exists(lambda _: None) is None
    assert not value.exists()
    value.put(2)
    assert value.translate(lambda raw: raw[0] * 10)
    assert value.get() == 20
    value.kill()
    assert not value.translate(lambda _: 1)
    assert reads_as_absent()


def test_a_mutation_that_raises_writes_nothing() -> None:
    pallet = shelf()
    pallet.blake.insert(1, 5)

    def refuse(_: int) -> int:
        raise NotThere

    with pytest.raises(NotThere):
        pallet.blake.mutate(1, refuse)
    assert pallet.blake.get(1) == 5


def test_none_removes_an_optional_value() -> None:
    pallet = shelf()
    pallet.optional.put(4)
    pallet.optional.put(None)
    pallet.maybe.insert(1, 4)
    pallet.maybe.insert(1, None)
    assert (pallet.optional.exists(), pallet.maybe.contains_key(1)) == (False, False)


def test_a_bounded_list_takes_as_many_as_the_config_says() -> None:
    pallet = shelf()
    assert [pallet.values.try_append(value) for value in range(4)] == [True, True, True, False]
    assert (pallet.values.get(), pallet.values.decode_len()) == ([0, 1, 2], 3)


def test_appending_to_a_list_in_a_map() -> None:
    pallet = shelf()
    for value in (7, 8):
        pallet.lists.append(1, value)
    assert (pallet.lists.get(1), pallet.lists.decode_len(1), pallet.lists.decode_len(2)) == ([7, 8], 2, 0)


def test_an_absent_list_is_a_fresh_one_each_time() -> None:
    pallet = shelf()
    pallet.lists.get(1).append(5)
    assert pallet.lists.get(1) == []


def test_a_map_is_iterated_in_order_of_hashed_keys_from_anywhere() -> None:
    pallet = shelf()
    keys = list(range(40))
    for key in keys:
        pallet.by_hash.insert(key, key * 2)
    ordered = sorted(keys, key=lambda key: twox_64_concat(key.to_bytes(4, "little")))
    assert list(pallet.by_hash.iter_keys()) == ordered
    assert list(pallet.by_hash.iter()) == [(key, key * 2) for key in ordered]
    assert list(pallet.by_hash.iter_keys(after=ordered[10])) == ordered[11:]
    assert list(pallet.by_hash.drain()) == [(key, key * 2) for key in ordered]
    assert list(pallet.by_hash.iter_keys()) == []


def test_a_hasher_that_forgets_its_keys_still_gives_values() -> None:
    pallet = shelf()
    pallet.forgotten.insert(1, 10)
    assert list(pallet.forgotten.iter_values()) == [10]
    with pytest.raises(TypeError, match="forgets its keys"):
        list(pallet.forgotten.iter())


def test_leading_keys_are_a_prefix() -> None:
    pallet = shelf()
    for first in (1, 2):
        for second in (3, 4):
            pallet.double.insert((first, second), first * second)
    assert sorted(pallet.double.iter(prefix=(2,))) == [((2, 3), 6), ((2, 4), 8)]
    assert pallet.double.clear(prefix=(1,)) == Cleared(2, None)
    assert sorted(pallet.double.iter_keys()) == [(2, 3), (2, 4)]


@given(
    steps=st.lists(
        st.tuples(
            st.sampled_from(["insert", "remove", "take", "swap", "begin", "commit", "rollback"]), st.integers(0, 2)
        ),
        max_size=20,
    )
)
def test_a_value_that_is_encoded_late_is_in_nothing_different(steps: list[tuple[str, int]]) -> None:
    pallet, depth = shelf(), 0
    for number, (step, key) in enumerate(steps):
        match step:
            case "insert":
                for each in (pallet.late, pallet.maybe):
                    each.insert(key, number)
                pallet.late_value.put(number)
            case "remove":
                for each in (pallet.late, pallet.maybe):
                    each.remove(key)
                pallet.late_value.kill()
            case "take":
                assert pallet.late.take(key) == pallet.maybe.take(key)
            case "swap":
                for each in (pallet.late, pallet.maybe):
                    each.swap(key, 0)
            case "begin":
                depth += 1
                pallet.storage.begin()
            case "commit" | "rollback" if depth:
                depth -= 1
                pallet.storage.commit() if step == "commit" else pallet.storage.rollback()
        assert pallet.late.get(key) == pallet.maybe.get(key)
        if number % 3 == 0:  # now and then somebody asks for bytes
            assert list(pallet.late.iter()) == list(pallet.maybe.iter())
            assert pallet.late.contains_key(key) == pallet.maybe.contains_key(key)
    written = pallet.storage.changes
    plain = {pallet.late.storage_key(key): pallet.storage.get(pallet.maybe.storage_key(key)) for key in range(3)}
    assert {key: written.get(key) for key in plain} == plain
    latest = written.get(pallet.late_value.storage_key())
    assert pallet.late_value.get() == (7 if latest is None else int.from_bytes(latest, "little"))


def test_what_may_be_changed_is_never_encoded_late() -> None:
    with pytest.raises(TypeError, match=r"Careless.Late: a value that may be changed is encoded when it is written"):
        mount(Careless, Config()).late.get()


def test_swapping_moves_absence_too() -> None:
    pallet = shelf()
    pallet.counted.insert(1, 10)
    pallet.counted.swap(1, 2)
    assert (pallet.counted.get(1), pallet.counted.get(2), pallet.counted.count()) == (None, 10, 1)


def test_translate_rewrites_and_removes() -> None:
    pallet = shelf()
    for key in range(4):
        pallet.maybe.insert(key, key)
    assert pallet.maybe.translate(lambda key, raw: None if key % 2 else raw[0] + 100) == 4
    assert sorted(pallet.maybe.iter()) == [(0, 100), (2, 102)]


STEPS = st.lists(
    st.tuples(st.sampled_from(["insert", "remove", "take", "clear", "mutate", "none"]), st.integers(0, 5)), max_size=30
)


@given(STEPS)
def test_the_counter_never_drifts(steps: list[tuple[str, int]]) -> None:
    pallet, model = shelf(), dict[int, int]()
    for operation, key in steps:
        if operation == "insert":
            pallet.counted.insert(key, key)
            model[key] = key
        elif operation == "none":
            pallet.counted.insert(key, None)
            model.pop(key, None)
        elif operation == "take":
            assert pallet.counted.take(key) == model.pop(key, None)
        elif operation == "remove":
            pallet.counted.remove(key)
            model.pop(key, None)
        elif operation == "mutate":
            pallet.counted.mutate(key, lambda before: None if before else 1)
            if model.pop(key, None) in (None, 0):
                model[key] = 1
        else:
            pallet.counted.clear()
            model.clear()
        assert pallet.counted.count() == len(model)
        assert dict(pallet.counted.iter()) == model


@given(st.dictionaries(st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1), max_size=20))
def test_iteration_equals_the_sorted_keys(entries: dict[int, int]) -> None:
    pallet = shelf()
    for key, value in entries.items():
        pallet.blake.insert(key, value)
    ordered = sorted(entries, key=lambda key: blake2_128_concat(key.to_bytes(4, "little")))
    assert list(pallet.blake.iter()) == [(key, entries[key]) for key in ordered]
