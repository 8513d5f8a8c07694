"""How sure a classifier is: the share of each class, for those whose scores are logarithms of odds.

Difference to scikit-learn's `predict_proba`: at most the model's stated error of a score, and 2^-18 (`softmax`).
"""

from __future__ import annotations

from collections.abc import Sequence

from pallets.learning.estimators.artifact import SCORE_BITS, EstimatorError, Task
from pallets.learning.estimators.categorical_bayes import CategoricalBayes
from pallets.learning.estimators.discrete_bayes import DiscreteBayes
from pallets.learning.estimators.exponential import softmax
from pallets.learning.estimators.gaussian_bayes import TOTAL_BITS, GaussianBayes
from pallets.learning.estimators.network import SCORE_FRACTIONAL_BITS, Network
from pallets.learning.fixed_point import WEIGHT_FRACTIONAL_BITS
from pallets.learning.linear_model import FEATURE_BITS, LinearKind, LinearModel

Sure = LinearModel | Network | GaussianBayes | DiscreteBayes | CategoricalBayes


def probabilities(model: Sure, row: Sequence[int]) -> list[int]:
    """The share of each class, 30 fractional bits, rounded down; raises EstimatorError for a regressor."""
    if isinstance(model, LinearModel):
        is_classifier, bits = model.kind is LinearKind.CLASSIFIER, WEIGHT_FRACTIONAL_BITS + FEATURE_BITS
    elif isinstance(model, Network):
        is_classifier, bits = model.task is Task.CLASSIFIER, SCORE_FRACTIONAL_BITS
    else:
        is_classifier, bits = True, TOTAL_BITS if isinstance(model, GaussianBayes) else SCORE_BITS
    if not is_classifier:
        raise EstimatorError("a regressor has no probabilities")
    scores = model.scores(row)
    # two classes share one score: that of the second over the first
    return softmax([0, *scores] if len(scores) == 1 else scores, bits)
