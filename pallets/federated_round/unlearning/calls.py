"""The call of unlearning, which is anybody's."""

from __future__ import annotations

from pallets.federated_round.config import Config
from pallets.federated_round.standing.weights import enrolling_weight
from pallets.federated_round.storage import RoundStorage
from pallets.federated_round.types import MAX_CLIENTS, TaskId
from pallets.federated_round.unlearning.going_back import go_back
from pallets.frame.call import call
from pallets.frame.error import DispatchError
from pallets.frame.origin import Origin, ensure_signed
from pallets.frame.weight import Weight, db


def unlearning_weight(config: Config) -> Weight:
    """Of a task all of whose remembered rounds are withdrawn, and looked at for who is left.

    Of each client a round has three entries to look at: ballot, enrolment, and whether its data were erased.
    """
    going_back = db(reads=30 + config.history * (8 + 3 * MAX_CLIENTS), writes=20 + 4 * config.history)
    return going_back + enrolling_weight(config.max_enrolled)


class UnlearningCalls(RoundStorage):
    """What follows an erasure."""

    @call(20, weight=unlearning_weight)
    def unlearn(self, origin: Origin, task: TaskId) -> None:
        """Withdraw what has learnt from erased data; the rounds since are done again without them.

        Anybody may ask for it, between two rounds. Before, the task starts no round.
        """
        ensure_signed(origin)
        go_back(self, task)
        found = self.tasks.get(task)
        if found is not None and found.terms.automatic:
            from pallets.federated_round.phases import begin_round  # what a chain without rounds never loads

            try:
                with self.storage.transaction():
                    begin_round(self, task, self.block_number())
            except DispatchError:
                pass  # no test set, no funds, or no algorithm: the owner starts the next round when there is
