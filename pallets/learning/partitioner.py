"""Partitions by name, as `dirichlet:0.3`: over the rows of a table, or over counts where there are no rows yet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from pallets.learning.partition import (
    PartitionError,
    Parts,
    classes_each,
    equal_parts,
    label_skew,
    quantity_skew,
    shards,
)

LARGEST_DENOMINATOR: Final = 10_000
"""Of a concentration: four decimals."""


@dataclass(frozen=True, slots=True)
class Partitioner:
    """One way to divide rows; `name` is how it is written."""

    name: str
    divide: Callable[[Sequence[int], int, bytes, int], Parts]

    def parts(self, labels: Sequence[int], clients: int, seed: bytes, *, at_least: int = 0) -> Parts:
        """The rows of each client; raises PartitionError.

        at_least: rows that every client ends with, where the way leaves sizes open
        """
        return self.divide(labels, clients, seed, at_least)

    def counts(self, class_counts: Sequence[int], clients: int, seed: bytes) -> tuple[tuple[int, ...], ...]:
        """How many rows of each class each client has, where the table has so many of each."""
        if any(count < 0 for count in class_counts):
            raise PartitionError(f"counts {tuple(class_counts)} of classes")
        labels = [label for label, count in enumerate(class_counts) for _ in range(count)]
        counted = []
        for part in self.parts(labels, clients, seed):
            own = [0] * len(class_counts)
            for row in part:
                own[labels[row]] += 1
            counted.append(tuple(own))
        return tuple(counted)


def partitioner_of(text: str) -> Partitioner:
    """The partitioner of its name; raises PartitionError that lists them."""
    name, _, parameter = text.partition(":")
    if name == "equal" and not parameter:
        return Partitioner(text, lambda labels, clients, seed, _least: equal_parts(len(labels), clients, seed))
    if name == "dirichlet":
        strength = _concentration(text, parameter)
        return Partitioner(
            text, lambda labels, clients, seed, least: label_skew(labels, clients, seed, strength, at_least=least)
        )
    if name == "quantity":
        strength = _concentration(text, parameter)
        return Partitioner(
            text,
            lambda labels, clients, seed, least: quantity_skew(len(labels), clients, seed, strength, at_least=least),
        )
    if name == "shards":
        each = _whole(text, parameter)
        return Partitioner(text, lambda labels, clients, seed, _least: shards(labels, clients, seed, shards_each=each))
    if name == "labels":
        few = _whole(text, parameter)
        return Partitioner(text, lambda labels, clients, seed, _least: classes_each(labels, clients, seed, few))
    raise PartitionError(f"{text!r} is none of equal, dirichlet:0.3, shards:2, labels:2, quantity:0.5")


def _concentration(text: str, parameter: str) -> Fraction:
    """From a decimal number above zero."""
    whole, _, decimals = parameter.partition(".")
    digits = whole + decimals
    is_number = digits.isascii() and digits.isdigit() and len(digits) <= 9
    found = Fraction(int(digits), 10 ** len(decimals)) if is_number else Fraction(0)
    if not found or found.denominator > LARGEST_DENOMINATOR:
        raise PartitionError(f"{text!r}: the concentration is a number above 0 with up to four decimals")
    return found


def _whole(text: str, parameter: str) -> int:
    if not (parameter.isascii() and parameter.isdigit()) or not 1 <= len(parameter) <= 4 or int(parameter) < 1:
        raise PartitionError(f"{text!r}: the number behind the colon is 1 to 9999")
    return int(parameter)
