"""What rounds with noise cost is told as the chain's ledger has it."""

from __future__ import annotations

from fractions import Fraction

import pytest

from node_cli.scenario.health import NOISE
from node_cli.scenario.privacy import DELTA_EXPONENT, epsilon, is_noisy
from node_cli.scenario.telling import Run
from pallets.federated_round import Role
from pallets.federated_round.events import Settled
from pallets.federated_round.noise import MULTIPLIER_UNITS
from pallets.learning.linear_model import decode_linear
from pallets.learning.privacy.budget import cost_of_gaussian
from tests.node_cli.scenario.happenings import events_of

COST = cost_of_gaussian(Fraction(NOISE.multiplier, MULTIPLIER_UNITS))


def test_one_model_of_the_hospitals_is_trained_with_noise(hospitals: Run) -> None:
    assert [is_noisy(lesson) for lesson in hospitals.stage.scenario.lessons] == [False, False, True]


def test_everybody_is_charged_once_for_each_update_that_it_showed(hospitals: Run) -> None:
    exhibit = next(each for each in hospitals.outcome.exhibits if each.name == "privacy")
    trained = [event for event in events_of(hospitals, Settled) if event.role is Role.CLIENT]
    for player, spending in zip(hospitals.stage.cast.parties, exhibit.spendings, strict=True):
        rounds = [event.round for event in trained if event.who == player.account and event.task == 2]
        last = len(hospitals.outcome.lessons[2].all_rounds)
        expected = [epsilon(COST * sum(each <= number for each in rounds)) for number in range(last)]
        assert list(spending.epsilons) == pytest.approx(expected)
        unbounded = [event for event in trained if event.who == player.account and event.task != 2]
        (told,) = [row[-1] for row in exhibit.sheets[0].rows if row[0] == player.name]
        assert told == str(len(unbounded))


def test_an_epsilon_is_of_the_gaussian_mechanism() -> None:
    rho = COST / 10**12
    assert rho == pytest.approx(1 / (2 * 0.3**2), rel=1e-6)
    assert epsilon(COST) == pytest.approx(rho + 2 * (rho * DELTA_EXPONENT * 2.302585093) ** 0.5, abs=1e-5)
    assert epsilon(0) == 0


def test_updates_with_noise_are_others_than_those_without(hospitals: Run) -> None:
    rounds, content = hospitals.stage.runtime.federated_round, hospitals.stage.node.content
    honest = hospitals.stage.cast.parties[0].account
    shown = []
    for task in (1, 2):
        update = rounds.updates.get((task, 0, honest))
        assert update is not None
        shown.append(decode_linear(content.get(update.cid.decode())).weights)
    assert all(plain != noisy for plain, noisy in zip(*shown, strict=True))
