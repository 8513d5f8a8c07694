"""The solochain template's pallets that this repository has, with that runtime's indices and constants."""

from __future__ import annotations

from chain.runtime_api import RuntimeVersion
from chain.scale import decode
from chain.state.overlay import Overlay
from chain.trie.trie import Trie
from pallets import balances, sudo, system, template, timestamp, transaction_payment
from pallets.system import BlockWeights
from runtime.construct import Runtime
from runtime.extensions.standard import standard_extensions
from tests.vectors import load, unhex

GOLDEN = load("golden/golden-solochain-template-2025.json")
WEIGHTS = BlockWeights.with_sensible_defaults()
VERSION: RuntimeVersion = decode(RuntimeVersion, unhex(GOLDEN["runtimeVersionScale"]))


class Solochain(Runtime):
    """Without Aura, Grandpa, Session and ValidatorManager."""

    def __init__(self) -> None:
        super().__init__(Overlay(Trie.empty(version=1)))
        self.system = system.System(self, system.Config(version=VERSION, block_weights=WEIGHTS), index=0)
        timestamp.Timestamp(self, timestamp.Config(minimum_period=3000), index=1)
        currency = balances.Balances(
            self, balances.Config(account_store=self.system, existential_deposit=10**9), index=4
        )
        payment = transaction_payment.TransactionPayment(
            self, transaction_payment.Config(currency=currency, block_weights=WEIGHTS), index=5
        )
        sudo.Sudo(self, sudo.Config(dispatcher=self), index=6)
        template.Template(self, template.Config(), index=7)
        self.extensions = standard_extensions(self.system, payment)
