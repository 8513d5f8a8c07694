"""Reserves under a name are part of an account's reserved funds, and stand as pallet_balances stores them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chain.primitives import AccountId
from pallets.balances import Balances, Config
from pallets.balances.errors import DeadAccount, InsufficientBalance, TooManyReserves
from pallets.balances.events import Reserved, ReserveRepatriated, Slashed, Unreserved
from pallets.balances.types import BalanceStatus, ReserveData
from pallets.frame.error import DispatchError
from pallets.frame.event import PalletEvent
from pallets.frame.testing import MockRuntime, events_of

ALICE, BOB, NOBODY = (AccountId(bytes([letter]) * 32) for letter in b"abn")
FREE, RESERVED = BalanceStatus.FREE, BalanceStatus.RESERVED
FIRST, SECOND, THIRD = (f"name{number}   ".encode() for number in (1, 2, 3))


class Runtime(MockRuntime):
    def __init__(self) -> None:
        super().__init__()
        config = Config(account_store=self.system, existential_deposit=10, max_reserves=2)
        self.balances = Balances(self, config, index=4)
        self.balances.mint_into(ALICE, 100)
        self.balances.mint_into(BOB, 50)
        self.named = self.balances.named_reserves
        self.system.reset_events()

    def stored(self, who: AccountId) -> bytes | None:
        return self.storage.get(self.balances.reserves.storage_key(who))

    def of(self, who: AccountId) -> tuple[int, int]:
        data = self.system.account.get(who).data
        return data.free, data.reserved


@pytest.fixture
def runtime() -> Runtime:
    return Runtime()


def entry(name: bytes, amount: int) -> bytes:
    return name + amount.to_bytes(16, "little")


def told(runtime: Runtime) -> list[PalletEvent]:
    return events_of(runtime, PalletEvent)


def test_names_stand_in_order_and_their_amounts_add_up(runtime: Runtime) -> None:
    runtime.named.reserve(SECOND, ALICE, 20)
    runtime.named.reserve(FIRST, ALICE, 5)
    runtime.named.reserve(SECOND, ALICE, 1)
    runtime.balances.reserve(ALICE, 4)
    assert runtime.stored(ALICE) == b"\x08" + entry(FIRST, 5) + entry(SECOND, 21)
    assert [runtime.named.reserved(name, ALICE) for name in (FIRST, SECOND, THIRD)] == [5, 21, 0]
    assert runtime.of(ALICE) == (70, 30)
    assert told(runtime) == [Reserved(ALICE, amount) for amount in (20, 5, 1, 4)]
    runtime.try_state()


def test_there_are_only_so_many_names_and_so_much_to_reserve(runtime: Runtime) -> None:
    runtime.named.reserve(FIRST, ALICE, 1)
    runtime.named.reserve(SECOND, ALICE, 1)
    with pytest.raises(TooManyReserves):
        runtime.named.reserve(THIRD, ALICE, 1)
    runtime.named.reserve(THIRD, ALICE, 0)
    with pytest.raises(InsufficientBalance):
        runtime.named.reserve(FIRST, BOB, 51)


def test_freeing_takes_from_the_name_alone_and_forgets_it_when_empty(runtime: Runtime) -> None:
    runtime.named.reserve(FIRST, ALICE, 5)
    runtime.named.reserve(SECOND, ALICE, 20)
    assert runtime.named.unreserve(FIRST, ALICE, 7) == 2
    assert runtime.stored(ALICE) == b"\x04" + entry(SECOND, 20)
    assert runtime.named.unreserve(FIRST, ALICE, 7) == 7
    assert runtime.named.unreserve(SECOND, ALICE, 20) == 0
    assert runtime.stored(ALICE) is None
    assert runtime.of(ALICE) == (100, 0)
    assert told(runtime)[2:] == [Unreserved(ALICE, 5), Unreserved(ALICE, 20)]


def test_what_is_slashed_leaves_the_account_and_stays_issued_until_dropped(runtime: Runtime) -> None:
    runtime.named.reserve(FIRST, ALICE, 5)
    assert runtime.named.slash(FIRST, ALICE, 7) == 5
    assert runtime.of(ALICE) == (95, 0)
    assert runtime.stored(ALICE) == b"\x04" + entry(FIRST, 0)
    assert told(runtime)[1:] == [Slashed(ALICE, 5)] * 2
    runtime.balances.drop_withdrawn(5)
    runtime.try_state()
    assert runtime.named.slash(SECOND, BOB, 1) == 0
    assert runtime.stored(BOB) == b"\0"
    assert runtime.named.slash(SECOND, NOBODY, 0) == 0
    assert runtime.stored(NOBODY) is None


def test_named_reserves_change_hands_free_or_under_the_same_name(runtime: Runtime) -> None:
    runtime.named.reserve(FIRST, ALICE, 30)
    assert runtime.named.repatriate(FIRST, ALICE, BOB, 10, FREE) == 0
    assert runtime.named.repatriate(FIRST, ALICE, BOB, 5, RESERVED) == 0
    assert runtime.named.repatriate(FIRST, ALICE, BOB, 99, RESERVED) == 84
    assert (runtime.of(ALICE), runtime.of(BOB)) == ((70, 0), (60, 20))
    assert runtime.stored(ALICE) == b"\x04" + entry(FIRST, 0)
    assert runtime.stored(BOB) == b"\x04" + entry(FIRST, 20)
    assert told(runtime)[1] == ReserveRepatriated(ALICE, BOB, 10, FREE)
    assert runtime.named.repatriate(SECOND, ALICE, BOB, 3, FREE) == 3
    with pytest.raises(DeadAccount):
        runtime.named.repatriate(FIRST, BOB, NOBODY, 1, FREE)
    assert runtime.named.repatriate(FIRST, BOB, BOB, 25, RESERVED) == 5
    assert runtime.named.repatriate(FIRST, BOB, BOB, 25, FREE) == 5
    assert runtime.of(BOB) == (80, 0)
    runtime.try_state()


NAMES, PLACES, AMOUNTS = st.sampled_from([FIRST, SECOND, THIRD]), st.sampled_from([ALICE, BOB]), st.integers(0, 60)
STEPS = st.tuples(st.sampled_from(["reserve", "unreserve", "free", "reserved", "plain"]), NAMES, PLACES, AMOUNTS)


@given(st.lists(STEPS, max_size=12))
def test_named_reserves_are_never_more_than_all_reserves(steps: list[tuple[str, bytes, AccountId, int]]) -> None:
    runtime = Runtime()
    for kind, name, who, amount in steps:
        other = BOB if who == ALICE else ALICE
        runtime.storage.begin()
        try:
            match kind:
                case "reserve":
                    runtime.named.reserve(name, who, amount)
                case "unreserve":
                    runtime.named.unreserve(name, who, amount)
                case "plain":
                    runtime.balances.reserve(who, amount)
                case _:
                    runtime.named.repatriate(name, who, other, amount, FREE if kind == "free" else RESERVED)
        except DispatchError:
            runtime.storage.rollback()
        else:
            runtime.storage.commit()
        for account in (ALICE, BOB):
            entries = runtime.balances.reserves.get(account)
            assert [each.id for each in entries] == sorted({each.id for each in entries})
            assert sum(each.amount for each in entries) <= runtime.of(account)[1]
            assert all(isinstance(each, ReserveData) for each in entries)
        runtime.try_state()
