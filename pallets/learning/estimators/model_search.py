"""Cross-validation and grid search: joblib spreads the fits, integers do the judging.

Workers are processes unless joblib is told otherwise (`joblib.parallel_config(backend=…)`). Folds come from
`splitting`, so that whoever has the rows and the seed repeats a search.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any

from joblib import Parallel, delayed

from pallets.learning.estimators.artifact import EstimatorError
from pallets.learning.estimators.artifact_kinds import predictions
from pallets.learning.estimators.families import family_of
from pallets.learning.estimators.splitting import Fold

Score = Callable[[Sequence[int], Sequence[int]], Fraction]
"""Of predictions and actual answers; the higher the better. A process must be able to import it."""

Settings = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Candidate:
    """Settings and their score in each fold."""

    settings: tuple[tuple[str, int], ...]
    scores: tuple[Fraction, ...]

    @property
    def mean(self) -> Fraction:
        """The mean over the folds, every fold counted once."""
        return sum(self.scores, Fraction(0)) / len(self.scores)


def cross_validate(
    name: str,
    rows: Sequence[Sequence[int]],
    targets: Sequence[int],
    settings: Settings,
    *,
    folds: Sequence[Fold],
    score: Score,
    jobs: int = 1,
) -> Candidate:
    """The score of a family's settings in each fold."""
    return _judged(name, rows, targets, [settings], folds, score, jobs)[0]


def grid_search(
    name: str,
    rows: Sequence[Sequence[int]],
    targets: Sequence[int],
    grid: Mapping[str, Sequence[int]],
    *,
    folds: Sequence[Fold],
    score: Score,
    jobs: int = 1,
) -> tuple[Candidate, ...]:
    """Every combination of the grid, the best first, equals in the grid's order; jobs: -1 for one a core."""
    combinations = [dict(zip(grid, values, strict=True)) for values in product(*grid.values())]
    return tuple(sorted(_judged(name, rows, targets, combinations, folds, score, jobs), key=lambda each: -each.mean))


def _judged(
    name: str,
    rows: Sequence[Sequence[int]],
    targets: Sequence[int],
    combinations: Sequence[Settings],
    folds: Sequence[Fold],
    score: Score,
    jobs: int,
) -> list[Candidate]:
    if not combinations or not folds:
        raise EstimatorError(f"{len(combinations)} settings to judge in {len(folds)} folds")
    if not family_of(name).has_targets:
        raise EstimatorError(f"{name} has no targets to be judged by")
    tries = [delayed(_score_of)(name, rows, targets, each, fold, score) for each in combinations for fold in folds]
    results: Any = Parallel(n_jobs=jobs)(tries)  # joblib has no types
    found: list[Fraction] = list(results)
    return [
        Candidate(tuple(settings.items()), tuple(found[place * len(folds) : (place + 1) * len(folds)]))
        for place, settings in enumerate(combinations)
    ]


def _score_of(
    name: str,
    rows: Sequence[Sequence[int]],
    targets: Sequence[int],
    settings: Settings,
    fold: Fold,
    score: Score,
) -> Fraction:
    own_rows, own_targets = [rows[row] for row in fold.train], [targets[row] for row in fold.train]
    model = family_of(name).train(own_rows, own_targets, **settings)
    return score(predictions(model, [rows[row] for row in fold.test]), [targets[row] for row in fold.test])
