"""Validators are planned two sessions ahead and take part with the keys that they have by then."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chain.primitives import U32, AccountId
from pallets import session
from pallets.frame.call import RuntimeCall, call_of
from pallets.frame.error import BadOrigin
from pallets.frame.origin import ROOT, Signed
from pallets.frame.testing import MockRuntime, assert_noop, assert_ok, last_event
from pallets.frame.weight import Weight
from pallets.session import NewSession, PeriodicSessions, Session, SessionIndex, SessionKeys
from pallets.session.handler import ValidatorKeys
from pallets.session.pallet import GRAVEST, DuplicatedKey, NoAccount, NoKeys, ValidatorDisabled, ValidatorReenabled
from pallets.system.types import AccountInfo

ALICE, BOB, CHARLIE = (AccountId(bytes([seed]) * 32) for seed in (1, 2, 3))
WHOLE = Weight(7, 7)


def keys_of(who: AccountId, generation: int = 0) -> SessionKeys:
    return SessionKeys(bytes([generation, 1]) + who[:30], bytes([generation, 2]) + who[:30])


class Listener:
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.told: list[object] = []

    def on_genesis_session(self, validators: ValidatorKeys) -> None:
        self.told.append(("genesis", list(validators)))

    def on_new_session(
        self, changed: bool, validators: ValidatorKeys, queued: ValidatorKeys, index: SessionIndex
    ) -> None:
        self.told.append((index, changed, list(validators), list(queued)))

    def on_before_session_ending(self) -> None:
        self.told.append("ending")

    def on_disabled(self, index: U32) -> None:
        self.told.append(("disabled", index))


class Chooser:
    """Has a choice for some sessions."""

    def __init__(self, choices: dict[SessionIndex, Sequence[AccountId]]) -> None:
        self.choices = choices
        self.heard: list[tuple[str, SessionIndex]] = []

    def new_session(self, index: SessionIndex) -> Sequence[AccountId] | None:
        return self.choices.get(index)

    def start_session(self, index: SessionIndex) -> None:
        self.heard.append(("start", index))

    def end_session(self, index: SessionIndex) -> None:
        self.heard.append(("end", index))


class Chain(MockRuntime):
    """Sessions of three blocks; Alice and Bob begin."""

    def __init__(self, choices: dict[SessionIndex, Sequence[AccountId]] | None = None) -> None:
        super().__init__()
        self.aura, self.grandpa = Listener(), Listener()
        self.chooser = None if choices is None else Chooser(choices)
        config = session.Config(
            accounts=self.system,
            clock=PeriodicSessions(period=3),
            handlers=(self.aura, self.grandpa),
            manager=lambda: self.chooser,
            max_block=WHOLE,
        )
        for who in (ALICE, CHARLIE):
            self.system.account.insert(who, AccountInfo(providers=1))
        self.session = Session(self, config, index=8)
        self.session.build_genesis(session.Genesis(keys=tuple((who, who, keys_of(who)) for who in (ALICE, BOB))))

    def rotate(self) -> list[object]:
        """Begin the next session; what Aura is told."""
        before = len(self.aura.told)
        self.session.rotate_session()
        self.session.try_state()
        return self.aura.told[before:]

    def set_keys(self, who: AccountId, generation: int = 0) -> RuntimeCall:
        return call_of(self.session.set_keys, keys=keys_of(who, generation), proof=b"")


def with_aura(*validators: AccountId, generation: int = 0) -> list[tuple[AccountId, bytes]]:
    return [(who, keys_of(who, generation).aura) for who in validators]


def test_genesis_takes_its_validators_and_their_keys_and_tells_each_engine_its_own() -> None:
    chain = Chain()
    assert chain.session.validators.get() == [ALICE, BOB]
    assert chain.aura.told == [("genesis", with_aura(ALICE, BOB))]
    assert chain.grandpa.told == [("genesis", [(who, keys_of(who).grandpa) for who in (ALICE, BOB)])]
    assert chain.session.key_owner.get((b"gran", keys_of(BOB).grandpa)) == BOB
    assert chain.system.account.get(ALICE).consumers == 1
    assert chain.system.account.get(BOB).providers == 1  # without funds it exists for its keys' sake


def test_a_session_begins_every_period_and_weighs_a_whole_block() -> None:
    chain = Chain()
    assert [chain.session.on_initialize(number) for number in (1, 2, 3, 4)] == [Weight(), Weight(), WHOLE, Weight()]
    assert last_event(chain) == NewSession(1)
    assert chain.session.current_index.get() == 1


@given(st.integers(1, 9), st.integers(0, 9), st.integers(0, 60))
def test_periodic_sessions_begin_at_the_offset_and_each_period_after_it(period: int, offset: int, now: int) -> None:
    clock = PeriodicSessions(period, offset)
    assert clock.should_end_session(now) == (now in range(offset, now + 1, period))


def test_new_keys_are_in_force_in_the_session_after_next() -> None:
    chain = Chain()
    assert_ok(chain, Signed(ALICE), chain.set_keys(ALICE, generation=5))
    new = with_aura(ALICE, generation=5) + with_aura(BOB)
    assert chain.rotate() == ["ending", (1, False, with_aura(ALICE, BOB), new)]
    assert chain.session.queued_changed.get()
    assert chain.rotate() == ["ending", (2, True, new, new)]
    assert not chain.session.queued_changed.get()


def test_a_manager_chooses_two_sessions_ahead_and_those_without_keys_do_not_take_part() -> None:
    chain = Chain({3: [CHARLIE, BOB, AccountId(b"\x09" * 32)]})
    assert_ok(chain, Signed(CHARLIE), chain.set_keys(CHARLIE))
    chain.rotate()
    assert chain.rotate() == ["ending", (2, False, with_aura(ALICE, BOB), with_aura(CHARLIE, BOB))]
    assert chain.rotate() == ["ending", (3, True, with_aura(CHARLIE, BOB), with_aura(CHARLIE, BOB))]
    assert chain.session.validators.get() == [CHARLIE, BOB]
    assert chain.chooser is not None
    assert chain.chooser.heard == [
        ("start", 0),
        *((what, n + (what == "start")) for n in range(3) for what in ("end", "start")),
    ]


def test_a_manager_may_choose_the_first_validators() -> None:
    chain = Chain({0: [BOB], 1: [ALICE]})
    assert chain.session.validators.get() == [BOB]
    assert chain.aura.told == [("genesis", with_aura(ALICE))]


def test_the_same_choice_counts_as_a_change() -> None:
    chain = Chain({2: [ALICE, BOB]})
    chain.rotate()
    assert chain.session.queued_changed.get()


def test_validators_are_disabled_by_position_until_others_follow() -> None:
    chain = Chain({2: [ALICE, BOB]})
    assert chain.session.disable_index(1, severity=5)
    assert last_event(chain) == ValidatorDisabled(BOB)
    assert not chain.session.disable_index(2)
    assert chain.session.disable_index(0)
    assert chain.session.disabled_validators.get() == [(0, GRAVEST), (1, 5)]
    assert (chain.session.is_disabled(1), chain.session.is_disabled(2)) == (True, False)
    chain.rotate()
    assert chain.session.is_disabled(1)
    chain.rotate()
    assert not chain.session.is_disabled(1)
    assert chain.grandpa.told.count(("disabled", 1)) == 1


def test_the_gravest_offence_counts_and_is_told_once() -> None:
    chain = Chain()
    for severity in (5, 7, 6):
        assert chain.session.disable_index(1, severity)
    assert chain.session.disabled_validators.get() == [(1, 7)]
    assert chain.grandpa.told.count(("disabled", 1)) == 1


def test_a_validator_may_be_enabled_again() -> None:
    chain = Chain()
    chain.session.disable_index(1)
    assert not chain.session.reenable_index(0)
    assert chain.session.reenable_index(1)
    assert last_event(chain) == ValidatorReenabled(BOB)
    assert chain.session.disabled_validators.get() == []
    assert not chain.session.reenable_index(1)


def test_a_key_has_one_owner() -> None:
    chain = Chain()
    assert_noop(chain, Signed(CHARLIE), chain.set_keys(ALICE), DuplicatedKey)
    assert_ok(chain, Signed(ALICE), chain.set_keys(ALICE, generation=1))
    assert_ok(chain, Signed(CHARLIE), chain.set_keys(ALICE))  # given up by then
    assert chain.system.account.get(CHARLIE).consumers == 1
    assert_ok(chain, Signed(CHARLIE), chain.set_keys(CHARLIE))
    assert chain.system.account.get(CHARLIE).consumers == 1


def test_keys_need_an_account_and_a_signer() -> None:
    chain = Chain()
    nobody = AccountId(b"\x0a" * 32)
    assert_noop(chain, Signed(nobody), chain.set_keys(nobody), NoAccount)
    assert_noop(chain, ROOT, chain.set_keys(ALICE), BadOrigin)


def test_keys_are_forgotten_with_their_owners() -> None:
    chain = Chain()
    purge = call_of(chain.session.purge_keys)
    assert_ok(chain, Signed(ALICE), purge)
    assert chain.session.next_keys.get(ALICE) is None
    assert chain.session.key_owner.get((b"aura", keys_of(ALICE).aura)) is None
    assert chain.system.account.get(ALICE).consumers == 0
    assert_noop(chain, Signed(ALICE), purge, NoKeys)
    assert chain.rotate() == ["ending", (1, False, with_aura(ALICE, BOB), with_aura(BOB))]
    chain.session.key_owner.insert((b"aura", keys_of(BOB).aura), ALICE)
    with pytest.raises(AssertionError, match="is another's"):
        chain.session.try_state()
