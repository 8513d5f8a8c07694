"""Who holds which rows: seeded partitions of one table among clients, equal or skewed, in integers.

Every partition gives each row to exactly one client, and lists a client's rows in ascending order.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from pallets.learning.stream import WORD_RANGE, Stream

Parts = tuple[tuple[int, ...], ...]
"""The rows of each client."""

HOURS_A_DAY = 24
HOURS_A_WEEK = 7 * HOURS_A_DAY
EPOCH_WEEKDAY = 3
"""1970-01-01 was a Thursday; weeks start on Monday."""


class PartitionError(ValueError):
    """Rows that cannot be divided as asked."""


def equal_parts(rows: int, clients: int, seed: bytes) -> Parts:
    """Shuffled rows dealt in turn: sizes differ by one at most."""
    _check_clients(clients)
    order = Stream(seed).permutation(rows)
    return _sorted_parts([order[client::clients] for client in range(clients)])


def label_skew(
    labels: Sequence[int], clients: int, seed: bytes, concentration: Fraction | int, *, at_least: int = 0
) -> Parts:
    """Dirichlet label skew: for each class, the clients' shares are one draw of Dirichlet(concentration).

    Drawn without reals by Pólya's urn, which has the same distribution: with concentration a/b, the class's next row
    goes to a client with weight a + b × the rows of the class that it has already. Small concentrations skew more
    (0.1 is strong, 100 nearly equal). at_least: rows that every client ends with, taken from whoever has most.
    """
    stream, parts = Stream(seed), _empty_parts(clients)
    for label in sorted(set(labels)):
        rows = [row for row, own in enumerate(labels) if own == label]
        for row, client in zip(rows, _urn(len(rows), clients, Fraction(concentration), stream), strict=True):
            parts[client].append(row)
    return _sorted_parts(_filled(parts, at_least))


def quantity_skew(rows: int, clients: int, seed: bytes, concentration: Fraction | int, *, at_least: int = 0) -> Parts:
    """Dirichlet quantity skew: sizes by one draw of Dirichlet(concentration), rows at random."""
    stream, parts = Stream(seed), _empty_parts(clients)
    order = stream.permutation(rows)
    for row, client in zip(order, _urn(rows, clients, Fraction(concentration), stream), strict=True):
        parts[client].append(row)
    return _sorted_parts(_filled(parts, at_least))


def shards(labels: Sequence[int], clients: int, seed: bytes, *, shards_each: int = 2) -> Parts:
    """Rows sorted by label, cut into equal shards, some to each client: few classes each (McMahan et al. 2017)."""
    _check_clients(clients)
    count = clients * shards_each
    if shards_each < 1 or count > len(labels):
        raise PartitionError(f"{count} shards of {len(labels)} rows")
    by_label = sorted(range(len(labels)), key=lambda row: (labels[row], row))
    cut = [by_label[len(labels) * i // count : len(labels) * (i + 1) // count] for i in range(count)]
    order = Stream(seed).permutation(count)
    return _sorted_parts(
        [
            [row for shard in order[client * shards_each : (client + 1) * shards_each] for row in cut[shard]]
            for client in range(clients)
        ]
    )


def classes_each(labels: Sequence[int], clients: int, seed: bytes, few: int) -> Parts:
    """Label skew: each client has rows of at most `few` classes, and each class is divided equally among its clients.

    Classes are given out in turn, in random order, so that each has as many clients as any other, give or take one.
    Raises PartitionError where clients × few are fewer than the classes, because nobody would have some rows.
    """
    stream, parts = Stream(seed), _empty_parts(clients)
    present = sorted(set(labels))
    if not few >= 1 or (labels and clients * few < len(present)) or few > max(len(present), 1):
        raise PartitionError(f"{few} classes for each of {clients} clients, of {len(present)} classes")
    order = stream.permutation(len(present))
    holders: dict[int, list[int]] = {label: [] for label in present}
    for place in range(clients * few if present else 0):
        holders[present[order[place % len(present)]]].append(place // few)
    for label in present:
        own = [row for row, other in enumerate(labels) if other == label]
        for place, shuffled in enumerate(stream.permutation(len(own))):
            parts[holders[label][place % len(holders[label])]].append(own[shuffled])
    return _sorted_parts(parts)


def periods(moments: Sequence[int], clients: int) -> Parts:
    """Equal spans of time, one a client, so that drift divides the clients; moments: the hour of each row."""
    if not moments:
        raise PartitionError("no rows to divide by time")
    first = min(moments)
    span = max(moments) - first + 1
    return _by_client(moments, clients, lambda moment: (moment - first) * clients // span)


def hour_bands(moments: Sequence[int], clients: int) -> Parts:
    """Equal bands of the day, one a client: night, morning, afternoon and evening for four."""
    return _by_client(moments, clients, lambda moment: moment % HOURS_A_DAY * clients // HOURS_A_DAY)


def hold_out_weeks(moments: Sequence[int], every: int) -> Parts:
    """The rows to learn from, and those of each `every`-th week to be judged by; weeks are counted from 1970."""
    if every < 2:
        raise PartitionError(f"holding out every {every}th week leaves nothing to learn from")

    def is_held_out(moment: int) -> int:
        week = (moment + EPOCH_WEEKDAY * HOURS_A_DAY) // HOURS_A_WEEK
        return int(week % every == every - 1)

    return _by_client(moments, 2, is_held_out)


def hold_out(rows: int, share: Fraction, seed: bytes) -> Parts:
    """The rows to learn from, and a random share of them, rounded down, to be judged by."""
    if not 0 <= share <= 1:
        raise PartitionError(f"a share of {share}")
    order = Stream(seed).permutation(rows)
    count = rows * share.numerator // share.denominator
    return _sorted_parts([order[count:], order[:count]])


def _urn(rows: int, clients: int, concentration: Fraction, stream: Stream) -> list[int]:
    """The client of each row in turn, by Pólya's urn."""
    weight, copies = concentration.numerator, concentration.denominator
    if weight < 1 or weight * clients + copies * rows > WORD_RANGE:
        raise PartitionError(f"concentration {concentration} is not positive, or too fine for {rows} rows")
    drawn: list[int] = []
    for row in range(rows):
        ball = stream.below(weight * clients + copies * row)
        # the first balls are the clients' own, the others stand for rows that were given before
        drawn.append(ball // weight if ball < weight * clients else drawn[(ball - weight * clients) // copies])
    return drawn


def _filled(parts: list[list[int]], at_least: int) -> list[list[int]]:
    """Give the clients with too few rows the last rows of the largest client, the lowest of equals."""
    if at_least * len(parts) > sum(map(len, parts)):
        raise PartitionError(f"too few rows for {at_least} each among {len(parts)} clients")
    for part in parts:
        while len(part) < at_least:
            part.append(max(parts, key=len).pop())
    return parts


def _by_client(moments: Sequence[int], clients: int, client_of: Callable[[int], int]) -> Parts:
    parts = _empty_parts(clients)
    for row, moment in enumerate(moments):
        parts[client_of(moment)].append(row)
    return _sorted_parts(parts)


def _empty_parts(clients: int) -> list[list[int]]:
    _check_clients(clients)
    return [[] for _ in range(clients)]


def _check_clients(clients: int) -> None:
    if clients < 1:
        raise PartitionError(f"{clients} clients")


def _sorted_parts(parts: Sequence[Sequence[int]]) -> Parts:
    return tuple(tuple(sorted(part)) for part in parts)
