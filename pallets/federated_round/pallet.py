"""The FederatedRound pallet: calls and storage from their own modules, hooks here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from chain.primitives import U32, BlockNumber, Hash
from chain.runtime_api import OffchainNode
from pallets.federated_round.calls import RoundCalls
from pallets.federated_round.config import Config
from pallets.federated_round.errors import Error
from pallets.federated_round.events import Event
from pallets.federated_round.storage import DEFAULT_REWARD_THRESHOLD
from pallets.federated_round.types import MILLION, Phase
from pallets.federated_round.unlearning.going_back import note_erased
from pallets.frame.pallet import config
from pallets.frame.weight import NO_WEIGHT, Weight, db

__all__ = ["Config", "Error", "Event", "FederatedRound", "Genesis"]


@config
class Genesis:
    """Parts per million that a model must improve by, where a task names no threshold."""

    reward_threshold: U32 = DEFAULT_REWARD_THRESHOLD


class FederatedRound(RoundCalls):
    """Rounds in which clients train, aggregators join, and validators judge; paid out of a task's pool."""

    def on_initialize(self, now: BlockNumber) -> Weight:
        """Take every live round on whose phase is over."""
        weight = db(reads=1)
        for task in self.live.get():
            from pallets.federated_round.phases import advance  # what a chain without rounds never loads

            weight = weight + advance(self, task, now)
        return weight

    def on_idle(self, now: BlockNumber, remaining: Weight) -> Weight:
        """Take every live round on whose phase ends with this block; `on_initialize` has paid for a look at `live`."""
        used = NO_WEIGHT
        for task in self.live.get():
            from pallets.federated_round.phases import advance_early

            used = used + advance_early(self, task, now, remaining - used)
        return used

    def offchain_worker(self, now: BlockNumber, node: OffchainNode) -> None:
        """Do what the node's account owes in the live rounds; see `worker`."""
        from pallets.federated_round.worker import work  # a chain whose node runs no workers never loads learning

        work(self, now, node)

    def with_offchain_work(self, now: BlockNumber, operators: Sequence[Any]) -> Sequence[Any]:
        """Those of whom a task may ask something; where data were erased, all who may have to see to that."""
        live, awaiting = self.live.get(), self.awaiting.get()
        if not live and not awaiting and not self.has_unlearning():
            return ()
        from pallets.federated_round.attendance import wanted  # what a chain without rounds never loads

        return wanted(self, live, awaiting, operators)

    def data_erased(self, commitment: Hash) -> None:
        """The data that clients named by this root are gone, and so shall be what was learnt from them."""
        if self.config.budgets is not None:
            self.config.budgets.forget_data(commitment)
        note_erased(self, commitment)
        self.take_erased_out(commitment)

    def build_genesis(self, genesis: Genesis) -> None:
        """Write the first threshold."""
        self.reward_threshold.put(genesis.reward_threshold)

    def try_state(self) -> None:
        """Every pool lies in its pot, and every live round has a deadline ahead."""
        live = self.live.get()
        assert len(set(live)) == len(live), f"{live} names a task twice"
        deposit = self.config.currency.minimum_balance()
        for number, task in self.tasks.iter():
            assert task is not None
            in_pot = self.config.currency.balance(self.pot(number))
            assert in_pot >= task.pool + deposit, f"task {number} has {in_pot} in its pot for a pool of {task.pool}"
            assert task.is_live == (number in live), f"task {number} is live and not listed, or listed and not live"
            if task.is_live:
                found = self.rounds.get((number, task.rounds - 1))
                assert found is not None, f"task {number} has no round"
                assert found.phase is not Phase.ENDED, f"the round of task {number} has ended"
                late = f"the round of task {number} is past its deadline {found.deadline}"
                assert found.deadline > self.block_number(), late
        self.check_unlearning()
        self.check_standing()
        assert self.reward_threshold.get() <= MILLION, "no metric can improve by the threshold"
