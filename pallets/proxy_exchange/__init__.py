"""Exchanges of proxy models: clients learn from each other without an aggregator, and the chain says who heard whom.

Every member has a private model that never leaves its node, and a proxy that the two teach each other with. In round k
it shows the proxy to the peer 2^k places further round a ring that a seed has drawn, mixes what it hears with its own,
and acknowledges it: the chain has the root of each proxy that was shown, and of each that was heard. Who shows nothing
is skipped, and hears nothing; who is silent for too long leaves the ring; who comes late joins it for the next round.

On chain: `types`, `config`, `errors`, `events`, `storage`, `course` (how an exchange goes on), `calls`, `erasing` (what
has learnt from erased data), `pallet`.
Off chain: `operator` (what an operator gives its node), `models` (what a node keeps), `worker`, `audit` (who heard
whom, checked again).

    self.proxy_exchange = ProxyExchange(self, proxy_exchange.Config(currency=…, beacon=…, deposit=…), index=33)
"""

from pallets.proxy_exchange.pallet import Config, Error, Event, ProxyExchange
from pallets.proxy_exchange.types import Exchange, ExchangeId, Heard, Member, Outcome, Phase, Plan

__all__ = [
    "Config",
    "Error",
    "Event",
    "Exchange",
    "ExchangeId",
    "Heard",
    "Member",
    "Outcome",
    "Phase",
    "Plan",
    "ProxyExchange",
]
