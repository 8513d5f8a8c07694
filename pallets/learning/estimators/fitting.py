"""Between the integers of rows and artifacts and the floats that scikit-learn learns in.

Rows go in as the exact reals that their steps stand for, targets as theirs; what was learnt comes back rounded to the
nearest fixed-point number. The float part need not be the same on every machine: its outcome is a proposal, whose
bytes are what others check and use.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from pallets.learning.estimators.artifact import FEATURE_MIDDLE, FEATURES_LIMIT
from pallets.learning.fixed_point import INT32_MAX, INT32_MIN, TARGET_FRACTIONAL_BITS
from pallets.learning.training_rows import Column, Integers, Table, TrainingError, column_of, table_of

Floats = NDArray[np.float64]

PARAMETER_BITS = 16
"""Fractional bits of penalties, shares and rates."""

WHOLE = 1 << PARAMETER_BITS


def steps_of(rows: Table, feature_limit: int = FEATURES_LIMIT) -> Integers:
    """(rows, features) steps, 0 to 65,535; raises TrainingError."""
    return table_of(rows, feature_limit).astype(np.int64)


def centred(rows: Table, feature_limit: int = FEATURES_LIMIT) -> Floats:
    """(rows, features) reals from -1 to below 1, exactly what the steps stand for."""
    reals: Floats = (steps_of(rows, feature_limit) - FEATURE_MIDDLE) / float(FEATURE_MIDDLE)
    return reals


def labels_of(labels: Column, rows: int, classes: int, *, all_present: bool = True) -> Integers:
    """(rows,) classes; raises TrainingError, also where a class has no row and `all_present` is asked."""
    column = column_of(labels, rows, 0, classes - 1, "label")
    if all_present:
        absent = sorted(set(range(classes)) - set(column.tolist()))
        if absent:
            raise TrainingError(f"class {absent[0]} of {classes} has no row to learn from")
    return column


def values_of(targets: Column, rows: int) -> Floats:
    """(rows,) reals of int32 targets with 16 fractional bits."""
    reals: Floats = column_of(targets, rows, INT32_MIN, INT32_MAX, "target") / float(1 << TARGET_FRACTIONAL_BITS)
    return reals


def fitted_by(learner: Any, *tables: Floats | Integers) -> Any:
    """A scikit-learn learner after its `fit`; what it learnt has no types there."""
    return learner.fit(*tables)


def real(parameter: int) -> float:
    """A parameter with 16 fractional bits as scikit-learn takes it."""
    return parameter / WHOLE


def nearest(values: Floats, fractional_bits: int) -> tuple[int, ...]:
    """Each value's nearest fixed-point number, row by row; raises TrainingError for NaN and infinities."""
    if not np.isfinite(values).all():
        raise TrainingError("the fit has coefficients that are no finite numbers")
    return tuple(round(value) for value in (np.asarray(values, np.float64) * 2.0**fractional_bits).ravel().tolist())


def nearest_rows(values: Floats, fractional_bits: int) -> tuple[tuple[int, ...], ...]:
    """As `nearest`, a tuple for each row of a table."""
    return tuple(nearest(row, fractional_bits) for row in values)
