"""Whatever is done with native funds, assets and stake in an asset, all of it stays and every reference counts.

After every step, with figures computed from the records of accounts alone:

- the native issuance is what all accounts have, and what is reserved of it is what deposits and holds say
- each asset's supply is what all accounts have, on hold or not, and what refunds burnt
- consumers, providers and sufficients are what balances and accounts of assets ask for
- nobody has less of anything than the least balance, unless a deposit keeps the account
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from chain.primitives import AccountId
from pallets import assets
from pallets.assets import AssetsHolder
from pallets.assets.types import (
    Consumer,
    DepositFrom,
    DepositHeld,
    DepositRefunded,
    Sufficient,
)
from pallets.frame.call import RuntimeCall, call_of
from pallets.frame.error import DispatchError
from pallets.frame.origin import ROOT, Origin, Signed
from pallets.frame.traits import RuntimeFreezeReason
from tests.pallets.assets.mock import (
    ALICE,
    ALSO_HELD,
    BOB,
    CHARLIE,
    DAVE,
    FROZEN,
    HELD,
    STAKED_ASSET,
    AssetRuntime,
    account,
)

EVERYBODY = (ALICE, BOB, CHARLIE, DAVE)
IDS = (0, 1, STAKED_ASSET)
NATIVE_FREEZE = RuntimeFreezeReason(40, 0)

who = st.sampled_from(EVERYBODY)
ids = st.sampled_from(IDS)
amounts = st.one_of(st.integers(0, 30), st.integers(0, 400))

Build = Callable[[AssetRuntime, AccountId, int, int], RuntimeCall]
"""A call out of another account, an asset and an amount."""

CALLS: dict[str, Build] = {
    "transfer_native": lambda r, to, _, n: call_of(r.balances.transfer_allow_death, account(to), n),
    "transfer_native_keep": lambda r, to, _, n: call_of(r.balances.transfer_keep_alive, account(to), n),
    "transfer_native_all": lambda r, to, _, n: call_of(r.balances.transfer_all, account(to), bool(n % 2)),
    "burn_native": lambda r, _, __, n: call_of(r.balances.burn, n, False),
    "create": lambda r, to, i, n: call_of(r.assets.create, i, account(to), n),
    "create_foreign": lambda r, to, i, n: call_of(r.foreign_assets.create, i, account(to), n),
    "mint": lambda r, to, i, n: call_of(r.assets.mint, i, account(to), n),
    "mint_foreign": lambda r, to, i, n: call_of(r.foreign_assets.mint, i, account(to), n),
    "burn": lambda r, to, i, n: call_of(r.assets.burn, i, account(to), n),
    "transfer": lambda r, to, i, n: call_of(r.assets.transfer, i, account(to), n),
    "transfer_foreign": lambda r, to, i, n: call_of(r.foreign_assets.transfer, i, account(to), n),
    "transfer_keep": lambda r, to, i, n: call_of(r.assets.transfer_keep_alive, i, account(to), n),
    "transfer_all": lambda r, to, i, n: call_of(r.assets.transfer_all, i, account(to), bool(n % 2)),
    "force_transfer": lambda r, to, i, n: call_of(r.assets.force_transfer, i, account(to), account(BOB), n),
    "freeze": lambda r, to, i, _: call_of(r.assets.freeze, i, account(to)),
    "block": lambda r, to, i, _: call_of(r.assets.block, i, account(to)),
    "thaw": lambda r, to, i, _: call_of(r.assets.thaw, i, account(to)),
    "freeze_asset": lambda r, _, i, __: call_of(r.assets.freeze_asset, i),
    "thaw_asset": lambda r, _, i, __: call_of(r.assets.thaw_asset, i),
    "transfer_ownership": lambda r, to, i, _: call_of(r.assets.transfer_ownership, i, account(to)),
    "set_metadata": lambda r, _, i, n: call_of(r.assets.set_metadata, i, bytes(n % 30), b"", 0),
    "clear_metadata": lambda r, _, i, __: call_of(r.assets.clear_metadata, i),
    "set_min_balance": lambda r, _, i, n: call_of(r.assets.set_min_balance, i, n % 20),
    "approve": lambda r, to, i, n: call_of(r.assets.approve_transfer, i, account(to), n),
    "cancel_approval": lambda r, to, i, _: call_of(r.assets.cancel_approval, i, account(to)),
    "transfer_approved": lambda r, to, i, n: call_of(r.assets.transfer_approved, i, account(to), account(DAVE), n),
    "touch": lambda r, _, i, __: call_of(r.assets.touch, i),
    "touch_other": lambda r, to, i, _: call_of(r.assets.touch_other, i, account(to)),
    "refund_other": lambda r, to, i, _: call_of(r.assets.refund_other, i, account(to)),
    "start_destroy": lambda r, _, i, __: call_of(r.assets.start_destroy, i),
    "destroy_accounts": lambda r, _, i, __: call_of(r.assets.destroy_accounts, i),
    "destroy_approvals": lambda r, _, i, __: call_of(r.assets.destroy_approvals, i),
    "finish_destroy": lambda r, _, i, __: call_of(r.assets.finish_destroy, i),
    "bond": lambda r, _, __, n: call_of(r.staking.bond, n),
    "unbond": lambda r, _, __, n: call_of(r.staking.unbond, n),
    "withdraw_stake": lambda r, _, __, ___: call_of(r.staking.withdraw_unbonded),
}

ROOT_CALLS: dict[str, Build] = {
    "set_native": lambda r, to, _, n: call_of(r.balances.force_set_balance, account(to), n),
    "transfer_native": lambda r, to, _, n: call_of(r.balances.force_transfer, account(to), account(ALICE), n),
    "force_create": lambda r, to, i, n: call_of(r.assets.force_create, i, account(to), bool(n % 2), n),
    "force_clear_metadata": lambda r, _, i, __: call_of(r.assets.force_clear_metadata, i),
}

Request = Callable[[AssetRuntime, AccountId, int, int], object]
"""What another pallet asks for: of an account, an asset and an amount."""

REQUESTS: dict[str, Request] = {
    "hold_native": lambda r, of, _, n: r.balances.hold(HELD, of, n),
    "release_native": lambda r, of, _, n: r.balances.release(HELD, of, n, best_effort=True),
    "burn_held_native": lambda r, of, _, n: r.balances.burn_held(HELD, of, n, best_effort=True),
    "move_held_native": lambda r, of, _, n: r.balances.transfer_on_hold(HELD, of, BOB, n, on_hold=bool(n % 2)),
    "freeze_native": lambda r, of, _, n: r.balances.set_freeze(NATIVE_FREEZE, of, n),
    "hold": lambda r, of, i, n: r.assets_holder.hold(i, HELD, of, n),
    "hold_also": lambda r, of, i, n: r.assets_holder.hold(i, ALSO_HELD, of, n),
    "release": lambda r, of, i, n: r.assets_holder.release(i, HELD, of, n, best_effort=True),
    "burn_held": lambda r, of, i, n: r.assets_holder.burn_held(i, ALSO_HELD, of, n, best_effort=True),
    "move_held": lambda r, of, i, n: r.assets_holder.transfer_on_hold(i, HELD, of, DAVE, n, on_hold=bool(n % 2)),
    "freeze_part": lambda r, of, i, n: r.assets_freezer.set_freeze(i, FROZEN, of, n),
    "slash": lambda r, of, _, n: r.staking.slash(of, n),
}

Held = Callable[[AssetsHolder, int, AccountId, int], object]
"""What becomes of something on hold."""

HELD_REQUESTS: tuple[Held, ...] = (
    lambda holder, asset, of, amount: holder.release(asset, HELD, of, amount),
    lambda holder, asset, of, amount: holder.burn_held(asset, HELD, of, amount),
    lambda holder, asset, of, amount: holder.transfer_on_hold(asset, HELD, of, CHARLIE, amount),
    lambda holder, asset, of, amount: holder.transfer_on_hold(asset, HELD, of, BOB, amount, on_hold=True),
)


class ConservationMachine(RuleBasedStateMachine):
    """Calls that anybody may make, requests that other pallets may make, and the books after each."""

    @initialize(sufficient=st.booleans(), least=st.integers(1, 20))
    def start(self, sufficient: bool, least: int) -> None:
        self.runtime = AssetRuntime()
        self.burnt = Counter[int]()
        """Of each asset, what refunds have burnt: it stays in the supply."""
        for each in EVERYBODY[:3]:
            self.runtime.balances.mint_into(each, 200)
        create = call_of(self.runtime.assets.force_create, 0, account(ALICE), sufficient, least)
        staked = call_of(self.runtime.assets.force_create, STAKED_ASSET, account(ALICE), not sufficient, 1)
        for call in (create, staked):
            self.runtime.forced(call)
        for asset in (0, STAKED_ASSET):
            self.runtime.ok(ALICE, call_of(self.runtime.assets.mint, asset, account(BOB), 300))

    def dispatch(self, call: RuntimeCall, origin: Origin) -> bool:
        try:
            self.runtime.dispatch(call, origin)
        except DispatchError:
            return False
        return True

    @rule(name=st.sampled_from(sorted(CALLS)), signer=who, to=who, asset=ids, amount=amounts)
    def call(self, name: str, signer: AccountId, to: AccountId, asset: int, amount: int) -> None:
        if self.dispatch(CALLS[name](self.runtime, to, asset, amount), Signed(signer)) and name == "finish_destroy":
            self.burnt.pop(asset, None)

    @rule(name=st.sampled_from(sorted(ROOT_CALLS)), to=who, asset=ids, amount=amounts)
    def root_call(self, name: str, to: AccountId, asset: int, amount: int) -> None:
        self.dispatch(ROOT_CALLS[name](self.runtime, to, asset, amount), ROOT)

    @rule(name=st.sampled_from(sorted(REQUESTS)), of=who, asset=ids, amount=amounts)
    def request(self, name: str, of: AccountId, asset: int, amount: int) -> None:
        try:
            with self.runtime.storage.transaction():
                REQUESTS[name](self.runtime, of, asset, amount)
        except DispatchError:
            pass

    @rule(signer=who, asset=ids)
    def refund(self, signer: AccountId, asset: int) -> None:
        burnt = self.runtime.assets.balance(asset, signer)
        if self.dispatch(call_of(self.runtime.assets.refund, asset, True), Signed(signer)):
            self.burnt[asset] += burnt

    # Steps that chance alone would seldom find: they go where there is something to do

    @precondition(lambda self: any(True for _ in self.runtime.assets.account.iter_keys()))
    @rule(data=st.data(), hold=st.integers(1, 60), amount=st.integers(0, 60), what=st.sampled_from(HELD_REQUESTS))
    def hold_and_go_on(self, data: st.DataObject, hold: int, amount: int, what: Held) -> None:
        asset, of = data.draw(st.sampled_from(list(self.runtime.assets.account.iter_keys())), "account")
        try:
            with self.runtime.storage.transaction():
                self.runtime.assets_holder.hold(asset, HELD, of, hold)
                what(self.runtime.assets_holder, asset, of, amount)
        except DispatchError:
            pass

    @precondition(lambda self: any(True for _ in self.runtime.assets.approvals.iter_keys()))
    @rule(data=st.data())
    def cancel_an_approval(self, data: st.DataObject) -> None:
        keys = list(self.runtime.assets.approvals.iter_keys())
        asset, owner, delegate = data.draw(st.sampled_from(keys), "approval")
        self.dispatch(call_of(self.runtime.assets.cancel_approval, asset, account(delegate)), Signed(owner))

    @rule(asset=ids, signer=who, opened=who, is_finished=st.booleans())
    def destroy_an_asset(self, asset: int, signer: AccountId, opened: AccountId, is_finished: bool) -> None:
        pallet = self.runtime.assets
        self.dispatch(call_of(pallet.touch_other, asset, account(opened)), Signed(signer))
        self.dispatch(call_of(pallet.start_destroy, asset), ROOT)
        for step in (pallet.destroy_accounts, pallet.destroy_approvals, *[pallet.finish_destroy] * is_finished):
            if self.dispatch(call_of(step, asset), Signed(signer)) and step == pallet.finish_destroy:
                self.burnt.pop(asset, None)

    @rule()
    def next_block(self) -> None:
        self.runtime.system.number.mutate(lambda number: number + 1)

    # What must hold

    @invariant()
    def pallets_agree_with_themselves(self) -> None:
        self.runtime.try_state()

    @invariant()
    def native_funds_are_all_there(self) -> None:
        infos = list(self.runtime.system.account.iter_values())
        assert sum(info.data.free + info.data.reserved for info in infos) == self.runtime.balances.issuance()

    @invariant()
    def reserved_funds_are_deposits_and_holds(self) -> None:
        expected = Counter[AccountId]()
        for instance in (self.runtime.assets, self.runtime.foreign_assets):
            expected.update(_deposits(instance))
        for of, holds in self.runtime.balances.holds.iter():
            expected[of] += sum(each.amount for each in holds)
        found = {of: info.data.reserved for of, info in self.runtime.system.account.iter() if info.data.reserved}
        assert found == {of: amount for of, amount in expected.items() if amount}

    @invariant()
    def supplies_are_all_there(self) -> None:
        runtime = self.runtime
        for asset, details in runtime.assets.asset.iter():
            if details is not None and details.status is not assets.AssetStatus.DESTROYING:
                total = sum(runtime.assets.total_balance(asset, of) for of in _holders(runtime.assets, asset))
                assert total + self.burnt[asset] == details.supply

    @invariant()
    def references_are_those_that_are_needed(self) -> None:
        expected = {of: self._expected_references(of) for of in self._natives()}
        found = {
            of: (info.consumers, info.providers, info.sufficients) for of, info in self.runtime.system.account.iter()
        }
        assert found == expected

    @invariant()
    def nobody_has_dust(self) -> None:
        for instance in (self.runtime.assets, self.runtime.foreign_assets):
            for (asset, of), found in instance.account.iter():
                assert found is not None
                is_kept = isinstance(found.reason, DepositHeld | DepositFrom | DepositRefunded)
                assert is_kept or instance.total_balance(asset, of) >= instance.minimum_balance(asset)

    def _natives(self) -> set[AccountId]:
        return set(self.runtime.system.account.iter_keys())

    def _expected_references(self, of: AccountId) -> tuple[int, int, int]:
        data = self.runtime.system.account.get(of).data
        consumers, sufficients = int(data.reserved > 0 or data.frozen > 0), 0
        for instance in (self.runtime.assets, self.runtime.foreign_assets):
            for (_, holder), found in instance.account.iter():
                if holder == of and found is not None:
                    consumers += isinstance(found.reason, Consumer)
                    sufficients += isinstance(found.reason, Sufficient)
        return consumers, int(data.free >= 1), sufficients


def _holders(instance: assets.Assets, asset: int) -> list[AccountId]:
    return [of for _, of in instance.account.iter_keys(prefix=(asset,))]


def _deposits(instance: assets.Assets) -> Counter[AccountId]:
    """Native funds that an instance says it has reserved."""
    deposits = Counter[AccountId]()
    for asset, details in instance.asset.iter():
        assert details is not None
        deposits[details.owner] += details.deposit + instance.metadata.get(asset).deposit
    for (_, owner, _), approval in instance.approvals.iter():
        assert approval is not None
        deposits[owner] += approval.deposit
    for (_, of), found in instance.account.iter():
        reason: Any = found and found.reason
        if isinstance(reason, DepositHeld):
            deposits[of] += reason.deposit
        elif isinstance(reason, DepositFrom):
            deposits[reason.depositor] += reason.deposit
    return deposits


ConservationMachine.TestCase.settings = settings(max_examples=30, stateful_step_count=40)
TestConservation = ConservationMachine.TestCase
