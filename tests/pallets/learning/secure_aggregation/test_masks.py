from __future__ import annotations

from functools import reduce

import numpy as np
import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given, settings
from hypothesis import strategies as st

from pallets.learning.secure_aggregation import masks
from pallets.learning.secure_aggregation.agreement import MASK_PURPOSE, derive, own_mask_key
from pallets.learning.secure_aggregation.masks import BLOCK_BYTES, Mask, apply_masks
from pallets.learning.secure_aggregation.refusals import MalformedMessage

ROSTER = bytes(range(32))


def stream_of(key: bytes, count: int, width: int) -> list[int]:
    """The words of a whole AES-256-CTR stream, read one by one."""
    data = Cipher(algorithms.AES(key), modes.CTR(bytes(16))).encryptor().update(bytes(count * width))
    return [int.from_bytes(data[place : place + width], "little") for place in range(0, len(data), width)]


@settings(max_examples=20)
@given(
    st.lists(st.tuples(st.binary(min_size=32, max_size=32), st.booleans()), max_size=4),
    st.sampled_from([0, 1, 5, BLOCK_BYTES // 8, BLOCK_BYTES // 4 + 3, BLOCK_BYTES // 2 + 1]),
    st.sampled_from([np.dtype("<u4"), np.dtype("<u8")]),
)
def test_masks_are_whole_streams_added_modulo_the_word(
    keys: list[tuple[bytes, bool]], count: int, kind: np.dtype[np.uint32]
) -> None:
    start = np.arange(count).astype(kind)
    vector = start.copy()
    apply_masks(vector, [Mask(key, is_subtracted) for key, is_subtracted in keys])
    streams = [
        [-word if is_subtracted else word for word in stream_of(key, min(count, 3), kind.itemsize)]
        for key, is_subtracted in keys
    ]
    modulus = 2 ** (8 * kind.itemsize)
    for place in range(min(count, 3)):
        assert int(vector[place]) == (int(start[place]) + sum(stream[place] for stream in streams)) % modulus
    apply_masks(vector, [Mask(key, not is_subtracted) for key, is_subtracted in reversed(keys)])
    assert np.array_equal(vector, start)


def test_blocks_go_on_where_the_stream_was() -> None:
    count = BLOCK_BYTES // 4 + 100
    vector = np.zeros(count, dtype="<u4")
    apply_masks(vector, [Mask(ROSTER)])
    assert vector.tolist() == stream_of(ROSTER, count, 4)


def fold(data: bytes) -> int:
    """The exclusive or of all 32-bit words: what Flower's SecAgg+ makes of its 256-bit seeds."""
    return reduce(int.__xor__, (int.from_bytes(data[place : place + 4], "little") for place in range(0, len(data), 4)))


def mask_words(key: bytes) -> list[int]:
    vector = np.zeros(8, dtype="<u4")
    apply_masks(vector, [Mask(key)])
    return vector.tolist()


def test_every_bit_of_a_256_bit_secret_changes_the_mask() -> None:
    """No path from the agreement to the cipher is narrower than 256 bits."""
    secret = bytes(32)
    keys = {derive(secret, ROSTER, MASK_PURPOSE)}
    for bit in range(256):
        keys.add(derive((1 << bit).to_bytes(32, "little"), ROSTER, MASK_PURPOSE))
        keys.add(own_mask_key(1 << bit if bit < 255 else 3, ROSTER))
    assert len(keys) == 1 + 2 * 256
    assert {len(key) for key in keys} == {32}
    assert len({tuple(mask_words(key)) for key in keys}) == len(keys)


def test_secrets_that_fold_to_the_same_32_bits_give_unrelated_masks() -> None:
    """As a 32-bit seed they would be one."""
    base = [bytes(range(32)), bytes([*range(4, 8), *range(4), *range(8, 32)]), bytes(32), bytes([7, 0, 0, 0] * 8)]
    assert fold(base[0]) == fold(base[1])
    assert fold(base[2]) == fold(base[3]) == 0
    for one, other in (base[:2], base[2:]):
        derived = [derive(secret, ROSTER, MASK_PURPOSE) for secret in (one, other)]
        assert mask_words(derived[0]) != mask_words(derived[1])
        assert mask_words(one) != mask_words(other)  # the cipher itself takes all of its key


def test_the_module_knows_no_seeded_generator() -> None:
    assert not any(name in vars(masks) for name in ("random", "default_rng", "RandomState", "Generator"))
    with pytest.raises(MalformedMessage, match="a mask key of 32 bits, not 256"):
        apply_masks(np.zeros(1, dtype="<u4"), [Mask(bytes(4))])


@pytest.mark.parametrize(
    "vector", [np.zeros(4, dtype=np.int64), np.zeros((2, 2), dtype="<u4"), np.zeros(8, dtype="<u4")[::2]]
)
def test_what_is_no_vector_of_residues_is_refused(vector: np.ndarray[tuple[int, ...], np.dtype[np.uint32]]) -> None:
    with pytest.raises(MalformedMessage, match="has no place for masks"):
        apply_masks(vector, [])
