"""Random play by the honest, the lazy and the liars: money is conserved, no round hangs, every escrow comes back."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import ClassVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from chain.crypto.hashing import blake2_256
from chain.primitives import AccountId
from pallets.federated_round import Aggregate, Evaluation, Phase, Stage, Terms, Unusable
from pallets.federated_round.sealed import Content
from pallets.frame.call import RuntimeCall, call_of
from pallets.frame.error import DispatchError
from pallets.frame.origin import Signed
from pallets.ml_registry import FOREST_MERGE, LINEAR_AVERAGING, artifact_of
from pallets.ml_registry.types import AlgorithmId
from tests.pallets.federated_round.mock import CLIENTS, EVERYBODY, KEEPERS, MODEL, OWNER, SALT, TERMS, Play, new_runtime
from tests.pallets.federated_round.secrecy.hidden_play import FULL

HONEST, SILENT, WRONG = range(3)
moods = st.lists(st.sampled_from([HONEST] * 4 + [SILENT, WRONG]), min_size=4, max_size=4)
everybody = st.sampled_from(EVERYBODY)
amounts = st.integers(0, 40_000)
scores = st.one_of(st.just([4, 3, 2, -1]), st.lists(st.integers(-(10**6), 10**6), min_size=4, max_size=4))


class RoundMachine(RuleBasedStateMachine):
    """One task; each step is somebody's act, or the passing of blocks."""

    terms: ClassVar[Terms] = replace(TERMS, automatic=True)
    algorithm: ClassVar[AlgorithmId] = FOREST_MERGE

    def __init__(self) -> None:
        super().__init__()
        runtime = new_runtime(self.algorithm)
        # so that no slash is too small for the treasury, which would burn it
        runtime.balances.mint_into(runtime.governance.treasury(), 1_000)
        self.play = Play(runtime, self.terms, pool=25_000)
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
        self.hide(phase)
        for stage in Stage:
            if phase in {stage.commit_phase, stage.reveal_phase}:
                self.vote(stage)
        self.play.wait(blocks)

    def hide(self, phase: Phase) -> None:
        """What clients and aggregators do in phases of hidden rounds."""

    def vote(self, stage: Stage) -> None:
        for (who, content), mood in zip(self.contents(stage).items(), self.moods[stage], strict=False):
            if mood == SILENT:
                continue
            said = self.twisted(content, mood)
            if self.play.round.phase is stage.reveal_phase:
                is_sealed = self.play.rounds.ballots.contains_key((0, self.play.number, stage, who))
                self.attempt(who, self.play.reveal_call(said, SALT if is_sealed else self.play.basis(stage)))
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
                joined = self.play.rounds.judged_clients(0, self.play.number, self.play.round)
                return self.play.evaluations(self.play.judged(*self.numbers[: len(joined)]))
        raise AssertionError(f"a synchronous round has no {stage!r}")

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
            assert self.play.round.deadline - self.play.rounds.block_number() <= max(self.terms.longest, 10)

    def teardown(self) -> None:
        for _ in range(4):  # the live round, and those that follow by themselves
            self.play.wait(self.terms.longest)
        assert self.play.rounds.live.get() == ()
        self.play.do(OWNER, call_of(self.play.rounds.close_task, task=0))
        assert self.play.runtime.balances.total_balance(self.play.rounds.pot(0)) == 0
        self.nothing_appears_and_nothing_disappears()


class UnsealedRoundMachine(RoundMachine):
    """The same where nothing is sealed: nobody is alone with the updates, and the task waives their seals."""

    terms = replace(
        TERMS, automatic=True, unsealed_updates=True, seats=replace(TERMS.seats, aggregators=1, validators=1)
    )


class HiddenRoundMachine(RoundMachine):
    """The same where updates are hidden in one sum; what is sealed, dealt and opened is only named here."""

    terms = replace(TERMS, automatic=True, secrecy=FULL)
    algorithm = LINEAR_AVERAGING

    def hide(self, phase: Phase) -> None:
        rounds, place = self.play.rounds, {"task": 0, "number": self.play.number}
        acting = dict(zip(CLIENTS, self.moods[Stage.UPDATE], strict=True))
        if phase is Phase.CHECK_UPDATES:
            acting = dict(zip(self.play.drawn.aggregators, self.moods[Stage.AGGREGATE], strict=False))
        for who, mood in acting.items():
            said = artifact_of(who + bytes(self.play.number))
            key = blake2_256(who[:8] + bytes([self.play.number if mood == HONEST else 0]))
            all_missing = (1 << len(self.play.drawn.clients)) - 1 if phase > Phase.ENDED else 0
            calls = {
                Phase.ANNOUNCE_KEYS: call_of(rounds.announce_keys, **place, mask=key, channel=blake2_256(key)),
                Phase.DEAL_SHARES: call_of(rounds.deal_shares, **place, dealing=said),
                Phase.CHECK_SHARES: call_of(rounds.report_missing, **place, missing=all_missing * (mood == WRONG)),
                Phase.CHECK_UPDATES: call_of(rounds.report_missing, **place, missing=all_missing * (mood == WRONG)),
                Phase.OPEN_SHARES: call_of(rounds.open_shares, **place, opening=said),
            }
            if phase in calls and mood != SILENT:
                self.attempt(who, calls[phase])


HiddenRoundMachine.TestCase.settings = settings(
    max_examples=15, stateful_step_count=30, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
TestHiddenRoundMachine = HiddenRoundMachine.TestCase
RoundMachine.TestCase.settings = settings(
    max_examples=25, stateful_step_count=30, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
TestRoundMachine = RoundMachine.TestCase
UnsealedRoundMachine.TestCase.settings = settings(
    max_examples=15, stateful_step_count=30, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
TestUnsealedRoundMachine = UnsealedRoundMachine.TestCase
