from __future__ import annotations

import numpy as np
import pytest

from pallets.learning.training_rows import ROW_LIMIT, Table, TrainingError, column_of, table_of


def test_rows_of_any_integers_become_steps() -> None:
    for rows in ([[0, 65_535], [1, 2]], np.array([[0, 65_535], [1, 2]], dtype=np.int32)):
        table = table_of(rows, 2)
        assert table.dtype == np.uint16
        assert table.tolist() == [[0, 65_535], [1, 2]]


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([[1], [1, 2]], "rows of different lengths"),
        ([], "features of shape"),
        ([[]], "features of shape"),
        ([[1, 2, 3]], "1 to 2 features"),
        (np.zeros((ROW_LIMIT + 1, 1), dtype=np.uint16), "features of shape"),
        ([[65_536, 0]], r"outside 0\.\.65535"),
        ([[-1, 0]], r"outside 0\.\.65535"),
        ([[0.5, 0]], "not an integer"),
        ([[True, False]], "not an integer"),
    ],
)
def test_rows_outside_their_domain_are_refused(rows: Table, reason: str) -> None:
    with pytest.raises(TrainingError, match=reason):
        table_of(rows, 2)


def test_a_column_has_a_value_for_each_row_within_its_bounds() -> None:
    assert column_of([1, 2], 2, 1, 2, "label").tolist() == [1, 2]
    for values, reason in (([1], "for 2 rows"), ([0, 1], r"a label outside 1\.\.2"), ([1.0, 2.0], "not an integer")):
        with pytest.raises(TrainingError, match=reason):
            column_of(np.array(values), 2, 1, 2, "label")
