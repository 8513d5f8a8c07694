"""In what a node builds and executes its blocks: one overlay, which begins anew with each of them.

Whoever makes runtimes may then have one of them serve again (`Overlay.begun_anew` tells). Of a block nothing but its
state and its changes is asked for, and those before the next one begins.
"""

from __future__ import annotations

from chain.runtime_api import MakeOverlay
from chain.state.overlay import Overlay
from chain.trie.trie import Trie


class BlockOverlays:
    """Overlays for one block after the other.

    make: what they are; those that are more than an `Overlay` are made for each block
    """

    def __init__(self, make: MakeOverlay = Overlay) -> None:
        self._make = make
        self._kept: Overlay | None = None

    def over(self, state: Trie) -> Overlay:
        """One that has no changes yet. Ends the use of the one before."""
        if self._kept is not None:
            self._kept.reset(state)
            return self._kept
        made = self._make(state)
        if self._make is Overlay:
            self._kept = made
        return made
