"""What each client's part is worth: exact Shapley values in integers, and payouts that add up.

A coalition is a bit mask of clients; its value is an integer that anyone can recompute. The values of forests count
correct test rows (or negated errors); the coalition of nobody is a forest without trees, which says the lowest class,
or zero.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import factorial

from pallets.learning.linear_model import LinearModel, average
from pallets.learning.metrics import correct

CLIENT_LIMIT = 16
"""2^16 coalitions take about a tenth of a second; each client more doubles that."""

Votes = Sequence[Sequence[int]]
"""rows × classes: how many of a client's trees say each class."""


class ContributionError(ValueError):
    """Too many clients for exact values, or tables that do not fit each other."""


@dataclass(frozen=True, slots=True)
class Shapley:
    """Exact Shapley values: numerators over one denominator; they add up to what all are worth above nobody."""

    numerators: tuple[int, ...]
    denominator: int

    @property
    def values(self) -> tuple[Fraction, ...]:
        """The values as fractions."""
        return tuple(Fraction(numerator, self.denominator) for numerator in self.numerators)


def shapley(clients: int, value: Callable[[int], int]) -> Shapley:
    """The Shapley values of a game; `value` is asked once for each of the 2^clients coalitions."""
    check_clients(clients)
    return shapley_of_table([value(coalition) for coalition in range(1 << clients)])


def shapley_of_table(values: Sequence[int]) -> Shapley:
    """The Shapley values of a game whose values are listed by coalition mask; over the factorial of the clients."""
    clients = len(values).bit_length() - 1
    check_clients(clients)
    if len(values) != 1 << clients:
        raise ContributionError(f"{len(values)} values are not those of all coalitions")
    # a client gains size! (n - size - 1)! × (value with - value without), sizes counted without the client
    joined = [factorial(max(size - 1, 0)) * factorial(clients - size) for size in range(clients + 1)]
    missed = [factorial(size) * factorial(max(clients - size - 1, 0)) for size in range(clients + 1)]
    joined[0] = missed[clients] = 0
    lost, both = 0, []
    for coalition, value in enumerate(values):
        size = coalition.bit_count()
        lost += missed[size] * value
        both.append((joined[size] + missed[size]) * value)
    return Shapley(tuple(total - lost for total in _sums_with_each(both)), factorial(clients))


def classifier_values(votes: Sequence[Votes], labels: Sequence[int], base: Votes | None = None) -> list[int]:
    """How many rows each coalition's trees get right together, by coalition mask.

    votes: one table a client, all of the same shape; labels: the class of each row
    base: votes that every coalition has, nobody's too
    The lowest class wins ties, as in prediction.
    """
    check_clients(len(votes))
    tables = [*votes, *([] if base is None else [base])]
    classes = _check_votes(tables, labels)
    most = max((sum(max(map(max, table), default=0) for table in tables)), 1)
    lane = (2 * most + 1).bit_length() + 1
    leads = [[_leads(table, labels, lane, rival) for table in votes] for rival in range(classes - 1)]
    # a lane's top bit is set as long as the true class is not beaten by this rival; lower rivals win ties
    top = sum(1 << (row * lane + lane - 1) for row in range(len(labels)))
    sums = [
        top - sum(1 << row * lane for row, label in enumerate(labels) if rival < label) for rival in range(classes - 1)
    ]
    if base is not None:
        sums = [total + _leads(base, labels, lane, rival) for rival, total in enumerate(sums)]
    values = [0] * (1 << len(votes))
    coalition = 0
    for step in range(1 << len(votes)):
        if step:
            client = (step & -step).bit_length() - 1  # Gray code: one client comes or goes
            coalition ^= 1 << client
            joins = coalition >> client & 1
            for rival, of_rival in enumerate(leads):
                sums[rival] += of_rival[client] if joins else -of_rival[client]
        right = top
        for total in sums:
            right &= total
        values[coalition] = right.bit_count()
    return values


def regressor_values(
    totals: Sequence[Sequence[int]],
    trees: Sequence[int],
    targets: Sequence[int],
    base: tuple[Sequence[int], int] | None = None,
) -> list[int]:
    """Minus the sum of absolute errors of each coalition's mean tree, by coalition mask.

    totals: for each client, the sum of its trees' values for each row; trees: how many it has
    base: totals and trees that every coalition has, nobody's too
    """
    begun, grown = ([0] * len(targets), 0) if base is None else base
    check_clients(len(totals))
    if len(trees) != len(totals) or any(len(column) != len(targets) for column in (*totals, begun)):
        raise ContributionError("totals, trees and targets do not fit each other")
    counts = [max(count, 1) for count in _coalition_sums(grown, trees)]
    values = [0] * len(counts)
    for row, target in enumerate(targets):
        sums = _coalition_sums(begun[row], [column[row] for column in totals])
        # the quotient toward zero, as `divide`, written out: there are 65,536 of them for sixteen clients
        values = [
            value - abs((total // count if total >= 0 else -(-total // count)) - target)
            for value, total, count in zip(values, sums, counts, strict=True)
        ]
    return values


def average_value(
    models: Sequence[LinearModel],
    samples: Sequence[int],
    start: LinearModel,
    rows: Sequence[Sequence[int]],
    labels: Sequence[int],
) -> Callable[[int], int]:
    """The value function of averaged classifiers: correct rows; nobody leaves the model at `start`."""

    def value(coalition: int) -> int:
        members = [client for client in range(len(models)) if coalition >> client & 1]
        model = average([models[i] for i in members], [samples[i] for i in members]) if members else start
        return correct([model.predict(row) for row in rows], labels)

    return value


def leave_one_out(clients: int, value: Callable[[int], int]) -> tuple[int, ...]:
    """What all are worth less what all but one are: clients + 1 evaluations, for any number of clients."""
    everyone = (1 << clients) - 1
    of_all = value(everyone)
    return tuple(of_all - value(everyone ^ 1 << client) for client in range(clients))


def split(amount: int, scores: Sequence[int]) -> tuple[int, ...]:
    """Shares of an amount in proportion to the scores, which add up to it exactly.

    Negative scores earn nothing. Shares are rounded down, and what is left goes one by one to the largest remainders,
    the lowest index first. Where no score is positive nobody earns anything and the amount stays.
    """
    if amount < 0:
        raise ContributionError(f"cannot split {amount}")
    positive = [max(score, 0) for score in scores]
    total = sum(positive)
    if total == 0:
        return (0,) * len(positive)
    shares = [amount * score // total for score in positive]
    by_remainder = sorted(range(len(positive)), key=lambda index: (-(amount * positive[index] % total), index))
    for index in by_remainder[: amount - sum(shares)]:
        shares[index] += 1
    return tuple(shares)


def check_clients(clients: int) -> None:
    """Refuse games without or with too many clients; raises ContributionError."""
    if not 1 <= clients <= CLIENT_LIMIT:
        raise ContributionError(f"exact Shapley values of {clients} clients: from 1 to {CLIENT_LIMIT}")


def _coalition_sums(start: int, parts: Sequence[int]) -> list[int]:
    """`start` and the parts of each coalition's clients, by coalition mask."""
    sums = [start]
    for part in parts:
        sums += [total + part for total in sums]
    return sums


def _sums_with_each(values: list[int]) -> list[int]:
    """For each client, the sum of the values of the coalitions with it; halves the table client by client."""
    sums = []
    while len(values) > 1:
        half = len(values) // 2
        sums.append(sum(values[half:]))
        values = [without + with_it for without, with_it in zip(values[:half], values[half:], strict=True)]
    return sums[::-1]


def _check_votes(votes: Sequence[Votes], labels: Sequence[int]) -> int:
    """How many classes the tables have; raises ContributionError where their shapes differ."""
    if not labels:
        raise ContributionError("no rows to judge by")
    classes = len(votes[0][0]) if votes[0] else 0
    for client, table in enumerate(votes):
        if len(table) != len(labels) or any(len(row) != classes for row in table):
            raise ContributionError(f"the votes of client {client} are not {len(labels)} rows of {classes} classes")
        if any(count < 0 for row in table for count in row):
            raise ContributionError(f"client {client} has a negative number of votes")
    if not all(0 <= label < classes for label in labels):
        raise ContributionError(f"a label outside 0..{classes - 1}")
    return classes


def _leads(table: Votes, labels: Sequence[int], lane: int, rival: int) -> int:
    """A client's votes for each row's class less those for its rival, one row a lane of one long integer.

    rival: counts the other classes of a row upward, so that 0 is the lowest class that is not the row's own
    """
    total = 0
    for row, (counts, label) in enumerate(zip(table, labels, strict=True)):
        other = rival if rival < label else rival + 1
        total += (counts[label] - counts[other]) << (row * lane)
    return total
