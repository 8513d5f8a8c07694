"""A node's own storage for its offchain workers: persistent, and no fork takes it back."""

from __future__ import annotations

from collections.abc import Mapping
from threading import Lock

from chain.offchain.backing import Backing, Place

_PART = b"persistent"


class LocalStorage:
    """Keys and values of one participant. Every operation is atomic between threads."""

    def __init__(self, values: Mapping[bytes, bytes] | None = None) -> None:
        self._values = dict(values or {})
        self._lock = Lock()
        self._place: Place | None = None

    def keep_in(self, backing: Backing, owner: bytes) -> None:
        """Begin with what is kept there, and keep everything there from now on."""
        self._place = Place(backing, owner)
        self._values = self._place.load(_PART)

    def __len__(self) -> int:
        return len(self._values)

    def get(self, key: bytes) -> bytes | None:
        """The value of `key`, or None."""
        with self._lock:
            return self._values.get(key)

    def set(self, key: bytes, value: bytes) -> None:
        """Set the value of `key`."""
        self.update({key: value})

    def clear(self, key: bytes) -> None:
        """Forget the value of `key`, if there is one."""
        self.update({key: None})

    def update(self, changes: Mapping[bytes, bytes | None]) -> None:
        """Set values, or forget those that are None, all at once."""
        with self._lock:
            self._apply(changes)

    def compare_and_set(self, key: bytes, old: bytes | None, new: bytes) -> bool:
        """Set the value to `new` if it is still `old` (None: there is none); whether it was."""
        with self._lock:
            if self._values.get(key) != old:
                return False
            self._apply({key: new})
            return True

    def snapshot(self) -> dict[bytes, bytes]:
        """A copy of all values."""
        with self._lock:
            return dict(self._values)

    def revert(self, values: Mapping[bytes, bytes]) -> None:
        """Hold these values and no others."""
        with self._lock:
            self._values = dict(values)
            if self._place is not None:
                self._place.replace({_PART: self._values}, _PART)

    def _apply(self, changes: Mapping[bytes, bytes | None]) -> None:
        for key, value in changes.items():
            if value is None:
                self._values.pop(key, None)
            else:
                self._values[key] = value
        if self._place is not None:
            self._place.write(_PART, changes)
