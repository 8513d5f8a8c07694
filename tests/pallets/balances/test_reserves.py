"""Reserved funds that change hands: free or reserved there, and nowhere without an account."""

from __future__ import annotations

import pytest

from chain.primitives import AccountId
from pallets.balances import Balances, Config
from pallets.balances.errors import DeadAccount
from pallets.balances.events import ReserveRepatriated
from pallets.balances.types import BalanceStatus
from pallets.frame.testing import MockRuntime, events_of
from pallets.system.types import AccountData

ALICE, BOB, NOBODY = (AccountId(bytes([letter]) * 32) for letter in b"abn")
FREE, RESERVED = BalanceStatus.FREE, BalanceStatus.RESERVED


class Runtime(MockRuntime):
    def __init__(self) -> None:
        super().__init__()
        self.balances = Balances(self, Config(account_store=self.system, existential_deposit=10), index=4)
        self.balances.mint_into(ALICE, 100)
        self.balances.mint_into(BOB, 50)
        self.balances.reserve(ALICE, 40)

    def both(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """Free and reserved, of Alice and of Bob."""
        alice, bob = self.system.account.get(ALICE).data, self.system.account.get(BOB).data
        return (alice.free, alice.reserved), (bob.free, bob.reserved)


@pytest.fixture
def runtime() -> Runtime:
    return Runtime()


def test_reserved_funds_go_where_they_are_free_or_reserved(runtime: Runtime) -> None:
    assert runtime.balances.repatriate_reserved(ALICE, BOB, 15, FREE) == 0
    assert runtime.both() == ((60, 25), (65, 0))
    assert runtime.balances.repatriate_reserved(ALICE, BOB, 20, RESERVED) == 0
    assert runtime.both() == ((60, 5), (65, 20))
    assert runtime.system.account.get(BOB).consumers == 1
    assert events_of(runtime, ReserveRepatriated) == [
        ReserveRepatriated(ALICE, BOB, 15, FREE),
        ReserveRepatriated(ALICE, BOB, 20, RESERVED),
    ]
    runtime.balances.try_state()


def test_what_is_not_reserved_cannot_move(runtime: Runtime) -> None:
    assert runtime.balances.repatriate_reserved(ALICE, BOB, 100, RESERVED) == 60
    assert runtime.both() == ((60, 0), (50, 40))
    assert runtime.system.account.get(ALICE).consumers == 0


def test_to_oneself_funds_are_freed_or_stay(runtime: Runtime) -> None:
    assert runtime.balances.repatriate_reserved(ALICE, ALICE, 100, RESERVED) == 60
    assert runtime.both()[0] == (60, 40)
    assert runtime.balances.repatriate_reserved(ALICE, ALICE, 30, FREE) == 0
    assert runtime.both()[0] == (90, 10)


def test_nothing_goes_to_an_account_that_is_not_there(runtime: Runtime) -> None:
    with pytest.raises(DeadAccount):
        runtime.balances.repatriate_reserved(ALICE, NOBODY, 5, FREE)
    assert runtime.balances.repatriate_reserved(ALICE, NOBODY, 0, FREE) == 0
    assert runtime.system.account.get(ALICE).data == AccountData(60, 40)
