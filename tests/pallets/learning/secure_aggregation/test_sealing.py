from __future__ import annotations

import pytest

from pallets.learning.secure_aggregation.refusals import BrokenSeal
from pallets.learning.secure_aggregation.sealing import seal, unseal

KEY, ROSTER = bytes(range(32)), b"roster"
SEALED = seal(KEY, 1, 2, ROSTER, b"share")


def test_its_holder_opens_a_seal() -> None:
    assert unseal(KEY, 1, 2, ROSTER, SEALED) == b"share"
    assert len(SEALED) == len(b"share") + 16
    assert seal(KEY, 2, 1, ROSTER, b"share") != SEALED


@pytest.mark.parametrize(
    ("key", "dealer", "holder", "roster", "sealed"),
    [
        (bytes(32), 1, 2, ROSTER, SEALED),
        (KEY, 2, 1, ROSTER, SEALED),
        (KEY, 1, 3, ROSTER, SEALED),
        (KEY, 1, 2, b"other", SEALED),
        (KEY, 1, 2, ROSTER, SEALED[:-1]),
        (KEY, 1, 2, ROSTER, bytes([SEALED[0] ^ 1]) + SEALED[1:]),
        (KEY, 1, 2, ROSTER, b""),
    ],
)
def test_a_seal_that_was_moved_or_changed_does_not_open(
    key: bytes, dealer: int, holder: int, roster: bytes, sealed: bytes
) -> None:
    with pytest.raises(BrokenSeal, match=f"client {dealer} .* client {holder} does not open"):
        unseal(key, dealer, holder, roster, sealed)
