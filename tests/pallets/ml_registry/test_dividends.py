"""What versions earn goes to their owners to the planck: nothing is lost, nothing appears, no order matters."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from itertools import permutations
from typing import Final

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from chain.primitives import AccountId, Balance, Hash
from chain.state.overlay import Overlay
from pallets import balances, ml_registry
from pallets.frame.call import call_of
from pallets.frame.origin import Signed
from pallets.frame.testing import MockRuntime, assert_noop, assert_ok, events_of, mount
from pallets.ml_registry import FOREST_MERGE, WHOLE, Contributor, artifact_of
from pallets.ml_registry.errors import AlreadyWithdrawn, NoCurrency, NothingEarned, UnknownParent
from pallets.ml_registry.events import DividendClaimed, DividendReceived
from pallets.ml_registry.types import Earnings

PEOPLE: Final = tuple(AccountId(bytes([number]) * 32) for number in range(1, 6))
ALICE, BOB, CHARLIE, _, PAYER = PEOPLE
THIRDS: Final = (333_333, 333_333, 333_334)
ENDOWMENT, DEPOSIT = 10**12, 10


class MarketRuntime(MockRuntime):
    """System, Balances and MlRegistry."""

    def __init__(self, storage: Overlay | None = None) -> None:
        super().__init__(storage)
        self.balances = balances.Balances(
            self, balances.Config(account_store=self.system, existential_deposit=DEPOSIT), index=4
        )
        self.ml_registry = ml_registry.MlRegistry(self, ml_registry.Config(currency=self.balances), index=20)


def market(*contributors: Contributor) -> tuple[MarketRuntime, Hash]:
    """A runtime with one version of Alice's model."""
    runtime = MarketRuntime()
    runtime.balances.build_genesis(balances.Genesis(balances=tuple((who, ENDOWMENT) for who in PEOPLE)))
    runtime.ml_registry.build_genesis(ml_registry.Genesis())
    create = call_of(
        runtime.ml_registry.create_model, name=b"air", algorithm=FOREST_MERGE, licence=b"", description=Hash(bytes(32))
    )
    assert_ok(runtime, Signed(ALICE), create)
    return runtime, runtime.ml_registry.publish(0, artifact_of(b"1"), None, 0, contributors)


def pay(runtime: MarketRuntime, version: Hash, amount: Balance) -> None:
    assert_ok(runtime, Signed(PAYER), call_of(runtime.ml_registry.pay_dividend, version=version, amount=amount))


def claim(runtime: MarketRuntime, version: Hash, who: AccountId) -> None:
    assert_ok(runtime, Signed(who), call_of(runtime.ml_registry.claim_dividend, version=version))


def test_a_fee_is_divided_by_shares_and_claimed() -> None:
    runtime, version = market(Contributor(ALICE, 750_000), Contributor(BOB, 250_000))
    registry = runtime.ml_registry
    pay(runtime, version, 1_000)
    assert events_of(runtime, DividendReceived) == [DividendReceived(version, PAYER, 1_000)]
    assert [registry.dividend_of(version, who) for who in (ALICE, BOB, CHARLIE)] == [750, 250, 0]
    claim(runtime, version, BOB)
    assert events_of(runtime, DividendClaimed) == [DividendClaimed(version, BOB, 250)]
    assert runtime.balances.balance(BOB) == ENDOWMENT + 250
    assert runtime.balances.balance(PAYER) == ENDOWMENT - 1_000 - DEPOSIT
    again = call_of(registry.claim_dividend, version=version)
    assert_noop(runtime, Signed(BOB), again, NothingEarned)
    assert_noop(runtime, Signed(CHARLIE), again, NothingEarned)
    runtime.try_state()


def test_what_was_earned_before_a_share_moved_stays_with_who_owned_it() -> None:
    runtime, version = market(Contributor(ALICE, WHOLE))
    registry = runtime.ml_registry
    pay(runtime, version, 100)
    assert_ok(runtime, Signed(ALICE), call_of(registry.transfer_share, version=version, dest=BOB, share=WHOLE))
    pay(runtime, version, 7)
    assert [registry.dividend_of(version, who) for who in (ALICE, BOB)] == [100, 7]
    for who in (BOB, ALICE):
        claim(runtime, version, who)
    assert registry.credits.get((version, ALICE)) is None  # who owns and claims nothing is forgotten
    runtime.try_state()


def test_fractions_of_a_planck_wait_until_they_are_whole() -> None:
    runtime, version = market(*(Contributor(who, share) for who, share in zip(PEOPLE[:3], THIRDS, strict=True)))
    for _ in range(3):
        pay(runtime, version, 1)
    registry = runtime.ml_registry
    assert [registry.dividend_of(version, who) for who in PEOPLE[:3]] == [0, 0, 1]
    pay(runtime, version, 10**6 - 3)
    for who in PEOPLE[:3]:
        claim(runtime, version, who)
    assert registry.earnings.get(version) == Earnings(10**6, 10**6)
    assert runtime.balances.balance(registry.dividend_pot()) == DEPOSIT
    runtime.try_state()


def test_what_belongs_to_nobody_goes_to_the_models_owner() -> None:
    runtime, version = market()
    pay(runtime, version, 1_000)
    assert runtime.balances.balance(ALICE) == ENDOWMENT + 1_000
    assert runtime.ml_registry.earnings.get(version) is None


def test_versions_that_are_unknown_withdrawn_or_earn_nothing_take_no_fee() -> None:
    runtime, version = market(Contributor(ALICE, WHOLE))
    registry = runtime.ml_registry
    unknown = call_of(registry.pay_dividend, version=Hash(bytes(32)), amount=1)
    assert_noop(runtime, Signed(PAYER), unknown, UnknownParent)
    pay(runtime, version, 5)
    registry.withdraw(version)
    late = call_of(registry.pay_dividend, version=version, amount=1)
    assert_noop(runtime, Signed(PAYER), late, AlreadyWithdrawn)
    claim(runtime, version, ALICE)  # what it earned before is its owners'
    poor = mount(ml_registry.MlRegistry, ml_registry.Config(), genesis=ml_registry.Genesis())
    create = call_of(poor.create_model, name=b"a", algorithm=FOREST_MERGE, licence=b"", description=Hash(bytes(32)))
    assert_ok(poor.host, Signed(ALICE), create)
    free = poor.publish(0, artifact_of(b"1"), None, 0, ())
    assert_noop(poor.host, Signed(ALICE), call_of(poor.pay_dividend, version=free, amount=1), NoCurrency)


amounts = st.lists(st.integers(1, 10**9), min_size=1, max_size=3)
parts = st.lists(st.integers(1, WHOLE // 3), min_size=2, max_size=2)


@settings(max_examples=15, deadline=None)
@given(amounts, parts)
def test_neither_the_order_of_fees_nor_that_of_claims_matters(fees: list[int], owned: list[int]) -> None:
    found = set[tuple[Balance, ...]]()
    owners = [Contributor(who, share) for who, share in zip(PEOPLE, (*owned, WHOLE - sum(owned)), strict=False)]
    for number, order in enumerate(permutations(fees)):
        runtime, version = market(*owners)
        for fee in order:
            pay(runtime, version, fee)
            if number % 2:
                for owner in owners[:: -1 if number % 3 else 1]:
                    if runtime.ml_registry.dividend_of(version, owner.account):
                        claim(runtime, version, owner.account)
        for owner in owners:
            if runtime.ml_registry.dividend_of(version, owner.account):
                claim(runtime, version, owner.account)
        found.add(tuple(runtime.balances.balance(who) for who in PEOPLE))
    assert len(found) == 1


class Market(RuleBasedStateMachine):
    """Fees, transfers and claims in any order, beside an account of fractions."""

    def __init__(self) -> None:
        super().__init__()
        shares = (600_000, 399_999, 1)
        self.runtime, self.version = market(*(Contributor(who, n) for who, n in zip(PEOPLE, shares, strict=False)))
        self.issuance = self.runtime.balances.total_issuance.get()
        self.fractions = {who: Fraction(0) for who in PEOPLE}
        self.claimed = Counter[AccountId]()

    @rule(amount=st.integers(1, 10**7))
    def fee(self, amount: int) -> None:
        for holder in self.runtime.ml_registry.holders_of(self.version):
            self.fractions[holder.account] += Fraction(amount * holder.share, WHOLE)
        pay(self.runtime, self.version, amount)

    @rule(source=st.sampled_from(PEOPLE), dest=st.sampled_from(PEOPLE), share=st.integers(1, WHOLE))
    def move(self, source: AccountId, dest: AccountId, share: int) -> None:
        registry = self.runtime.ml_registry
        owned = registry.shares.get((self.version, source))
        if owned:
            call = call_of(registry.transfer_share, version=self.version, dest=dest, share=1 + share % owned)
            assert_ok(self.runtime, Signed(source), call)

    @rule(who=st.sampled_from(PEOPLE))
    def take(self, who: AccountId) -> None:
        offered = self.runtime.ml_registry.dividend_of(self.version, who)
        if offered:
            claim(self.runtime, self.version, who)
            self.claimed[who] += offered

    @invariant()
    def everybody_can_claim_what_its_shares_have_earned(self) -> None:
        for who, due in self.fractions.items():
            assert self.runtime.ml_registry.dividend_of(self.version, who) == int(due - self.claimed[who])

    @invariant()
    def no_planck_is_lost(self) -> None:
        assert self.runtime.balances.total_issuance.get() == self.issuance
        self.runtime.ml_registry.try_state()


TestMarket = Market.TestCase
TestMarket.settings = settings(max_examples=15, stateful_step_count=15, deadline=None)
