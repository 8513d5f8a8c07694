from __future__ import annotations

from fractions import Fraction
from hashlib import blake2b

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import LinearRegression, LogisticRegression

from pallets.learning.datasets import breast_cancer, digits
from pallets.learning.fixed_point import Overflow, divide
from pallets.learning.linear_model import (
    LinearKind,
    LinearModel,
    LinearParameters,
    average,
    empty_model,
    encode_linear,
)
from pallets.learning.linear_training import train_linear
from pallets.learning.metrics import accuracy_ppm, r_squared_ppm
from pallets.learning.partition import equal_parts, hold_out
from pallets.learning.sigmoid import ONE, sigmoid
from pallets.learning.training_rows import TrainingError
from tests.pallets.learning.forests import blob_labels, drawn_rows


def oracle(
    start: LinearModel, rows: list[list[int]], targets: list[int], parameters: LinearParameters
) -> tuple[int, ...]:
    """The descent in Python integers, one weight at a time."""
    width = start.features + 1
    inputs = [[step - 2**15 for step in row] + [2**15] for row in rows]
    weights = [list(start.weights[i : i + width]) for i in range(0, len(start.weights), width)]
    for _ in range(parameters.epochs):
        for output, own in enumerate(weights):
            scores = [divide(sum(w * x for w, x in zip(own, row, strict=True)), 2**23) for row in inputs]
            if start.kind is LinearKind.REGRESSOR:
                residuals = [score - target for score, target in zip(scores, targets, strict=True)]
            else:
                positive = 1 if start.outputs == 1 else output
                residuals = [
                    sigmoid(score) - ONE * (target == positive) for score, target in zip(scores, targets, strict=True)
                ]
            gradient = [
                divide(sum(r * row[j] for r, row in zip(residuals, inputs, strict=True)), len(rows) * 2**7)
                + (divide(own[j] * parameters.l2, 2**16) if j < width - 1 else 0)
                for j in range(width)
            ]
            weights[output] = [
                w - divide(g * parameters.learning_rate, 2**16) for w, g in zip(own, gradient, strict=True)
            ]
    return tuple(weight for own in weights for weight in own)


@settings(max_examples=40, deadline=None)
@given(st.data(), st.sampled_from([0, 2, 3]), st.integers(1, 12), st.integers(1, 4), st.integers(0, 10**6))
def test_training_is_the_descent_in_python_integers(
    data: st.DataObject, classes: int, count: int, features: int, seed: int
) -> None:
    rows = drawn_rows(count, features, seed)
    target = st.integers(0, classes - 1) if classes else st.integers(-(2**31), 2**31 - 1)
    targets = data.draw(st.lists(target, min_size=count, max_size=count))
    kind = LinearKind.CLASSIFIER if classes else LinearKind.REGRESSOR
    start = empty_model(kind, features, classes)
    chosen = LinearParameters(
        epochs=4, learning_rate=data.draw(st.integers(0, 2**17)), l2=data.draw(st.integers(0, 999))
    )
    assert train_linear(start, rows, targets, chosen).weights == oracle(start, rows, targets, chosen)


def test_a_start_gives_the_pinned_bytes() -> None:
    rows = drawn_rows(200, 6, 1)
    start = empty_model(LinearKind.CLASSIFIER, 6, 3)
    model = train_linear(start, rows, blob_labels(rows, 3, 1), LinearParameters(epochs=50, l2=100))
    assert blake2b(encode_linear(model), digest_size=16).hexdigest() == "88e4b368de838b478de91e1a12eca413"


def test_epochs_can_be_taken_in_parts() -> None:
    rows = drawn_rows(40, 3, 2)
    labels = blob_labels(rows, 2, 2)
    start = empty_model(LinearKind.CLASSIFIER, 3, 2)
    halfway = train_linear(start, rows, labels, LinearParameters(epochs=5))
    assert train_linear(halfway, rows, labels, LinearParameters(epochs=7)) == train_linear(
        start, rows, labels, LinearParameters(epochs=12)
    )


def test_logistic_accuracy_is_near_that_of_scikit_learn() -> None:
    for task in (breast_cancer(), digits()):
        learn, judge = (task.subset(part) for part in hold_out(len(task.rows), Fraction(3, 10), b"split"))
        start = empty_model(LinearKind.CLASSIFIER, len(task.feature_names), task.classes)
        model = train_linear(start, learn.rows, learn.targets, LinearParameters(150, 2 << 16))
        ours = accuracy_ppm([model.predict(row) for row in judge.rows], judge.targets)
        peer = LogisticRegression(max_iter=300, tol=1e-2).fit(np.array(learn.rows) / 65536, learn.targets)
        theirs = round(1_000_000 * float(peer.score(np.array(judge.rows) / 65536, judge.targets)))
        assert ours > theirs - 25_000


def test_linear_regression_explains_as_much_as_least_squares() -> None:
    rows = drawn_rows(300, 4, 3)
    noise = drawn_rows(300, 1, 4)
    targets = [3 * row[0] - 2 * row[1] + row[3] + drawn[0] // 4 for row, drawn in zip(rows, noise, strict=True)]
    start = empty_model(LinearKind.REGRESSOR, 4)
    model = train_linear(start, rows[:200], targets[:200], LinearParameters(200, 1 << 16))
    peer = LinearRegression().fit(np.array(rows[:200]), targets[:200])
    ours = r_squared_ppm([model.predict(row) for row in rows[200:]], targets[200:])
    assert ours > 1_000_000 * float(peer.score(np.array(rows[200:]), targets[200:])) - 1_000


def test_federated_rounds_reach_the_accuracy_of_one_owner() -> None:
    task = breast_cancer()
    learn, judge = (task.subset(part) for part in hold_out(len(task.rows), Fraction(3, 10), b"split"))
    clients = [learn.subset(part) for part in equal_parts(len(learn.rows), 4, b"clients")]
    model = empty_model(LinearKind.CLASSIFIER, 30, 2)
    for _ in range(5):
        updates = [train_linear(model, c.rows, c.targets, LinearParameters(20, 2 << 16)) for c in clients]
        model = average(updates, [len(c.rows) for c in clients])
    assert accuracy_ppm([model.predict(row) for row in judge.rows], judge.targets) > 930_000


def test_a_descent_that_runs_away_is_refused() -> None:
    start = empty_model(LinearKind.REGRESSOR, 1)
    with pytest.raises(Overflow):
        train_linear(start, [[0], [65535]], [2**31 - 1, -(2**31)], LinearParameters(1000, 2**24))


@pytest.mark.parametrize(
    ("rows", "targets", "message"),
    [
        ([[1, 2]], [0], "rows of 2 features for a model of 1"),
        ([[1]], [2], r"a label outside 0\.\.1"),
        ([[1]], [0, 1], r"labels of shape \(2,\) for 1 rows"),
        ([], [], "features of shape"),
    ],
)
def test_rows_that_do_not_fit_are_refused(rows: list[list[int]], targets: list[int], message: str) -> None:
    with pytest.raises(TrainingError, match=message):
        train_linear(empty_model(LinearKind.CLASSIFIER, 1, 2), rows, targets, LinearParameters(1))
