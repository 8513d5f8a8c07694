"""Exchanges played at random: none can be held up, every deposit comes back, and every ring is the seed's."""

from __future__ import annotations

from contextlib import suppress

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from chain.primitives import AccountId
from pallets.frame.call import RuntimeCall, call_of
from pallets.frame.error import DispatchError
from pallets.frame.origin import Signed
from pallets.proxy_exchange import Phase
from pallets.proxy_exchange.audit import audit_exchange
from tests.effort import EFFORT
from tests.pallets.proxy_exchange.mock import MEMBERS, OWNER, PLAN, Play

members = st.lists(st.sampled_from(MEMBERS), unique=True, min_size=1)


class ExchangeMachine(RuleBasedStateMachine):
    """One exchange; each step is what some members do, or the passing of blocks."""

    def __init__(self) -> None:
        super().__init__()
        self.play = Play()

    def attempt(self, who: AccountId, call: RuntimeCall) -> None:
        with suppress(DispatchError):
            self.play.runtime.dispatch(call, Signed(who))

    @rule(who=members)
    def join(self, who: list[AccountId]) -> None:
        for each in who:
            self.attempt(each, self.play.join_call(each))

    @rule(who=st.sampled_from(MEMBERS))
    def leave(self, who: AccountId) -> None:
        self.attempt(who, call_of(self.play.exchanges.leave, exchange=0))

    @rule(who=members, reads=st.booleans())
    def act(self, who: list[AccountId], reads: bool) -> None:
        for each in who:
            self.attempt(each, self.play.push_call(each))
            self.attempt(each, self.play.acknowledge_call(each, reads=reads))

    @rule(blocks=st.integers(1, 5))
    def wait(self, blocks: int) -> None:
        self.play.wait(blocks)
        self.attempt(OWNER, call_of(self.play.exchanges.go_on, exchange=0))

    @invariant()
    def the_state_is_in_order(self) -> None:
        self.play.runtime.try_state()
        found = [each for each in audit_exchange(self.play.exchanges, 0, lambda _: b"") if each.part != "proxy"]
        assert found == []

    def teardown(self) -> None:
        for _ in range(2 * PLAN.rounds + 3):
            self.wait(12)
        assert self.play.exchange.phase is Phase.ENDED
        self.play.do(OWNER, call_of(self.play.exchanges.close, exchange=0))
        assert self.play.runtime.balances.total_balance_on_hold(OWNER) == 0


ExchangeMachine.TestCase.settings = settings(
    max_examples=12 * EFFORT, stateful_step_count=25, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
TestExchangeMachine = ExchangeMachine.TestCase
