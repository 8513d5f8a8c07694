"""The Session pallet.

A set of validators is planned two sessions ahead: chosen at the beginning of a session, queued with its keys during
it, and in force in the next. Simplified against pallet_session: an account is its own validator, no deposit is held
for keys, keys are those of Aura and Grandpa, and whom to disable for an offence is for the caller to choose.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Final, Protocol

from chain.primitives import U32, AccountId, BlockNumber, Bytes32, Perbill, RustType
from chain.record import record
from pallets.frame.call import call
from pallets.frame.error import DispatchError, NoProviders, PalletError, TooManyConsumers, ensure
from pallets.frame.event import PalletEvent
from pallets.frame.origin import Origin, ensure_signed
from pallets.frame.pallet import Pallet, config
from pallets.frame.storage import StorageMap, StorageValue, Twox64
from pallets.frame.weight import Weight, db
from pallets.session.handler import SessionHandler, SessionIndex, SessionManager
from pallets.session.keys import KEY_TYPES, KeyTypeId, SessionKeys, keys_in_order

OffenceSeverity = Annotated[Perbill, RustType("sp_staking::offence::OffenceSeverity")]
"""How gravely a validator offended."""

GRAVEST: Final = 10**9
"""As gravely as can be."""


class SessionClock(Protocol):
    """Whoever decides when a session ends (pallet_session::ShouldEndSession)."""

    def should_end_session(self, now: BlockNumber) -> bool:
        """Whether a new session begins with this block."""
        ...


@record
class PeriodicSessions:
    """Sessions of equal length; the first is as long as the offset."""

    period: BlockNumber
    offset: BlockNumber = 0

    def should_end_session(self, now: BlockNumber) -> bool:
        """Whether a new session begins with this block."""
        return now >= self.offset and (now - self.offset) % self.period == 0


class AccountReferences(Protocol):
    """Who counts the reasons that accounts exist and may not vanish: System."""

    def inc_consumers(self, who: AccountId) -> None:
        """One more reason that the account may not vanish; raises NoProviders or TooManyConsumers."""
        ...

    def dec_consumers(self, who: AccountId) -> None:
        """One such reason less."""
        ...

    def inc_providers(self, who: AccountId) -> bool:
        """One more reason that the account exists; whether this created it."""
        ...


@config
class Config:
    """What the runtime supplies.

    manager: who chooses validators, None where they stay as genesis made them; asked for when it is needed, because
        it may be a pallet that needs this one
    handlers: who is told, in the order of the keys
    """

    accounts: AccountReferences
    clock: SessionClock
    handlers: tuple[SessionHandler, ...]
    manager: Callable[[], SessionManager | None] = lambda: None
    max_block: Weight = Weight()  # what a block in which a session ends is taken to weigh


@config
class Genesis:
    """The validators of block zero, each with an account that pays for its keys."""

    keys: tuple[tuple[AccountId, AccountId, SessionKeys], ...] = ()


class Event(PalletEvent):
    """What happened to sessions."""


class NewSession(Event):
    """A session began."""

    session_index: SessionIndex


class ValidatorDisabled(Event):
    """A validator may not take part until the session ends."""

    validator: AccountId


class ValidatorReenabled(Event):
    """A validator may take part again."""

    validator: AccountId


class Error(PalletError):
    """Why a call failed."""


class InvalidProof(Error):
    """The proof of owning the keys is wrong."""


class NoAssociatedValidatorId(Error):
    """The account belongs to no validator."""


class DuplicatedKey(Error):
    """Another validator has this key."""


class NoKeys(Error):
    """The account has no keys."""


class NoAccount(Error):
    """The account does not exist, so it can have no keys."""


class Session(Pallet[Config]):
    storage_version = 1

    validators: StorageValue[list[AccountId]]
    """Who takes part in this session."""

    current_index: StorageValue[SessionIndex]
    """The number of this session."""

    queued_changed: StorageValue[bool]
    """Whether the next session's validators differ from this one's, or should be seen so."""

    queued_keys: StorageValue[list[tuple[AccountId, SessionKeys]]]
    """Who takes part in the next session, with which keys."""

    disabled_validators: StorageValue[list[tuple[U32, OffenceSeverity]]]
    """Validators that may not take part, by position, and how gravely each offended; sorted."""

    next_keys: StorageMap[Twox64[AccountId], SessionKeys | None]
    """With which keys a validator will take part."""

    key_owner: StorageMap[Twox64[tuple[KeyTypeId, bytes]], AccountId | None]
    """Whose a key is, by its type and bytes."""

    @call(0, weight=db(reads=8, writes=7, ref_time=72_716_000, proof_size=17_792))
    def set_keys(self, origin: Origin, keys: SessionKeys, proof: bytes) -> None:
        """Say with which keys the signer will take part once it is a validator; from the session after next."""
        who = ensure_signed(origin)
        before = self.next_keys.get(who)
        self._write_keys(who, keys)
        if before is None:
            try:
                self.config.accounts.inc_consumers(who)
            except DispatchError as problem:
                if isinstance(problem.failure, NoProviders | TooManyConsumers):
                    raise NoAccount from problem
                raise

    @call(1, weight=db(reads=2, writes=7, ref_time=53_172_000, proof_size=5315))
    def purge_keys(self, origin: Origin) -> None:
        """Forget the signer's keys."""
        who = ensure_signed(origin)
        keys = self.next_keys.take(who)
        if keys is None:
            raise NoKeys
        for kind, key in zip(KEY_TYPES, keys_in_order(keys), strict=True):
            self.key_owner.remove((kind, key))
        self.config.accounts.dec_consumers(who)

    def on_initialize(self, now: BlockNumber) -> Weight:
        """Begin a new session where it is time for one."""
        if not self.config.clock.should_end_session(now):
            return Weight()
        self.rotate_session()
        return self.config.max_block

    def rotate_session(self) -> None:
        """End this session: the queued validators are in force, others are planned and queued."""
        changed, before = self.queued_changed.get(), self.queued_keys.get()
        for handler in self.config.handlers:
            handler.on_before_session_ending()
        manager, ended = self.config.manager(), self.current_index.get()
        if manager is not None:
            manager.end_session(ended)
        self.validators.put([who for who, _ in before])
        if changed:
            self.disabled_validators.kill()  # they were positions among those before
        index = ended + 1
        self.current_index.put(index)
        chosen = None
        if manager is not None:
            manager.start_session(index)
            chosen = manager.new_session(index + 1)
        queued = self._with_keys(self.validators.get() if chosen is None else chosen)
        self.queued_keys.put(queued)
        differs = any(old != new for (_, old), (_, new) in zip(before, queued, strict=False))
        self.queued_changed.put(chosen is not None or differs)
        self.deposit_event(NewSession(index))
        for position, handler in enumerate(self.config.handlers):
            handler.on_new_session(changed, _of_one(before, position), _of_one(queued, position), index)

    def disable_index(self, index: U32, severity: OffenceSeverity = GRAVEST) -> bool:
        """Let the validator of this position take no part until the validators change; whether there is one."""
        if index >= self.validators.decode_len():
            return False
        disabled = dict(self.disabled_validators.get())
        is_new = index not in disabled
        disabled[index] = max(disabled.get(index, 0), severity)
        self.disabled_validators.put(sorted(disabled.items()))
        if is_new:
            self.deposit_event(ValidatorDisabled(self.validators.get()[index]))
            for handler in self.config.handlers:
                handler.on_disabled(index)
        return True

    def reenable_index(self, index: U32) -> bool:
        """Let a disabled validator take part again; whether it was one."""
        disabled = dict(self.disabled_validators.get())
        if index not in disabled or index >= self.validators.decode_len():
            return False
        del disabled[index]
        self.disabled_validators.put(sorted(disabled.items()))
        self.deposit_event(ValidatorReenabled(self.validators.get()[index]))
        return True

    def is_disabled(self, index: U32) -> bool:
        """Whether the validator of this position may not take part."""
        return any(index == each for each, _ in self.disabled_validators.get())

    def build_genesis(self, genesis: Genesis) -> None:
        """The keys of the first validators; those of the first two sessions."""
        for account, validator, keys in genesis.keys:
            self._write_keys(validator, keys)
            try:
                self.config.accounts.inc_consumers(account)
            except DispatchError:  # an account without funds may have keys at genesis
                self.config.accounts.inc_providers(account)
        manager = self.config.manager()
        first = None if manager is None else manager.new_session(0)
        first = [validator for _, validator, _ in genesis.keys] if first is None else list(first)
        second = None if manager is None else manager.new_session(1)
        queued = self._with_keys(first if second is None else second)
        for position, handler in enumerate(self.config.handlers):
            handler.on_genesis_session(_of_one(queued, position))
        self.validators.put(first)
        self.queued_keys.put(queued)
        if manager is not None:
            manager.start_session(0)

    def try_state(self) -> None:
        """Every key is its validator's."""
        for who, keys in self.next_keys.iter():
            assert keys is not None
            for kind, key in zip(KEY_TYPES, keys_in_order(keys), strict=True):
                assert self.key_owner.get((kind, key)) == who, f"the {kind.decode()} key of 0x{who.hex()} is another's"

    def _with_keys(self, validators: Sequence[AccountId]) -> list[tuple[AccountId, SessionKeys]]:
        """The validators that have keys."""
        found = ((who, self.next_keys.get(who)) for who in validators)
        return [(who, keys) for who, keys in found if keys is not None]

    def _write_keys(self, who: AccountId, keys: SessionKeys) -> None:
        """Raises DuplicatedKey where another validator has one of them."""
        new = list(zip(KEY_TYPES, keys_in_order(keys), strict=True))
        for owned in new:
            ensure(self.key_owner.get(owned) in (None, who), DuplicatedKey)
        before = self.next_keys.get(who)
        for owned in zip(KEY_TYPES, keys_in_order(before), strict=True) if before else ():
            self.key_owner.remove(owned)
        for owned in new:
            self.key_owner.insert(owned, who)
        self.next_keys.insert(who, keys)


def _of_one(keys: Sequence[tuple[AccountId, SessionKeys]], position: int) -> list[tuple[AccountId, Bytes32]]:
    """Validators with one of their keys."""
    return [(who, keys_in_order(each)[position]) for who, each in keys]
