"""No sequence of nested calls makes or loses funds, or leaves a deposit behind that nothing is stored for."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from chain.crypto.derived import derivative
from chain.crypto.derived import multisig as multisig_account
from chain.crypto.hashing import blake2_256
from chain.extrinsic import Id
from chain.primitives import AccountId, Hash
from pallets.frame.call import RuntimeCall, call_of
from pallets.frame.error import DispatchError
from pallets.frame.origin import Signed
from pallets.frame.testing import run_to_block
from pallets.frame.weight import Weight
from pallets.multisig import Timepoint
from tests.pallets.nested_runtime import ALICE, BOB, CHARLIE, DAVE, DevProxyType, NestedRuntime, reserved, runtime_with

MEMBERS = sorted((ALICE, BOB, CHARLIE))
PEOPLE = [*MEMBERS, DAVE]
PLACES = [*PEOPLE, derivative(ALICE, 0), multisig_account(MEMBERS, 1), multisig_account(MEMBERS, 2)]
PLENTY = Weight(10**12, 10**7)

people, places = st.sampled_from(PEOPLE), st.sampled_from(PLACES)
kinds, small = st.sampled_from(list(DevProxyType)), st.integers(0, 2)


class Accounts(RuleBasedStateMachine):
    """Four accounts that pay, batch, approve, delegate and announce, alone and for one another."""

    def __init__(self) -> None:
        super().__init__()
        self.runtime: NestedRuntime = runtime_with(*((who, 60) for who in PLACES))
        self.issued = 60 * len(PLACES)
        self.simple = call_of(self.runtime.system.remark, remark=b"")
        self.spawned: list[tuple[AccountId, AccountId, DevProxyType, int, int]] = []

    def make(self, who: AccountId, call: RuntimeCall) -> bool:
        assert self.runtime.decode_call(call.encode()) == call
        try:
            self.runtime.dispatch(call, Signed(who))
        except DispatchError:
            return False
        return True

    # What is done inside

    @rule(dest=places, value=st.integers(0, 80))
    def pay_next(self, dest: AccountId, value: int) -> None:
        self.simple = call_of(self.runtime.balances.transfer_allow_death, dest=Id(dest), value=value)

    @rule(delegate=people, kind=kinds, delay=small)
    def delegate_next(self, delegate: AccountId, kind: DevProxyType, delay: int) -> None:
        self.simple = call_of(self.runtime.proxy.add_proxy, Id(delegate), kind, delay)

    @rule()
    def undelegate_next(self) -> None:
        self.simple = call_of(self.runtime.proxy.remove_proxies)

    @rule(name=st.sampled_from(["batch", "batch_all", "force_batch"]), count=st.integers(0, 3))
    def batch_next(self, name: str, count: int) -> None:
        if len(self.simple.encode()) < 1000:
            self.simple = call_of(getattr(self.runtime.utility, name), calls=[self.simple] * count)

    # Who does it

    @rule(who=people)
    def act(self, who: AccountId) -> None:
        self.make(who, self.simple)

    @rule(who=people, index=small)
    def act_as_derivative(self, who: AccountId, index: int) -> None:
        self.make(who, call_of(self.runtime.utility.as_derivative, index=index, call=self.simple))

    @rule(who=people, real=places)
    def act_as_delegate(self, who: AccountId, real: AccountId) -> None:
        self.make(who, call_of(self.runtime.proxy.proxy, Id(real), None, self.simple))

    @rule(who=people, real=places)
    def announce(self, who: AccountId, real: AccountId) -> None:
        self.make(who, call_of(self.runtime.proxy.announce, Id(real), Hash(blake2_256(self.simple.encode()))))

    @rule(delegate=people, real=places)
    def act_announced(self, delegate: AccountId, real: AccountId) -> None:
        self.make(DAVE, call_of(self.runtime.proxy.proxy_announced, Id(delegate), Id(real), None, self.simple))

    @rule(who=people)
    def add_delegate(self, who: AccountId) -> None:
        self.make(who, call_of(self.runtime.proxy.add_proxy, Id(BOB), DevProxyType.ANY, 1))

    @rule(who=st.sampled_from(MEMBERS), by_hash=st.booleans())
    def approve(self, who: AccountId, by_hash: bool) -> None:
        others = [each for each in MEMBERS if each != who]
        call_hash = blake2_256(self.simple.encode())
        open_one = self.runtime.multisig.multisigs.get((multisig_account(MEMBERS, 2), call_hash))
        when = None if open_one is None else open_one.when
        pallet = self.runtime.multisig
        if by_hash:
            self.make(who, call_of(pallet.approve_as_multi, 2, others, when, call_hash, PLENTY))
        else:
            self.make(who, call_of(pallet.as_multi, 2, others, when, self.simple, PLENTY))

    @rule(who=st.sampled_from(MEMBERS))
    def cancel(self, who: AccountId) -> None:
        others = [each for each in MEMBERS if each != who]
        when = Timepoint(self.runtime.system.number.get(), 0)
        cancel = self.runtime.multisig.cancel_as_multi
        self.make(who, call_of(cancel, 2, others, when, blake2_256(self.simple.encode())))

    @rule(who=people, kind=kinds, index=small)
    def spawn(self, who: AccountId, kind: DevProxyType, index: int) -> None:
        pure = self.runtime.proxy.pure_account(who, kind, index)
        if self.make(who, call_of(self.runtime.proxy.create_pure, kind, 0, index)):
            self.spawned.append((pure, who, kind, index, self.runtime.system.number.get()))

    @rule()
    def kill_the_newest(self) -> None:
        if self.spawned:
            pure, who, kind, index, height = self.spawned.pop()
            kill = call_of(self.runtime.proxy.kill_pure, Id(who), kind, index, height, 0)
            assert self.make(pure, kill)

    @rule()
    def next_block(self) -> None:
        run_to_block(self.runtime, self.runtime.system.number.get() + 1)

    # What always holds

    @invariant()
    def funds_are_conserved(self) -> None:
        lost = self.issued - self.runtime.balances.issuance()
        assert lost == 0  # the existential deposit is one, so there is no dust
        self.runtime.try_state()

    @invariant()
    def every_deposit_stands_for_something(self) -> None:
        spawners = {pure: who for pure, who, *_ in self.spawned}
        owed: dict[AccountId, int] = {}
        for _, operation in self.runtime.multisig.multisigs.iter():
            assert operation is not None
            owed[operation.depositor] = owed.get(operation.depositor, 0) + operation.deposit
        for deposits in (self.runtime.proxy.proxies, self.runtime.proxy.announcements):
            for who, (_, deposit) in deposits.iter():
                payer = spawners.get(who, who)
                owed[payer] = owed.get(payer, 0) + deposit
        for who, _ in self.runtime.system.account.iter():
            assert reserved(self.runtime, who) == owed.pop(who, 0)
        assert owed == {}


Accounts.TestCase.settings = settings(max_examples=100, stateful_step_count=30)
TestAccounts = Accounts.TestCase
