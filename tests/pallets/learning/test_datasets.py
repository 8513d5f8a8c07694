from __future__ import annotations

import sys

import pytest

from pallets.learning.datasets import (
    BREAST_CANCER_QUANTISER,
    DatasetError,
    DatasetUnavailable,
    TabularTask,
    as_levels,
    breast_cancer,
    digits,
    iris,
    wine,
)
from pallets.learning.quantise import FeatureRange, Quantiser

QUANTISER = Quantiser((FeatureRange(0, 10),))


def test_public_tables_are_loaded_whole() -> None:
    tables = (breast_cancer(), digits(), iris(), wine())
    assert [(len(table.rows), len(table.rows[0]), table.classes) for table in tables] == [
        (569, 30, 2),
        (1797, 64, 10),
        (150, 4, 3),
        (178, 13, 3),
    ]
    task = breast_cancer()
    assert task.quantiser == BREAST_CANCER_QUANTISER
    assert sum(task.targets) == 357
    assert task.rows[0][:3] == (34146, 1484, 35781)
    # the published ranges hold every value: both ends are used by the rows that have them, and few values are cut
    for published in (task, tables[3]):
        assert all(min(column) < 2000 and max(column) > 62000 for column in zip(*published.rows, strict=True))


def test_without_scikit_learn_the_way_to_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sklearn", None)
    with pytest.raises(DatasetUnavailable, match=r"not installed: pip install 'palletlab\[learning\]'"):
        breast_cancer()


def test_a_subset_keeps_rows_targets_and_moments_together() -> None:
    task = TabularTask("t", ("x",), QUANTISER, ((1,), (2,), (3,)), (10, 20, 30), moments=(7, 8, 9))
    assert task.subset([2, 0]) == TabularTask("t", ("x",), QUANTISER, ((3,), (1,)), (30, 10), moments=(9, 7))


def test_levels_count_the_bounds_that_a_value_reaches() -> None:
    task = TabularTask("t", ("x",), QUANTISER, ((0,),) * 4, (9, 10, 20, 30), fractional_bits=4)
    levels = as_levels(task, [10, 20])
    assert (levels.targets, levels.classes, levels.fractional_bits) == ((0, 1, 2, 2), 3, 0)
    for senseless in ([], [2, 1], [1, 1]):
        with pytest.raises(DatasetError, match="ascending bounds"):
            as_levels(task, senseless)
    with pytest.raises(DatasetError, match="ascending bounds"):
        as_levels(levels, [1])


def test_tables_that_do_not_fit_are_refused() -> None:
    with pytest.raises(DatasetError, match="t: 2 names, 1 ranges"):
        TabularTask("t", ("x", "y"), QUANTISER, (), ())
    with pytest.raises(DatasetError, match="t: 1 rows, 2 targets, 0 moments"):
        TabularTask("t", ("x",), QUANTISER, ((1,),), (1, 2))
