"""A node's own storage for its offchain workers: persistent, and no fork takes it back."""

from __future__ import annotations

from collections.abc import Mapping
from threading import Lock


class LocalStorage:
    """Keys and values of one participant. Every operation is atomic between threads."""

    def __init__(self, values: Mapping[bytes, bytes] | None = None) -> None:
        self._values = dict(values or {})
        self._lock = Lock()

    def get(self, key: bytes) -> bytes | None:
        """The value of `key`, or None."""
        with self._lock:
            return self._values.get(key)

    def set(self, key: bytes, value: bytes) -> None:
        """Set the value of `key`."""
        with self._lock:
            self._values[key] = value

    def clear(self, key: bytes) -> None:
        """Forget the value of `key`, if there is one."""
        with self._lock:
            self._values.pop(key, None)

    def compare_and_set(self, key: bytes, old: bytes | None, new: bytes) -> bool:
        """Set the value to `new` if it is still `old` (None: there is none); whether it was."""
        with self._lock:
            if self._values.get(key) != old:
                return False
            self._values[key] = new
            return True

    def snapshot(self) -> dict[bytes, bytes]:
        """A copy of all values."""
        with self._lock:
            return dict(self._values)

    def revert(self, values: Mapping[bytes, bytes]) -> None:
        """Hold these values and no others."""
        with self._lock:
            self._values = dict(values)
