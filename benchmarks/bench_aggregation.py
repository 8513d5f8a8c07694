"""Averaging large updates; peers: numpy reading the same memory once, and Flower's weighted mean.

How fast memory is read is the limit of any mean, so `M.sum()` stands beside both: the float mean of a simulation and
the integer mean that a chain agrees on, of updates that were checked when they arrived. Both are compared with a mean
computed another way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.measure import Goal, Row, Run, WorkDiffers, compare, cpu_seconds, row_of
from benchmarks.peers import FLOWER_MEAN, PeerProcess
from benchmarks.run import alone
from pallets.learning.aggregation.column_sums import check_update, column_sums, float_mean, mean_of_sums

SEED: Final = 11
LARGEST: Final = 2**50
"""Of an update's values; a hundred of them stay far from the end of int64."""

READ_ONCE: Final = f"numpy {np.__version__}'s M.sum()"


def rows(run: Run) -> Iterator[Row]:
    """Time of a float and of an integer mean."""
    clients, parameters = (8, 20_000) if run.is_quick else (100, 1_000_000)
    yield from float_rows(run, clients, parameters)
    yield integer_row(run, clients // 2, parameters)


def float_rows(run: Run, clients: int, parameters: int) -> Iterator[Row]:
    """The float mean beside reading the updates, and beside Flower's."""
    run.say("drawing updates of floats")
    updates = np.random.default_rng(SEED).standard_normal((clients, parameters), dtype=np.float32)
    samples = list(range(1, clients + 1))
    total = float(np.abs(float_mean(updates, samples)).astype(np.float64).sum())
    slow = sum(samples[client] * updates[client, :1000].astype(np.float64) for client in range(clients)) / sum(samples)
    if np.abs(float_mean(updates, samples)[:1000] - slow).max() > 1e-5:
        raise WorkDiffers("our float mean is not the mean")

    def ours() -> float:
        return cpu_seconds(lambda: float_mean(updates, samples))

    work = f"{clients} clients, {parameters:,} parameters"
    yield row_of(
        compare(run.rounds, ours, lambda: cpu_seconds(updates.sum)),
        1e3,
        name="weighted mean in floats",
        work=work,
        unit="ms",
        peer=READ_ONCE,
        goal=Goal("at most", 2),
    )
    with PeerProcess(FLOWER_MEAN, run.say, clients=clients, parameters=parameters, seed=SEED) as peer:

        def peers() -> float:
            seconds = peer.seconds()
            if abs(peer.prepared["total"] - total) > 1e-4 * total:
                raise WorkDiffers(f"Flower's mean adds up to {peer.prepared['total']}, ours to {total}")
            return seconds

        yield row_of(
            compare(run.rounds, ours, peers),
            1e3,
            name="weighted mean in floats",
            work=work,
            unit="ms",
            peer=FLOWER_MEAN.title,
            goal=Goal("at least", 2),
        )


def integer_row(run: Run, clients: int, parameters: int) -> Row:
    """The integer mean beside reading the updates."""
    run.say("drawing updates of integers")
    updates = np.random.default_rng(SEED).integers(-(2**40), 2**40, (clients, parameters), dtype=np.int64)
    for update in updates:
        check_update(update, parameters, LARGEST)
    arrived = list(updates)
    if not np.array_equal(column_sums(arrived, LARGEST), updates.sum(axis=0)):
        raise WorkDiffers("our sums are not the sums")
    first = mean_of_sums(column_sums(arrived, LARGEST), clients)[:100].tolist()
    if first != [int(sum(column) / clients) for column in updates[:, :100].T.tolist()]:
        raise WorkDiffers("our integer mean is not the mean rounded toward zero")
    return row_of(
        compare(run.rounds, _timed(lambda: column_sums(arrived, LARGEST)), _timed(updates.sum)),
        1e3,
        name="sum of int64 updates",
        work=f"{clients} clients, {parameters:,} parameters",
        unit="ms",
        peer=READ_ONCE,
        goal=Goal("at most", 1 / 0.7),
    )


def _timed(work: Callable[[], NDArray[np.int64] | np.int64]) -> Callable[[], float]:
    return lambda: cpu_seconds(work)


if __name__ == "__main__":
    raise SystemExit(alone("aggregation"))
