"""What a family can be told, as integers within bounds: the form in which a chain can hold and check it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pallets.learning.estimators.artifact import CLASSES_LIMIT, EstimatorError
from pallets.learning.quantise import STEP_LIMIT

PARAMETER_BITS = 16
"""Fractional bits of penalties, shares and rates."""

ONE = 1 << PARAMETER_BITS


@dataclass(frozen=True, slots=True)
class Parameter:
    """One integer of a family's settings.

    default: None where it must be given
    fractional_bits: 0 for counts
    """

    name: str
    low: int
    high: int
    default: int | None = None
    fractional_bits: int = 0


CLASSES = Parameter("classes", 2, CLASSES_LIMIT)
SEED = Parameter("seed", 0, 2**32 - 1, 0)
MAX_DEPTH = Parameter("max_depth", 1, 64, 32)
MIN_LEAF = Parameter("min_leaf", 1, 2**20, 1)
PENALTY = Parameter("penalty", 1, 2**40, ONE, PARAMETER_BITS)
INVERSE_PENALTY = Parameter("inverse_penalty", 1, 2**40, ONE, PARAMETER_BITS)
STEPS = Parameter("steps", 1, 2**20, 10_000)
NEIGHBOURS = Parameter("k", 1, 2**10, 5)
KERNEL = Parameter("kernel", 0, 1, 1)
GAMMA = Parameter("gamma", 0, 2**34, 0, 24)
SMOOTHING = Parameter("smoothing", 1, 2**32, ONE, PARAMETER_BITS)
THRESHOLD = Parameter("threshold", 0, STEP_LIMIT - 1, STEP_LIMIT // 2)
COMPONENTS = Parameter("components", 1, 2**11, 2)
HIDDEN = Parameter("hidden", 1, 2**11, 32)
EPOCHS = Parameter("epochs", 1, 2**16, 20)


def checked(parameters: tuple[Parameter, ...], given: Mapping[str, int]) -> dict[str, int]:
    """Every parameter's value, the default where none is given.

    Raises EstimatorError for a name that the family does not know, a value out of bounds, or one that is missing.
    """
    unknown = sorted(set(given) - {parameter.name for parameter in parameters})
    if unknown:
        known = ", ".join(parameter.name for parameter in parameters) or "none"
        raise EstimatorError(f"no parameter {unknown[0]!r}; there is {known}")
    values = dict[str, int]()
    for parameter in parameters:
        value = given.get(parameter.name, parameter.default)
        if value is None:
            raise EstimatorError(f"{parameter.name} is missing, {parameter.low} to {parameter.high}")
        if not parameter.low <= value <= parameter.high:
            raise EstimatorError(f"{parameter.name} is {value}, not {parameter.low} to {parameter.high}")
        values[parameter.name] = value
    return values
