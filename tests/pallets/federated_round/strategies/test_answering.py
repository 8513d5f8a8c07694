"""Versions of every kind of task answer as the validators' models do, and say what they hold."""

from __future__ import annotations

import pytest

from pallets.federated_round.settings import Taught
from pallets.federated_round.strategies.answering import described, predictor_of
from pallets.federated_round.types import MILLION
from pallets.learning.decoding import DecodeError
from tests.pallets.federated_round.strategies.test_strategies import (
    BOOSTED,
    FOREST,
    LINEAR,
    QUOTA,
    STRATEGIES,
    data_of,
    updates_of,
)

KINDS: dict[str, tuple[Taught, str]] = {
    "forest classes": (FOREST, "12 trees, "),
    "linear classes": (LINEAR, "9 weights"),
    "quota classes": (QUOTA, "6 trees of 3 clients"),
    "boosted classes": (BOOSTED, "9 stages, "),
}


@pytest.mark.parametrize("name", KINDS)
def test_a_version_answers_as_it_was_judged(name: str) -> None:
    strategy, (settings, words) = STRATEGIES[name], KINDS[name]
    updates, test = updates_of(strategy, name), data_of(b"test", name)
    model = strategy.aggregate(updates, None).model
    predictor = predictor_of(settings, model)
    right = sum(predictor.predict(row) == label for row, label in zip(test.rows(), test.targets, strict=True))
    assert strategy.evaluate(updates, None, model, test).after == right * MILLION // len(test)
    assert described(settings, model).startswith(words)
    for use in (predictor_of, described):
        with pytest.raises(DecodeError):
            use(settings, b"no model")
