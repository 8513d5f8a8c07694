"""A runtime in which one can argue about toys, and accounts that do."""

from __future__ import annotations

from chain.primitives import AccountId, Balance, BlockNumber
from chain.state.overlay import Overlay
from pallets import balances, disputes, staking
from pallets.disputes import Claim, ClaimId, Dispute, Disputes, Verdict
from pallets.disputes.replay import Replay, next_move
from pallets.frame.call import RuntimeCall, call_of
from pallets.frame.error import DispatchError
from pallets.frame.origin import Signed
from pallets.frame.testing import MockRuntime, assert_ok, run_to_block
from pallets.ml_registry.artifact import Artifact
from tests.pallets.disputes.toy import Toy, ToyKinds, computation_of

ENDOWMENT, STAKE, BOND, WINDOW = 100_000, 5_000, 1_000, 6
TREASURY = AccountId(b"treasury".ljust(32, b"."))


def account(name: str) -> AccountId:
    """An account of that name."""
    return AccountId(name.encode().ljust(32, b"."))


ALICE, BOB, CAROL, DAVE = EVERYBODY = tuple(account(name) for name in ("alice", "bob", "carol", "dave"))
STRANGER = account("stranger")
"""Has funds, and nothing at stake."""


class ArguingRuntime(MockRuntime):
    """System, Balances, Staking and Disputes."""

    def __init__(self, storage: Overlay | None = None, bond: Balance = BOND) -> None:
        super().__init__(storage)
        self.balances = balances.Balances(
            self, balances.Config(account_store=self.system, existential_deposit=10), index=4
        )
        self.staking = staking.Staking(
            self, staking.Config(currency=self.balances, slash_destination=TREASURY, unbonding_delay=50), index=5
        )
        self.disputes = Disputes(
            self,
            disputes.Config(
                currency=self.balances,
                stakes=self.staking,
                kinds=ToyKinds(),
                slash_destination=TREASURY,
                bond=bond,
                minimum_stake=STAKE,
                max_window=100,
            ),
            index=6,
        )


def new_runtime(bond: Balance = BOND) -> ArguingRuntime:
    """Block 1: everybody is endowed and bonded, and the treasury is open."""
    runtime = ArguingRuntime(bond=bond)
    rich = tuple((who, ENDOWMENT) for who in (*EVERYBODY, STRANGER))
    runtime.balances.build_genesis(balances.Genesis(balances=(*rich, (TREASURY, 1_000))))
    runtime.staking.build_genesis(staking.Genesis(bonds=tuple((who, STAKE) for who in EVERYBODY)))
    return runtime


class Argument:
    """One claim, and those who argue about it."""

    def __init__(self, runtime: ArguingRuntime, toy: Toy) -> None:
        self.runtime, self.pallet, self.toy = runtime, runtime.disputes, toy
        self.number: ClaimId = 0

    @property
    def claim(self) -> Claim:
        return self.pallet.claim_of(self.number)

    @property
    def dispute(self) -> Dispute:
        return self.pallet.dispute_of(self.number)

    @property
    def is_running(self) -> bool:
        return self.pallet.is_disputed(self.number)

    def do(self, who: AccountId, call: RuntimeCall) -> None:
        """A call that must succeed."""
        assert_ok(self.runtime, Signed(who), call)

    def tried(self, who: AccountId, call: RuntimeCall) -> type[DispatchError] | None:
        """A call that may fail, and changes nothing then."""
        try:
            self.runtime.dispatch(call, Signed(who))
        except DispatchError as error:
            return type(error)
        return None

    def claimed(self, who: AccountId, result: Artifact | None) -> None:
        """An account claims a result."""
        self.number = self.pallet.claim_count.get()
        computation = computation_of(self.toy)
        self.do(who, call_of(self.pallet.claim, computation=computation, result=result, window=WINDOW))

    def agreed(self, result: Artifact | None, *defenders: AccountId) -> None:
        """Another pallet lets a result stand that several accounts agree about."""
        self.number = self.pallet.open(computation_of(self.toy), result, defenders, WINDOW)

    def challenge(self, who: AccountId, result: Artifact | None) -> None:
        """An account challenges the claim."""
        self.do(who, call_of(self.pallet.challenge, claim=self.number, result=result))

    def move(self, who: AccountId, replay: Replay) -> bool:
        """Make the move that an account owes; whether it owed one that the chain took."""
        move = next_move(self.pallet, self.number, who, replay)
        return move is not None and self.tried(who, move) is None

    def play(self, *sides: tuple[AccountId, Replay]) -> None:
        """Let these accounts argue until the dispute is over; whoever is not named is silent."""
        for _ in range(200):
            if not self.is_running:
                return
            moved = [self.is_running and self.move(*side) for side in sides]
            if not any(moved):
                self.wait()
                if self.pallet.block_number() >= self.dispute.deadline:
                    self.conclude()
        raise AssertionError("the dispute does not end")

    def conclude(self) -> None:
        """Somebody does what a passed deadline does."""
        if self.claim.awaited:
            self.verdict()
        else:
            self.do(DAVE, call_of(self.pallet.conclude, claim=self.number))

    def wait(self, blocks: BlockNumber = 1) -> None:
        """Let blocks pass."""
        run_to_block(self.runtime, self.pallet.block_number() + blocks)

    def verdict(self) -> Verdict | None:
        """What a pallet that waits for the claim is told."""
        return self.pallet.advance(self.number)

    def held(self, who: AccountId) -> Balance:
        """An account's bonds."""
        return self.runtime.balances.balance_on_hold(self.pallet.reason, who)

    def free(self, who: AccountId) -> Balance:
        """An account's free funds."""
        return self.runtime.balances.balance(who)
