"""Sudo: one account may act as root, until it gives that up (pallet_sudo)."""

from __future__ import annotations

from typing import Final

from chain.extrinsic import MultiAddress
from chain.primitives import AccountId
from pallets.frame.attempt import DispatchResult, attempt
from pallets.frame.call import RuntimeCall, call
from pallets.frame.call_filter import Bypassing
from pallets.frame.error import PalletError
from pallets.frame.event import PalletEvent
from pallets.frame.origin import ROOT, Origin, Signed, ensure_signed_or_root
from pallets.frame.pallet import Pallet, config
from pallets.frame.storage import StorageValue
from pallets.frame.traits import Dispatcher, lookup
from pallets.frame.weight import DispatchClass, Pays, PostDispatchInfo, Weight
from pallets.frame.weight_info import Weighed, WeightInfo, benchmarked, formula

WEIGHTS: Final = WeightInfo(
    {
        "sudo": formula(7_939_000, 1517, reads=1),
        "sudo_as": formula(7_870_000, 1517, reads=1),
        "set_key": formula(7_237_000, 1517, reads=1, writes=1),
        "remove_key": formula(6_417_000, 1517, reads=1, writes=1),
    }
)
"""polkadot-sdk, pallet_sudo::weights::SubstrateWeight, benchmarked 2025-02-21."""

_FREE = PostDispatchInfo(pays_fee=Pays.NO)


@config
class Config:
    """What the runtime supplies."""

    dispatcher: Dispatcher
    weights: WeightInfo = WEIGHTS


@config
class Genesis:
    """Who may act as root at first, if anyone."""

    key: AccountId | None = None


class Event(PalletEvent):
    """What was done as root."""


class Sudid(Event):
    """A call was made as root."""

    sudo_result: DispatchResult


class KeyChanged(Event):
    """Another account may act as root from now on."""

    old: AccountId | None
    new: AccountId


class KeyRemoved(Event):
    """Nobody may act as root any more."""


class SudoAsDone(Event):
    """A call was made in the name of another account."""

    sudo_result: DispatchResult


class Error(PalletError):
    """Why a call failed."""


class RequireSudo(Error):
    """The signer is not the one who may."""


def sudo_weight(config: Weighed, call: RuntimeCall) -> tuple[Weight, DispatchClass]:
    """Of the inner call, and a little."""
    info = call.info()
    return info.call_weight + config.weights.of("sudo"), info.dispatch_class


def sudo_as_weight(config: Weighed, call: RuntimeCall) -> tuple[Weight, DispatchClass]:
    """Of the inner call, and a little."""
    info = call.info()
    return info.call_weight + config.weights.of("sudo_as"), info.dispatch_class


def given_weight(call: RuntimeCall, weight: Weight) -> tuple[Weight, DispatchClass]:
    """What the signer says, in the class of the inner call."""
    return weight, call.info().dispatch_class


class Sudo(Pallet[Config]):
    key: StorageValue[AccountId | None]
    """Who may act as root."""

    @call(0, weight=sudo_weight)
    def sudo(self, origin: Origin, call: RuntimeCall) -> PostDispatchInfo:
        """Make a call as root. Its failure is told by the event; this call succeeds all the same and is free."""
        self._ensure_sudo(origin)
        self.deposit_event(Sudid(self._dispatch(call, ROOT)))
        return _FREE

    @call(1, weight=given_weight)
    def sudo_unchecked_weight(self, origin: Origin, call: RuntimeCall, weight: Weight) -> PostDispatchInfo:
        """Make a call as root for as much weight as the signer says."""
        return self.sudo(origin, call)

    @call(2, weight=benchmarked("set_key"))
    def set_key(self, origin: Origin, new: MultiAddress) -> PostDispatchInfo:
        """Let another account act as root, and no longer the signer."""
        self._ensure_sudo(origin)
        who = lookup(new)
        self.deposit_event(KeyChanged(self.key.get(), who))
        self.key.put(who)
        return _FREE

    @call(3, weight=sudo_as_weight)
    def sudo_as(self, origin: Origin, who: MultiAddress, call: RuntimeCall) -> PostDispatchInfo:
        """Make a call in the name of any account, whatever the runtime's filter says."""
        self._ensure_sudo(origin)
        self.deposit_event(SudoAsDone(self._dispatch(call, Bypassing(Signed(lookup(who))))))
        return _FREE

    @call(4, weight=benchmarked("remove_key"))
    def remove_key(self, origin: Origin) -> PostDispatchInfo:
        """Give up acting as root, for ever."""
        self._ensure_sudo(origin)
        self.deposit_event(KeyRemoved())
        self.key.kill()
        return _FREE

    def _ensure_sudo(self, origin: Origin) -> None:
        who = ensure_signed_or_root(origin)
        if who is not None and who != self.key.get():
            raise RequireSudo

    def _dispatch(self, call: RuntimeCall, origin: Origin) -> DispatchResult:
        return attempt(self.config.dispatcher, call, origin).result

    def build_genesis(self, genesis: Genesis) -> None:
        """Name the account that may act as root."""
        self.key.put(genesis.key)
