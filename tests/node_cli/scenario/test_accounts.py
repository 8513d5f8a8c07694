"""Everybody's books balance, to the planck."""

from __future__ import annotations

from node_cli.scenario.telling import Run


def test_what_an_account_has_is_what_it_had_with_all_that_happened(played: Run) -> None:
    for account in played.outcome.accounts:
        gained, lost = account.earned + account.checks + account.won, account.slashed + account.forfeited
        expected = account.start + gained - lost - account.fees - account.pools
        assert account.end == expected, account.name


def test_what_some_earn_the_office_pays(played: Run) -> None:
    office, *others = played.outcome.accounts
    assert office.earned == office.slashed == 0
    assert office.pools == sum(account.earned for account in others)


def test_what_was_slashed_is_in_the_treasury(played: Run) -> None:
    assert played.outcome.treasury == sum(each.slashed + each.forfeited - each.won for each in played.outcome.accounts)


def test_what_is_missing_was_destroyed_as_fees(played: Run) -> None:
    outcome, runtime = played.outcome, played.stage.runtime
    genesis = played.stage.node.runtime_at(played.stage.node.chain.genesis.hash)
    fees = sum(account.fees for account in outcome.accounts)
    assert genesis.balances.issuance() - runtime.balances.issuance() == fees
    assert fees == sum(call.fee for call in outcome.chain.calls)


def test_the_liar_loses_stake_and_reputation_and_nobody_else_does(hospitals: Run) -> None:
    parties = [account for account in hospitals.outcome.accounts if account.name.startswith("Hospital")]
    *honest, liar = parties
    assert not liar.is_honest
    assert (liar.earned, set(dict(liar.reasons))) == (0, {"harmful"})
    assert liar.slashed > 0
    assert liar.reputation < 100
    assert all(account.slashed == 0 < account.earned for account in honest)
    assert all(account.reputation > 100 for account in honest)


def test_what_checkers_earn_owners_pay_and_only_the_forger_forfeits(couriers: Run) -> None:
    stations = [account for account in couriers.outcome.accounts if account.name.startswith("Station")]
    laboratories = [account for account in couriers.outcome.accounts if account.name.startswith("Lab")]
    assert {account.checks for account in stations} == {-couriers.stage.runtime.data_registry.config.check_fee}
    assert sum(account.checks for account in (*stations, *laboratories)) == 0
    assert all(account.checks > 0 for account in laboratories)
    *honest, forger = stations
    assert [account.forfeited for account in honest] == [0, 0, 0]
    assert (forger.forfeited, forger.earned) == (couriers.stage.runtime.data_registry.config.data_set_deposit, 0)


def test_payments_of_the_rounds_add_up_to_what_accounts_earned(played: Run) -> None:
    earned = dict.fromkeys((account.name for account in played.outcome.accounts), 0)
    for lesson in played.outcome.lessons:
        for result in lesson.all_rounds:
            for payment in result.payments:
                earned[payment.name] += payment.paid
    assert earned == {account.name: account.earned for account in played.outcome.accounts}
