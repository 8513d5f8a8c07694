"""The yardstick that models of every kind are judged by, and the verdict that follows from a game's values.

The value of a model is an integer: correct rows of a classifier, minus the sum of absolute errors of a regressor.
The metric is that value in parts per million: of all rows, that is accuracy; or of the best constant answer's error,
that is how much of the error is gone. The best constant is the most frequent class, or the median. Nobody's model,
before the first version, is worth as much as the best constant.

The players are the clients, and the value of a coalition is that of the model that the base version and its members'
updates make. Their Shapley values, in parts per million of the metric, are the contributions: they add up to what all
of them improved the metric by, up to one part a client for rounding toward zero.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from chain.primitives import AccountId
from chain.record import record
from pallets.federated_round.data import DataError, DataSet, check_shape
from pallets.federated_round.types import MILLION, ClientScore, Judged
from pallets.federated_round.worth import BySamples, SampledShapley, Worth
from pallets.learning.contribution import Shapley, shapley_of_table
from pallets.learning.fixed_point import divide
from pallets.learning.metrics import correct
from pallets.learning.sampled_contribution import sampled_shapley


@record
class Yardstick:
    """How values become metrics: ppm = (value - zero) × a million / unit.

    constant: the value of the best constant answer
    """

    targets: tuple[int, ...]
    is_classifier: bool
    constant: int
    zero: int
    unit: int

    def value(self, answers: Sequence[int]) -> int:
        """The value of a model that gives these answers to the rows."""
        if self.is_classifier:
            return correct(answers, self.targets)
        return -_error(answers, self.targets)

    def ppm(self, value: int) -> int:
        """The metric of a value, rounded toward zero."""
        return divide((value - self.zero) * MILLION, self.unit)


def yardstick_of(test: DataSet, columns: int, classes: int) -> Yardstick:
    """The yardstick of a test set; `classes` is 0 for values.

    Raises DataError where the rows have another shape, a label is no class, or all values are equal.
    """
    check_shape(test, columns, classes)
    if classes:
        constant = max(Counter(test.targets).values())
        return Yardstick(test.targets, True, constant, 0, len(test))
    median = sorted(test.targets)[(len(test) - 1) // 2]
    error = _error([median] * len(test), test.targets)
    if error == 0:
        raise DataError("all values are equal: there is nothing to predict")
    return Yardstick(test.targets, False, -error, -error, error)


@record
class Game:
    """What coalitions of clients are worth. value: of a coalition by bit mask; 0 is nobody, the base version alone"""

    clients: int
    value: Callable[[int], int]


def verdict_of(
    accounts: Sequence[AccountId],
    game: Game,
    worth: Worth,
    seed: bytes,
    solo: Sequence[int],
    after: int | None,
    yardstick: Yardstick,
) -> Judged:
    """The verdict on a round, whose contributions are found as the task says.

    solo: of each client's update alone
    after: of the new model; None where it is no model, which is worse than any, by a whole million
    """
    if isinstance(worth, BySamples):  # of the model alone: `by_samples` knows the clients
        return verdict((), Shapley((), 1), game.value(0), (), after, yardstick)
    if isinstance(worth, SampledShapley):
        tolerance = worth.tolerance * yardstick.unit // MILLION
        found = sampled_shapley(game.clients, game.value, seed, worth.orders, tolerance)
        return verdict(accounts, found, game.value(0), solo, after, yardstick)
    values = [game.value(coalition) for coalition in range(1 << game.clients)]
    return verdict(accounts, shapley_of_table(values), values[0], solo, after, yardstick)


def verdict(
    accounts: Sequence[AccountId],
    found: Shapley,
    before: int,
    solo: Sequence[int],
    after: int | None,
    yardstick: Yardstick,
) -> Judged:
    """The verdict of Shapley values; before: the value of the base version, the rest as of `verdict_of`."""
    scale = found.denominator * yardstick.unit
    clients = tuple(
        ClientScore(account, divide(numerator * MILLION, scale), yardstick.ppm(alone))
        for account, numerator, alone in zip(accounts, found.numerators, solo, strict=True)
    )
    ppm, constant = yardstick.ppm(before), yardstick.ppm(yardstick.constant)
    return Judged(ppm, ppm - MILLION if after is None else yardstick.ppm(after), constant, clients)


def _error(answers: Sequence[int], targets: Sequence[int]) -> int:
    return sum(abs(answer - target) for answer, target in zip(answers, targets, strict=True))
