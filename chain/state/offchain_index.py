"""What on-chain code leaves for offchain workers: keys and values beside the state, of which it can read none itself.

    offchain_index(overlay).set(b"proof/7", leaf)           # sp_io::offchain_index::set
    indexed_by(overlay)                                     # what the block leaves in all, once it was executed

They are taken back with the overlay's transactions, are no part of the state's root, and reach the workers' storage
when the block is imported as part of the best chain; of a block that fails, never.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from chain.state.overlay import Overlay

_NOTED: Final = b":offchain_index"
"""Under which the overlay's journal knows of them; nothing is ever stored there."""


class OffchainIndex:
    """What was left through one overlay, in the order in which it was."""

    __slots__ = ("_left", "_overlay")

    def __init__(self, overlay: Overlay) -> None:
        self._overlay = overlay
        self._left: list[tuple[bytes, bytes | None]] = []

    def set(self, key: bytes, value: bytes) -> None:
        """Leave a value."""
        self._leave(key, value)

    def clear(self, key: bytes) -> None:
        """Have a value forgotten."""
        self._leave(key, None)

    def shrink(self, pieces: int) -> None:
        """Go back to where so much was left."""
        del self._left[pieces:]

    @property
    def changes(self) -> dict[bytes, bytes | None]:
        """What holds in the end, None for what is forgotten."""
        return dict(self._left)

    def _leave(self, key: bytes, value: bytes | None) -> None:
        self._overlay.note(_NOTED, self, len(self._left))
        self._left.append((key, value))


def offchain_index(overlay: Overlay) -> OffchainIndex:
    """Where code on this overlay leaves things for workers."""
    found = overlay.index
    if not isinstance(found, OffchainIndex):
        found = overlay.index = OffchainIndex(overlay)
    return found


def indexed_by(overlay: Overlay | None) -> Mapping[bytes, bytes | None]:
    """What was left through the overlay; nothing where there is none."""
    found = None if overlay is None else overlay.index
    return found.changes if isinstance(found, OffchainIndex) else {}
