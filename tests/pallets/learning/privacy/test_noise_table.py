from __future__ import annotations

from collections import Counter
from math import exp

import numpy as np
import pytest

from pallets.learning.privacy import noise_table
from pallets.learning.privacy.noise_table import LARGEST_DEVIATION, Noise, NoiseTable
from pallets.learning.privacy.refusals import PrivacyError
from tests.pallets.learning.privacy.test_discrete_gaussian import assert_frequencies
from tests.pallets.learning.secure_aggregation.rounds import seeded


@pytest.mark.parametrize("variance", [0.2, 1.0, 30.0])
def test_samples_have_the_probabilities_of_the_definition(variance: float) -> None:
    draws = 200_000
    counts = Counter(NoiseTable(variance).samples(draws, seeded(1)).tolist())
    weights = {value: exp(-(value**2) / (2 * variance)) for value in range(-60, 61)}
    assert_frequencies(counts, weights, draws)


@pytest.mark.parametrize("variance", [0.2, 3.0])
def test_the_table_itself_holds_the_probabilities_to_its_last_bits(variance: float) -> None:
    """How many of the 2^63 draws give each size, found by asking for the draws on either side of a limit."""
    table = NoiseTable(variance)
    weights = [exp(-(size**2) / (2 * variance)) * (2 if size else 1) for size in range(table.largest + 1)]
    reached = [sum(weights[size:]) / sum(weights) for size in range(table.largest + 1)]
    for size in range(1, table.largest + 1):
        limit = int(reached[size] * 2**63)
        slack = int(limit * 2.0**-46) + 2
        for draw, expected_at_least in ((max(limit - slack, 0), size), (limit + slack, size - 1)):
            (sample,) = table.samples(1, lambda _, draw=draw: (draw << 1).to_bytes(8, "little")).tolist()  # type: ignore[misc]
            if expected_at_least == size and limit > slack:
                assert sample >= size
            if expected_at_least == size - 1:
                assert sample <= size - 1


def test_the_last_bit_is_the_sign_and_the_farthest_size_bounds_all() -> None:
    table = NoiseTable(4.0)
    farthest = table.samples(2, lambda _: (0).to_bytes(8, "little") + (1).to_bytes(8, "little"))
    assert farthest[0] == -farthest[1]
    assert 8.5 * 2 <= farthest[0] <= table.largest
    nearest = table.samples(1, lambda _: b"\xff" * 8)
    assert nearest.tolist() == [0]
    assert np.abs(table.samples(1000, seeded(4))).max() <= table.largest


@pytest.mark.parametrize("deviation", [2.0**14 * 1.01, 3e5, 2.0**27, 2.0**40])
def test_noise_wider_than_a_table_has_its_deviation_and_no_gaps(deviation: float) -> None:
    noise = Noise(deviation**2)
    drawn = noise.samples(40_000, seeded(6))
    assert float(np.std(drawn.astype(np.float64))) == pytest.approx(deviation, rel=0.02)
    assert np.abs(drawn).max() <= noise.largest < 14 * deviation
    assert noise.largest > 8 * deviation
    for bits in (1, 3, 11):  # every remainder comes as often as any other
        counts = np.bincount(drawn & ((1 << bits) - 1), minlength=1 << bits)
        expected = len(drawn) / (1 << bits)
        assert float(((counts - expected) ** 2 / expected).sum()) < (1 << bits) + 6 * np.sqrt(2 * (1 << bits)) + 6


def test_two_tables_give_the_probabilities_of_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same construction at a size where every probability can be counted: gaps of 2, fine noise of six gaps."""
    monkeypatch.setattr(noise_table, "GAP_BITS", 1)
    monkeypatch.setattr(noise_table, "FINE_DEVIATION", 12.0)
    monkeypatch.setattr(noise_table, "LARGEST_TABLE", 15.0)
    variance, draws = 400.0, 300_000
    counts = Counter(Noise(variance).samples(draws, seeded(9)).tolist())
    assert_frequencies(counts, {value: exp(-(value**2) / (2 * variance)) for value in range(-190, 191)}, draws)


@pytest.mark.parametrize("variance", [0.0, -1.0, LARGEST_DEVIATION**2 * 1.01, float("nan")])
def test_noise_that_no_table_holds_is_refused(variance: float) -> None:
    with pytest.raises(PrivacyError, match="noise with a deviation of"):
        Noise(variance)
