"""Who gets what for a hidden update, and why; pure, as the settlement of an open round.

Nobody in a sum is judged alone. What a sum earned, by the scores that the task pays by, is paid in equal parts to those
who were in it and did all that was due. Equal, and not by samples: with nothing to judge them by, samples are a claim
that costs nothing, while a seat costs a stake and is won in proportion to stake; who splits its stake among several
accounts wins as many seats as with one. A client that hides an update of no use is paid like the others of its sum, as
long as the sum makes the model better: that is the price of secrecy, and smaller groups make it smaller.

Absent is who announced, dealt, revealed or opened nothing, and whose shares more peers missed than may lie; invalid is
who revealed what a majority of the aggregators calls no masked update, or whom the agreed aggregate blames: for shares
that were dealt or opened wrong, or withheld though they were not reported missing.
Nobody is slashed for harm, which a sum does not tell of one.

What is evident of wrong shares, and to whom: an opened share that its dealer has not committed to, and right shares
that give another secret than was announced, are evident to everybody, from what was dealt and opened; the aggregators
name whoever it is, and an audit names them again. A sealed share that does not open, or is not the one committed to, is
evident to its holder alone, and the chain convicts nobody of it. It takes the word of more peers than may lie: the
dealer is absent, not at fault. The holder has nothing that it could show. Its channel key would open the seal, and with
it all shares that the holder has dealt itself; the one key of the pair could be shown, but no chain can tell by looking
whether it is the one that two public keys agree on: that takes a proof of equal logarithms on the curve, and what was
dealt in a call, of which none has room for so much. Nothing hinges on it: whoever deals wrong shares to no more peers
than may lie stays in, and enough others open its shares; whoever does it to more is out before anybody has masked an
update with it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from chain.primitives import AccountId, Balance
from pallets.federated_round.ending import Ending
from pallets.federated_round.secrecy.reading import groups_of, summed_groups
from pallets.federated_round.secrecy.types import Group, Hidden, group_of
from pallets.federated_round.settlement import (
    REWARDED,
    UNJUDGED,
    Award,
    Facts,
    client_scores,
    role_share,
    unpaid_reason,
)
from pallets.federated_round.storage import RoundStorage
from pallets.federated_round.types import MILLION, PERCENT, Judged, Phase, Reason, Role, RoundNumber, Stage, TaskId
from pallets.learning.contribution import split
from pallets.ml_registry.types import Contributor


def hidden_of(rounds: RoundStorage, ending: Ending) -> Hidden:
    """What the settlement depends on, read back from the chain."""
    return _hidden(rounds, ending.key, ending.last_phase)


def client_awards(facts: Facts, hidden: Hidden) -> list[Award]:
    """One award for each client, in the order of the draw."""
    scores = _scores_of_groups(facts, hidden)
    reasons = {who: _reason(facts, hidden, who, scores) for who in facts.drawn.clients}
    share = role_share(facts.terms, Role.CLIENT)
    if facts.outcome in UNJUDGED:
        part = share * facts.terms.unjudged_share // PERCENT
        payments = _evenly(part, [who for who, reason in reasons.items() if reason is Reason.NOT_JUDGED])
    else:
        payments = _by_groups(share, hidden.summed, scores, reasons)
    return [Award(who, Role.CLIENT, reason, payments.get(who, 0)) for who, reason in reasons.items()]


def owners_of(
    rounds: RoundStorage, ending: Ending, judged: Judged, samples: Mapping[AccountId, int]
) -> tuple[Contributor, ...]:
    """The owners of the version that a hidden round made: those whom the task pays for it, in the same proportion."""
    hidden = _hidden(rounds, ending.key, ending.last_phase)
    agreed = rounds.agreed_aggregate.get(ending.key)
    guilty = () if agreed is None else agreed.invalid
    scores = client_scores(ending.task.terms, judged, _samples_of_groups(hidden.summed, samples))
    reasons = {who: Reason.SHARED for who in hidden.opened if who not in guilty}
    shares = _by_groups(MILLION, hidden.summed, scores, reasons)
    return tuple(Contributor(who, share) for who, share in sorted(shares.items()) if share)


def _hidden(rounds: RoundStorage, key: tuple[TaskId, RoundNumber], last_phase: Phase) -> Hidden:
    return Hidden(
        last_phase=last_phase,
        groups=groups_of(rounds, key),
        summed=tuple(summed_groups(rounds, key)),
        announced=frozenset(place[2] for place in rounds.public_keys.iter_keys(prefix=key)),
        dealt=frozenset(place[2] for place in rounds.dealings.iter_keys(prefix=key)),
        opened=frozenset(place[2] for place in rounds.openings.iter_keys(prefix=key)),
    )


def _scores_of_groups(facts: Facts, hidden: Hidden) -> dict[AccountId, int]:
    """What each summed group is paid in proportion to, by its representative."""
    if facts.judged is None:
        return {}
    return client_scores(facts.terms, facts.judged, _samples_of_groups(hidden.summed, facts.samples))


def _samples_of_groups(groups: Sequence[Group], samples: Mapping[AccountId, int]) -> dict[AccountId, int]:
    return {
        group.representative: sum(samples.get(who, 0) for who in group.accounts(group.survivors)) for group in groups
    }


def _by_groups(
    amount: Balance, groups: Sequence[Group], scores: Mapping[AccountId, int], reasons: Mapping[AccountId, Reason]
) -> dict[AccountId, Balance]:
    """An amount split among groups by their scores, then evenly among those in them who earned a part."""
    earners = [
        [who for who in group.accounts(group.survivors) if reasons.get(who) is Reason.SHARED] for group in groups
    ]
    counted = [scores.get(group.representative, 0) if who else 0 for group, who in zip(groups, earners, strict=True)]
    payments: dict[AccountId, Balance] = {}
    for part, who in zip(split(amount, counted), earners, strict=True):
        payments |= _evenly(part, who)
    return payments


def _evenly(amount: Balance, accounts: Sequence[AccountId]) -> dict[AccountId, Balance]:
    return dict(zip(accounts, split(amount, [1] * len(accounts)), strict=True))


def _reason(facts: Facts, hidden: Hidden, who: AccountId, scores: Mapping[AccountId, int]) -> Reason:
    if who in facts.invalid:
        return Reason.INVALID
    failure = _failure(facts, hidden, who)
    if failure is not None:
        return failure
    group = next((group for group in hidden.summed if who in group.members), None)
    if group is None:
        return Reason.NOT_NEEDED
    if facts.outcome in UNJUDGED:
        return Reason.NOT_JUDGED
    judged = facts.judged
    score = (
        None if judged is None else next((one for one in judged.clients if one.account == group.representative), None)
    )
    if judged is None or score is None:
        return Reason.NOT_NEEDED
    if facts.outcome not in REWARDED:
        return Reason.BELOW_THRESHOLD
    score = next(one for one in judged.clients if one.account == group.representative)
    return Reason.SHARED if scores[group.representative] > 0 else unpaid_reason(score, judged)


def _failure(facts: Facts, hidden: Hidden, who: AccountId) -> Reason | None:
    """What was due of a client and did not come, or was not right; None where all did, as far as the round went."""
    passed = hidden.last_phase.has_come_to
    if passed(Phase.ANNOUNCE_KEYS) and who not in hidden.announced:
        return Reason.ABSENT
    if passed(Phase.DEAL_SHARES) and who not in hidden.dealt:
        return Reason.ABSENT
    placed = group_of(hidden.groups, who)
    if placed is None:
        return None
    _, group = placed
    is_dealer, is_survivor = (who in group.accounts(places) for places in (group.dealers, group.survivors))
    if passed(Phase.CHECK_SHARES) and not is_dealer:
        return Reason.ABSENT if group.dealers else Reason.NOT_NEEDED
    if passed(Phase.REVEAL_UPDATES) and who not in facts.revealed.get(Stage.UPDATE, {}):
        return Reason.ABSENT
    if passed(Phase.CHECK_UPDATES) and not is_survivor:
        return Reason.INVALID if group.survivors else Reason.NOT_NEEDED
    if passed(Phase.OPEN_SHARES) and who not in hidden.opened:
        return Reason.ABSENT
    return None
