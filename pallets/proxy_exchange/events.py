"""What happens in exchanges of proxies; the order is wire format."""

from __future__ import annotations

from chain.primitives import U32, AccountId, BlockNumber, Hash
from pallets.frame.event import PalletEvent
from pallets.ml_registry.artifact import Artifact
from pallets.proxy_exchange.types import ExchangeId, Outcome, Phase


class Event(PalletEvent):
    """What happened."""


class Opened(Event):
    """Accounts may join."""

    exchange: ExchangeId
    owner: AccountId


class Joined(Event):
    """An account takes part, from the next round on."""

    exchange: ExchangeId
    who: AccountId
    samples: U32


class Left(Event):
    """An account does not take part any more; `silent`: because it showed nothing for too long."""

    exchange: ExchangeId
    who: AccountId
    silent: bool


class PhaseBegan(Event):
    """What is asked now in which round, and the first block in which it is over."""

    exchange: ExchangeId
    number: U32
    phase: Phase
    deadline: BlockNumber


class Pushed(Event):
    """A member shows its proxy."""

    exchange: ExchangeId
    number: U32
    who: AccountId
    proxy: Artifact


class Acknowledged(Event):
    """A member has heard another's proxy; root: None where it could not be read."""

    exchange: ExchangeId
    number: U32
    who: AccountId
    source: AccountId
    root: Hash | None


class Ended(Event):
    """The exchange is over."""

    exchange: ExchangeId
    outcome: Outcome


class Closed(Event):
    """The exchange is forgotten, and its deposit is free."""

    exchange: ExchangeId


class ModelsToRetire(Event):
    """Models of an exchange have learnt from data that were erased: whoever has some shall throw them away.

    No exact unlearning of them exists: what a proxy has taught is in private models, which nobody else ever sees.
    """

    exchange: ExchangeId
    root: Hash
