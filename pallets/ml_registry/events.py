"""What happens in the registry of models."""

from __future__ import annotations

from chain.primitives import I64, U32, AccountId, Balance, Hash
from pallets.frame.event import PalletEvent
from pallets.ml_registry.types import AlgorithmId, ModelId, Name, VersionNumber


class Event(PalletEvent):
    """What happened."""


class AlgorithmRegistered(Event):
    """Models may be made by a new algorithm."""

    algorithm: AlgorithmId
    name: Name
    specification: Hash


class AlgorithmSwitched(Event):
    """An algorithm was enabled, or disabled for new models and rounds."""

    algorithm: AlgorithmId
    enabled: bool


class ModelCreated(Event):
    """A model exists; it has no version yet."""

    model: ModelId
    owner: AccountId
    algorithm: AlgorithmId


class VersionPublished(Event):
    """A model has a new version."""

    model: ModelId
    number: VersionNumber
    version: Hash
    parent: Hash | None
    metric: I64


class SharesTransferred(Event):
    """A part of a version has another owner."""

    version: Hash
    source: AccountId
    dest: AccountId
    share: U32


class VersionWithdrawn(Event):
    """A version shall not be used any more."""

    version: Hash


class VersionSuperseded(Event):
    """Another version takes the place of a withdrawn one."""

    version: Hash
    successor: Hash


class DividendReceived(Event):
    """A version has earned; a version that nobody owns, for its model's owner."""

    version: Hash
    source: AccountId
    amount: Balance


class DividendClaimed(Event):
    """An owner of a version took its part of what that has earned."""

    version: Hash
    who: AccountId
    amount: Balance
