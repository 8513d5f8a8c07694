"""Random play by the honest, the lazy and the liars: money is conserved, no round hangs, every escrow comes back."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from chain.primitives import AccountId
from pallets.federated_round import Aggregate, Evaluation, Phase, Stage, Unusable
from pallets.federated_round.sealed import Content
from pallets.frame.call import RuntimeCall, call_of
from pallets.frame.error import DispatchError
from pallets.frame.origin import Signed
from pallets.ml_registry import artifact_of
from tests.pallets.federated_round.mock import CLIENTS, EVERYBODY, KEEPERS, MODEL, OWNER, TERMS, Play, new_runtime

HONEST, SILENT, WRONG = range(3)
moods = st.lists(st.sampled_from([HONEST] * 4 + [SILENT, WRONG]), min_size=4, max_size=4)
everybody = st.sampled_from(EVERYBODY)
amounts = st.integers(0, 40_000)
scores = st.one_of(st.just([4, 3, 2, -1]), st.lists(st.integers(-(10**6), 10**6), min_size=4, max_size=4))


class RoundMachine(RuleBasedStateMachine):
    """One task; each step is somebody's act, or the passing of blocks."""

    def __init__(self) -> None:
        super().__init__()
        runtime = new_runtime()
        # so that no slash is too small for the treasury, which would burn it
        runtime.balances.mint_into(runtime.governance.treasury(), 1_000)
        self.play = Play(runtime, replace(TERMS, automatic=True), pool=25_000)
        self.issued = runtime.balances.issuance()
        self.begin([HONEST] * 4, [HONEST] * 4, [4, 3, 2, -1])

    def attempt(self, who: AccountId, call: RuntimeCall) -> None:
        with suppress(DispatchError):
            self.play.runtime.dispatch(call, Signed(who))

    @rule(clients=moods, duties=moods, numbers=scores)
    def begin(self, clients: list[int], duties: list[int], numbers: list[int]) -> None:
        """From here on everybody is honest, silent or a liar as drawn."""
        self.moods = {Stage.UPDATE: clients, Stage.AGGREGATE: duties, Stage.EVALUATION: duties[::-1]}
        self.numbers = numbers

    @rule(blocks=st.integers(1, 2))
    def go_on(self, blocks: int) -> None:
        """Everybody does what the phase asks; then blocks pass."""
        self.attempt(OWNER, call_of(self.play.rounds.start_round, task=0))
        phase = self.play.round.phase
        if phase is Phase.ENROL:
            for place, who in enumerate((*CLIENTS, *KEEPERS)):
                with suppress(AssertionError):
                    duties = who in KEEPERS or self.moods[Stage.UPDATE][place] == WRONG
                    self.play.enrol(who, data=who in CLIENTS, duties=duties)
        elif phase is Phase.REVEAL_TEST_SET and self.moods[Stage.AGGREGATE][3] == HONEST:
            self.play.disclose()
        for stage in Stage:
            if phase in {stage.commit_phase, stage.reveal_phase}:
                self.vote(stage)
        self.play.wait(blocks)

    def vote(self, stage: Stage) -> None:
        for (who, content), mood in zip(self.contents(stage).items(), self.moods[stage], strict=False):
            if mood == SILENT:
                continue
            said = self.twisted(content, mood)
            if self.play.round.phase is stage.reveal_phase:
                self.attempt(who, self.play.reveal_call(said))
            else:
                with suppress(AssertionError):  # committed in the block before
                    self.play.commit(who, stage, said)

    @rule(who=everybody, amount=amounts, act=st.sampled_from(["top up", "unbond", "withdraw"]))
    def move_money(self, who: AccountId, amount: int, act: str) -> None:
        staking, rounds = self.play.runtime.staking, self.play.rounds
        calls = {
            "top up": call_of(rounds.top_up, task=0, amount=amount),
            "unbond": call_of(staking.unbond, amount=amount),
            "withdraw": call_of(staking.withdraw_unbonded),
        }
        self.attempt(who, calls[act])

    def contents(self, stage: Stage) -> dict[AccountId, Content]:
        match stage:
            case Stage.UPDATE:
                return self.play.updates()
            case Stage.AGGREGATE:
                return self.play.aggregates()
            case Stage.EVALUATION:
                joined = self.play.rounds.joined_clients(0, self.play.number)
                return self.play.evaluations(self.play.judged(*self.numbers[: len(joined)]))

    def twisted(self, content: Content, mood: int) -> Content:
        if mood != WRONG:
            return content
        if isinstance(content, Evaluation):
            return Unusable()
        return Aggregate(artifact_of(b"lie"), ()) if isinstance(content, Aggregate) else MODEL

    @invariant()
    def nothing_appears_and_nothing_disappears(self) -> None:
        balances = self.play.runtime.balances
        assert balances.issuance() == self.issued
        known = (*EVERYBODY, self.play.rounds.pot(0), self.play.runtime.governance.treasury())
        assert sum(balances.total_balance(who) for who in known) == self.issued
        self.play.runtime.try_state()

    @invariant()
    def nobody_can_hold_a_round_up(self) -> None:
        if self.play.number >= 0 and self.play.round.outcome is None:
            assert self.play.round.deadline - self.play.rounds.block_number() <= max(TERMS.schedule.longest, 10)

    def teardown(self) -> None:
        for _ in range(4):  # the live round, and those that follow by themselves
            self.play.wait(TERMS.schedule.longest)
        assert self.play.rounds.live.get() == ()
        self.play.do(OWNER, call_of(self.play.rounds.close_task, task=0))
        assert self.play.runtime.balances.total_balance(self.play.rounds.pot(0)) == 0
        self.nothing_appears_and_nothing_disappears()


RoundMachine.TestCase.settings = settings(
    max_examples=25, stateful_step_count=30, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
TestRoundMachine = RoundMachine.TestCase
