"""The solochain template's pallets that are ours, at the template's indices, over a mock of the rest."""

from __future__ import annotations

from chain.primitives import AccountId
from chain.state.overlay import Overlay
from pallets import balances, sudo, template, timestamp, transaction_payment
from pallets.frame.testing import MockRuntime
from pallets.frame.weight import Weight
from pallets.system import BlockWeights

EXISTENTIAL_DEPOSIT = 10**9
"""Of the template of 2025."""

EXTRINSIC_BASE = Weight(ref_time=108_157_000)
"""Of the template of 2025: what an ExtrinsicSuccess tells beyond the weight that was queried."""

ALICE, BOB, CHARLIE, DAVE = (AccountId(bytes([seed]) * 32) for seed in (1, 2, 3, 4))


class TemplateRuntime(MockRuntime):
    """System, Timestamp, Balances, TransactionPayment, Sudo and Template."""

    def __init__(self, storage: Overlay | None = None) -> None:
        super().__init__(storage)
        self.timestamp = timestamp.Timestamp(self, timestamp.Config(), index=1)
        self.balances = balances.Balances(
            self,
            balances.Config(account_store=self.system, existential_deposit=EXISTENTIAL_DEPOSIT, max_freezes=2),
            index=4,
        )
        self.transaction_payment = transaction_payment.TransactionPayment(
            self,
            transaction_payment.Config(
                currency=self.balances,
                block_weights=BlockWeights.with_sensible_defaults(base_extrinsic=EXTRINSIC_BASE),
            ),
            index=5,
        )
        self.sudo = sudo.Sudo(self, sudo.Config(dispatcher=self), index=6)
        self.template = template.Template(self, template.Config(), index=7)


def runtime_with(*endowed: tuple[AccountId, int]) -> TemplateRuntime:
    """In block 1, with these balances and no events so far."""
    runtime = TemplateRuntime()
    runtime.balances.build_genesis(balances.Genesis(balances=endowed))
    runtime.system.reset_events()
    return runtime
