"""The calls of those who enrol once for all rounds of a task."""

from __future__ import annotations

from pallets.federated_round.errors import NotPermitted, NotStanding, TooManyEnrolled
from pallets.federated_round.offering import ensure_may_offer
from pallets.federated_round.storage import RoundStorage
from pallets.federated_round.types import DataCommitment, Enrolment, TaskId
from pallets.frame.call import call
from pallets.frame.error import ensure
from pallets.frame.origin import Origin, ensure_signed
from pallets.frame.weight import db


class StandingCalls(RoundStorage):
    """What participants do between rounds, or in any phase of one."""

    @call(21, weight=db(reads=12, writes=6))
    def stand(self, origin: Origin, task: TaskId, data: DataCommitment | None, duties: bool) -> None:
        """Take part in the lottery of each round that begins from now on: with data, for duties, or both.

        Who stands already offers this instead of what it offered before. Privacy is charged as each round begins.
        """
        who = ensure_signed(origin)
        ensure_may_offer(self, self.task(task), who, data, duties=duties)
        ensure(data is None or self.may_use(task, who, data.root), NotPermitted)
        is_new = not self.standing.contains_key((task, who))
        ensure(not is_new or self.standing_count.get(task) < self.config.max_enrolled, TooManyEnrolled)
        if data is not None:
            self.name_data(data.root, who)
        self.put_standing(task, who, Enrolment(data, duties))

    @call(22, weight=db(reads=2, writes=3))
    def stand_down(self, origin: Origin, task: TaskId) -> None:
        """Take part in no round that begins from now on; in one that runs the caller does what it was drawn for."""
        who = ensure_signed(origin)
        offer = self.standing.get((task, who))
        if offer is None:
            raise NotStanding
        self.end_standing(task, who, offer, None)
