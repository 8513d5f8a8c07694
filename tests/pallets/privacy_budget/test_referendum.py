"""Referenda change the budget of whoever has set none, once their delay is over."""

from __future__ import annotations

from chain.state.overlay import Overlay
from pallets import privacy_budget
from pallets.frame.call import call_of
from pallets.frame.origin import Signed
from pallets.frame.testing import assert_ok, run_to_block
from pallets.privacy_budget import Trainer
from tests.pallets.federated_round.mock import CLIENTS, KEEPERS, RoundRuntime, new_runtime


class BudgetedRuntime(RoundRuntime):
    """With the ledger of privacy."""

    def __init__(self, storage: Overlay | None = None) -> None:
        super().__init__(storage)
        self.privacy_budget = privacy_budget.PrivacyBudget(self, privacy_budget.Config(), index=31)


def test_a_passed_referendum_changes_the_default_after_its_delay() -> None:
    runtime = BudgetedRuntime(new_runtime().storage)
    governance, ledger = runtime.governance, runtime.privacy_budget
    change = call_of(ledger.set_default_limit, limit=40)
    assert_ok(runtime, Signed(KEEPERS[0]), call_of(governance.propose, call=change))
    for who in KEEPERS[:3]:
        assert_ok(runtime, Signed(who), call_of(governance.vote, proposal=0, approve=True))
    assert ledger.limit_of(Trainer(CLIENTS[0])) is None
    run_to_block(runtime, runtime.system.number.get() + 40)
    assert ledger.limit_of(Trainer(CLIENTS[0])) == 40
