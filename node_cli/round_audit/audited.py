"""One round, audited: what does not fit, and for whom it was settled how."""

from __future__ import annotations

from chain.primitives import AccountId, Balance
from chain.record import record
from node_cli.round_audit.recorded import RecordedChain
from node_cli.round_audit.replaying import Span, executed_again, last_phase_in, runtime_after, span_of
from node_cli.round_audit.sampling import Sample, validators_in
from pallets.federated_round import Outcome, Role, RoundNumber, Settlement, TaskId
from pallets.federated_round.audit import Content, Evidence, Finding, audit_payouts, audit_work, outcome_finding
from pallets.federated_round.queries import scores_of
from pallets.federated_round.secrecy.reading import summed_groups
from pallets.federated_round.traffic import NOTHING_SENT, Traffic, traffic_of, uncompressed
from pallets.federated_round.types import ClientScore


@record
class Payout:
    """One settlement, with what a client's update was worth, or the sum that hides it."""

    settlement: Settlement
    score: ClientScore | None


@record
class Audit:
    """The audit of one round.

    owner, reward: whose pool paid, and what the round could pay; refunded: what stayed in the pool, for the owner
    before, after: the metric in parts per million, None where nothing was judged
    sums: how many clients are in each sum that hides them, None where updates are open
    validators: who was drawn to judge, by stake; None where nobody was
    traffic: what the round sent; uncompressed: bytes of its updates had they been whole, None where they are
    """

    task: TaskId
    number: RoundNumber
    span: Span
    outcome: Outcome
    owner: AccountId
    reward: Balance
    before: int | None
    after: int | None
    threshold: int
    payouts: tuple[Payout, ...]
    findings: tuple[Finding, ...]
    sums: tuple[int, ...] | None = None
    validators: Sample | None = None
    traffic: Traffic = NOTHING_SENT
    uncompressed: int | None = None

    @property
    def paid(self) -> Balance:
        """To everybody together."""
        return sum(payout.settlement.paid for payout in self.payouts)

    @property
    def refunded(self) -> Balance:
        """What nobody earned; it stays in the pool, which is the owner's when the task is closed."""
        return self.reward - self.paid


def audited(chain: RecordedChain, task: TaskId, number: RoundNumber, content: Content) -> Audit:
    """Replay a round that is over; raises AuditError where it cannot be found."""
    span = span_of(chain, task, number)
    before = runtime_after(chain, span.last - 1).federated_round.task(task)
    rounds = runtime_after(chain, span.last).federated_round
    evidence = Evidence(rounds, task, number, before, last_phase_in(chain, span, task, number), content)
    findings = [
        *executed_again(chain, span, task, number),
        *audit_work(evidence),
        *outcome_finding(evidence),
        *audit_payouts(evidence),
    ]
    sent = traffic_of(rounds, task, number)
    course, judged, scores = evidence.round, rounds.judged(task, number), scores_of(rounds, task, number)
    settled = rounds.settlements.get((task, number)) or ()
    payouts = tuple(Payout(each, scores.get(each.account) if each.role is Role.CLIENT else None) for each in settled)
    assert course.outcome is not None  # `span_of` found the block that ended it
    return Audit(
        task=task,
        number=number,
        span=span,
        outcome=course.outcome,
        owner=evidence.task.owner,
        reward=evidence.task.terms.round_reward,
        before=None if judged is None else judged.before,
        after=None if judged is None else judged.after,
        threshold=course.threshold,
        sums=tuple(len(group.survivors) for group in summed_groups(rounds, (task, number))) if course.hides else None,
        validators=validators_in(chain, span, task, number),
        payouts=payouts,
        findings=tuple(findings),
        traffic=sent,
        uncompressed=uncompressed(evidence, sent),
    )
