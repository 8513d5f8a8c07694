"""The overlay against an oracle that copies everything, and its particular promises."""

from __future__ import annotations

import time
from contextlib import suppress
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from chain.state.overlay import ClearResult, Overlay, TransactionError
from chain.state.vector import AppendedVector
from chain.trie.oracle import root_of
from chain.trie.trie import Trie

_SHORT = st.binary(max_size=2) | st.lists(st.sampled_from([0, 1, 16]), max_size=3).map(bytes)
KEYS = _SHORT | _SHORT.map(bytes(32).__add__)
VALUES = st.sampled_from([b"", b"\x00", b"\x04a", b"\x08ab", b"x" * 40])


class OverlayAgainstCopies(RuleBasedStateMachine):
    """Every operation, compared with plain dictionaries of which each transaction copies one."""

    @initialize(state=st.dictionaries(KEYS, VALUES, max_size=15), version=st.sampled_from([0, 1]))
    def begin_with_a_state(self, state: dict[bytes, bytes], version: int) -> None:
        self.base, self.version = dict(state), version
        self.overlay = Overlay(Trie.from_items(state, version))
        self.state, self.written = dict(state), set[bytes]()
        self.saved: list[tuple[dict[bytes, bytes], set[bytes]]] = []

    @rule(key=KEYS, value=VALUES)
    def put(self, key: bytes, value: bytes) -> None:
        self.overlay.put(key, value)
        self.state[key] = value
        self.written.add(key)

    @rule(key=KEYS, value=VALUES)
    def put_unencoded(self, key: bytes, value: bytes) -> None:
        self.overlay.put(key, partial(bytes, value))
        self.state[key] = value
        self.written.add(key)

    @rule(key=KEYS)
    def delete(self, key: bytes) -> None:
        self.overlay.delete(key)
        self.state.pop(key, None)
        self.written.add(key)

    @rule(key=KEYS, item=st.sampled_from([b"", b"i", b"item"]))
    def append(self, key: bytes, item: bytes) -> None:
        self.overlay.append(key, item)
        vector = AppendedVector(self.state.get(key))
        vector.append(item)
        self.state[key] = vector.encoded()
        self.written.add(key)

    @rule()
    def begin(self) -> None:
        self.overlay.begin()
        self.saved.append((dict(self.state), set(self.written)))

    @precondition(lambda self: self.saved)
    @rule()
    def commit(self) -> None:
        self.overlay.commit()
        self.saved.pop()

    @precondition(lambda self: self.saved)
    @rule()
    def rollback(self) -> None:
        self.overlay.rollback()
        self.state, self.written = self.saved.pop()

    @rule(prefix=KEYS, limit=st.none() | st.integers(0, 4), cursor=st.none() | KEYS)
    def clear_prefix(self, prefix: bytes, limit: int | None, cursor: bytes | None) -> None:
        result = self.overlay.clear_prefix(prefix, limit, cursor)
        in_overlay = [key for key in self.state if key in self.written and key.startswith(prefix)]
        in_base = sorted(key for key in self.base if key.startswith(prefix) and key >= (cursor or b""))
        looked_at = in_base[:limit]
        removed = [key for key in looked_at if key not in self.written]
        rest = in_base[len(looked_at) :]
        assert result == ClearResult(
            cursor=rest[0] if rest else None,
            backend=len(removed),
            unique=len(in_overlay) + len(removed),
            loops=len(looked_at),
        )
        for key in [*in_overlay, *removed]:
            del self.state[key]
            self.written.add(key)

    @rule(key=KEYS)
    def read(self, key: bytes) -> None:
        assert self.overlay.get(key) == self.state.get(key)
        assert (key in self.overlay) == (key in self.state)
        assert self.overlay.mentions(key) == (key in self.written)

    @rule(key=KEYS)
    def next_key(self, key: bytes) -> None:
        assert self.overlay.next_key(key) == min((one for one in self.state if one > key), default=None)

    @rule(prefix=KEYS, after=st.none() | KEYS)
    def keys(self, prefix: bytes, after: bytes | None) -> None:
        expected = sorted(key for key in self.state if key.startswith(prefix) and (after is None or key > after))
        assert list(self.overlay.keys(prefix, after)) == expected

    @rule(prefix=KEYS, data=st.data())
    def keys_while_it_changes(self, prefix: bytes, data: st.DataObject) -> None:
        last = None
        for key in self.overlay.keys(prefix):
            later = (one for one in self.state if one.startswith(prefix) and (last is None or one > last))
            assert key == min(later)
            last = key
            change = data.draw(st.sampled_from(["nothing", "delete this", "delete another", "put another"]))
            other = data.draw(KEYS)
            if change == "delete this":
                self.delete(key)
            elif change == "delete another":
                self.delete(other)
            elif change == "put another":
                self.put(other, b"new")
        assert not any(one.startswith(prefix) and (last is None or one > last) for one in self.state)

    @rule()
    def root(self) -> None:
        assert self.overlay.root() == root_of(self.state, self.version)
        assert self.overlay.root() == self.overlay.base.updated(self.overlay.changes).root
        assert self.overlay.root() == self.overlay.base.updated(self.overlay.net_changes).root

    @invariant()
    def changes_are_what_was_written(self) -> None:
        assert self.overlay.changes == {key: self.state.get(key) for key in self.written}
        net = {key for key in self.written if key in self.state or any(one.startswith(key[:32]) for one in self.base)}
        assert self.overlay.net_changes == {key: self.state.get(key) for key in net}
        assert self.overlay.depth == len(self.saved)


OverlayAgainstCopies.TestCase.settings = settings(max_examples=80, stateful_step_count=40, deadline=None)
TestOverlay = OverlayAgainstCopies.TestCase


@pytest.fixture
def overlay() -> Overlay:
    return Overlay(Trie.from_items({b"a": b"1", b"b": b"2"}))


def test_a_transaction_keeps_what_it_wrote(overlay: Overlay) -> None:
    with overlay.transaction():
        overlay.put(b"a", b"new")
        assert overlay.depth == 1
    assert (overlay.get(b"a"), overlay.depth) == (b"new", 0)


def test_an_exception_takes_back_its_own_transaction_only(overlay: Overlay) -> None:
    with overlay.transaction():
        overlay.put(b"a", b"kept")
        with suppress(ZeroDivisionError), overlay.transaction():
            overlay.put(b"a", b"lost")
            overlay.put(b"c", b"lost")
            raise ZeroDivisionError
        assert overlay.changes == {b"a": b"kept"}
    assert overlay.changes == {b"a": b"kept"}


def test_what_a_committed_inner_transaction_wrote_goes_with_the_outer_one(overlay: Overlay) -> None:
    overlay.begin()
    with overlay.transaction():
        overlay.delete(b"a")
        overlay.append(b"v", b"item")
    overlay.rollback()
    assert overlay.changes == {}
    assert list(overlay.keys()) == [b"a", b"b"]


@pytest.mark.parametrize("verb", ["commit", "rollback"])
def test_ending_a_transaction_that_was_never_begun_is_an_error(overlay: Overlay, verb: str) -> None:
    with pytest.raises(TransactionError, match=f"{verb} without an open transaction"):
        getattr(overlay, verb)()


def test_the_trie_is_remembered_until_the_next_write(overlay: Overlay) -> None:
    assert overlay.committed() is overlay.base
    overlay.put(b"c", b"3")
    first = overlay.committed()
    assert overlay.committed() is first
    overlay.append(b"v", b"item")
    assert overlay.committed() is not first
    overlay.begin()
    before = overlay.committed()
    overlay.append(b"v", b"item")
    overlay.rollback()
    assert overlay.committed() is not before
    assert overlay.root() == before.root


def test_the_base_is_never_changed(overlay: Overlay) -> None:
    root = overlay.base.root
    overlay.clear_prefix(b"")
    overlay.put(b"a", b"new")
    overlay.committed()
    assert overlay.base.root == root
    assert dict(overlay.base.items()) == {b"a": b"1", b"b": b"2"}


def test_a_reset_overlay_is_a_new_one_over_the_other_state(overlay: Overlay) -> None:
    other = Trie.from_items({b"other": b"1"})
    overlay.put(b"written", b"2")
    overlay.begin()
    overlay.append(b"vector", b"\x01")
    assert list(overlay.keys())
    overlay.reset(other)
    assert (overlay.depth, overlay.committed()) == (0, other)
    assert [overlay.get(key) for key in (b"other", b"written", b"vector")] == [b"1", None, None]
    assert list(overlay.keys()) == [b"other"]


def test_an_overlay_that_is_released_holds_nothing(overlay: Overlay) -> None:
    overlay.put(b"written", b"1")
    state = overlay.committed()
    overlay.release()
    assert (list(overlay.keys()), overlay.changes, overlay.net_changes) == ([], {}, {})
    assert overlay.base is not state
    assert overlay.is_at(overlay.base)
    assert state.get(b"written") == b"1"


def test_what_came_and_went_is_no_net_change() -> None:
    item, other = b"twox128(pallet)!twox128(item)..!", b"twox128(pallet)!twox128(other).!"
    overlay = Overlay(Trie.from_items({other + b"there": b"1"}))
    for key in (item + b"mine", other + b"mine", other + b"there"):
        overlay.put(key, b"2")
        overlay.delete(key)
    assert overlay.changes == {item + b"mine": None, other + b"mine": None, other + b"there": None}
    assert overlay.net_changes == {other + b"mine": None, other + b"there": None}
    assert overlay.committed().root == Trie.empty().root


def test_an_overlay_is_at_a_state_until_it_is_written_or_a_transaction_is_open(overlay: Overlay) -> None:
    assert overlay.is_at(overlay.base)
    overlay.begin()
    assert not overlay.is_at(overlay.base)
    overlay.commit()
    overlay.put(b"written", b"1")
    assert not overlay.is_at(overlay.base)
    state = overlay.committed()
    assert overlay.is_at(state)
    assert not overlay.is_at(overlay.base)
    overlay.reset(overlay.base)
    assert overlay.is_at(overlay.base)


def test_a_removal_in_steps_goes_on_at_its_cursor() -> None:
    overlay = Overlay(Trie.from_items({b"p" + bytes([number]): b"" for number in range(5)} | {b"q": b""}))
    overlay.put(b"pp", b"only here")
    first = overlay.clear_prefix(b"p", limit=2)
    assert first == ClearResult(cursor=b"p\x02", backend=2, unique=3, loops=2)
    second = overlay.clear_prefix(b"p", limit=2, cursor=first.cursor)
    assert second == ClearResult(cursor=b"p\x04", backend=2, unique=2, loops=2)
    assert overlay.clear_prefix(b"p", limit=2, cursor=second.cursor) == ClearResult(None, 1, 1, 1)
    assert list(overlay.keys()) == [b"q"]


def test_appending_takes_as_long_to_a_long_vector_as_to_a_short_one() -> None:
    overlay = Overlay(Trie.from_items({b"v": (65536 << 2 | 2).to_bytes(4, "little") + bytes(65536)}))
    start = time.process_time()
    for _ in range(10_000):
        overlay.append(b"v", bytes(100))
    assert time.process_time() - start < 1  # 100 times what it takes; joining at each step would take minutes
    assert overlay.get(b"v") == (75536 << 2 | 2).to_bytes(4, "little") + bytes(65536 + 10_000 * 100)


def test_iterating_over_many_written_keys_is_not_quadratic() -> None:
    overlay = Overlay(Trie.empty())
    start = time.process_time()
    for number in range(3000):
        overlay.put(number.to_bytes(2, "big"), b"")
    for key in overlay.keys(b""):
        overlay.put(b"seen" + key, b"")
        overlay.delete(key)
        if key.startswith(b"seen"):
            break
    assert time.process_time() - start < 5
    assert overlay.next_key(b"") == b"seen" + (1).to_bytes(2, "big")


@given(batches=st.lists(st.dictionaries(st.binary(max_size=2), st.none() | st.binary(max_size=2)), max_size=3))
def test_the_changes_are_the_same_before_and_after_the_state_was_made(
    batches: list[dict[bytes, bytes | None]],
) -> None:
    overlay, expected = Overlay(Trie.from_items({b"a": b"1"})), dict[bytes, bytes | None]()
    for changes in batches:
        for key, value in changes.items():
            overlay.delete(key) if value is None else overlay.put(key, partial(bytes, value))
        expected |= changes
        assert dict(overlay.changes) == expected
        overlay.committed()
        assert dict(overlay.changes) == expected
        overlay.begin()
        overlay.put(b"b", b"2")
        overlay.committed()
        assert overlay.changes[b"b"] == b"2"
        overlay.rollback()
        assert dict(overlay.changes) == expected
    overlay.reset(Trie.empty())
    assert dict(overlay.changes) == {}
