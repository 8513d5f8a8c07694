"""Two answers that are the same but for the names that each server gives its own things."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

NAMING_KEYS = {
    *("block", "inBlock", "finalized", "parentHash"),
    *("blockHash", "parentBlockHash", "bestBlockHash", "finalizedBlockHashes", "prunedBlockHashes"),
    "operationId",
}
"""What stands under these keys is a name."""


class Names:
    """What a server called things, and what ours calls them: one of ours for each of theirs."""

    def __init__(self, known: Mapping[str, str]) -> None:
        self._ours = dict(known)
        self._theirs = {ours: theirs for theirs, ours in self._ours.items()}

    def __contains__(self, theirs: object) -> bool:
        return theirs in self._ours

    def __getitem__(self, theirs: str) -> str:
        return self._ours[theirs]

    def bind(self, theirs: str, ours: str) -> None:
        """Take both for names of one thing; fails where either is another's already."""
        assert self._ours.setdefault(theirs, ours) == ours, f"{theirs} is {self._ours[theirs]}, not {ours}"
        if ours.startswith("0x"):  # the first of each kind of thing may have the same name
            assert self._theirs.setdefault(ours, theirs) == theirs, f"{ours} was {self._theirs[ours]}, not {theirs}"

    def translated(self, text: str) -> str:
        """A request of theirs as one of ours; hashes and transactions may stand amid other digits."""
        for theirs, ours in self._ours.items():
            if theirs.startswith("0x"):
                text = text.replace(theirs[2:], ours[2:])
            else:
                text = text.replace(f'"{theirs}"', f'"{ours}"')
        return text


def agree(theirs: Any, ours: Any, names: Names, where: str, *, is_name: bool = False) -> None:
    """Fails where two answers differ in more than names; learns what is called what.

    A null among items of storage says that there is one, and none that others follow the last.
    where: the way to this part of the answer
    is_name: whether a text here is a name
    """
    if isinstance(theirs, dict):
        assert isinstance(ours, dict), where
        assert theirs.keys() == ours.keys(), where
        for key, value in theirs.items():
            agree(value, ours[key], names, f"{where}.{key}", is_name=key in NAMING_KEYS)
    elif isinstance(theirs, list):
        assert isinstance(ours, list), where
        is_partial = where.endswith(".items")
        assert len(theirs) == len(ours) or (is_partial and len(theirs) < len(ours)), where
        for at, (value, own) in enumerate(zip(theirs, ours, strict=False)):
            if value is not None or not is_partial:
                agree(value, own, names, f"{where}[{at}]", is_name=is_name)
    elif isinstance(theirs, str) and (is_name or theirs in names):
        names.bind(theirs, ours)
    else:
        assert theirs == ours, where
