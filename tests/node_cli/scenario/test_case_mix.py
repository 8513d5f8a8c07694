"""Hospitals get the cases of their kind, and no case twice."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node_cli.scenario.case_mix import Kind, case_mix
from pallets.learning.partition import PartitionError

LABELS = tuple(number % 3 == 0 for number in range(300))
"""Every third case is of class 1."""


def test_a_kind_says_how_many_cases_of_each_class_there_are() -> None:
    assert [kind.counts(20) for kind in Kind] == [(19, 1), (1, 19), (10, 10)]
    assert [kind.counts(7) for kind in Kind] == [(7, 0), (0, 7), (4, 3)]


@given(kinds=st.lists(st.sampled_from(Kind), min_size=1, max_size=5), seed=st.binary(min_size=1, max_size=8))
def test_each_hospital_has_the_cases_of_its_kind_and_no_case_is_dealt_twice(kinds: list[Kind], seed: bytes) -> None:
    dealt = case_mix(LABELS, kinds, 18, seed)
    for kind, rows in zip(kinds, dealt, strict=True):
        labels = [LABELS[row] for row in rows]
        assert (labels.count(False), labels.count(True)) == kind.counts(18)
        assert list(rows) == sorted(rows)
    everything = [row for rows in dealt for row in rows]
    assert len(set(everything)) == len(everything)


def test_equal_seeds_deal_equally_and_others_otherwise() -> None:
    kinds = [Kind.CANCER_CENTRE, Kind.SCREENING_CLINIC]
    assert case_mix(LABELS, kinds, 20, b"1") == case_mix(LABELS, kinds, 20, b"1")
    assert case_mix(LABELS, kinds, 20, b"1") != case_mix(LABELS, kinds, 20, b"2")


def test_too_few_cases_of_a_class_are_refused() -> None:
    with pytest.raises(PartitionError, match="too few rows for 3 hospitals of 60 rows"):
        case_mix(LABELS, [Kind.SCREENING_CLINIC] * 3, 60, b"")
