"""What happens in the data registry."""

from __future__ import annotations

from chain.primitives import AccountId, Balance, BlockNumber
from pallets.data_registry.types import CheckOutcome, DataSetId, DeviceId, Panel, Purpose, Verdict
from pallets.frame.event import PalletEvent


class Event(PalletEvent):
    """What happened."""


class DeviceRegistered(Event):
    """A tracker's key is known."""

    device: DeviceId
    owner: AccountId


class DeviceRemoved(Event):
    """A tracker is forgotten."""

    device: DeviceId


class DataSetRegistered(Event):
    """There is a data set; its check begins."""

    data_set: DataSetId
    owner: AccountId


class Permitted(Event):
    """An account may use a data set for a purpose, until block `expires`."""

    data_set: DataSetId
    who: AccountId
    purpose: Purpose
    expires: BlockNumber


class PermitEnded(Event):
    """A permit was revoked, or cleared away after its time."""

    data_set: DataSetId
    who: AccountId
    purpose: Purpose


class CheckersChanged(Event):
    """An account joined those who check, or left them."""

    who: AccountId
    checks: bool


class Challenged(Event):
    """An account doubts a data set that was checked before."""

    data_set: DataSetId
    challenger: AccountId


class PanelDrawn(Event):
    """Who has to check a data set."""

    data_set: DataSetId
    panel: Panel


class VerdictSealed(Event):
    """A checker has made up its mind."""

    data_set: DataSetId
    who: AccountId


class VerdictRevealed(Event):
    """A checker told what it found."""

    data_set: DataSetId
    who: AccountId
    verdict: Verdict


class CheckEnded(Event):
    """A check is over; slashed: what the registrant lost of the deposit."""

    data_set: DataSetId
    outcome: CheckOutcome
    slashed: Balance


class CheckerPunished(Event):
    """A checker was absent, or the majority contradicted it; slashed: what it lost of its stake."""

    data_set: DataSetId
    who: AccountId
    slashed: Balance


class DataSetErased(Event):
    """A data set is gone, but for the block in which that was; whatever learnt from it shall unlearn it."""

    data_set: DataSetId


class KeyAsked(Event):
    """The holder of a permit named a key of its own, to have the data's sealed to it."""

    data_set: DataSetId
    who: AccountId
    purpose: Purpose


class KeyReleased(Event):
    """The data's key lies in the store, sealed for the holder of a permit."""

    data_set: DataSetId
    who: AccountId
    purpose: Purpose
