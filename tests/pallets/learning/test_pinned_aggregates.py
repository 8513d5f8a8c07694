"""Digests of what each strategy and rule makes of one seeded table: the same on every machine."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import blake2b
from struct import pack
from typing import Final

import numpy as np
import pytest
from numpy.typing import NDArray

from pallets.learning.aggregation.adaptive import Adaptive, AdaptiveParameters, adaptive_step
from pallets.learning.aggregation.asynchronous import empty_buffer
from pallets.learning.aggregation.fairness import fair_step
from pallets.learning.aggregation.momentum import momentum_step
from pallets.learning.aggregation.optimiser_state import OptimiserState, blank, encode_state
from pallets.learning.averaging import weighted_mean
from pallets.learning.compression import quantised, top
from pallets.learning.robust.coordinates import median, trimmed_mean
from pallets.learning.robust.geometric_median import geometric_median
from pallets.learning.robust.krum import bulyan, krum, multi_krum
from pallets.learning.robust.norms import clipped_mean
from pallets.learning.stream import Stream

CLIENTS, PARAMETERS = 11, 40
_DRAWN = Stream(b"pinned aggregates").draws(CLIENTS * PARAMETERS, 2**27)
UPDATES: Final = np.array(_DRAWN, dtype=np.int64).reshape(CLIENTS, PARAMETERS) - 2**26
ROWS: Final = UPDATES.tolist()
SAMPLES: Final = list(range(1, CLIENTS + 1))
START: Final = [1 << 20] * PARAMETERS

Step = Callable[[list[int], list[int], OptimiserState], tuple[list[int], OptimiserState]]


def three_rounds(step: Step) -> bytes:
    """Weights and state after three rounds."""
    weights, state = START, blank(PARAMETERS)
    for round_ in range(3):
        mean = weighted_mean(ROWS[round_:], SAMPLES[round_:])
        weights, state = step(weights, mean, state)
    return of_row(weights) + encode_state(state)


def adaptive(kind: Adaptive) -> bytes:
    decay = (0, 0) if kind is Adaptive.ADAGRAD else (9 << 28, 99 << 25)
    return three_rounds(lambda w, m, s: adaptive_step(w, m, s, AdaptiveParameters(kind, 1 << 29, *decay, 1 << 20)))


def buffered() -> bytes:
    buffer = empty_buffer(PARAMETERS, CLIENTS, 5, version=5)
    for client, row in enumerate(ROWS):
        buffer = buffer.added(bytes([client]), row, SAMPLES[client], begun_from=client % 6)
    return of_row(buffer.moved(START)[0])


def of_row(values: list[int] | NDArray[np.int64]) -> bytes:
    return pack(f"<{len(values)}q", *(int(value) for value in values))


PINNED: Final[dict[str, tuple[Callable[[], bytes], str]]] = {
    "FedAvg": (lambda: of_row(weighted_mean(ROWS, SAMPLES)), "604c7788f29b9a23"),
    "FedAvgM": (
        lambda: three_rounds(lambda w, m, s: momentum_step(w, m, s, learning_rate=1 << 31, momentum=15 << 28)),
        "d113cd9e8d09cd69",
    ),
    "FedAdam": (lambda: adaptive(Adaptive.ADAM), "a162034a0e219447"),
    "FedYogi": (lambda: adaptive(Adaptive.YOGI), "be4dc269b524367b"),
    "FedAdagrad": (lambda: adaptive(Adaptive.ADAGRAD), "970b683a2e3f751e"),
    "qFedAvg": (
        lambda: of_row(fair_step(START, ROWS, [n << 22 for n in SAMPLES], q=(1, 5), learning_rate=1 << 30)),
        "afe2042d6081b0a8",
    ),
    "buffered": (buffered, "55a790c0cbec7b8d"),
    "median": (lambda: of_row(median(UPDATES)), "5491b7b06ba28133"),
    "trimmed mean": (lambda: of_row(trimmed_mean(UPDATES, 3, 3)), "3aeb527da8183ba8"),
    "Krum": (lambda: of_row(krum(UPDATES, 3)), "7f02c5d8f2aee619"),
    "Multi-Krum": (lambda: of_row(multi_krum(UPDATES, 3, 4)), "6506242bd29656fa"),
    "Bulyan": (lambda: of_row(bulyan(UPDATES, 2)), "5bda7e7dda985101"),
    "geometric median": (lambda: of_row(geometric_median(UPDATES, 5)), "159df3696c966a80"),
    "norm clipping": (lambda: of_row(clipped_mean(UPDATES, 1 << 26)), "0855aa2f2d993251"),
    "quantised": (lambda: quantised(UPDATES[0], 7), "74979bf6f8314412"),
    "top-k": (lambda: top(UPDATES[0], 9)[0], "3d80ee035346abc0"),
}


@pytest.mark.parametrize("name", PINNED)
def test_the_bytes_are_the_pinned_ones(name: str) -> None:
    made, digest = PINNED[name]
    assert blake2b(made(), digest_size=8).hexdigest() == digest
