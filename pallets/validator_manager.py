"""ValidatorManager: root says who validates (the pallet of that name in solo chains; compare rococo's).

Changes wait until a session is planned, and are in force two sessions later.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from chain.primitives import U32, AccountId
from pallets.frame.call import call
from pallets.frame.error import PalletError, ensure
from pallets.frame.event import PalletEvent
from pallets.frame.origin import Origin, ensure_root
from pallets.frame.pallet import Pallet, config
from pallets.frame.storage import StorageValue
from pallets.frame.weight import Weight
from pallets.session.handler import SessionIndex


class Validating(Protocol):
    """Who knows the validators of this session: Session."""

    validators: StorageValue[list[AccountId]]


@config
class Config:
    """What the runtime supplies."""

    session: Validating
    min_authorities: U32 = 2
    """How many validators there are at least."""


@config
class Genesis:
    """Who shall validate as soon as sessions are planned."""

    initial_validators: tuple[AccountId, ...] = ()


class Event(PalletEvent):
    """What root said."""


class ValidatorsRegistered(Event):
    """Accounts will validate."""

    validators: list[AccountId]


class ValidatorRemoved(Event):
    """An account will validate no longer."""

    validator: AccountId


class Error(PalletError):
    """Why a call failed."""


class ValidatorAlreadyAdded(Error):
    """The account is waiting to validate already."""


class NotValidator(Error):
    """The account does not validate."""


class TooFewValidators(Error):
    """Too few would be left."""


def register_weight(validators: list[AccountId]) -> Weight:
    """Of their number."""
    return Weight(50_000_000 + 5_000_000 * len(validators))


class ValidatorManager(Pallet[Config]):
    validators_to_remove: StorageValue[list[AccountId]]
    """Who will validate no longer."""

    validators_to_add: StorageValue[list[AccountId]]
    """Who will validate."""

    @call(0, weight=register_weight)
    def register_validators(self, origin: Origin, validators: list[AccountId]) -> None:
        """Let accounts validate; root only."""
        ensure_root(origin)
        waiting = self.validators_to_add.get()
        for validator in validators:
            ensure(validator not in waiting, ValidatorAlreadyAdded)
            waiting.append(validator)
        self.validators_to_add.put(waiting)
        self.deposit_event(ValidatorsRegistered(validators))

    @call(1, weight=Weight(50_000_000))
    def remove_validator(self, origin: Origin, validator: AccountId) -> None:
        """Let an account validate no longer; root only."""
        ensure_root(origin)
        present = self.config.session.validators.get()
        ensure(validator in present, NotValidator)
        after = max(len(present) + self.validators_to_add.decode_len() - self.validators_to_remove.decode_len(), 0)
        ensure(after - 1 >= self.config.min_authorities, TooFewValidators)
        self.validators_to_remove.append(validator)
        self.deposit_event(ValidatorRemoved(validator))

    # What the session asks

    def new_session(self, index: SessionIndex) -> Sequence[AccountId] | None:
        """The present validators with what changed; None at the start of the chain, and where too few would be left.

        Those waiting are forgotten also where too few would be left, as by the Rust pallet.
        """
        if index <= 1:
            return None
        validators = self.config.session.validators.get()
        for gone in self.validators_to_remove.take():
            if gone in validators:  # the last takes its place, as swap_remove does
                validators[validators.index(gone)] = validators[-1]
                validators.pop()
        for new in self.validators_to_add.take():
            if new not in validators:
                validators.append(new)
        return None if len(validators) < self.config.min_authorities else validators

    def start_session(self, index: SessionIndex) -> None:
        """Nothing to do."""

    def end_session(self, index: SessionIndex) -> None:
        """Nothing to do."""

    def build_genesis(self, genesis: Genesis) -> None:
        """Who waits to validate."""
        if genesis.initial_validators:
            self.validators_to_add.put(list(genesis.initial_validators))
