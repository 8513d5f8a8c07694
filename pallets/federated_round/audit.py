"""What a round left behind, computed again by anybody: the work from its artifacts, the payouts from the work.

    for finding in audit_work(evidence): print(finding.part, finding.text)      updates, aggregate, verdict
    for finding in audit_payouts(evidence): …                                   each settlement by the rules
    for finding in differences(recorded, computed, task, number): …             two states of one round

What cannot be computed again is training, which needs rows that never leave their owners. A round is audited from the
state after it, as long as the chain remembers it, with its task as it was while the round was live.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, replace

from chain.content.cid import CidError
from chain.content.store import ContentError
from chain.primitives import AccountId
from chain.record import record
from pallets.federated_round.data import DataError, decode_data_set
from pallets.federated_round.ending import Ending, facts_of
from pallets.federated_round.settings import SettingsError
from pallets.federated_round.settlement import awards_of
from pallets.federated_round.shapes.choice import Hierarchical
from pallets.federated_round.shapes.placing import placed
from pallets.federated_round.storage import RoundStorage
from pallets.federated_round.strategies import (
    ClientUpdate,
    Joined,
    Strategy,
    StrategyError,
    UpdateRefused,
    strategy_under,
)
from pallets.federated_round.types import (
    Aggregate,
    Enrolment,
    Evaluation,
    Judged,
    Outcome,
    Phase,
    Reason,
    Role,
    Round,
    RoundNumber,
    Settlement,
    Stage,
    Task,
    TaskId,
    Unusable,
)
from pallets.ml_registry.artifact import Artifact, ArtifactMismatch, artifact_of, verified

UNREADABLE = (ArtifactMismatch, CidError, ContentError)

Content = Callable[[str], bytes]
"""Bytes by their CID, as a content store gives them."""


@record
class Finding:
    """Something that does not fit. part: what of the round it is, in a word or two; text: a sentence"""

    part: str
    text: str


@record
class Evidence:
    """An ended round.

    rounds: on the state after its end; task: as it was before; last_phase: the one that was not followed by another
    """

    rounds: RoundStorage
    task_id: TaskId
    number: RoundNumber
    task: Task
    last_phase: Phase
    content: Content

    @property
    def key(self) -> tuple[TaskId, RoundNumber]:
        """Where the round stands in the maps."""
        return self.task_id, self.number

    @property
    def round(self) -> Round:
        """The round's course."""
        return self.rounds.course(*self.key)

    def bytes_of(self, artifact: Artifact) -> bytes:
        """The bytes of an artifact, checked against its root; raises what the content store does."""
        return verified(artifact, self.content(artifact.cid.decode("ascii", "replace")))


# Work


def audit_work(evidence: Evidence) -> list[Finding]:
    """Everything that does not fit between artifacts and what was agreed of them."""
    try:
        terms = evidence.task.terms
        settings = evidence.bytes_of(terms.settings)
        bench = _Bench(evidence, strategy_under(evidence.task.algorithm, terms, settings))
        return list(bench.findings())
    except (*UNREADABLE, SettingsError) as problem:
        return [Finding("settings", f"the task's settings, or what the round began from: {problem}")]


class _Bench:
    """The duties of a round, done again."""

    def __init__(self, evidence: Evidence, strategy: Strategy) -> None:
        """Raises what the content store does, where the base version or the server's state is not there."""
        self._evidence, self._strategy = evidence, strategy
        rounds, base = evidence.rounds, evidence.round.base
        self._base = None if base is None else evidence.bytes_of(rounds.config.models.version(base).artifact)
        state = rounds.server_states.get(evidence.key)
        self._state = None if state is None else evidence.bytes_of(state)
        self._unreadable = False

    def findings(self) -> Iterator[Finding]:
        agreed = self._evidence.rounds.agreed_aggregate.get(self._evidence.key)
        if agreed is None:
            return
        updates: list[ClientUpdate] = []
        is_hierarchical = isinstance(self._evidence.task.terms.shape, Hierarchical)
        if self._evidence.round.hides and is_hierarchical:
            yield from self._tiers(agreed)
            return
        if self._evidence.round.hides:
            from pallets.federated_round.secrecy.audit import sums_again  # what open rounds never load

            updates, found = sums_again(self._evidence, agreed, self._base)
            yield from found
        else:
            for who in self._evidence.rounds.revealed(*self._evidence.key, Stage.UPDATE):
                yield from self._update(who, who in agreed.invalid, updates)
        if self._unreadable or not updates:
            return  # without all updates nothing that was made of them can be made again
        if is_hierarchical:
            from pallets.federated_round.shapes.audit import audit_groups  # what synchronous rounds never load

            yield from audit_groups(self._evidence, self._strategy, updates)
            joined = self._evidence.rounds.joined_clients(*self._evidence.key)
            updates = [update for update in updates if update.account in joined]
        yield from self._aggregate(agreed, updates)
        if agreed.model is not None:
            yield from self._verdict(agreed.model, updates)

    def _tiers(self, agreed: Aggregate) -> Iterator[Finding]:
        """A hierarchical round that hides its updates."""
        from pallets.federated_round.secrecy.audit import tiers_again

        try:
            updates, joined, found = tiers_again(self._evidence, self._strategy, agreed, self._base, self._state)
        except StrategyError as problem:
            yield Finding("aggregate", f"the groups cannot be joined: {problem}")
            return
        yield from found
        if joined is None:
            return
        yield from self._compared(agreed, joined)
        if agreed.model is not None:
            yield from self._verdict(agreed.model, updates)

    def _update(self, who: AccountId, is_refused: bool, updates: list[ClientUpdate]) -> Iterator[Finding]:
        rounds, key = self._evidence.rounds, self._evidence.key
        artifact, enrolment = rounds.updates.get((*key, who)), rounds.enrolments.get((*key, who))
        if artifact is None or enrolment is None or enrolment.data is None:
            yield Finding("update", f"0x{who.hex()} revealed an update, and the chain has none of it")
            return
        try:
            data = self._evidence.bytes_of(artifact)
            self._strategy.check(data)
        except (*UNREADABLE, UpdateRefused) as problem:
            if not is_refused:
                self._unreadable = True
                yield Finding("update", f"of 0x{who.hex()}: {problem}")
            return
        if is_refused:
            yield Finding("update", f"of 0x{who.hex()}: it is a valid one, which the aggregators call invalid")
        else:
            update, shape = ClientUpdate(who, enrolment.data.samples, data), self._evidence.task.terms.shape
            updates.append(placed(rounds, key, shape, update, self._evidence.bytes_of))

    def _aggregate(self, agreed: Aggregate, updates: list[ClientUpdate]) -> Iterator[Finding]:
        try:
            joined = self._strategy.aggregate(updates, self._base, self._state)
        except StrategyError as problem:
            yield Finding("aggregate", f"the updates cannot be joined: {problem}")
            return
        yield from self._compared(agreed, joined)

    def _compared(self, agreed: Aggregate, joined: Joined) -> Iterator[Finding]:
        made = (("model", joined.model, agreed.model), ("server state", joined.state, agreed.state))
        for what, data, told in made:
            if (None if data is None else artifact_of(data)) != told:
                found = "none" if data is None else f"0x{artifact_of(data).root.hex()}"
                on_chain = "none" if told is None else f"0x{told.root.hex()}"
                yield Finding("aggregate", f"the {what} of these updates has the root {found}, the agreed {on_chain}")
            elif told is not None:
                yield from self._kept("aggregate", f"the {what}", told)

    def _kept(self, part: str, what: str, artifact: Artifact) -> Iterator[Finding]:
        try:
            self._evidence.bytes_of(artifact)
        except UNREADABLE as problem:
            yield Finding(part, f"{what}: {problem}")

    def _verdict(self, model: Artifact, updates: list[ClientUpdate]) -> Iterator[Finding]:
        rounds, key = self._evidence.rounds, self._evidence.key
        test_set, agreed = rounds.test_sets.get(key), rounds.agreed_evaluation.get(key)
        if test_set is None or agreed is None:
            return
        try:
            test, data = self._evidence.bytes_of(test_set), self._evidence.bytes_of(model)
        except UNREADABLE as problem:
            yield Finding("test set", f"{problem}")
            return
        found: Evaluation
        try:
            seed = self._evidence.round.judging or b""
            rows = decode_data_set(test)
            found = self._strategy.evaluate(updates, self._base, data, rows, self._state, seed)
        except (DataError, StrategyError):
            found = Unusable()
        yield from _verdict_differences(agreed, found)


def _verdict_differences(agreed: Evaluation, found: Evaluation) -> Iterator[Finding]:
    if not isinstance(agreed, Judged) or not isinstance(found, Judged):
        if agreed != found:
            told = f"agreed {type(agreed).__name__.lower()}, computed {type(found).__name__.lower()}"
            yield Finding("verdict", f"whether the test set can judge: {told}")
        return
    for name in ("before", "after", "constant"):
        if getattr(agreed, name) != getattr(found, name):
            told = f"agreed {getattr(agreed, name)}, computed {getattr(found, name)} parts per million"
            yield Finding("metric", f"the metric {name}: {told}")
    for one, other in zip(agreed.clients, found.clients, strict=False):
        if one != other:
            told = f"agreed {one.contribution} (alone {one.solo}), computed {other.contribution} (alone {other.solo})"
            yield Finding("contribution", f"of 0x{one.account.hex()}: {told}")


# Payouts


def audit_payouts(evidence: Evidence) -> list[Finding]:
    """Every settlement that is not what the rules give for the agreed results."""
    rounds, key, course = evidence.rounds, evidence.key, evidence.round
    if rounds.drawn.get(key) is None or course.outcome is None:
        return []
    before = replace(course, phase=evidence.last_phase)
    facts = facts_of(rounds, Ending(key, evidence.task, before, course.outcome, course.version))
    settled = {(each.role, each.account): each for each in rounds.settlements.get(key) or ()}
    found = list[Finding]()
    for award in awards_of(facts):
        told = settled.pop((award.role, award.account), None)
        due = (award.reason, award.payment)
        if told is not None and told.reason is Reason.UNPAYABLE and award.payment and not told.paid:
            continue
        if told is None or (told.reason, told.paid) != due:
            on_chain = "nothing" if told is None else f"{told.reason.name} and {told.paid}"
            text = f"{_holder(award.role, award.account)}: settled {on_chain}, due {due[0].name} and {due[1]}"
            found.append(Finding("payout", text))
    extra = (f"{_holder(role, account)}: settled, and nothing is due" for role, account in settled)
    return found + [Finding("payout", text) for text in extra]


def outcome_finding(evidence: Evidence) -> list[Finding]:
    """Whether what was agreed leads to the outcome that the chain has."""
    course, judged = evidence.round, evidence.rounds.judged(*evidence.key)
    if judged is None or course.outcome is None:
        return []
    improved = judged.after - judged.before >= course.threshold
    is_paid = course.outcome in {Outcome.PUBLISHED, Outcome.NOT_PUBLISHABLE}
    if improved is is_paid:
        return []
    told = f"{judged.after - judged.before} parts per million, where {course.threshold} are asked for"
    return [Finding("outcome", f"{course.outcome.name} with an improvement of {told}")]


def _holder(role: Role, account: AccountId) -> str:
    return f"{role.name.lower()} 0x{account.hex()}"


# Two states of one round


def differences(recorded: RoundStorage, computed: RoundStorage, task: TaskId, number: RoundNumber) -> Iterator[Finding]:
    """What a state has of a round, and the rules give otherwise; each difference by its name."""
    key = (task, number)
    yield from _enrolment_differences(recorded, computed, key)
    yield from _drawn_differences(recorded, computed, key)
    one, other = recorded.rounds.get(key), computed.rounds.get(key)
    if one is not None and other is not None:
        for field in fields(Round):
            told, due = getattr(one, field.name), getattr(other, field.name)
            if told != due:
                yield Finding("course", f"{field.name}: the chain has {_shown(told)}, the rules give {_shown(due)}")
    elif one != other:
        yield Finding("course", "the round is there, and should not be, or should be, and is not")
    if recorded.groups.get(key) != computed.groups.get(key):
        yield Finding("sum", "who is hidden in which sum, or got how far in it, is not what the rules give")
    agreed = (
        ("aggregate", recorded.agreed_aggregate, computed.agreed_aggregate),
        ("verdict", recorded.agreed_evaluation, computed.agreed_evaluation),
    )
    for part, here, there in agreed:
        if here.get(key) != there.get(key):
            yield Finding(part, "what was agreed is not what the majority revealed")
    yield from _settlement_differences(recorded, computed, key)
    pools = [None if (found := state.tasks.get(task)) is None else found.pool for state in (recorded, computed)]
    if pools[0] != pools[1]:
        yield Finding("pool", f"the chain has {pools[0]} left, the rules {pools[1]}")


def _enrolment_differences(
    recorded: RoundStorage, computed: RoundStorage, key: tuple[TaskId, RoundNumber]
) -> Iterator[Finding]:
    """Of those, too, whom the chain itself enrols as they stand for the task."""
    told, due = (state.enrolments_of(*key) for state in (recorded, computed))
    for who in sorted({*told, *due}):
        if told.get(who) != due.get(who):
            here, there = _offer(told.get(who)), _offer(due.get(who))
            yield Finding("enrolment", f"of 0x{who.hex()}: the chain has {here}, the rules give {there}")


def _offer(enrolment: Enrolment | None) -> str:
    if enrolment is None:
        return "none"
    duties, data = "duties" if enrolment.duties else "no duties", enrolment.data
    return duties if data is None else f"{data.samples} rows 0x{data.root.hex()}, {duties}"


def _drawn_differences(
    recorded: RoundStorage, computed: RoundStorage, key: tuple[TaskId, RoundNumber]
) -> Iterator[Finding]:
    for role in Role:
        told, due = (state.holders(*key, role) for state in (recorded, computed))
        if told != due:
            names = [", ".join(f"0x{who.hex()}" for who in holders) or "nobody" for holders in (told, due)]
            yield Finding("draw", f"of {role.name.lower()}s: the chain has {names[0]}; the lottery gives {names[1]}")


def _settlement_differences(
    recorded: RoundStorage, computed: RoundStorage, key: tuple[TaskId, RoundNumber]
) -> Iterator[Finding]:
    told, due = (
        {(each.role, each.account): each for each in state.settlements.get(key) or ()} for state in (recorded, computed)
    )
    for role, account in sorted(told.keys() | due.keys()):
        one, other = told.get((role, account)), due.get((role, account))
        if one != other:
            text = f"{_holder(role, account)}: the chain has {_payment(one)}, the rules give {_payment(other)}"
            yield Finding("payout", text)
    accounts = sorted({account for _, account in told.keys() | due.keys()})
    for account in accounts:
        for what, here, there in (
            ("balance", recorded.config.currency.balance(account), computed.config.currency.balance(account)),
            ("stake", recorded.config.stakes.bonded(account), computed.config.stakes.bonded(account)),
        ):
            if here != there:
                yield Finding("payout", f"0x{account.hex()}: its {what} is {here}, by the rules {there}")


def _payment(settlement: Settlement | None) -> str:
    if settlement is None:
        return "nothing"
    return f"{settlement.reason.name}, {settlement.paid} paid and {settlement.slashed} slashed"


def _shown(value: object) -> str:
    return f"0x{value.hex()}" if isinstance(value, bytes) else str(value)
