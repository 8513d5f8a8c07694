from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pallets.learning.forest import LEAF, MAX_DEPTH, Forest, ForestKind, Tree
from pallets.learning.forest_codec import ForestDecodeError, decode_forest, encode_forest
from tests.pallets.learning.forests import forests

STUMP = Forest(ForestKind.CLASSIFIER, 3, 2, 0, (Tree(bytes([2, LEAF, LEAF]), (0x1234, 0, 1)),))
STUMP_BYTES = bytes.fromhex("504c4601 00 03 0200 00 0100 023412 ff00 ff01")


def test_the_bytes_are_as_the_layout_says() -> None:
    assert encode_forest(STUMP) == STUMP_BYTES
    regressor = Forest(ForestKind.REGRESSOR, 1, 0, 16, (Tree(bytes([LEAF]), (-2,)),))
    assert encode_forest(regressor) == bytes.fromhex("504c4601 01 01 0000 10 0100 fffeffffff")


@given(forests())
def test_a_forest_survives_its_bytes(forest: Forest) -> None:
    assert decode_forest(encode_forest(forest)) == forest


@given(st.one_of(st.binary(), st.binary().map(b"PLF\x01".__add__)))
@example(b"PLF\x01\x00\x01\x02\x00\x00\xff\xff")
def test_any_bytes_are_a_canonical_forest_or_refused(data: bytes) -> None:
    try:
        forest = decode_forest(data)
    except ForestDecodeError:
        return
    assert encode_forest(forest) == data


@given(forests(), st.data())
def test_damaged_bytes_are_another_canonical_forest_or_refused(forest: Forest, data: st.DataObject) -> None:
    encoded = bytearray(encode_forest(forest))
    place = data.draw(st.integers(0, len(encoded) - 1))
    encoded[place] = data.draw(st.integers(0, 255))
    del encoded[data.draw(st.integers(0, len(encoded))) or len(encoded) :]
    try:
        decoded = decode_forest(bytes(encoded))
    except ForestDecodeError:
        return
    assert encode_forest(decoded) == encoded


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "byte 0: starts with , not 504c4601"),
        (STUMP_BYTES[:9], "byte 9: ends within the header of 11 bytes"),
        (STUMP_BYTES[:4] + b"\x02" + STUMP_BYTES[5:], "byte 4: unknown kind 2"),
        (STUMP_BYTES[:5] + b"\x00" + STUMP_BYTES[6:], "byte 4: 0 features, not 1 to 255"),
        (STUMP_BYTES[:5] + b"\x02" + STUMP_BYTES[6:], "byte 11: feature 2 of 2"),
        (STUMP_BYTES[:-1] + b"\x02", "byte 17: class 2 of 2"),
        (STUMP_BYTES[:-1], "byte 16: ends within a node"),
        (STUMP_BYTES[:-2], "byte 16: ends within a tree"),
        (STUMP_BYTES + b"\0", "byte 18: 1 bytes after the last tree"),
    ],
)
def test_refusals_say_where_and_why(data: bytes, message: str) -> None:
    with pytest.raises(ForestDecodeError) as caught:
        decode_forest(data)
    assert str(caught.value) == f"forest encoding, {message}"


def test_a_tree_deeper_than_the_cap_is_refused_before_it_is_read() -> None:
    header = STUMP_BYTES[:11]
    with pytest.raises(ForestDecodeError, match=f"byte {11 + 3 * MAX_DEPTH}: deeper than {MAX_DEPTH}"):
        decode_forest(header + bytes(3 * 1_000_000))


def test_a_promise_of_many_trees_costs_nothing() -> None:
    with pytest.raises(ForestDecodeError, match="byte 11: ends within a tree"):
        decode_forest(STUMP_BYTES[:9] + b"\xff\xff")


def test_a_classifier_takes_two_and_a_half_bytes_a_node() -> None:
    tree = Tree(bytes([0] * 50 + [LEAF] * 51), (1,) * 101)
    forest = Forest(ForestKind.CLASSIFIER, 1, 2, 0, (tree,) * 100)
    assert len(encode_forest(forest)) == 11 + 100 * (50 * 3 + 51 * 2)
    assert len(encode_forest(forest)) / forest.nodes < 2.6
