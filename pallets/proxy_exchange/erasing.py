"""What becomes of exchanges when data are erased: who learnt from them teaches nobody any more.

Rounds with an aggregator are done again without the data, to the byte. Here nothing can be: what a proxy has taught is
in private models that nobody else ever sees. So the exchange ends, its members' nodes throw their models away, and an
event tells everybody else to do so. Of exchanges that were closed before the chain knows nothing.
"""

from __future__ import annotations

from dataclasses import replace

from chain.primitives import Hash
from pallets.proxy_exchange.events import Ended, ModelsToRetire
from pallets.proxy_exchange.storage import ExchangeStorage
from pallets.proxy_exchange.types import Outcome, Phase


def end_what_has_learnt(exchanges: ExchangeStorage, root: Hash) -> None:
    """End every exchange in which a proxy that learnt from the data was shown."""
    for number, found in sorted(exchanges.exchanges.iter(), key=lambda pair: pair[0]):
        if found is None or not exchanges.learnt.get((number, root)):
            continue
        exchanges.exchanges.insert(number, replace(found, phase=Phase.ENDED, outcome=Outcome.DATA_ERASED))
        if found.phase is not Phase.ENDED:
            exchanges.deposit_event(Ended(number, Outcome.DATA_ERASED))
        exchanges.deposit_event(ModelsToRetire(number, root))
