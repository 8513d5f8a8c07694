"""What may only read is caught writing, and what it wrote is taken back."""

from __future__ import annotations

import pytest

from chain.primitives import U32
from chain.state.overlay import Overlay
from chain.trie.trie import Trie
from pallets.frame.guard import TryStateError, WriteRefused, read_only
from pallets.frame.pallet import Pallet, config
from pallets.frame.storage import StorageValue
from pallets.frame.testing import MockRuntime, run_to_block


@config
class Config:
    """Nothing."""


class Careful(Pallet[Config]):
    small: StorageValue[U32]
    """Must stay below 10."""

    def try_state(self) -> None:
        if self.small.get() >= 10:
            raise TryStateError(f"{self.small.get()} is not small")


class Careless(Careful):
    seen: StorageValue[U32]

    def try_state(self) -> None:
        self.seen.put(self.small.get())


class Mock(MockRuntime):
    def __init__(self) -> None:
        super().__init__()
        self.careful = Careful(self, Config(), index=1)


class CarelessMock(Mock):
    def __init__(self) -> None:
        super().__init__()
        self.careless = Careless(self, Config(), index=2)


def test_reading_is_allowed_and_writing_is_named_and_undone() -> None:
    storage = Overlay(Trie.empty(1))
    storage.put(b"a", b"1")
    with read_only(storage, "a look"):
        assert storage.get(b"a") == b"1"

    def slip() -> None:
        with read_only(storage, "a slip"):
            storage.put(b"b", b"2")
            storage.delete(b"a")
            storage.put(b"b", b"3")

    with pytest.raises(WriteRefused) as caught:
        slip()
    assert (caught.value.keys, str(caught.value)) == ((b"a", b"b"), "a slip may only read and wrote 0x61, 0x62")
    assert (storage.get(b"a"), storage.get(b"b"), storage.depth) == (b"1", None, 0)


def test_what_is_taken_back_inside_is_not_held_against_it() -> None:
    storage = Overlay(Trie.empty(1))
    with read_only(storage, "a rehearsal"):
        storage.begin()
        storage.put(b"a", b"1")
        storage.rollback()


def test_an_error_inside_is_passed_on_and_its_writes_are_undone() -> None:
    storage = Overlay(Trie.empty(1))

    def mishap() -> None:
        with read_only(storage, "a mishap"):
            storage.put(b"a", b"1")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        mishap()
    assert storage.get(b"a") is None


def test_a_state_in_order_passes() -> None:
    Mock().try_state()


def test_a_broken_state_is_told_with_its_pallet() -> None:
    runtime = Mock()
    runtime.careful.small.put(12)
    with pytest.raises(TryStateError, match=r"^Careful: 12 is not small$"):
        runtime.try_state()


def test_a_check_that_writes_is_refused_and_all_problems_are_told_together() -> None:
    runtime = CarelessMock()
    runtime.careful.small.put(12)
    with pytest.raises(TryStateError) as caught:
        runtime.try_state()
    key = runtime.careless.seen.storage_key().hex()
    assert str(caught.value) == f"Careful: 12 is not small; Careless.try_state may only read and wrote 0x{key}"
    assert not runtime.careless.seen.exists()


def test_every_block_of_a_test_checks_the_state() -> None:
    runtime = Mock()
    run_to_block(runtime, 3)
    runtime.careful.small.put(12)
    with pytest.raises(TryStateError):
        run_to_block(runtime, 4)
