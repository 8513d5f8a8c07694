"""What an operator gives its node for exchanges of proxies: its rows, and which exchanges it joins."""

from __future__ import annotations

from typing import Any

from chain.record import record
from pallets.federated_round.data import LocalData
from pallets.proxy_exchange.types import ExchangeId


@record
class Peer:
    """An operator that takes part. exchanges: those to join, None for all"""

    data: LocalData
    exchanges: frozenset[ExchangeId] | None = None

    def joins(self, exchange: ExchangeId) -> bool:
        """Whether to take part in an exchange."""
        return self.exchanges is None or exchange in self.exchanges


def peer_of(data: Any) -> Peer | None:
    """The operator's instructions in a node's `data`, which may be theirs alone or a tuple that holds them."""
    offered = data if isinstance(data, tuple) else (data,)
    return next((each for each in offered if isinstance(each, Peer)), None)
