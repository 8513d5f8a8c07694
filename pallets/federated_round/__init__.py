"""Federated rounds: open, lottery, sealed updates, aggregation, evaluation on a committed test set, settlement.

A task belongs to a model's owner, who pays for its rounds. Accounts enrol for one of them, or stand for all that are
to come, and are drawn by lottery after their data roots are locked; clients train and reveal their updates,
aggregators join them, validators judge the new model on a test set that the owner committed beforehand, and everybody
is paid or slashed for a stated reason. Each step has a deadline in blocks, before which it ends with the block in
which the last act comes that it waits for. What others could copy is a salted commitment that is opened later; who is
alone in being asked states its result at once, and so do clients of a task that waives their seals (`sealed`).

On chain, in reading order: `rules` (how updates become a model), `worth` (how contributions are found), `payment`
(how they are paid), `noise` (what updates hide, and what that costs), `types` (records), `config` (what the runtime
supplies), `rule_bounds` (what rules withstand), `terms`, `sealed` (commitments and majorities), `drawing` (seeds and
roles), `storage`, `phases` (the course of a round), `challenging` (aggregates that can be disputed), `charging` (of
privacy), `offering` (who may take part), `standing` (once for all rounds), `unlearning` (of erased data), `settlement`
(who gets what; pure), `ending` (payments), `errors`, `events`, `calls`, `pallet` (hooks), `queries` (a person's
questions).
Off chain: `data` (what an operator gives its node), `borrowing` (what permits lend), `settings` (what is trained, and
how), `offered_rows` (what suits that), `strategies` (training, joining, judging), `local_noise`, `stated` (results
with their bytes), `memory` (what a worker keeps), `basis` (on which fork it was made), `errand` (what an account owes
in one round), `attendance` (who owes nothing), `worker` (runs errands), `audit` (all of it again), `traffic` (what was
sent, in bytes).
Rounds are open and synchronous where their terms say nothing else: `secrecy` (updates that nobody sees), `shapes`
(turns, groups, buffers). `opening` is what all that is revealed or stated has in common.

    self.federated_round = FederatedRound(self, federated_round.Config(currency=…, stakes=…, …), index=23)
"""

from pallets.federated_round.config import Beacon, Models, Stakes
from pallets.federated_round.drawing import BlockHashBeacon
from pallets.federated_round.pallet import Config, Error, Event, FederatedRound, Genesis
from pallets.federated_round.types import (
    Aggregate,
    Ballot,
    ClientScore,
    DataCommitment,
    Drawn,
    Enrolment,
    Evaluation,
    Judged,
    Outcome,
    Penalties,
    Phase,
    Reason,
    Role,
    Round,
    RoundNumber,
    Schedule,
    Seats,
    Settlement,
    Split,
    Stage,
    Task,
    TaskId,
    Terms,
    Unusable,
)

__all__ = [
    "Aggregate",
    "Ballot",
    "Beacon",
    "BlockHashBeacon",
    "ClientScore",
    "Config",
    "DataCommitment",
    "Drawn",
    "Enrolment",
    "Error",
    "Evaluation",
    "Event",
    "FederatedRound",
    "Genesis",
    "Judged",
    "Models",
    "Outcome",
    "Penalties",
    "Phase",
    "Reason",
    "Role",
    "Round",
    "RoundNumber",
    "Schedule",
    "Seats",
    "Settlement",
    "Split",
    "Stage",
    "Stakes",
    "Task",
    "TaskId",
    "Terms",
    "Unusable",
]
