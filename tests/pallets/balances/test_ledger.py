"""What keeps an account alive, what may leave it, and what becomes of the rest."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chain.primitives import AccountId
from pallets import balances
from pallets.balances.ledger import BALANCE_MAX
from pallets.frame.error import (
    ArithmeticCode,
    ArithmeticFailure,
    ConsumerRemaining,
    DispatchError,
    DispatchFailure,
    TokenError,
    TokenFailure,
)
from pallets.frame.event import PalletEvent
from pallets.frame.testing import events_of
from pallets.frame.traits import Preservation, RuntimeFreezeReason
from pallets.system import AccountData, AccountInfo
from pallets.system.events import KilledAccount, NewAccount
from tests.pallets.template_runtime import ALICE, BOB, CHARLIE, TemplateRuntime, runtime_with
from tests.pallets.template_runtime import EXISTENTIAL_DEPOSIT as ED

FREEZE = RuntimeFreezeReason(9, 0)
EXPENDABLE, PROTECT, PRESERVE = Preservation.EXPENDABLE, Preservation.PROTECT, Preservation.PRESERVE


def failure(runtime: TemplateRuntime, amount: int, preservation: Preservation = EXPENDABLE) -> DispatchFailure:
    """Why Alice cannot send Bob this."""
    with pytest.raises(DispatchError) as refused:
        runtime.balances.transfer(ALICE, BOB, amount, preservation)
    return refused.value.failure


def told(runtime: TemplateRuntime) -> list[PalletEvent]:
    return events_of(runtime, PalletEvent)


def record(runtime: TemplateRuntime, who: AccountId) -> AccountInfo | None:
    accounts = runtime.system.account
    return accounts.get(who) if accounts.contains_key(who) else None


def provide(runtime: TemplateRuntime, who: AccountId, providers: int = 1) -> None:
    """Let something else than its balance keep the account alive, too."""
    info = runtime.system.account.get(who)
    runtime.system.account.insert(who, replace(info, providers=info.providers + providers))


def test_a_transfer_moves_funds_and_tells_only_that() -> None:
    runtime = runtime_with((ALICE, 10 * ED), (BOB, ED))
    runtime.balances.transfer(ALICE, BOB, 3, EXPENDABLE)
    assert (runtime.balances.balance(ALICE), runtime.balances.balance(BOB)) == (10 * ED - 3, ED + 3)
    assert told(runtime) == [balances.Transfer(ALICE, BOB, 3)]


def test_a_transfer_of_the_existential_deposit_creates_an_account() -> None:
    runtime = runtime_with((ALICE, 10 * ED))
    runtime.balances.transfer(ALICE, BOB, ED, EXPENDABLE)
    assert told(runtime) == [NewAccount(BOB), balances.Endowed(BOB, ED), balances.Transfer(ALICE, BOB, ED)]
    assert record(runtime, BOB) == AccountInfo(providers=1, data=AccountData(ED))


def test_a_transfer_of_everything_reaps_the_sender_before_the_receiver_is_created() -> None:
    runtime = runtime_with((ALICE, 2 * ED))
    runtime.balances.transfer(ALICE, BOB, 2 * ED, EXPENDABLE)
    assert told(runtime) == [
        KilledAccount(ALICE),
        NewAccount(BOB),
        balances.Endowed(BOB, 2 * ED),
        balances.Transfer(ALICE, BOB, 2 * ED),
    ]
    assert record(runtime, ALICE) is None


def test_what_is_left_below_the_existential_deposit_is_destroyed() -> None:
    runtime = runtime_with((ALICE, 2 * ED), (BOB, ED))
    runtime.balances.transfer(ALICE, BOB, ED + 1, EXPENDABLE)
    assert told(runtime) == [
        KilledAccount(ALICE),
        balances.DustLost(ALICE, ED - 1),
        balances.Transfer(ALICE, BOB, ED + 1),
    ]
    assert runtime.balances.issuance() == 2 * ED + 1
    runtime.balances.try_state()


def test_an_account_that_something_else_provides_for_outlives_its_balance() -> None:
    runtime = runtime_with((ALICE, 2 * ED), (BOB, ED))
    provide(runtime, ALICE)
    runtime.balances.transfer(ALICE, BOB, 2 * ED, EXPENDABLE)
    assert told(runtime) == [balances.Transfer(ALICE, BOB, 2 * ED)]
    assert record(runtime, ALICE) == AccountInfo(providers=1)


def test_funds_for_an_account_without_any_endow_it_though_it_exists() -> None:
    runtime = runtime_with((ALICE, 2 * ED))
    provide(runtime, BOB)
    runtime.balances.transfer(ALICE, BOB, ED, EXPENDABLE)
    assert told(runtime) == [balances.Endowed(BOB, ED), balances.Transfer(ALICE, BOB, ED)]
    assert record(runtime, BOB) == AccountInfo(providers=2, data=AccountData(ED))


def test_to_itself_an_account_moves_nothing_and_tells_nothing() -> None:
    runtime = runtime_with((ALICE, 2 * ED))
    assert runtime.balances.transfer(ALICE, ALICE, ED, EXPENDABLE) == ED
    assert told(runtime) == []
    assert failure_to_itself(runtime, 2 * ED + 1) == ArithmeticFailure(ArithmeticCode.UNDERFLOW)


def failure_to_itself(runtime: TemplateRuntime, amount: int) -> DispatchFailure:
    with pytest.raises(DispatchError) as refused:
        runtime.balances.transfer(ALICE, ALICE, amount, EXPENDABLE)
    return refused.value.failure


def test_zero_may_go_anywhere_and_creates_nobody() -> None:
    runtime = runtime_with((ALICE, ED))
    runtime.balances.transfer(ALICE, BOB, 0, PRESERVE)
    assert told(runtime) == [balances.Transfer(ALICE, BOB, 0)]
    assert record(runtime, BOB) is None


@pytest.mark.parametrize(
    ("amount", "preservation", "expected"),
    [
        (9 * ED + 1, EXPENDABLE, ArithmeticFailure(ArithmeticCode.UNDERFLOW)),  # more than is issued
        (4 * ED + 1, EXPENDABLE, TokenFailure(TokenError.FUNDS_UNAVAILABLE)),
        (3 * ED + 1, EXPENDABLE, TokenFailure(TokenError.FROZEN)),
        (3 * ED + 1, PRESERVE, TokenFailure(TokenError.FROZEN)),
        (ED - 1, EXPENDABLE, TokenFailure(TokenError.BELOW_MINIMUM)),
    ],
)
def test_a_refused_transfer_says_why(amount: int, preservation: Preservation, expected: DispatchFailure) -> None:
    runtime = runtime_with((ALICE, 4 * ED), (CHARLIE, 5 * ED))
    runtime.balances.set_freeze(FREEZE, ALICE, ED)
    assert failure(runtime, amount, preservation) == expected


@pytest.mark.parametrize("preservation", [PROTECT, PRESERVE])
def test_a_sender_that_shall_live_keeps_the_existential_deposit(preservation: Preservation) -> None:
    runtime = runtime_with((ALICE, 4 * ED))
    assert failure(runtime, 3 * ED + 1, preservation) == TokenFailure(TokenError.NOT_EXPENDABLE)
    runtime.balances.transfer(ALICE, BOB, 3 * ED, preservation)
    assert runtime.balances.balance(ALICE) == ED


def test_a_receiver_cannot_hold_more_than_a_balance() -> None:
    runtime = runtime_with((ALICE, 4 * ED))
    info = runtime.system.account.get(BOB)
    runtime.system.account.insert(BOB, replace(info, data=AccountData(BALANCE_MAX - ED)))
    assert failure(runtime, ED + 1) == ArithmeticFailure(ArithmeticCode.OVERFLOW)


REDUCIBLE = [
    # free, frozen, reserved, providers, consumers: expendable, protected, preserved, expendable by force
    (10, 0, 0, 1, 0, (10, 9, 9, 10)),
    (10, 0, 0, 1, 1, (9, 9, 9, 9)),  # consumed: the only provider must stay
    (10, 0, 0, 2, 1, (10, 10, 9, 10)),  # another provider is enough
    (10, 4, 0, 1, 1, (6, 6, 6, 9)),
    (10, 4, 3, 1, 1, (9, 9, 9, 9)),  # what is on hold counts toward the frozen amount
    (10, 7, 3, 1, 1, (6, 6, 6, 9)),
    (10, 50, 0, 1, 1, (0, 0, 0, 9)),  # frozen in advance
    (0, 0, 5, 1, 1, (0, 0, 0, 0)),
]


@pytest.mark.parametrize(("free", "frozen", "reserved", "providers", "consumers", "expected"), REDUCIBLE)
def test_reducible_balance(
    free: int, frozen: int, reserved: int, providers: int, consumers: int, expected: tuple[int, int, int, int]
) -> None:
    runtime = runtime_with()
    data = AccountData(free * ED, reserved * ED, frozen * ED)
    runtime.system.account.insert(ALICE, AccountInfo(0, consumers, providers, 0, data))
    reducible = runtime.balances.reducible_balance
    assert (
        reducible(ALICE, EXPENDABLE),
        reducible(ALICE, PROTECT),
        reducible(ALICE, PRESERVE),
        reducible(ALICE, EXPENDABLE, force=True),
    ) == tuple(each * ED for each in expected)


def test_a_consumed_account_cannot_send_its_existential_deposit() -> None:
    runtime = runtime_with((ALICE, 4 * ED))
    runtime.system.inc_consumers(ALICE)
    assert failure(runtime, 4 * ED) == TokenFailure(TokenError.FROZEN)
    runtime.balances.transfer(ALICE, BOB, 3 * ED, EXPENDABLE)
    assert runtime.balances.balance(ALICE) == ED


def test_freezes_and_reserves_consume_an_account_once() -> None:
    runtime = runtime_with((ALICE, 4 * ED))
    runtime.balances.set_freeze(FREEZE, ALICE, ED)
    assert runtime.system.account.get(ALICE).consumers == 1
    runtime.balances.reserve(ALICE, ED)
    assert runtime.system.account.get(ALICE).consumers == 1
    runtime.balances.thaw(FREEZE, ALICE)
    assert runtime.system.account.get(ALICE).consumers == 1
    runtime.balances.unreserve(ALICE, ED)
    assert runtime.system.account.get(ALICE) == AccountInfo(providers=1, data=AccountData(4 * ED))


def test_an_account_with_reserves_cannot_be_reaped() -> None:
    runtime = runtime_with((ALICE, 4 * ED))
    runtime.balances.reserve(ALICE, ED)
    info = runtime.system.account.get(ALICE)
    with pytest.raises(DispatchError) as refused:
        runtime.balances._ledger.write(ALICE, info, AccountData(0, ED))
    assert refused.value.failure == ConsumerRemaining()


def test_withdrawn_funds_stay_issued_until_they_are_dropped() -> None:
    runtime = runtime_with((ALICE, 4 * ED))
    runtime.balances.withdraw(ALICE, ED, PRESERVE)
    assert runtime.balances.issuance() == 4 * ED
    assert runtime.balances.deposit(BOB, ED - 1) == 0
    assert runtime.balances.deposit(ALICE, 5) == 5
    runtime.balances.drop_withdrawn(ED - 5)
    assert runtime.balances.issuance() == 3 * ED + 5
    assert told(runtime) == [
        balances.Withdraw(ALICE, ED),
        balances.Deposit(BOB, 0),
        balances.Deposit(ALICE, 5),
    ]
    runtime.balances.try_state()


def old_account(free: int, reserved: int, providers: int) -> AccountInfo:
    return AccountInfo(0, 0, providers, 0, AccountData(free, reserved, 0, flags=0))


def test_an_account_of_the_old_layout_is_upgraded_when_its_balance_changes() -> None:
    runtime = runtime_with((BOB, ED))
    runtime.balances.total_issuance.put(5 * ED)
    runtime.system.account.insert(ALICE, old_account(3 * ED, ED, providers=1))
    runtime.balances.transfer(ALICE, BOB, 1, PRESERVE)
    assert record(runtime, ALICE) == AccountInfo(0, 1, 1, 0, AccountData(3 * ED - 1, ED))
    assert told(runtime) == [balances.Upgraded(ALICE), balances.Transfer(ALICE, BOB, 1)]
    runtime.balances.try_state()


def test_an_upgrade_lets_an_account_live_that_had_only_reserves() -> None:
    runtime = runtime_with()
    runtime.system.account.insert(ALICE, old_account(1, ED, providers=0))
    assert runtime.balances._ledger.upgrade(ALICE)
    assert record(runtime, ALICE) == AccountInfo(0, 1, 1, 0, AccountData(ED, ED))
    assert not runtime.balances._ledger.upgrade(ALICE)
