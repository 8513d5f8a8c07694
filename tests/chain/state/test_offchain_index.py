"""What on-chain code leaves for workers: with transactions, beside the state."""

from chain.state.offchain_index import indexed_by, offchain_index
from chain.state.overlay import Overlay
from chain.trie.trie import Trie


def test_it_goes_back_with_transactions_and_is_no_part_of_the_state() -> None:
    overlay = Overlay(Trie.empty(1))
    offchain_index(overlay).set(b"a", b"1")
    overlay.begin()
    offchain_index(overlay).set(b"a", b"2")
    offchain_index(overlay).clear(b"b")
    overlay.begin()
    offchain_index(overlay).set(b"c", b"3")
    overlay.rollback()
    overlay.commit()
    assert indexed_by(overlay) == {b"a": b"2", b"b": None}
    overlay.begin()
    offchain_index(overlay).set(b"d", b"4")
    overlay.rollback()
    assert indexed_by(overlay) == {b"a": b"2", b"b": None}
    assert overlay.root() == Trie.empty(1).root
    assert dict(overlay.changes) == {}


def test_there_is_nothing_of_an_overlay_that_nobody_used_or_that_began_anew() -> None:
    overlay = Overlay(Trie.empty(1))
    assert indexed_by(overlay) == {}
    assert indexed_by(None) == {}
    offchain_index(overlay).set(b"a", b"1")
    overlay.reset(Trie.empty(1))
    assert indexed_by(overlay) == {}
