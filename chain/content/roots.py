"""What a chain names: every CID that stands in a value of its state.

Whichever pallet wrote it and in which type, a CID is 59 characters that nothing else has by chance (they begin with a
letter and four known bytes). So this asks no metadata, works for any runtime, and errs on the side of keeping.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from re import compile as pattern
from typing import Final

from chain.content.cid import CidError, digest_of

_SPELLED: Final = pattern(rb"(?=(b[a-z2-7]{58}))")  # looked ahead, so that one may begin within another's letters


def named_in(values: Iterable[bytes]) -> Iterator[str]:
    """Each CID in the values of a state, as often as it stands there."""
    for value in values:
        for found in _SPELLED.findall(value):
            cid = found.decode()
            try:
                digest_of(cid)
            except CidError:
                continue
            yield cid
