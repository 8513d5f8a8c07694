"""What aggregators are due for their groups, before the root is counted."""

from __future__ import annotations

from collections.abc import Mapping

from chain.primitives import AccountId
from pallets.federated_round.sealed import majority
from pallets.federated_round.storage import RoundStorage
from pallets.federated_round.types import Phase, Reason, RoundNumber, Stage, TaskId


def reasons_in_groups(
    rounds: RoundStorage, key: tuple[TaskId, RoundNumber], last_phase: Phase
) -> Mapping[AccountId, Reason] | None:
    """Why each aggregator is paid or not, as far as its group goes; None where the groups came to no end."""
    tiers = rounds.tiers.get(key)
    if tiers is None or not last_phase.has_come_to(Phase.REVEAL_GROUPS):
        return None
    votes, reasons = rounds.revealed(*key, Stage.GROUP), dict[AccountId, Reason]()
    for tier in tiers:
        own = {who: votes[who] for who in tier.aggregators if who in votes}
        agreed = majority(own.values(), len(tier.aggregators))
        for who in tier.aggregators:
            if who not in own:
                reasons[who] = Reason.ABSENT
            elif agreed is None:
                reasons[who] = Reason.NOTHING_AGREED
            else:
                reasons[who] = Reason.AGREED if own[who] == agreed else Reason.DISSENTED
    return reasons
