"""Random claims, challenges, moves, lies and silence: money is conserved, and every bond comes back or is shared."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from chain.primitives import AccountId
from pallets.disputes.replay import Bent, Replay, next_move
from pallets.disputes.storage import moves_of
from pallets.disputes.trace import leaf_of
from pallets.frame.call import RuntimeCall, call_of
from pallets.frame.error import DispatchError
from pallets.frame.origin import Signed
from pallets.ml_registry.artifact import Artifact
from tests.effort import EFFORT
from tests.pallets.disputes.mock import ALICE, EVERYBODY, STRANGER, TREASURY, WINDOW, Argument, new_runtime
from tests.pallets.disputes.toy import Toy, ToyReplay, computation_of

TOY = Toy((5, 2), 70, b"")
TRUTH = ToyReplay(TOY)
OTHER = ToyReplay(replace(TOY, seed=b"!"))
RESULTS: tuple[Artifact | None, ...] = (TRUTH.result, OTHER.result, None)
REPLAYS: tuple[Replay, ...] = (TRUTH, OTHER, Bent(TRUTH, leaf_of(TOY.end(None)), 0.6), Bent(OTHER, TRUTH.end, 0.2))

everybody = st.sampled_from((*EVERYBODY, STRANGER))
results = st.sampled_from(RESULTS)


class DisputeMachine(RuleBasedStateMachine):
    """Several claims; each step is somebody's act, or the passing of blocks."""

    def __init__(self) -> None:
        super().__init__()
        self.argument = Argument(new_runtime(), TOY)
        self.pallet = self.argument.pallet
        self.issued = self.argument.runtime.balances.issuance()

    def attempt(self, who: AccountId, call: RuntimeCall) -> None:
        with suppress(DispatchError):
            self.argument.runtime.dispatch(call, Signed(who))

    @rule(who=everybody, result=results)
    def claim(self, who: AccountId, result: Artifact | None) -> None:
        call = call_of(self.pallet.claim, computation=computation_of(TOY), result=result, window=WINDOW)
        self.attempt(who, call)

    @rule(result=results, count=st.integers(1, 3))
    def agree(self, result: Artifact | None, count: int) -> None:
        """A pallet's claim, which several accounts stand behind."""
        if self.pallet.claim_count.get() < 4:
            self.pallet.open(computation_of(TOY), result, EVERYBODY[:count], WINDOW)

    @rule(who=everybody, result=results, number=st.integers(0, 3))
    def challenge(self, who: AccountId, result: Artifact | None, number: int) -> None:
        self.attempt(who, call_of(self.pallet.challenge, claim=number, result=result))

    @rule(who=everybody, replay=st.sampled_from(REPLAYS), number=st.integers(0, 3), moves=st.integers(1, 8))
    def argue(self, who: AccountId, replay: Replay, number: int, moves: int) -> None:
        """Both sides argue for a while, one of them in this way."""
        for _ in range(moves):
            dispute = self.pallet.disputes.get(number)
            if dispute is None:
                return
            for side in {who, dispute.challenger, dispute.defender or ALICE}:
                move = next_move(self.pallet, number, side, replay if side == who else TRUTH)
                if move is not None:
                    self.attempt(side, move)

    @rule(who=everybody, number=st.integers(0, 3))
    def conclude(self, who: AccountId, number: int) -> None:
        self.attempt(who, call_of(self.pallet.conclude, claim=number))

    @rule(blocks=st.integers(1, 5))
    def go_on(self, blocks: int) -> None:
        """Blocks pass; the pallet that waits for a claim asks for it in each."""
        for _ in range(blocks):
            self.argument.wait()
            for number in list(self.pallet.claims.iter_keys()):
                if self.pallet.claim_of(number).awaited:
                    self.pallet.advance(number)

    @rule(who=everybody, amount=st.integers(0, 100_000))
    def spend(self, who: AccountId, amount: int) -> None:
        """Whoever has spent what it had has no bond to put on anything."""
        with suppress(DispatchError):
            self.argument.runtime.balances.burn_from(who, amount)
            self.issued -= amount

    @invariant()
    def nothing_appears_and_nothing_disappears(self) -> None:
        balances = self.argument.runtime.balances
        assert balances.issuance() == self.issued
        assert sum(balances.total_balance(who) for who in (*EVERYBODY, STRANGER, TREASURY)) == self.issued
        self.argument.runtime.try_state()

    @invariant()
    def nothing_is_undecided_for_longer_than_was_said(self) -> None:
        now = self.pallet.block_number()
        for number in self.pallet.claims.iter_keys():
            until = self.pallet.stands_until(number)
            assert until is not None
            assert until - now <= max(WINDOW, moves_of(TOY.depths) * self.pallet.config.patience + 1)

    def teardown(self) -> None:
        for _ in range(2 * self.pallet.config.max_disputes + 2):
            self.argument.wait(WINDOW)
            for number in list(self.pallet.claims.iter_keys()):
                self.pallet.advance(number)
        assert not list(self.pallet.claims.iter_keys())
        assert not list(self.pallet.disputes.iter_keys())
        assert [self.argument.held(who) for who in (*EVERYBODY, STRANGER)] == [0] * 5
        self.nothing_appears_and_nothing_disappears()


DisputeMachine.TestCase.settings = settings(
    max_examples=15 * EFFORT, stateful_step_count=25, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
TestDisputeMachine = DisputeMachine.TestCase
