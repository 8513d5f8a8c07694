from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chain.state.overlay import ClearResult, Overlay
from chain.state.trace import Append, Clear, Counts, Frame, FrameError, Read, Step, StorageTrace, TracedOverlay, Write
from chain.trie.proof import ProofReader
from chain.trie.trie import Trie

STATE = {b"a": b"1", b"b": b"2", b"long": bytes(40), b"p1": b"x", b"p2": b"y", b"p3": b"z", b"v": b"\x04i"}


@pytest.fixture
def overlay() -> TracedOverlay:
    return TracedOverlay(Trie.from_items(STATE), StorageTrace())


def test_reads_and_writes_are_recorded_in_order(overlay: TracedOverlay) -> None:
    overlay.get(b"a")
    overlay.put(b"a", b"new")
    overlay.get(b"a")
    overlay.delete(b"a")
    overlay.append(b"w", b"item")
    assert overlay.trace.entries == [
        Read(0, b"a", b"1", is_repeated=False),
        Write(0, b"a", b"new", is_repeated=False),
        Read(0, b"a", b"new", is_repeated=True),
        Write(0, b"a", None, is_repeated=True),
        Read(0, b"w", None, is_repeated=False),
        Append(0, b"w", b"item", is_repeated=False),
    ]
    assert overlay.trace.counts() == Counts(reads=2, repeated_reads=1, writes=2, repeated_writes=1)


def test_only_values_of_the_base_are_read_keys(overlay: TracedOverlay) -> None:
    overlay.put(b"b", b"new")
    for key in (b"b", b"a", b"absent", b"a"):
        overlay.get(key)
    assert list(overlay.trace.read_keys) == [b"a", b"absent"]


def test_a_key_whose_write_was_rolled_back_is_read_from_the_base(overlay: TracedOverlay) -> None:
    overlay.begin()
    overlay.put(b"a", b"new")
    overlay.rollback()
    assert overlay.get(b"a") == b"1"
    assert list(overlay.trace.read_keys) == [b"a"]


def test_writes_that_were_rolled_back_are_marked(overlay: TracedOverlay) -> None:
    with overlay.transaction():
        overlay.put(b"a", b"kept")
        with suppress(ZeroDivisionError), overlay.transaction():
            overlay.put(b"b", b"lost")
            with overlay.transaction():
                overlay.append(b"v", b"j")
            raise ZeroDivisionError
    marks = {entry.key: entry.is_rolled_back for entry in overlay.trace.entries if isinstance(entry, Write | Append)}
    assert marks == {b"a": False, b"b": True, b"v": True}


def test_frames_nest_and_say_where_things_happened(overlay: TracedOverlay) -> None:
    trace = overlay.trace
    overlay.get(b"a")
    with trace.frame("extrinsic 0"):
        with trace.frame("Balances.transfer"):
            overlay.get(b"b")
        overlay.get(b"v")
    overlay.get(b"p1")
    assert trace.frames == [Frame("", -1), Frame("extrinsic 0", 0), Frame("Balances.transfer", 1)]
    assert [(entry.frame, entry.key) for entry in trace.entries if isinstance(entry, Read)] == [
        (0, b"a"),
        (2, b"b"),
        (1, b"v"),
        (0, b"p1"),
    ]


def test_leaving_a_frame_that_was_never_entered_is_an_error() -> None:
    with pytest.raises(FrameError):
        StorageTrace().leave()


def test_the_diff_has_what_is_different_in_the_end(overlay: TracedOverlay) -> None:
    overlay.put(b"a", b"new")
    overlay.put(b"a", b"newer")
    overlay.put(b"b", b"2")
    overlay.append(b"v", b"j")
    overlay.append(b"v", b"k")
    overlay.delete(b"p1")
    overlay.begin()
    overlay.put(b"p2", b"lost")
    overlay.rollback()
    assert overlay.diff() == {b"a": (b"1", b"newer"), b"v": (b"\x04i", b"\x0cijk"), b"p1": (b"x", None)}
    assert overlay.trace.originals[b"p2"] == b"y"


def test_a_new_trace_begins_where_the_state_is(overlay: TracedOverlay) -> None:
    overlay.put(b"a", b"first")
    overlay.trace = StorageTrace()
    overlay.get(b"a")
    overlay.put(b"a", b"second")
    assert overlay.trace.counts() == Counts(reads=1, repeated_reads=0, writes=1, repeated_writes=0)
    assert overlay.trace.read_keys == {}
    assert overlay.diff() == {b"a": (b"first", b"second")}


def test_iterations_are_recorded_step_by_step(overlay: TracedOverlay) -> None:
    overlay.delete(b"p2")
    assert list(overlay.keys(b"p")) == [b"p1", b"p3"]
    assert [entry for entry in overlay.trace.entries if isinstance(entry, Step)] == [
        Step(0, b"p", b"p1"),
        Step(0, b"p1\0", b"p3"),
        Step(0, b"p3\0", None),
    ]
    assert list(overlay.trace.visited_keys) == [b"p", b"p1", b"p1\0", b"p2", b"p3", b"p3\0", b"v"]


def test_clearing_is_recorded_after_its_writes(overlay: TracedOverlay) -> None:
    result = overlay.clear_prefix(b"p", limit=2)
    assert overlay.trace.entries == [
        Write(0, b"p1", None, is_repeated=False),
        Write(0, b"p2", None, is_repeated=False),
        Clear(0, b"p", 2, result),
    ]
    assert result == ClearResult(cursor=b"p3", backend=2, unique=2, loops=2)
    assert b"p3" in overlay.trace.visited_keys


KEYS = st.sampled_from([*STATE, b"", b"p", b"p0", b"zz"])


VERBS = st.sampled_from(["get", "put", "delete", "append", "next_key", "keys", "clear"])


@given(st.lists(st.tuples(VERBS, KEYS), min_size=1))
def test_tracing_changes_nothing_and_its_proof_covers_every_read(steps: list[tuple[str, bytes]]) -> None:
    base = Trie.from_items(STATE)
    plain, traced = Overlay(base), TracedOverlay(base, StorageTrace())
    traced.get(b"")
    for verb, key in steps:
        assert _answer(traced, verb, key) == _answer(plain, verb, key)
    assert traced.changes == plain.changes
    reader = ProofReader(base.root, traced.trace.proof(base))
    shown = [key for key in traced.trace.visited_keys if key != b"long"]  # of which only the hash may be shown
    for key in [*traced.trace.read_keys, *shown]:
        assert reader.get(key) == base.get(key)


def _answer(overlay: Overlay, verb: str, key: bytes) -> object:
    match verb:
        case "get":
            return overlay.get(key)
        case "next_key":
            return overlay.next_key(key)
        case "keys":
            return list(overlay.keys(key))
        case "clear":
            return overlay.clear_prefix(key, limit=2)
        case "put":
            overlay.put(key, b"put")
        case "delete":
            overlay.delete(key)
        case "append":
            overlay.append(key, b"i")
    return None
