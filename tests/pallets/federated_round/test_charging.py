"""Rounds charge what their terms cost, refuse whoever cannot afford it, and give back where nothing was shown."""

from __future__ import annotations

from dataclasses import replace

from chain.crypto.hashing import blake2_256
from chain.primitives import AccountId, Hash
from pallets import privacy_budget
from pallets.federated_round import DataCommitment, Outcome, Phase, Role, Stage, Terms
from pallets.federated_round.noise import LocalGaussian, cost_of
from pallets.frame.call import call_of
from pallets.frame.origin import Signed
from pallets.frame.testing import assert_noop
from pallets.learning.linear_model import decode_linear
from pallets.ml_registry import LINEAR_AVERAGING
from pallets.privacy_budget import BudgetExceeded, Data, PrivacyBudget, Spending, Subject, Trainer
from tests.pallets.federated_round.mock import CLIENTS, TERMS, Play, RoundRuntime, new_runtime
from tests.pallets.federated_round.test_worker import LINEAR, devnet_of, finish, operators, settlements

NOISY = replace(TERMS, noise=LocalGaussian(clip=1 << 20, multiplier=4000))
COST = cost_of(NOISY.noise) or 0
ONCE = Spending(COST, 0)


def lend(runtime: RoundRuntime, default_limit: int | None = None) -> PrivacyBudget:
    """From here on the runtime counts privacy."""
    budgets = PrivacyBudget(runtime, privacy_budget.Config(), index=31)
    budgets.build_genesis(privacy_budget.Genesis(default_limit=default_limit))
    rounds = runtime.federated_round
    rounds.config = replace(rounds.config, budgets=budgets)
    return budgets


def play_of(terms: Terms, default_limit: int | None = None) -> tuple[Play, PrivacyBudget]:
    """A task of a linear model, whose round is in enrolment."""
    runtime = new_runtime()
    model = runtime.ml_registry.models.get(0)
    assert model is not None
    runtime.ml_registry.models.insert(0, replace(model, algorithm=LINEAR_AVERAGING))
    budgets = lend(runtime, default_limit)
    play = Play(runtime, terms)
    play.start()
    return play, budgets


def subjects_of(who: AccountId) -> tuple[Subject, Subject]:
    return Trainer(who), Data(Hash(blake2_256(who)))


def spent(budgets: PrivacyBudget, who: AccountId) -> list[Spending | None]:
    return [budgets.spendings.get(subject) for subject in subjects_of(who)]


def test_a_round_that_would_exceed_a_budget_is_refused() -> None:
    play, budgets = play_of(NOISY, default_limit=2 * COST - 1)
    play.enrol(CLIENTS[0], data=True)
    assert spent(budgets, CLIENTS[0]) == [ONCE, ONCE]
    again = DataCommitment(Hash(blake2_256(CLIENTS[0])), 5)
    enrol = call_of(play.rounds.enrol, task=play.task, number=play.number, data=again, duties=False)
    assert_noop(play.runtime, Signed(CLIENTS[1]), enrol, BudgetExceeded)  # the same data under another account
    budgets.limits.insert(Trainer(CLIENTS[2]), COST - 1)
    other = replace(again, root=Hash(bytes(32)))
    enrol = call_of(play.rounds.enrol, task=play.task, number=play.number, data=other, duties=False)
    assert_noop(play.runtime, Signed(CLIENTS[2]), enrol, BudgetExceeded)
    play.enrol(CLIENTS[2], duties=True)  # duties tell nothing


def test_a_limit_refuses_rounds_without_noise_and_nobody_else_does() -> None:
    play, budgets = play_of(TERMS)
    play.enrol(CLIENTS[0], data=True)
    assert spent(budgets, CLIENTS[0]) == [Spending(0, 1)] * 2
    budgets.limits.insert(Trainer(CLIENTS[1]), 2**64 - 1)
    offer = DataCommitment(Hash(bytes(32)), 5)
    enrol = call_of(play.rounds.enrol, task=play.task, number=play.number, data=offer, duties=False)
    assert_noop(play.runtime, Signed(CLIENTS[1]), enrol, BudgetExceeded)


def test_whoever_showed_nothing_is_charged_nothing() -> None:
    play, budgets = play_of(replace(NOISY, seats=replace(TERMS.seats, clients=3)))
    play.enrol_all()
    assert all(spent(budgets, who) == [ONCE, ONCE] for who in CLIENTS)
    silent = play.drawn.clients[0]
    play.vote(Stage.UPDATE, play.updates(), silent=[silent])
    play.until(Phase.ENDED)
    shown = set(play.drawn.clients) - {silent}
    assert {who for who in CLIENTS if spent(budgets, who) == [ONCE, ONCE]} == shown
    assert all(spent(budgets, who) == [None, None] for who in CLIENTS if who not in shown)


def test_a_round_that_nobody_was_drawn_for_charges_nobody() -> None:
    play, budgets = play_of(NOISY)
    play.enrol(CLIENTS[0], data=True)
    play.until(Phase.ENDED)
    assert play.round.outcome is Outcome.TOO_FEW_ENROLLED
    assert spent(budgets, CLIENTS[0]) == [None, None]


def test_erased_data_leave_nothing_in_the_ledger() -> None:
    play, budgets = play_of(NOISY)
    play.enrol(CLIENTS[0], data=True)
    play.rounds.data_erased(Hash(blake2_256(CLIENTS[0])))
    assert spent(budgets, CLIENTS[0]) == [ONCE, None]
    play.until(Phase.ENDED)
    assert spent(budgets, CLIENTS[0]) == [None, None]


def test_workers_add_the_noise_and_keep_out_of_what_they_cannot_afford() -> None:
    """The updates on chain are not what the rows teach, by about the noise; the poor client takes no part."""
    noise = LocalGaussian(clip=1 << 24, multiplier=1000)
    devnet = devnet_of(operators(), LINEAR, terms=replace(TERMS, noise=noise))
    budgets, poor = lend(devnet.runtime), CLIENTS[3]
    budgets.limits.insert(Trainer(poor), 1)
    quiet = devnet_of(operators(), LINEAR)
    for each in (devnet, quiet):
        finish(each)
    assert set(settlements(devnet.runtime, Role.CLIENT)) == set(CLIENTS) - {poor}
    assert devnet.failed == []
    width = (2 << 24) * noise.multiplier // 1000
    for who in sorted(set(CLIENTS) - {poor}):
        shown, trained = (each.runtime.federated_round.updates.get((0, 0, who)) for each in (devnet, quiet))
        assert shown is not None
        assert trained is not None
        weights = decode_linear(devnet.content.get(shown.cid.decode())).weights
        without = decode_linear(quiet.content.get(trained.cid.decode())).weights
        gaps = [abs(one - other) for one, other in zip(weights, without, strict=True)]
        assert 0 < max(gaps) < 12 * width
        assert len(set(gaps)) == len(gaps)
