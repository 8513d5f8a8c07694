"""The solochain template's pallets that are ours, at the template's indices, over a mock of the rest."""

from __future__ import annotations

from collections.abc import Iterable

from chain.primitives import AccountId
from chain.state.overlay import Overlay
from pallets import balances, sudo, template, timestamp, transaction_payment
from pallets.frame.testing import MockRuntime
from pallets.frame.weight import Weight
from pallets.system import BlockWeights
from tests.vectors import unhex

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


State = dict[bytes, bytes]


def changed(state: State, diff: Iterable[tuple[str, str | None]]) -> State:
    """The state of a vector after a change of a vector; None removes."""
    new = dict(state)
    for key, value in diff:
        if value is None:
            new.pop(unhex(key), None)
        else:
            new[unhex(key)] = unhex(value)
    return new


def load_state(runtime: MockRuntime, state: State) -> None:
    """Replace all that the runtime's state holds."""
    for key in runtime.storage.changes:
        runtime.storage.delete(key)
    for key, value in state.items():
        runtime.storage.put(key, value)


def state_of(runtime: MockRuntime) -> State:
    """All that the runtime's state holds."""
    return {key: value for key, value in runtime.storage.changes.items() if value is not None}


def runtime_with(*endowed: tuple[AccountId, int]) -> TemplateRuntime:
    """In block 1, with these balances and no events so far."""
    runtime = TemplateRuntime()
    runtime.balances.build_genesis(balances.Genesis(balances=endowed))
    runtime.system.reset_events()
    return runtime
