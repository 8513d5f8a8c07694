"""Noise in hidden sums: each client adds a share, the model moves by little, the cost is a question to the chain."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import ceil

import numpy as np
import pytest

from pallets.federated_round import Outcome, Phase
from pallets.federated_round.charging import cost_of_round
from pallets.federated_round.noise import LocalGaussian, cost_of
from pallets.federated_round.secrecy.choice import OPEN, Full, NoiseLaw
from pallets.federated_round.secrecy.hiding import secret_bytes
from pallets.federated_round.secrecy.queries import NoisySum, largest_cost, noise_around, noisy_sum
from pallets.federated_round.secrecy.vectors import LinearVectors
from pallets.learning.linear_model import LinearKind, empty_model, encode_linear
from pallets.learning.privacy.budget import RHO_UNITS, rho_of_skellam
from pallets.learning.privacy.mechanisms import noise_share, rho_of_shares
from pallets.learning.robust.norms import clipped
from tests.pallets.federated_round.mock import KEEPERS
from tests.pallets.federated_round.secrecy.hidden_play import EXACT, FULL, Hidden, grouped, terms_of

CLIP, NOISE = 1 << 40, 1 << 18
"""Longer than any update here; a sixty-fourth of a weight of one."""

NOISY = Full(replace(EXACT, clip=CLIP, noise=NOISE, colluding=1))


@pytest.fixture(scope="module")
def noisy() -> Hidden:
    played = Hidden(replace(terms_of(NOISY, 5, 4), max_samples=24), 5)
    assert played.finish() in {Outcome.PUBLISHED, Outcome.BELOW_THRESHOLD}
    return played


def test_the_noise_moves_the_model_by_as_much_as_it_should(noisy: Hidden) -> None:
    exact = Hidden(replace(terms_of(Full(replace(NOISY.hiding, noise=0)), 5, 4), max_samples=24), 5)
    exact.finish()
    moved = [abs(one - other) for one, other in zip(noisy.model().weights, exact.model().weights, strict=True)]
    assert any(moved)
    assert max(moved) <= 20 * 5 * NOISE // 110  # no share is further than twenty deviations, over the sum of samples


def test_an_update_is_shortened_to_the_clip_that_the_noise_is_for() -> None:
    short = replace(NOISY.hiding, clip=1 << 20, noise=4)
    played = Hidden(replace(terms_of(Full(short), 5, 4), max_samples=24), 5)
    played.finish()
    length = float(np.linalg.norm(np.array(played.model().weights, dtype=float)))
    assert 0 < length <= (1 << 20) + 20 * 4 * 2


def test_the_cost_of_a_sum_is_of_the_honest_survivors(noisy: Hidden) -> None:
    for who in noisy.clients:
        expected = NoisySum(sensitivity=2 * CLIP * 24, variance=4 * NOISE**2)
        assert noise_around(noisy.rounds, *noisy.key, who) == expected
        assert noisy.rounds.privacy_spent(*noisy.key, who) == expected.cost
    assert noise_around(noisy.rounds, *noisy.key, KEEPERS[0]) is None
    assert noisy.rounds.privacy_spent(*noisy.key, KEEPERS[0]) is None
    assert noisy.rounds.privacy_spent(7, 0, noisy.clients[0]) is None
    assert noise_around(noisy.rounds, 0, 7, noisy.clients[0]) is None


def test_the_cost_is_what_the_theory_says_of_shares_of_noise() -> None:
    terms = terms_of(NOISY, 5, 4)
    found = noisy_sum(terms, survivors=5)
    assert found is not None
    assert found.rho == Fraction((200 * CLIP) ** 2, 2 * 4 * NOISE**2)
    of_theory = rho_of_shares(200.0 * CLIP, float(NOISE) ** 2, 4, 1000)
    assert float(found.rho) == pytest.approx(of_theory, rel=1e-9)


COARSE = replace(EXACT, clip=1 << 20, fractional_bits=16, noise=1 << 12, colluding=1, law=NoiseLaw.SKELLAM)
"""A sixteenth of a weight of one, under Skellam noise."""


def test_skellam_noise_is_drawn_under_the_masks_and_moves_the_model_as_far_as_it_should() -> None:
    models = []
    for hiding in (COARSE, replace(COARSE, noise=0)):
        played = Hidden(replace(terms_of(Full(hiding), 5, 4), max_samples=24), 5)
        assert played.finish() in {Outcome.PUBLISHED, Outcome.BELOW_THRESHOLD}
        assert played.failed == []
        models.append(played.model().weights)
    moved = [abs(one - other) for one, other in zip(*models, strict=True)]
    assert any(moved)
    assert max(moved) <= (20 * COARSE.noise * 5 << 8) // 110


def test_a_sum_with_skellam_noise_costs_by_the_law_that_its_shares_add_up_to() -> None:
    terms = replace(terms_of(Full(COARSE), 5, 4), max_samples=24)
    gaussian = noisy_sum(replace(terms, secrecy=Full(replace(COARSE, law=NoiseLaw.GAUSSIAN))), 5)
    found = noisy_sum(terms, 5)
    assert found is not None
    assert gaussian is not None
    assert found == NoisySum(2 * COARSE.clip * 24, 4 * COARSE.noise**2, NoiseLaw.SKELLAM)
    assert found.rho == rho_of_skellam(found.sensitivity << 16, found.sensitivity, found.variance)
    assert gaussian.rho < found.rho < gaussian.rho * Fraction(101, 100)
    assert (
        cost_of_round(terms) == largest_cost(terms) == NoisySum(found.sensitivity, 2 * COARSE.noise**2, found.law).cost
    )


def test_a_change_of_few_steps_costs_by_no_more_changes_than_steps() -> None:
    assert NoisySum(3, 100, NoiseLaw.SKELLAM).rho == rho_of_skellam(9, 3, 100)


def test_a_round_is_charged_for_the_smallest_sum_that_may_be_opened() -> None:
    wide = replace(NOISY.hiding, clip=1 << 18, noise=1 << 30)
    terms = terms_of(Full(wide), 5, 4)
    smallest = noisy_sum(terms, survivors=3)
    assert smallest is not None
    assert largest_cost(terms) == cost_of_round(terms) == smallest.cost
    assert smallest.cost == ceil(RHO_UNITS * smallest.rho) > 0
    local = LocalGaussian(CLIP, 10**6)
    assert cost_of_round(replace(terms, noise=local)) == min(smallest.cost, cost_of(local) or 0)


def test_without_noise_there_is_no_bound() -> None:
    for secrecy in (FULL, OPEN):
        terms = terms_of(secrecy, 5, 4)
        assert noisy_sum(terms, 5) is None
        assert largest_cost(terms) is None
        assert cost_of_round(terms) is None


def test_who_is_in_no_sum_has_shown_nothing() -> None:
    played = Hidden(replace(terms_of(Full(replace(NOISY.hiding)), 5, 4), max_samples=24), 5)
    played.until(Phase.COMMIT_UPDATES)
    gone = played.clients[2]
    played.stop(gone)
    assert noise_around(played.rounds, *played.key, played.clients[0]) is None  # not yet
    played.finish()
    assert noise_around(played.rounds, *played.key, gone) is None
    found = noise_around(played.rounds, *played.key, played.clients[0])
    assert found is not None
    assert found.variance == 3 * NOISE**2


def test_smaller_groups_have_less_noise_around_each() -> None:
    terms = terms_of(grouped(2, 2, NOISY.hiding), 8, 8)
    found = noisy_sum(terms, 4)
    assert found is not None
    assert found.variance == 3 * NOISE**2


def test_secret_bytes_follow_from_the_seed_the_purpose_and_the_call() -> None:
    first, again = (secret_bytes(b"s" * 32, b"noise") for _ in range(2))
    drawn = [first(8), first(8)]
    assert [again(8), again(8)] == drawn
    assert drawn[0] != drawn[1]
    assert secret_bytes(b"s" * 32, b"client")(8) != drawn[0]
    assert secret_bytes(b"t" * 32, b"noise")(8) != drawn[0]


def test_what_is_hidden_is_a_move_within_the_clip() -> None:
    base = replace(empty_model(LinearKind.CLASSIFIER, 2, 2), weights=(5, -7, 1 << 30))
    update = replace(base, weights=(6, -10, 0))
    move = LinearVectors(base).move(encode_linear(update))
    assert move.tolist() == [1, -3, -(1 << 30)]
    begun = empty_model(LinearKind.CLASSIFIER, 2, 2)
    assert LinearVectors(begun).move(encode_linear(update)).tolist() == [6, -10, 0]
    assert float(np.linalg.norm(clipped(move, 1000).astype(float))) <= 1000
    assert len(noise_share(3, float(NOISE) ** 2, secret_bytes(bytes(32), b"noise"))) == 3
