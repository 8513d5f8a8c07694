"""What goes wrong with metadata besides its bytes: types that cannot be, names that are not there."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class MetadataError(ValueError):
    """Metadata whose parts do not fit together: what, and why."""

    def __init__(self, what: str, reason: str) -> None:
        super().__init__(f"{what}: {reason}")
        self.what = what
        self.reason = reason


class NotInMetadata(LookupError):
    """A name or number that the metadata does not have."""

    def __init__(self, what: str, wanted: object, known: Iterable[object] = ()) -> None:
        near = get_close_matches(str(wanted), [str(each) for each in known], n=3, cutoff=0.5)
        hint = f"; near it: {', '.join(near)}" if near else ""
        super().__init__(f"the metadata has no {what} {wanted}{hint}")
        self.what = what
        self.wanted = wanted

    def __str__(self) -> str:
        return str(self.args[0])
