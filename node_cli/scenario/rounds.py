"""The rounds of a lesson, as they are read back from the chain and the content store."""

from __future__ import annotations

from collections.abc import Sequence

from chain.primitives import BlockNumber
from node_cli.scenario.baselines import Baselines
from node_cli.scenario.chronicle import BlockEntry
from node_cli.scenario.confusion import confusion_of
from node_cli.scenario.models import Described, answers_of, model_of
from node_cli.scenario.outcome import LessonResult, Payment, RoundResult
from node_cli.scenario.stage import Stage
from node_cli.scenario.undefended import undefended
from node_cli.scenario.wording import OUTCOMES, REASONS, ROLES
from pallets.federated_round import Judged, Role, Settlement, queries
from pallets.federated_round import Outcome as RoundOutcome
from pallets.federated_round.events import RoundEnded, RoundStarted
from pallets.federated_round.queries import RoundSummary
from pallets.federated_round.storage import RoundStorage
from pallets.federated_round.strategies.answering import Answers
from runtime.dev import DevRuntime

Place = tuple[int, int]
"""Task and round."""

Spans = dict[Place, tuple[BlockNumber, BlockNumber]]


def spans_of(blocks: Sequence[BlockEntry]) -> Spans:
    """The first and last block of each round that has ended."""
    began: dict[Place, BlockNumber] = {}
    spans: Spans = {}
    for block in blocks:
        for event in block.events:
            if isinstance(event, RoundStarted):
                began[event.task, event.round] = block.number
            elif isinstance(event, RoundEnded):
                spans[event.task, event.round] = (began[event.task, event.round], block.number)
    return spans


def labels_of(rounds: RoundStorage, task: int) -> dict[int, tuple[int, bool]]:
    """What each round of a task is called: its number from 1 on, and whether it does that one again."""
    labels: dict[int, tuple[int, bool]] = {}
    count = 0
    for number in sorted(key[1] for key in rounds.rounds.iter_keys((task,))):
        again = rounds.redone.get((task, number))
        count += again is None
        labels[number] = (count, False) if again is None else (labels[again][0], True)
    return labels


def lesson_result(stage: Stage, task: int, spans: Spans, baselines: Baselines) -> LessonResult:
    """A lesson's rounds, each with the figures of its models; `task` is the lesson's number."""
    reader = _Reader(stage, task, spans)
    summaries = queries.rounds_of(stage.runtime.federated_round, task)
    lesson = stage.scenario.lessons[task]
    told = [reader.result(summary) for summary in summaries]
    return LessonResult(
        name=lesson.name,
        title=lesson.title,
        rounds=tuple(each for each in told if not each.is_again),
        baselines=baselines,
        again=tuple(each for each in told if each.is_again),
        confusion=None if reader.shared is None else confusion_of(stage.scenario, reader.shared),
        undefended=undefended(stage.scenario, lesson),
    )


class _Reader:
    """Reads a lesson's rounds in their order, each with the model that it began from and the one that it made."""

    def __init__(self, stage: Stage, task: int, spans: Spans) -> None:
        self._stage = stage
        self._runtime: DevRuntime = stage.runtime
        self._lesson = stage.scenario.lessons[task]
        self._spans = spans
        self._labels = labels_of(stage.runtime.federated_round, task)
        self.shared: Answers | None = None

    def result(self, summary: RoundSummary) -> RoundResult:
        rounds, place = self._runtime.federated_round, (summary.task, summary.number)
        candidate = self._candidate(place)
        figure = None if candidate is None else self._figure(candidate.model)
        is_published = summary.outcome is RoundOutcome.PUBLISHED
        # not what the round before left: an erasure may have withdrawn that
        self.shared = candidate.model if is_published and candidate is not None else self._base(place)
        number, is_again = self._labels[summary.number]
        first, last = self._spans[place]
        judged, settled = rounds.judged(*place), queries.settlements_of(rounds, *place)
        return RoundResult(
            number=number,
            outcome="" if summary.outcome is None else OUTCOMES[summary.outcome],
            is_published=is_published,
            first=first,
            last=last,
            before=summary.before,
            after=summary.after,
            constant=summary.constant,
            threshold=summary.threshold,
            candidate=figure,
            shared=None if self.shared is None else self._figure(self.shared),
            size=0 if candidate is None else candidate.size,
            content="" if candidate is None else candidate.content,
            payments=tuple(_payment(self._stage, settlement, judged) for settlement in settled),
            is_again=is_again,
        )

    def _base(self, place: Place) -> Answers | None:
        """The model that a round began from."""
        base = self._runtime.federated_round.course(*place).base
        if base is None:
            return None
        artifact = self._runtime.ml_registry.version(base).artifact
        return model_of(self._lesson, self._stage.node.content.get(artifact.cid.decode())).model

    def _candidate(self, place: Place) -> Described | None:
        agreed = self._runtime.federated_round.agreed_aggregate.get(place)
        if agreed is None or agreed.model is None:
            return None
        return model_of(self._lesson, self._stage.node.content.get(agreed.model.cid.decode()))

    def _figure(self, model: Answers) -> float:
        final = self._stage.scenario.final
        return self._stage.scenario.measure.of(answers_of(model, final.rows), final.targets)


def _payment(stage: Stage, settlement: Settlement, judged: Judged | None) -> Payment:
    """A settlement with names, and with the scores of a client."""
    scores = judged.clients if judged is not None and settlement.role is Role.CLIENT else ()
    score = next((each for each in scores if each.account == settlement.account), None)
    reason, because = REASONS[settlement.reason]
    return Payment(
        name=stage.cast.name_of(settlement.account),
        role=ROLES[settlement.role],
        reason=reason,
        because=because,
        paid=settlement.paid,
        slashed=settlement.slashed,
        contribution=None if score is None else score.contribution,
        solo=None if score is None else score.solo,
    )
