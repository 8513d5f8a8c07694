"""What happened to operations that several accounts approve; the order is wire format."""

from __future__ import annotations

from chain.primitives import AccountId, Balance
from pallets.frame.attempt import DispatchResult
from pallets.frame.event import PalletEvent
from pallets.multisig.types import CallHash, Timepoint


class Event(PalletEvent):
    """What happened to operations that several accounts approve."""


class NewMultisig(Event):
    """An operation was opened."""

    approving: AccountId
    multisig: AccountId
    call_hash: CallHash


class MultisigApproval(Event):
    """An operation was approved by one more."""

    approving: AccountId
    timepoint: Timepoint
    multisig: AccountId
    call_hash: CallHash


class MultisigExecuted(Event):
    """An operation had all its approvals; its call was made."""

    approving: AccountId
    timepoint: Timepoint
    multisig: AccountId
    call_hash: CallHash
    result: DispatchResult


class MultisigCancelled(Event):
    """An operation was given up by who opened it."""

    cancelling: AccountId
    timepoint: Timepoint
    multisig: AccountId
    call_hash: CallHash


class DepositPoked(Event):
    """The deposit of an operation was brought to what it costs now."""

    who: AccountId
    call_hash: CallHash
    old_deposit: Balance
    new_deposit: Balance
