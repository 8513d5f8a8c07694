"""Stake: what goes in comes out after its delay or is slashed, to the planck."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from chain.primitives import AccountId
from pallets.frame.call import RuntimeCall, call_of
from pallets.frame.error import DispatchError, TokenProblem
from pallets.frame.origin import Signed
from pallets.frame.testing import assert_noop, assert_ok, events_of, run_to_block
from pallets.staking import (
    BelowMinimumBond,
    Bonded,
    Ledger,
    NothingBonded,
    NothingToWithdraw,
    ReputationChanged,
    Rewarded,
    Slashed,
    TooManyChunks,
    Unbonded,
    Unlocking,
    Withdrawn,
)
from tests.pallets.federated_round.mock import (
    CLIENTS,
    ENDOWMENT,
    EVERYBODY,
    KEEPERS,
    MINIMUM_BALANCE,
    OWNER,
    STAKE,
    RoundRuntime,
    new_runtime,
)

ALICE, BOB = CLIENTS[0], OWNER
DELAY = 50


@pytest.fixture
def runtime() -> RoundRuntime:
    return new_runtime()


def test_a_bond_stays_in_its_owners_account_on_hold(runtime: RoundRuntime) -> None:
    staking, balances = runtime.staking, runtime.balances
    assert_noop(runtime, Signed(BOB), call_of(staking.bond, amount=99), BelowMinimumBond)
    assert_noop(runtime, Signed(BOB), call_of(staking.bond, amount=0), BelowMinimumBond)
    assert_noop(runtime, Signed(BOB), call_of(staking.bond, amount=2 * ENDOWMENT), TokenProblem)
    assert_ok(runtime, Signed(BOB), call_of(staking.bond, amount=5_000))
    assert (balances.balance(BOB), balances.total_balance(BOB)) == (ENDOWMENT - 5_000, ENDOWMENT)
    assert staking.ledger.get(BOB) == Ledger(5_000, ())
    assert events_of(runtime, Bonded)[-1] == Bonded(BOB, 5_000)


def test_unbonded_stake_is_free_after_the_delay_and_not_before(runtime: RoundRuntime) -> None:
    staking = runtime.staking
    assert_ok(runtime, Signed(ALICE), call_of(staking.unbond, amount=4_000))
    assert events_of(runtime, Unbonded) == [Unbonded(ALICE, 4_000, 1 + DELAY)]
    assert (staking.active(ALICE), staking.bonded(ALICE)) == (STAKE - 4_000, STAKE)
    withdraw = call_of(staking.withdraw_unbonded)
    assert_noop(runtime, Signed(ALICE), withdraw, NothingToWithdraw)
    run_to_block(runtime, DELAY)
    assert_noop(runtime, Signed(ALICE), withdraw, NothingToWithdraw)
    run_to_block(runtime, DELAY + 1)
    assert_ok(runtime, Signed(ALICE), withdraw)
    assert events_of(runtime, Withdrawn) == [Withdrawn(ALICE, 4_000)]
    assert runtime.balances.balance(ALICE) == ENDOWMENT - STAKE + 4_000
    assert_noop(runtime, Signed(ALICE), withdraw, NothingToWithdraw)


def test_a_rest_below_the_least_bond_does_not_stay(runtime: RoundRuntime) -> None:
    staking = runtime.staking
    for amount, error in ((STAKE - 99, BelowMinimumBond), (0, NothingBonded), (STAKE + 1, NothingBonded)):
        assert_noop(runtime, Signed(ALICE), call_of(staking.unbond, amount=amount), error)
    assert_noop(runtime, Signed(BOB), call_of(staking.unbond, amount=1), NothingBonded)
    assert_ok(runtime, Signed(ALICE), call_of(staking.unbond, amount=STAKE))


def test_what_unlocks_together_is_one_chunk_and_chunks_are_few(runtime: RoundRuntime) -> None:
    staking = runtime.staking
    for block in (1, 2, 3):
        run_to_block(runtime, block)
        for _ in range(2):
            assert_ok(runtime, Signed(ALICE), call_of(staking.unbond, amount=100))
    chunks = tuple(Unlocking(200, block + DELAY) for block in (1, 2, 3))
    assert staking.ledger.get(ALICE) == Ledger(STAKE - 600, chunks)
    run_to_block(runtime, 4)
    assert_noop(runtime, Signed(ALICE), call_of(staking.unbond, amount=100), TooManyChunks)


def test_a_slash_takes_active_stake_first_then_what_unlocks_last(runtime: RoundRuntime) -> None:
    staking, treasury = runtime.staking, runtime.governance.treasury()
    for block in (1, 2):
        run_to_block(runtime, block)
        assert_ok(runtime, Signed(ALICE), call_of(staking.unbond, amount=1_000))
    assert staking.slash(ALICE, STAKE - 500) == STAKE - 500
    assert staking.ledger.get(ALICE) == Ledger(0, (Unlocking(500, 1 + DELAY),))
    assert runtime.balances.balance(treasury) == STAKE - 500
    assert events_of(runtime, Slashed) == [Slashed(ALICE, STAKE - 500)]
    assert staking.slash(ALICE, STAKE) == 500
    assert staking.ledger.get(ALICE) is None
    assert staking.slash(ALICE, STAKE) == 0
    runtime.try_state()


def test_a_slash_too_small_to_open_the_treasury_is_burnt(runtime: RoundRuntime) -> None:
    issued = runtime.balances.issuance()
    assert runtime.staking.slash(ALICE, MINIMUM_BALANCE - 1) == MINIMUM_BALANCE - 1
    assert runtime.balances.issuance() == issued - MINIMUM_BALANCE + 1
    runtime.try_state()


def test_a_reward_leaves_the_pot_open(runtime: RoundRuntime) -> None:
    runtime.staking.reward(BOB, ALICE, 70)
    assert events_of(runtime, Rewarded) == [Rewarded(ALICE, 70)]
    with pytest.raises(TokenProblem):
        runtime.staking.reward(BOB, ALICE, ENDOWMENT - 70)


def test_reputation_is_slow_to_earn_quick_to_lose_and_bounded(runtime: RoundRuntime) -> None:
    staking = runtime.staking
    staking.record_success(ALICE)
    staking.record_fault(ALICE)
    assert events_of(runtime, ReputationChanged) == [
        ReputationChanged(ALICE, 100, 101),
        ReputationChanged(ALICE, 101, 67),
    ]
    staking.reputation.insert(ALICE, 1000)
    staking.record_success(ALICE)
    assert staking.reputation.get(ALICE) == 1000
    for _ in range(20):
        staking.record_fault(BOB)
    assert staking.reputation.get(BOB) == 0
    assert staking.lottery_weight(BOB) == 0


amounts = st.integers(0, 3 * STAKE)
accounts = st.sampled_from(EVERYBODY[:4])


class StakeMachine(RuleBasedStateMachine):
    """Random bonds, unbonds, slashes and rewards: nothing appears, and only what is burnt disappears."""

    def __init__(self) -> None:
        super().__init__()
        self.runtime = new_runtime()
        self.issued = self.runtime.balances.issuance()

    def call(self, who: AccountId, call: RuntimeCall) -> None:
        with suppress(DispatchError):
            self.runtime.dispatch(call, Signed(who))

    @rule(who=accounts, amount=amounts)
    def bond(self, who: AccountId, amount: int) -> None:
        self.call(who, call_of(self.runtime.staking.bond, amount=amount))

    @rule(who=accounts, amount=amounts)
    def unbond(self, who: AccountId, amount: int) -> None:
        self.call(who, call_of(self.runtime.staking.unbond, amount=amount))

    @rule(who=accounts)
    def withdraw(self, who: AccountId) -> None:
        self.call(who, call_of(self.runtime.staking.withdraw_unbonded))

    @rule(who=accounts, amount=amounts)
    def slash(self, who: AccountId, amount: int) -> None:
        before = self.runtime.staking.bonded(who)
        treasury = self.runtime.governance.treasury()
        held = self.runtime.balances.balance(treasury)
        taken = self.runtime.staking.slash(who, amount)
        assert taken == min(amount, before) == before - self.runtime.staking.bonded(who)
        if self.runtime.balances.balance(treasury) == held:
            self.issued -= taken

    @rule(who=accounts, amount=amounts)
    def reward(self, who: AccountId, amount: int) -> None:
        with suppress(DispatchError), self.runtime.storage.transaction():
            self.runtime.staking.reward(KEEPERS[0], who, amount)

    @rule(blocks=st.integers(1, 40))
    def wait(self, blocks: int) -> None:
        run_to_block(self.runtime, self.runtime.system.number.get() + blocks)

    @invariant()
    def funds_are_conserved(self) -> None:
        assert self.runtime.balances.issuance() == self.issued
        self.runtime.try_state()


StakeMachine.TestCase.settings = settings(
    max_examples=25, stateful_step_count=20, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
TestStakeMachine = StakeMachine.TestCase
