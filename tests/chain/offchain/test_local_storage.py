"""A participant's storage is a dictionary that threads may share."""

from pathlib import Path
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chain.offchain.lmdb_backing import LmdbBacking
from chain.offchain.local_storage import LocalStorage
from chain.store.errors import StoreForeign

KEYS, VALUES = st.sampled_from([b"a", b"b"]), st.sampled_from([b"", b"1", b"2"])
OPERATIONS = st.one_of(
    st.tuples(st.just("set"), KEYS, VALUES),
    st.tuples(st.just("clear"), KEYS),
    st.tuples(st.just("compare_and_set"), KEYS, st.none() | VALUES, VALUES),
)


@given(st.lists(OPERATIONS))
def test_it_agrees_with_a_dictionary(operations: list[tuple[str, bytes, bytes, bytes]]) -> None:
    storage, model = LocalStorage(), dict[bytes, bytes]()
    for name, key, *values in operations:
        if name == "set":
            storage.set(key, values[0])
            model[key] = values[0]
        elif name == "clear":
            storage.clear(key)
            model.pop(key, None)
        else:
            is_old = model.get(key) == values[0]
            assert storage.compare_and_set(key, *values) == is_old
            if is_old:
                model[key] = values[1]
        assert storage.snapshot() == model
        assert storage.get(key) == model.get(key)


def test_no_update_is_lost_between_eight_threads() -> None:
    storage = LocalStorage()

    def count(times: int) -> None:
        for _ in range(times):
            while True:
                old = storage.get(b"count")
                new = (int.from_bytes(old or b"", "big") + 1).to_bytes(4, "big")
                if storage.compare_and_set(b"count", old, new):
                    break

    threads = [Thread(target=count, args=(200,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert int.from_bytes(storage.get(b"count") or b"", "big") == 1600


def test_it_begins_with_a_copy_of_what_it_is_given() -> None:
    given_values = {b"k": b"v"}
    storage = LocalStorage(given_values)
    storage.set(b"k", b"w")
    storage.snapshot()[b"k"] = b"x"
    assert (given_values, storage.get(b"k")) == ({b"k": b"v"}, b"w")


def test_it_is_there_again_after_a_restart_and_each_owner_has_its_own(tmp_path: Path) -> None:
    backing = LmdbBacking(tmp_path)
    alice, bob = LocalStorage(), LocalStorage()
    alice.keep_in(backing, b"alice")
    bob.keep_in(backing, b"bob")
    alice.update({b"a": b"1", b"b": b"2", b"gone": b"x"})
    alice.clear(b"gone")
    assert alice.compare_and_set(b"a", b"1", b"3")
    assert not alice.compare_and_set(b"a", b"1", b"4")
    bob.set(b"a", b"bob's")
    before = alice.snapshot()
    alice.set(b"later", b"y")
    alice.revert(before)
    backing.close()
    backing = LmdbBacking(tmp_path)
    again, others = LocalStorage(), LocalStorage()
    again.keep_in(backing, b"alice")
    others.keep_in(backing, b"bob")
    assert again.snapshot() == {b"a": b"3", b"b": b"2"}
    assert others.snapshot() == {b"a": b"bob's"}
    backing.close()


def test_a_folder_of_something_else_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "data.mdb").write_bytes(b"something else" * 1000)
    with pytest.raises(StoreForeign, match="choose another folder"):
        LmdbBacking(tmp_path)
