"""Root says who validates; sessions ask for it."""

from __future__ import annotations

import pytest

from chain.primitives import AccountId
from pallets import session, validator_manager
from pallets.frame.call import call_of
from pallets.frame.error import BadOrigin
from pallets.frame.origin import ROOT, Signed
from pallets.frame.testing import MockRuntime, assert_noop, assert_ok, last_event
from pallets.frame.weight import Weight
from pallets.validator_manager import (
    NotValidator,
    TooFewValidators,
    ValidatorAlreadyAdded,
    ValidatorManager,
    ValidatorRemoved,
    ValidatorsRegistered,
)

A, B, C, D = (AccountId(bytes([seed]) * 32) for seed in (1, 2, 3, 4))


class Chain(MockRuntime):
    """Three validators, two at least."""

    def __init__(self, *waiting: AccountId) -> None:
        super().__init__()
        config = session.Config(accounts=self.system, clock=session.PeriodicSessions(10), handlers=())
        self.session = session.Session(self, config, index=8)
        self.session.validators.put([A, B, C])
        self.manager = ValidatorManager(self, validator_manager.Config(session=self.session), index=9)
        self.manager.build_genesis(validator_manager.Genesis(initial_validators=waiting))


def test_registered_accounts_join_when_a_session_is_planned() -> None:
    chain = Chain()
    call = call_of(chain.manager.register_validators, validators=[D, A])
    assert call.info().call_weight == Weight(60_000_000)
    assert_ok(chain, ROOT, call)
    assert last_event(chain) == ValidatorsRegistered([D, A])
    assert chain.manager.new_session(2) == [A, B, C, D]
    assert chain.manager.new_session(3) == [A, B, C]  # nobody waits any more


def test_a_removed_validator_is_followed_by_the_last_in_its_place() -> None:
    chain = Chain()
    assert_ok(chain, ROOT, call_of(chain.manager.remove_validator, validator=A))
    assert last_event(chain) == ValidatorRemoved(A)
    assert chain.manager.new_session(2) == [C, B]


def test_the_start_of_the_chain_keeps_its_validators_and_those_waiting_wait_on() -> None:
    chain = Chain(D)
    assert [chain.manager.new_session(index) for index in (0, 1)] == [None, None]
    assert chain.manager.new_session(2) == [A, B, C, D]
    chain.manager.start_session(2)
    chain.manager.end_session(1)


def test_too_few_are_never_left() -> None:
    chain = Chain()
    assert_ok(chain, ROOT, call_of(chain.manager.remove_validator, validator=A))
    assert_noop(chain, ROOT, call_of(chain.manager.remove_validator, validator=B), TooFewValidators)
    assert_ok(chain, ROOT, call_of(chain.manager.register_validators, validators=[D]))
    assert_ok(chain, ROOT, call_of(chain.manager.remove_validator, validator=B))
    chain.session.validators.put([A, B])
    chain.manager.validators_to_add.kill()
    assert chain.manager.new_session(2) is None


def test_only_root_and_only_what_makes_sense() -> None:
    chain = Chain(D)
    assert_noop(chain, Signed(A), call_of(chain.manager.register_validators, validators=[]), BadOrigin)
    assert_noop(chain, Signed(A), call_of(chain.manager.remove_validator, validator=A), BadOrigin)
    assert_noop(chain, ROOT, call_of(chain.manager.remove_validator, validator=D), NotValidator)
    for twice in ([D], [A, A]):
        assert_noop(chain, ROOT, call_of(chain.manager.register_validators, validators=twice), ValidatorAlreadyAdded)


@pytest.mark.parametrize("gone", [B, C])
def test_who_is_gone_already_is_passed_over(gone: AccountId) -> None:
    chain = Chain()
    assert_ok(chain, ROOT, call_of(chain.manager.remove_validator, validator=gone))
    chain.session.validators.put([who for who in (A, B, C) if who != gone])
    assert chain.manager.new_session(2) == chain.session.validators.get()
