"""Rows as the trainers take them: integers within their domain, or an error that says which are not."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pallets.learning.quantise import STEP_LIMIT

Integers = NDArray[np.int64]
Table = Sequence[Sequence[int]] | NDArray[np.integer]
Column = Sequence[int] | NDArray[np.integer]

ROW_LIMIT = 2**20
"""With targets of 32 bits, 33 when centred, the sums that pass through floats stay at or below 2^53 up to here."""


class TrainingError(ValueError):
    """Rows that nothing can be learnt from, or that leave their domain."""


def table_of(features: Table, feature_limit: int) -> NDArray[np.uint16]:
    """(rows, features) quantised values; raises TrainingError."""
    try:
        table = np.asarray(features)
    except ValueError as error:
        raise TrainingError(f"rows of different lengths: {error}") from None
    if table.ndim != 2 or not 1 <= len(table) <= ROW_LIMIT or not 1 <= table.shape[1] <= feature_limit:
        raise TrainingError(
            f"features of shape {table.shape}, not 1 to {ROW_LIMIT} rows of 1 to {feature_limit} features"
        )
    _check_integers(table, 0, STEP_LIMIT - 1, "feature")
    return table.astype(np.uint16)


def column_of(values: Column, rows: int, low: int, high: int, what: str) -> Integers:
    """(rows,) labels or targets from `low` to `high`; raises TrainingError naming `what`."""
    column = np.asarray(values)
    if column.shape != (rows,):
        raise TrainingError(f"{what}s of shape {column.shape} for {rows} rows")
    _check_integers(column, low, high, what)
    return column.astype(np.int64)


def _check_integers(values: NDArray[np.integer], low: int, high: int, what: str) -> None:
    if values.dtype.kind not in "iu":
        raise TrainingError(f"a {what} of type {values.dtype}, not an integer")
    if not low <= int(values.min()) <= int(values.max()) <= high:
        raise TrainingError(f"a {what} outside {low}..{high}")
