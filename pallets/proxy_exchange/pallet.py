"""The ProxyExchange pallet: calls and storage from their own modules, its worker's hook here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from chain.primitives import AccountId, BlockNumber, Hash
from chain.runtime_api import OffchainNode
from pallets.proxy_exchange.calls import ExchangeCalls
from pallets.proxy_exchange.config import Config
from pallets.proxy_exchange.errors import Error
from pallets.proxy_exchange.events import Event

__all__ = ["Config", "Error", "Event", "ProxyExchange"]


class ProxyExchange(ExchangeCalls):
    """Clients teach each other through proxies that go round a ring; nobody aggregates."""

    def offchain_worker(self, now: BlockNumber, node: OffchainNode) -> None:
        """Do what the node's account owes in the exchanges under way; see `worker`."""
        from pallets.proxy_exchange.worker import work  # a node that takes no part never loads learning

        work(self, now, node)

    def with_offchain_work(self, now: BlockNumber, operators: Sequence[Any]) -> Sequence[Any]:
        """Where there is an exchange, those who may take part."""
        if not self.exchange_count.get():
            return ()
        from pallets.proxy_exchange.operator import peer_of

        return [each for each in operators if peer_of(each) is not None]

    def data_erased(self, root: Hash) -> None:
        """The data that members named by this root are gone: nobody learns from them again, nor from who did."""
        self.erased.insert(root, True)
        if self.exchange_count.get():
            from pallets.proxy_exchange.erasing import end_what_has_learnt  # what few erasures need

            end_what_has_learnt(self, root)

    def may_register(self, root: Hash, owner: AccountId) -> bool:
        """Whether data may be registered as an account's: exchanges do not know them as somebody else's."""
        return self.named_by.get(root) in (None, owner)

    def try_state(self) -> None:
        """Every deposit is on hold, and exchanges have as many members as they count."""
        held = Counter[AccountId]()
        for number, exchange in self.exchanges.iter():
            assert exchange is not None
            held[exchange.owner] += exchange.deposit
            found = len(self.members_of(number))
            assert found == exchange.members, f"exchange {number} has {found} members and counts {exchange.members}"
        for owner, amount in held.items():
            found = self.config.currency.balance_on_hold(self.reason(), owner)
            assert found == amount, f"0x{owner.hex()} has {found} on hold for exchanges, not {amount}"
