"""Whatever anybody does, no planck appears or disappears, and every deposit has a way out."""

from __future__ import annotations

from contextlib import suppress

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from chain.primitives import AccountId, Hash
from pallets.data_registry import CheckPhase, Verdict
from pallets.data_registry.pebble.simulator import Tracker
from pallets.frame.call import RuntimeCall, call_of
from pallets.frame.error import DispatchError
from pallets.frame.origin import Signed
from tests.pallets.data_registry.mock import CHECKERS, DOUBTER, EVERYBODY, OWNER, PURPOSE, USER, Play, description

OWNERS = (OWNER, USER)
TRACKERS = {owner: Tracker.of(owner) for owner in OWNERS}
numbers = st.integers(0, 5)
people = st.sampled_from([OWNER, DOUBTER, USER, CHECKERS[0], CHECKERS[5]])
verdicts = st.lists(st.sampled_from([*Verdict, None]), min_size=3, max_size=3)


class RegistryMachine(RuleBasedStateMachine):
    """Each rule is somebody's act, or the passing of blocks."""

    def __init__(self) -> None:
        super().__init__()
        self.play = Play(checkers=5)
        self.registry = self.play.registry
        self.issued = self.play.runtime.balances.issuance()
        self.moods: list[Verdict | None] = [Verdict.MATCHES] * 3

    def attempt(self, who: AccountId, call: RuntimeCall) -> None:
        with suppress(DispatchError):
            self.play.runtime.dispatch(call, Signed(who))

    @rule(owner=st.sampled_from(OWNERS), data=st.integers(0, 3))
    def register(self, owner: AccountId, data: int) -> None:
        said = description(owner + bytes([data]))
        self.attempt(owner, call_of(self.registry.register_data_set, description=said))

    @rule(owner=st.sampled_from(OWNERS), comes=st.booleans())
    def move_device(self, owner: AccountId, comes: bool) -> None:
        tracker, registry = TRACKERS[owner], self.registry
        come = call_of(registry.register_device, device=tracker.device, key=tracker.key, proof=tracker.proof_for(owner))
        self.attempt(owner, come if comes else call_of(registry.remove_device, device=tracker.device))

    @rule(owner=people, number=numbers, purpose=st.integers(0, 2), lasts=st.integers(1, 9), ends=st.booleans())
    def permit(self, owner: AccountId, number: int, purpose: int, lasts: int, ends: bool) -> None:
        kind = Hash(PURPOSE[:31] + bytes([purpose]))
        expires = self.registry.block_number() + lasts
        give = call_of(self.registry.permit, data_set=number, who=DOUBTER, purpose=kind, expires=expires)
        end = call_of(self.registry.end_permit, data_set=number, who=DOUBTER, purpose=kind)
        self.attempt(owner, end if ends else give)

    @rule(who=people, number=numbers)
    def request(self, who: AccountId, number: int) -> None:
        self.attempt(who, call_of(self.registry.request_check, data_set=number))

    @rule(owner=st.sampled_from(OWNERS), number=numbers)
    def erase(self, owner: AccountId, number: int) -> None:
        self.attempt(owner, call_of(self.registry.erase_data_set, data_set=number))

    @rule(moods=verdicts)
    def change_moods(self, moods: list[Verdict | None]) -> None:
        """From here on the seats of each panel find what is drawn, or say nothing."""
        self.moods = moods

    @rule(blocks=st.integers(1, 3))
    def go_on(self, blocks: int) -> None:
        """The panels do what is due; then blocks pass."""
        for number in self.registry.open_checks.get():
            check = self.registry.check(number)
            for who, verdict in zip(check.panel, self.moods, strict=False):
                if verdict is not None and check.phase is CheckPhase.COMMIT:
                    self.attempt(who, self.play.seal_call(number, who, verdict))
                elif verdict is not None:
                    self.attempt(who, self.play.reveal_call(number, verdict))
        self.play.wait(blocks)

    @rule(who=st.sampled_from(CHECKERS), amount=st.sampled_from([500, 9_500]), joins=st.booleans())
    def move_stake(self, who: AccountId, amount: int, joins: bool) -> None:
        self.attempt(who, call_of(self.play.runtime.staking.unbond, amount=amount))
        self.attempt(who, call_of(self.play.runtime.staking.bond, amount=amount))
        join, leave = self.registry.join_checkers, self.registry.leave_checkers
        self.attempt(who, call_of(join) if joins else call_of(leave, who=who))

    @invariant()
    def nothing_appears_and_nothing_disappears(self) -> None:
        balances = self.play.runtime.balances
        assert balances.issuance() == self.issued
        assert sum(balances.total_balance(who) for who in EVERYBODY) == self.issued
        self.play.runtime.try_state()

    @invariant()
    def nobody_can_hold_a_check_up(self) -> None:
        for number in self.registry.open_checks.get():
            assert self.registry.check(number).deadline - self.registry.block_number() <= 10

    def teardown(self) -> None:
        """Whatever state it is in, everything that is on hold comes back to its owner."""
        for number in list(self.registry.data_sets.iter_keys()):
            self.play.do(self.registry.data_set(number).owner, call_of(self.registry.erase_data_set, data_set=number))
        for device, found in list(self.registry.devices.iter()):
            assert found is not None
            self.play.do(found.owner, call_of(self.registry.remove_device, device=device))
        self.play.wait(20)
        self.nothing_appears_and_nothing_disappears()
        assert [self.play.held(who) for who in (OWNER, USER, DOUBTER)] == [0, 0, 0]


RegistryMachine.TestCase.settings = settings(max_examples=15, stateful_step_count=30, deadline=None)
TestRegistryMachine = RegistryMachine.TestCase
