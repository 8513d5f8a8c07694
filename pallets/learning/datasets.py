"""Tables ready for learning: quantised rows with classes or fixed-point targets, and loaders of public ones."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from pallets.learning.quantise import FeatureRange, Quantiser

_THOUSANDTHS = (
    # smallest and largest value of each feature as the data set's description lists them, rounded outward
    (6981, 28110), (9710, 39280), (43790, 188500), (143500, 2501000), (52, 164),
    (19, 346), (0, 427), (0, 202), (106, 304), (49, 98),
    (111, 2873), (360, 4885), (757, 21980), (6802, 542200), (1, 32),
    (2, 136), (0, 396), (0, 53), (7, 79), (0, 30),
    (7930, 36040), (12020, 49540), (50410, 251200), (185200, 4254000), (71, 223),
    (27, 1058), (0, 1252), (0, 291), (156, 664), (55, 208),
)  # fmt: skip

BREAST_CANCER_QUANTISER = Quantiser(tuple(FeatureRange(low, high, decimals=3) for low, high in _THOUSANDTHS))
"""Ranges from the published summary of the Wisconsin data (Wolberg, Street, Mangasarian 1995)."""

DIGITS_QUANTISER = Quantiser((FeatureRange(0, 16, bits=16),) * 64)
"""Pixels count 0 to 16 dots (Alpaydin, Kaynak 1998)."""

IRIS_QUANTISER = Quantiser((FeatureRange(0, 100, decimals=1),) * 4)
"""Centimetres, with room on both sides (Fisher 1936)."""

_HUNDREDTHS = (
    # likewise; alcohol and colour are published to a tenth
    (1100, 1490), (74, 580), (136, 323), (1060, 3000), (7000, 16200), (98, 388), (34, 508),
    (13, 66), (41, 358), (120, 1300), (48, 171), (127, 400), (27800, 168000),
)  # fmt: skip

WINE_QUANTISER = Quantiser(tuple(FeatureRange(low, high, decimals=2) for low, high in _HUNDREDTHS))
"""Ranges from the published summary of the data (Forina et al. 1988)."""


class DatasetError(ValueError):
    """A table is absent or not what it should be."""


class DatasetUnavailable(DatasetError):
    """A loader needs a package that is not installed."""


@dataclass(frozen=True, slots=True)
class TabularTask:
    """A table and what to learn from it.

    rows: quantised features
    targets: a class of each row, or a fixed-point value with `fractional_bits`
    classes: 0 where targets are values
    moments: hours since 1970 of each row, local time; empty where rows have no time
    """

    name: str
    feature_names: tuple[str, ...]
    quantiser: Quantiser
    rows: tuple[tuple[int, ...], ...]
    targets: tuple[int, ...]
    classes: int = 0
    fractional_bits: int = 0
    moments: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if len(self.feature_names) != len(self.quantiser.ranges):
            raise DatasetError(f"{self.name}: {len(self.feature_names)} names, {len(self.quantiser.ranges)} ranges")
        if len(self.rows) != len(self.targets) or len(self.moments) not in (0, len(self.rows)):
            raise DatasetError(
                f"{self.name}: {len(self.rows)} rows, {len(self.targets)} targets, {len(self.moments)} moments"
            )

    def subset(self, rows: Sequence[int]) -> TabularTask:
        """The task with some of its rows, in the order given."""
        return replace(
            self,
            rows=tuple(self.rows[row] for row in rows),
            targets=tuple(self.targets[row] for row in rows),
            moments=tuple(self.moments[row] for row in rows) if self.moments else (),
        )


def as_levels(task: TabularTask, bounds: Sequence[int]) -> TabularTask:
    """A task of values as one of classes: the class is how many of the ascending bounds a value reaches."""
    if task.classes or not bounds or any(low >= high for low, high in pairwise(bounds)):
        raise DatasetError(f"{task.name}: levels need a task of values and ascending bounds")
    levels = tuple(bisect_right(bounds, target) for target in task.targets)
    return replace(task, targets=levels, classes=len(bounds) + 1, fractional_bits=0)


def breast_cancer() -> TabularTask:
    """569 tumours, 30 features; class 0 is malignant, 1 benign. Needs scikit-learn."""
    return _from_scikit_learn("breast_cancer", BREAST_CANCER_QUANTISER)


def digits() -> TabularTask:
    """1,797 handwritten digits of 8 × 8 pixels, 10 classes. Needs scikit-learn."""
    return _from_scikit_learn("digits", DIGITS_QUANTISER)


def iris() -> TabularTask:
    """150 irises, 4 features, 3 classes. Needs scikit-learn."""
    return _from_scikit_learn("iris", IRIS_QUANTISER)


def wine() -> TabularTask:
    """178 wines, 13 features, 3 growers. Needs scikit-learn."""
    return _from_scikit_learn("wine", WINE_QUANTISER)


def _from_scikit_learn(name: str, quantiser: Quantiser) -> TabularTask:
    try:
        from sklearn import datasets
    except ImportError:
        raise DatasetUnavailable(
            f"the {name} data come with scikit-learn, which is not installed: pip install 'palletlab[learning]'"
        ) from None
    table = getattr(datasets, f"load_{name}")()
    targets = tuple(int(target) for target in table.target)
    return TabularTask(
        name=name,
        feature_names=tuple(str(feature) for feature in table.feature_names),
        quantiser=quantiser,
        rows=quantiser.rows(table.data.tolist()),
        targets=targets,
        classes=max(targets) + 1,
    )
