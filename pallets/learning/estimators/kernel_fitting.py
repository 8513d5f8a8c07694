"""Support vector machines trained by scikit-learn, as `SupportVectors`."""

from __future__ import annotations

from typing import Any

from sklearn.svm import SVC, SVR

from pallets.learning.estimators.artifact import SCORE_BITS, Task
from pallets.learning.estimators.fitting import (
    WHOLE,
    centred,
    fitted_by,
    labels_of,
    nearest,
    nearest_rows,
    real,
    steps_of,
    values_of,
)
from pallets.learning.estimators.support_vectors import GAMMA_BITS, GAMMA_LIMIT, Kernel, SupportVectors
from pallets.learning.training_rows import Column, Integers, Table


def support_vector_classifier(
    rows: Table, labels: Column, *, classes: int, kernel: int = Kernel.RBF, gamma: int = 0, inverse_penalty: int = WHOLE
) -> SupportVectors:
    """One decision for each pair of classes.

    kernel: 0 linear, 1 RBF
    gamma: 24 fractional bits; 0 for scikit-learn's "scale" rounded to them
    inverse_penalty: scikit-learn's C, 16 fractional bits
    """
    steps, reals = steps_of(rows), centred(rows)
    chosen = _gamma(Kernel(kernel), gamma, reals)
    wanted = labels_of(labels, len(steps), classes)
    fitted = fitted_by(
        SVC(C=real(inverse_penalty), kernel=Kernel(kernel).name.lower(), gamma=_as_real(chosen)), reals, wanted
    )
    # scikit-learn turns the one decision of two classes round, for its positive class to be the second
    sign = -1.0 if classes == 2 else 1.0
    return _machine(fitted, Task.CLASSIFIER, Kernel(kernel), chosen, classes, steps, sign)


def support_vector_regressor(
    rows: Table,
    targets: Column,
    *,
    kernel: int = Kernel.RBF,
    gamma: int = 0,
    inverse_penalty: int = WHOLE,
    tolerance: int = WHOLE // 10,
) -> SupportVectors:
    """One value; tolerance: the distance that costs nothing (epsilon), 16 fractional bits."""
    steps, reals = steps_of(rows), centred(rows)
    chosen = _gamma(Kernel(kernel), gamma, reals)
    machine = SVR(
        C=real(inverse_penalty), epsilon=real(tolerance), kernel=Kernel(kernel).name.lower(), gamma=_as_real(chosen)
    )
    fitted = fitted_by(machine, reals, values_of(targets, len(steps)))
    return _machine(fitted, Task.REGRESSOR, Kernel(kernel), chosen, 0, steps, 1.0)


def _gamma(kernel: Kernel, gamma: int, reals: Any) -> int:
    if kernel is Kernel.LINEAR:
        return 0
    scale = reals.shape[1] * float(reals.var()) or 1.0
    return gamma or min(max(round(2.0**GAMMA_BITS / scale), 1), GAMMA_LIMIT)


def _as_real(gamma: int) -> Any:  # scikit-learn's default is a text, which checkers take for the type
    return gamma / 2.0**GAMMA_BITS or 1.0  # the linear kernel has none, and scikit-learn wants one all the same


def _machine(
    fitted: Any, task: Task, kernel: Kernel, gamma: int, classes: int, steps: Integers, sign: float
) -> SupportVectors:
    vectors = tuple(map(tuple, steps[fitted.support_].tolist()))
    return SupportVectors(
        task=task,
        kernel=kernel,
        gamma=gamma,
        features=steps.shape[1],
        classes=classes,
        supports=tuple(fitted.n_support_.tolist()) if task is Task.CLASSIFIER else (),
        vectors=vectors,
        coefficients=nearest_rows(sign * fitted.dual_coef_, SCORE_BITS),
        intercepts=nearest(sign * fitted.intercept_, SCORE_BITS),
    )
