"""Who gets what for a round, and why: a pure function of what the round left on chain.

The rules, in order, for each role that an account was drawn for:

* What was due by a deadline and not revealed is an absence: the small slash.
* What a majority agreed is paid, however the round goes on: equal parts of the role's share. Who voted against it is
  at fault: the large slash. Where nothing was agreed, nobody who voted gets or loses anything. Where a challenge
  put another aggregate in the place of the agreed one, it is as if that had been agreed, and the challenger is paid
  as one more aggregator.
* An update that the aggregators agree is none is a fault.
* An update that is worse alone than the best constant answer, and whose contribution is negative, is a fault: it
  was turned against the truth. Not being useful is no fault, it is only not paid.
* Where the model improved by the threshold, the clients' share goes to positive contributions in proportion; where
  the task pays by the capped rule, to contributions that it caps, of updates that alone beat the best constant answer.
* Where the owner withheld the test set or revealed none that can be used, the stated part of the clients' share goes
  in equal parts to all whose updates are valid.
* Clients whose updates are hidden are judged and paid by the sum that they are in: `secrecy.settlement`.

What nobody earns stays in the pool. Parts are rounded down and the rest goes to the largest remainders, so that a
share is paid to the last planck.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from chain.primitives import AccountId, Balance, Hash
from chain.record import record
from pallets.federated_round.payment import Capped, PaymentRule
from pallets.federated_round.secrecy.types import Hidden
from pallets.federated_round.types import (
    MILLION,
    PERCENT,
    ClientScore,
    Drawn,
    Judged,
    Outcome,
    Reason,
    Role,
    Stage,
    Terms,
)
from pallets.learning.contribution import split
from pallets.learning.payment import Verdict, capped_scores
from pallets.ml_registry.types import Contributor

UNJUDGED = frozenset({Outcome.TEST_SET_WITHHELD, Outcome.TEST_SET_UNUSABLE})
_PAID_DUTIES = frozenset({Reason.AGREED, Reason.MENDED})
REWARDED = frozenset({Outcome.PUBLISHED, Outcome.NOT_PUBLISHABLE})


@record
class Facts:
    """What a round left behind.

    revealed: for each stage that was completed, the content hash of each account that revealed
    agreed: for each stage that is voted on, the content with a majority; invalid: updates that are none
    samples: of each client; hidden: how far clients came whose updates are hidden
    in_groups: what aggregators are due for their groups, None where the round came to no end of these
    mender: whose challenge put what stands in the place of an agreed aggregate
    """

    drawn: Drawn
    outcome: Outcome
    terms: Terms
    revealed: Mapping[Stage, Mapping[AccountId, Hash]]
    agreed: Mapping[Stage, Hash]
    invalid: Sequence[AccountId]
    judged: Judged | None
    samples: Mapping[AccountId, int]
    hidden: Hidden | None = None
    in_groups: Mapping[AccountId, Reason] | None = None
    mender: AccountId | None = None


@record
class Award:
    """What one account is due for one role."""

    account: AccountId
    role: Role
    reason: Reason
    payment: Balance


def awards_of(facts: Facts) -> list[Award]:
    """One award for each holder of each role: clients, then aggregators, then validators."""
    return [
        *_client_awards(facts),
        *_duty_awards(facts, Role.AGGREGATOR, Stage.AGGREGATE),
        *_duty_awards(facts, Role.VALIDATOR, Stage.EVALUATION),
    ]


def role_share(terms: Terms, role: Role) -> Balance:
    """What a round can pay to one role; what rounding leaves goes to the roles with the largest remainders."""
    parts = split(terms.round_reward, (terms.split.clients, terms.split.aggregators, terms.split.validators))
    return parts[role]


def contributors_of(terms: Terms, judged: Judged, samples: Mapping[AccountId, int]) -> tuple[Contributor, ...]:
    """The owners of the version that a round made: those whom the task pays for it, in the same proportion."""
    scores = client_scores(terms, judged, samples)
    shares = split(MILLION, list(scores.values()))
    return tuple(Contributor(who, share) for who, share in zip(scores, shares, strict=True) if share)


def client_scores(terms: Terms, judged: Judged, samples: Mapping[AccountId, int]) -> dict[AccountId, int]:
    """What each client of an aggregate is paid in proportion to; 0 or less earns nothing."""
    clients = judged.clients
    verdict = Verdict(
        contributions=tuple(each.contribution for each in clients),
        alone=tuple(each.solo for each in clients),
        samples=tuple(samples[each.account] for each in clients),
        constant=judged.constant,
    )
    return dict(zip((each.account for each in clients), scores_of(terms.payment, verdict), strict=True))


def scores_of(rule: PaymentRule, verdict: Verdict) -> list[int]:
    """What each client is paid in proportion to; 0 or less earns nothing."""
    return capped_scores(verdict) if isinstance(rule, Capped) else list(verdict.contributions)


def is_harmful(score: ClientScore, judged: Judged) -> bool:
    """Whether an update was turned against the truth."""
    return score.contribution < 0 and score.solo < judged.constant


def _client_awards(facts: Facts) -> list[Award]:
    if facts.hidden is not None:
        from pallets.federated_round.secrecy.settlement import client_awards  # what open rounds never load

        return client_awards(facts, facts.hidden)
    scores = client_scores(facts.terms, facts.judged, facts.samples) if facts.judged else {}
    reasons = [_client_reason(facts, who, scores) for who in facts.drawn.clients]
    share = role_share(facts.terms, Role.CLIENT)
    if facts.outcome in UNJUDGED:
        part = share * facts.terms.unjudged_share // PERCENT
        payments = split(part, [int(reason is Reason.NOT_JUDGED) for reason in reasons])
    else:
        earned = zip(facts.drawn.clients, reasons, strict=True)
        payments = split(share, [scores.get(who, 0) if reason is Reason.CONTRIBUTED else 0 for who, reason in earned])
    return [
        Award(who, Role.CLIENT, reason, payment)
        for who, reason, payment in zip(facts.drawn.clients, reasons, payments, strict=True)
    ]


def _client_reason(facts: Facts, who: AccountId, scores: Mapping[AccountId, int]) -> Reason:
    if Stage.UPDATE not in facts.revealed:
        return Reason.NOT_NEEDED
    if who not in facts.revealed[Stage.UPDATE]:
        return Reason.ABSENT
    if who in facts.invalid:
        return Reason.INVALID
    if facts.outcome in UNJUDGED:
        return Reason.NOT_JUDGED
    score = next((each for each in facts.judged.clients if each.account == who), None) if facts.judged else None
    if facts.judged is None or score is None:
        return Reason.NOT_NEEDED
    if is_harmful(score, facts.judged):
        return Reason.HARMFUL
    if facts.outcome not in REWARDED:
        return Reason.BELOW_THRESHOLD
    if scores[who] > 0:
        return Reason.CONTRIBUTED
    return unpaid_reason(score, facts.judged)


def unpaid_reason(score: ClientScore, judged: Judged) -> Reason:
    """Why a task pays nothing for an update that does no harm."""
    if score.contribution <= 0:
        return Reason.NO_GAIN
    return Reason.NO_BETTER_ALONE if score.solo <= judged.constant else Reason.CAPPED


def _duty_awards(facts: Facts, role: Role, stage: Stage) -> list[Award]:
    holders = facts.drawn.holders(role)
    reasons = [_duty_reason(facts, who, stage) for who in holders]
    if role is Role.AGGREGATOR and facts.in_groups is not None:
        reasons = [_reason_in_both(facts, who, reason) for who, reason in zip(holders, reasons, strict=True)]
    if role is Role.AGGREGATOR and facts.mender is not None and facts.mender not in holders:
        holders, reasons = (*holders, facts.mender), [*reasons, Reason.MENDED]
    payments = split(role_share(facts.terms, role), [int(reason in _PAID_DUTIES) for reason in reasons])
    return [Award(who, role, reason, payment) for who, reason, payment in zip(holders, reasons, payments, strict=True)]


def _reason_in_both(facts: Facts, who: AccountId, at_the_root: Reason) -> Reason:
    """A fault in the group counts whatever comes after it; where no root was due, the group is all there is."""
    in_group = Reason.NOT_NEEDED if facts.in_groups is None else facts.in_groups[who]
    if at_the_root is Reason.NOT_NEEDED or in_group in {Reason.ABSENT, Reason.DISSENTED}:
        return in_group
    return at_the_root


def _duty_reason(facts: Facts, who: AccountId, stage: Stage) -> Reason:
    votes = facts.revealed.get(stage)
    if votes is None:
        return Reason.NOT_NEEDED
    if who not in votes:
        return Reason.ABSENT
    agreed = facts.agreed.get(stage)
    if agreed is None:
        return Reason.NOTHING_AGREED
    return Reason.AGREED if votes[who] == agreed else Reason.DISSENTED
