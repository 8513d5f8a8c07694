"""A node's blocks are made in one overlay, each from nothing."""

from __future__ import annotations

from chain.node.block_overlays import BlockOverlays
from chain.state.overlay import Overlay
from chain.trie.trie import Trie

FIRST, SECOND = Trie.from_items({b"a": b"1"}), Trie.from_items({b"a": b"2", b"b": b"3"})


def test_one_overlay_begins_anew_for_each_block() -> None:
    overlays = BlockOverlays()
    overlay = overlays.over(FIRST)
    overlay.begin()
    overlay.put(b"c", b"4")
    assert overlays.over(SECOND) is overlay
    assert (overlay.base, overlay.changes, overlay.depth, overlay.get(b"c")) == (SECOND, {}, 0, None)
    assert (overlay.get(b"a"), overlay.root(), overlay.begun_anew) == (b"2", SECOND.root, 1)


def test_what_is_more_than_an_overlay_is_made_for_each_block() -> None:
    class Watched(Overlay):
        """As those that record a proof."""

    overlays = BlockOverlays(Watched)
    first, second = overlays.over(FIRST), overlays.over(FIRST)
    assert type(first) is Watched
    assert first is not second
