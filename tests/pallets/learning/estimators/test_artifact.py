from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pallets.learning.estimators.artifact import (
    NUMBERS_LIMIT,
    ArtifactDecodeError,
    ArtifactReader,
    EstimatorError,
    check_row,
    highest,
    packed,
    slices,
)


@given(st.lists(st.integers(-(2**63), 2**63 - 1)))
def test_a_table_reads_back_as_it_was_packed(numbers: list[int]) -> None:
    reader = ArtifactReader(b"MAGI" + packed("q", numbers), b"MAGI")
    assert list(reader.table("q", len(numbers))) == numbers
    assert reader.built(lambda: "made") == "made"


def test_another_magic_is_refused() -> None:
    with pytest.raises(ArtifactDecodeError, match="artifact encoding, byte 0: starts with 4d41, not 4d414749"):
        ArtifactReader(b"MA", b"MAGI")


def test_a_table_longer_than_the_bytes_is_refused_before_it_is_read() -> None:
    with pytest.raises(ArtifactDecodeError, match="byte 6: ends within 32000 bytes that start at 4"):
        ArtifactReader(b"MAGI12", b"MAGI").table("q", 4000)


def test_a_table_beyond_the_limit_is_refused() -> None:
    with pytest.raises(ArtifactDecodeError, match=f"a table of {NUMBERS_LIMIT + 1} numbers, more than {NUMBERS_LIMIT}"):
        ArtifactReader(b"MAGI", b"MAGI").table("q", NUMBERS_LIMIT + 1)


def test_bytes_after_the_end_are_refused() -> None:
    with pytest.raises(ArtifactDecodeError, match="byte 4: 1 bytes after the end"):
        ArtifactReader(b"MAGI1", b"MAGI").built(lambda: None)


def test_what_the_record_refuses_the_decoder_refuses() -> None:
    def make() -> None:
        raise EstimatorError("3 classes of a regressor")

    with pytest.raises(ArtifactDecodeError, match="byte 4: 3 classes of a regressor"):
        ArtifactReader(b"MAGI", b"MAGI").built(make)


@pytest.mark.parametrize(("row", "why"), [((1,), "a row of 1 values for 2"), ((1, 65536), "a step outside 0..65535")])
def test_a_row_of_another_shape_or_range_is_refused(row: tuple[int, ...], why: str) -> None:
    with pytest.raises(EstimatorError, match=why):
        check_row(row, 2)


def test_the_lowest_of_equal_scores_is_highest() -> None:
    assert highest([1, 7, 7, 3]) == 1


def test_slices_cut_a_flat_table() -> None:
    assert slices((1, 2, 3, 4), 2) == ((1, 2), (3, 4))
