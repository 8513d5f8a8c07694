"""A piece of a mask is what `masks` adds there."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pallets.learning.secure_aggregation.mask_pieces import piece_of
from pallets.learning.secure_aggregation.masks import Mask, apply_masks
from pallets.learning.secure_aggregation.refusals import MalformedMessage


@given(st.binary(min_size=32, max_size=32), st.integers(0, 40), st.integers(0, 40))
def test_a_piece_is_what_is_added_to_the_words_there(key: bytes, block: int, words: int) -> None:
    vector = np.zeros(2 * 80, dtype="<u8")
    apply_masks(vector, [Mask(key)])
    first = 2 * block
    assert piece_of(key, 16 * block, 8 * words) == vector[first : first + words].tobytes()


@pytest.mark.parametrize(
    ("key", "first", "count"), [(b"k" * 16, 0, 1), (b"k" * 32, 8, 1), (b"k" * 32, -16, 1), (b"k" * 32, 0, -1)]
)
def test_what_is_no_piece_is_refused(key: bytes, first: int, count: int) -> None:
    with pytest.raises(MalformedMessage):
        piece_of(key, first, count)
