"""Rounds without a chain: draw, train, join, judge, publish and pay, by the rules that the pallets have.

Everything random comes from the seed, time is simulated, and sums are exact: one seed gives one report, whatever runs
the jobs and in whatever order they end.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final

from pallets.learning.attacks import Attack, triggered
from pallets.learning.boosting.model import BoostingParameters
from pallets.learning.datasets import TabularTask
from pallets.learning.fixed_point import Overflow
from pallets.learning.forest import ForestParameters
from pallets.learning.linear_model import LinearParameters
from pallets.learning.metrics import MILLION, accuracy_ppm, correct
from pallets.learning.network_rounds import Descent
from pallets.learning.payment import Verdict
from pallets.learning.simulation.backends import mapped
from pallets.learning.simulation.clock import VirtualClock
from pallets.learning.simulation.judging import constant_value, contributions_of
from pallets.learning.simulation.learners.averages import AverageLearner
from pallets.learning.simulation.learners.boosting import BoostingLearner
from pallets.learning.simulation.learners.forests import ForestLearner
from pallets.learning.simulation.learners.learner import Labels, Learner, Model, Rows, Update
from pallets.learning.simulation.learners.networks import NetworkLearner
from pallets.learning.simulation.payment import PAYMENTS
from pallets.learning.simulation.population import SimulationError, VirtualClient
from pallets.learning.simulation.rules import ROBUST, RULES
from pallets.learning.simulation.selection import Draw
from pallets.learning.simulation.servers import SERVERS, Arrived, Server, server_of
from pallets.learning.simulation.training import BACKDOOR_TARGET, PLAIN_DESCENT, TRIGGER, Job, loss_of, run_job
from pallets.learning.stream import seed_for

FOREST: Final = "forest"
"""The strategy that merges trees, equally many of each client."""

QUOTA: Final = "quota-forest"
"""The strategy that merges as many trees of each client as it has rows for."""

BOOSTING: Final = "boosting"
"""The strategy whose trees correct the model."""

NETWORK: Final = "network"
"""The strategy that averages networks."""

KINDS: Final = (FOREST, QUOTA, BOOSTING, NETWORK)
"""Strategies that join updates in one way alone; all others have a server's rule."""

NETWORK_RULES: Final = {f"{NETWORK}-{rule}": rule for rule in ROBUST}
"""The strategies that join networks by a robust rule, with the rule's own name."""

STRATEGIES: Final = (*KINDS, *NETWORK_RULES, *SERVERS)

COMPARED: Final = (*KINDS, f"{NETWORK}-median", f"{NETWORK}-multi-krum", *RULES)
"""What the document of attacks compares: those in which the server alone decides how updates are joined."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How a federation works.

    strategy: of STRATEGIES; payment: of PAYMENTS; seats: clients drawn for a round
    adversaries: that the rule is to withstand; pot: paid for a round
    threshold_ppm: of the test rows, how many more answers must be right for a version and for payment
    is_sealed: updates are committed under a seal before any is shown
    rows_for_a_tree, most_trees: of a quota; hidden: units of a network
    """

    strategy: str
    rounds: int
    seats: int
    adversaries: int = 0
    payment: str = "capped"
    pot: int = MILLION
    threshold_ppm: int = 10_000
    deadline_ms: int = 10_000
    is_sealed: bool = True
    forest: ForestParameters = field(default_factory=lambda: ForestParameters(trees=5, max_depth=10))
    descent: LinearParameters = field(default_factory=lambda: LinearParameters(epochs=10, learning_rate=2 << 16))
    rows_for_a_tree: int = 8
    most_trees: int = 16
    boosting: BoostingParameters = field(
        default_factory=lambda: BoostingParameters(
            stages=3, rate=1 << 15, max_depth=3, features_per_split=8, rows_share=3 << 14
        )
    )
    hidden: int = 16
    network: Descent = field(default_factory=lambda: Descent(epochs=20, rate=1 << 15, batch=8))


@dataclass(frozen=True, slots=True)
class RoundReport:
    """What came of a round; clients by number.

    before, after: right answers to the round's test set, of how many rows; accuracy: of the model that holds now
    """

    number: int
    drawn: tuple[int, ...]
    late: tuple[int, ...]
    before: int
    after: int
    tested: int
    is_published: bool
    contributions: tuple[int, ...]
    payments: tuple[int, ...]
    ended_ms: int
    accuracy_ppm: int

    @property
    def delivered(self) -> tuple[int, ...]:
        """Whose updates came in time; contributions and payments are theirs, in this order."""
        return tuple(client for client in self.drawn if client not in self.late)


@dataclass(frozen=True, slots=True)
class Report:
    """What came of a federation.

    accuracy_ppm: on rows that no round was judged by; backdoor_ppm: of those with the trigger, how many fall for it
    """

    rounds: tuple[RoundReport, ...]
    accuracy_ppm: int
    backdoor_ppm: int

    def earned(self, clients: Sequence[int]) -> int:
        """What these clients were paid together."""
        wanted = set(clients)
        return sum(
            payment
            for report in self.rounds
            for client, payment in zip(report.delivered, report.payments, strict=True)
            if client in wanted
        )


class Federation:
    """A federation that goes on round by round."""

    def __init__(
        self,
        plan: Plan,
        clients: Sequence[VirtualClient],
        judging: Sequence[TabularTask],
        final: TabularTask,
        seed: bytes,
        draw: Draw,
    ) -> None:
        if plan.strategy not in STRATEGIES or plan.payment not in PAYMENTS:
            raise SimulationError(f"no strategy {plan.strategy}, or no payment {plan.payment}")
        if plan.rounds > len(judging):
            raise SimulationError(f"{plan.rounds} rounds with {len(judging)} test sets")
        self.plan, self.final, self.seed = plan, final, seed
        self._clients = {client.account: client for client in clients}
        self._judging, self._draw = judging, draw
        self._clock = VirtualClock(plan.deadline_ms)
        self._server = server_for(plan)
        self._learner = learner_of(plan, len(final.feature_names), final.classes)
        self._model: Model = self._learner.start
        self._shown: dict[int, Update] = {}  # the newest update of each client that others can read
        self.reports: list[RoundReport] = []

    def play(self, listener: Callable[[int], None] = lambda _done: None) -> Report:
        """All rounds; the listener hears how many updates were made since the beginning."""
        made = 0
        while len(self.reports) < self.plan.rounds:
            report = self.play_round(partial(_heard, listener, made))
            made += len(report.delivered)
        return Report(tuple(self.reports), self.reports[-1].accuracy_ppm, self._backdoor_ppm())

    def play_round(self, listener: Callable[[int], None] = lambda _done: None) -> RoundReport:
        """One round."""
        number = len(self.reports)
        seed = seed_for("round", self.seed, number)
        lots = [(client.account, client.stake) for client in self._clients.values()]
        accounts = self._draw(lots, self.plan.seats, seed)
        drawn = sorted((self._clients[account] for account in accounts), key=lambda client: client.number)
        on_time, late = self._clock.gather(drawn)
        updates, losses = self._updates(on_time, seed, listener)
        report = self._judged(number, drawn, on_time, late, updates, losses)
        self._shown |= {client.number: update for client, update in zip(on_time, updates, strict=True)}
        self.reports.append(report)
        return report

    def _updates(
        self, clients: Sequence[VirtualClient], seed: bytes, listener: Callable[[int], None]
    ) -> tuple[list[Update], list[int]]:
        """What the clients send: updates, and losses where the server asks for them."""
        revealed = _joined_rows(self._judging[: len(self.reports)])
        jobs = [
            Job(
                learner=self._learner,
                base=self._learner.base(self._model),
                classes=self.final.classes,
                rows=client.rows,
                labels=client.labels,
                seed=seed_for("train", seed, client.account),
                attack=client.attack,
                copied=self._shown.get(self._victim(client)) if client.attack is Attack.WEIGHT_COPYING else None,
                revealed=revealed if client.attack is Attack.SEED_GRINDING else ((), ()),
                local=PLAIN_DESCENT if self._server is None else self._server.local(client.number),
            )
            for client in clients
        ]
        updates = mapped(run_job, jobs, listener)
        if not self.plan.is_sealed:  # who copies waits until it can read what the others send
            by_client = {client.number: update for client, update in zip(clients, updates, strict=True)}
            updates = [
                by_client.get(self._victim(client), update) if client.attack is Attack.WEIGHT_COPYING else update
                for client, update in zip(clients, updates, strict=True)
            ]
        asks_for_losses = self._server is not None and self._server.asks_for_losses
        return updates, mapped(loss_of, jobs) if asks_for_losses else []

    def _victim(self, copier: VirtualClient) -> int:
        """The honest client next to a copier, whom it copies in every round."""
        honest = sorted(client.number for client in self._clients.values() if client.attack is None)
        return min((number for number in honest if number > copier.number), default=honest[0] if honest else -1)

    def _judged(
        self,
        number: int,
        drawn: Sequence[VirtualClient],
        on_time: Sequence[VirtualClient],
        late: Sequence[VirtualClient],
        updates: Sequence[Update],
        losses: Sequence[int],
    ) -> RoundReport:
        """Join the updates, judge them, publish the model if it is better by enough, and pay if so."""
        test = self._judging[number]
        constant = constant_value(test.targets)
        # before the first version nobody is worth the best constant answer, as on chain
        nobody = None if any(report.is_published for report in self.reports) else constant
        before = correct(self._learner.answers(self._model, test.rows), test.targets) if nobody is None else constant
        samples = tuple(client.samples for client in on_time)
        arrived = Arrived(tuple(client.number for client in on_time), samples, tuple(losses))
        candidate = self._joined(arrived, updates)
        after = before if candidate is None else correct(self._learner.answers(candidate, test.rows), test.targets)
        verdict = self._verdict(on_time, updates, test, nobody)
        gained = (after - before) * MILLION >= self.plan.threshold_ppm * len(test.targets)
        is_published = candidate is not None and gained
        if candidate is not None and is_published:
            self._model = candidate
        return RoundReport(
            number=number,
            drawn=tuple(client.number for client in drawn),
            late=tuple(client.number for client in late),
            before=before,
            after=after,
            tested=len(test.targets),
            is_published=is_published,
            contributions=verdict.contributions,
            payments=self._paid(verdict) if is_published else (0,) * len(on_time),
            ended_ms=self._clock.now_ms,
            accuracy_ppm=accuracy_ppm(self._learner.answers(self._model, self.final.rows), self.final.targets),
        )

    def _paid(self, verdict: Verdict) -> tuple[int, ...]:
        return PAYMENTS[self.plan.payment](self.plan.pot, verdict)

    def _verdict(
        self, clients: Sequence[VirtualClient], updates: Sequence[Update], test: TabularTask, nobody: int | None
    ) -> Verdict:
        """What each client is worth."""
        samples, constant = tuple(client.samples for client in clients), constant_value(test.targets)
        if not updates:
            return Verdict((), (), (), constant)
        worth = self._learner.worth(self._model, updates, samples, test.rows, test.targets)
        return Verdict(contributions_of(len(updates), worth.values, nobody), worth.alone, samples, constant)

    def _joined(self, arrived: Arrived, updates: Sequence[Update]) -> Model | None:
        """The new model; None where nobody delivered or weights leave their range."""
        if not updates:
            return None
        try:
            return self._learner.joined(self._model, updates, arrived, self._server)
        except Overflow:
            return None

    def _backdoor_ppm(self) -> int:
        rows = tuple(
            triggered(row, TRIGGER)
            for row, label in zip(self.final.rows, self.final.targets, strict=True)
            if label != BACKDOOR_TARGET
        )
        return accuracy_ppm(self._learner.answers(self._model, rows), [BACKDOOR_TARGET] * len(rows))


def server_for(plan: Plan) -> Server | None:
    """The server of a strategy that has a rule."""
    if plan.strategy in KINDS:
        return None
    return server_of(NETWORK_RULES.get(plan.strategy, plan.strategy), plan.adversaries, plan.descent)


def learner_of(plan: Plan, features: int, classes: int) -> Learner:
    """What a strategy's clients train."""
    forest = replace(plan.forest, classes=classes)
    match plan.strategy:
        case "forest":
            return ForestLearner(features, forest)
        case "quota-forest":
            return ForestLearner(features, replace(forest, trees=plan.most_trees), plan.rows_for_a_tree)
        case "boosting":
            # a node looks at no more features than there are
            most = min(plan.boosting.features_per_split, features)
            return BoostingLearner(features, classes, replace(plan.boosting, features_per_split=most))
        case name if name == NETWORK or name in NETWORK_RULES:
            return NetworkLearner(features, classes, plan.hidden, plan.network)
    return AverageLearner(features, classes, plan.descent)


def _heard(listener: Callable[[int], None], begun: int, done: int) -> None:
    listener(begun + done)


def _joined_rows(tasks: Sequence[TabularTask]) -> tuple[Rows, Labels]:
    return tuple(row for task in tasks for row in task.rows), tuple(label for task in tasks for label in task.targets)
