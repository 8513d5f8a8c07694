"""Blake2b a block at a time is the Blake2b of the standard library."""

from __future__ import annotations

from hashlib import blake2b

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pallets.disputes.computations.compression import FIRST, blocks_of, chains_of, compress


@given(st.binary(max_size=700))
def test_the_last_chain_is_the_hash_of_the_standard_library(message: bytes) -> None:
    chains = chains_of(message)
    assert chains[-1][:32] == blake2b(message, digest_size=32).digest()
    assert len(chains) == blocks_of(len(message)) + 1
    assert chains[0] == FIRST


@pytest.mark.parametrize("size", [0, 1, 127, 128, 129, 255, 256, 257, 384])
def test_the_ends_of_blocks_are_hashed_right(size: int) -> None:
    message = bytes(number % 251 for number in range(size))
    assert chains_of(message)[-1][:32] == blake2b(message, digest_size=32).digest()


def test_the_chain_after_a_block_depends_on_all_that_is_told_of_it() -> None:
    told = [
        compress(FIRST, b"block", 5, True),
        compress(FIRST, b"block", 5, False),
        compress(FIRST, b"block", 6, True),
        compress(FIRST, b"blocl", 5, True),
        compress(FIRST[::-1], b"block", 5, True),
    ]
    assert len(set(told)) == 5
