"""A weighted draw without replacement that anyone can repeat.

Candidates stand in the order of their accounts, one after the other on a line, each as long as its weight. A seat
goes to whoever stands at a uniform point of the line, and leaves it. Points are the first of

    blake2_256("palletlab/lottery" ‖ seed ‖ u32 little endian 0, 1, 2, …)      as 256-bit little-endian numbers

that lie below the largest multiple of the line's length, modulo that length; every hash is used once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count

from chain.crypto.hashing import blake2_256
from chain.primitives import AccountId

DOMAIN = b"palletlab/lottery"

POINT_RANGE = 2**256
"""Stakes of 128 bits times reputations of 32, of up to 2^32 candidates, stay far below."""

Candidate = tuple[AccountId, int]
"""An account and its weight."""


class LotteryError(ValueError):
    """A draw that makes no sense: an account twice, a weight or a number of seats below zero, too long a line."""


def draw(candidates: Sequence[Candidate], seats: int, seed: bytes) -> tuple[AccountId, ...]:
    """Up to `seats` different accounts in the order drawn; weight 0 is never drawn.

    The result does not depend on the order of the candidates.
    """
    line = _line_of(candidates)
    if seats < 0:
        raise LotteryError(f"{seats} seats")
    points = _numbers(seed)
    drawn: list[AccountId] = []
    while line and len(drawn) < seats:
        place = _place_of(line, _below(sum(weight for _, weight in line), points))
        drawn.append(line.pop(place)[0])
    return tuple(drawn)


def _line_of(candidates: Sequence[Candidate]) -> list[Candidate]:
    line = sorted(candidate for candidate in candidates if candidate[1])
    if any(weight < 0 for _, weight in line):
        raise LotteryError("a candidate has a weight below zero")
    if len({account for account, _ in candidates}) != len(candidates):
        raise LotteryError("an account is a candidate twice")
    if sum(weight for _, weight in line) >= POINT_RANGE:
        raise LotteryError("the weights together exceed 256 bits")
    return line


def _place_of(line: Sequence[Candidate], point: int) -> int:
    for place, (_, weight) in enumerate(line):
        if point < weight:
            return place
        point -= weight
    raise LotteryError(f"point {point} lies behind the line")


def _below(bound: int, numbers: Iterator[int]) -> int:
    limit = POINT_RANGE - POINT_RANGE % bound
    return next(number for number in numbers if number < limit) % bound


def _numbers(seed: bytes) -> Iterator[int]:
    for counter in count():
        yield int.from_bytes(blake2_256(DOMAIN + seed + counter.to_bytes(4, "little")), "little")
