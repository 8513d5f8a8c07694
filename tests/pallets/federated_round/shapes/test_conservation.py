"""Rounds of other shapes played at random: money is conserved in them, too, and whatever waits is let go."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from hypothesis import HealthCheck, settings

from chain.primitives import AccountId
from pallets.federated_round import Aggregate, Phase, Stage
from pallets.federated_round.sealed import Content
from pallets.ml_registry import LINEAR_AVERAGING, artifact_of
from tests.effort import EFFORT
from tests.pallets.federated_round.mock import CLIENTS
from tests.pallets.federated_round.shapes.shaped_play import (
    BUFFERED,
    GROUPED,
    IN_TURNS,
    deliver_call,
    delivery_call,
    group_call,
    groups_of,
    root_of,
)
from tests.pallets.federated_round.test_conservation import SILENT, WRONG, RoundMachine

SETTINGS = settings(
    max_examples=5 * EFFORT, stateful_step_count=25, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


class CyclicMachine(RoundMachine):
    """A task whose clients take turns."""

    terms = replace(IN_TURNS, automatic=True)


class GroupedMachine(RoundMachine):
    """A task whose rounds have groups."""

    terms = replace(GROUPED, automatic=True)
    algorithm = LINEAR_AVERAGING

    def vote(self, stage: Stage) -> None:
        if stage is not Stage.GROUP:
            super().vote(stage)
            return
        for (who, content), mood in zip(groups_of(self.play).items(), self.moods[Stage.AGGREGATE], strict=False):
            said = replace(content, model=artifact_of(b"lie")) if mood == WRONG and content.model else content
            if mood == SILENT:
                continue
            if self.play.round.phase is Phase.REVEAL_GROUPS:
                self.attempt(who, group_call(self.play, said))
            else:
                with suppress(AssertionError):  # committed in the block before
                    self.play.commit(who, stage, said)

    def contents(self, stage: Stage) -> dict[AccountId, Content]:
        if stage is Stage.AGGREGATE:
            return dict.fromkeys(self.play.drawn.aggregators, root_of(self.play))
        return super().contents(stage)

    def twisted(self, content: Content, mood: int) -> Content:
        if mood == WRONG and isinstance(content, Aggregate) and content.model is not None:
            return replace(content, model=artifact_of(b"lie"))
        return super().twisted(content, mood) if not isinstance(content, Aggregate) else content


class BufferedMachine(RoundMachine):
    """A task whose clients deliver whenever they like."""

    terms = replace(BUFFERED, automatic=True)
    algorithm = LINEAR_AVERAGING

    def hide(self, phase: Phase) -> None:
        newest = self.play.runtime.ml_registry.latest(0)
        for who, mood in zip(CLIENTS, self.moods[Stage.UPDATE], strict=True):
            if mood != SILENT:
                self.attempt(who, deliver_call(self.play, who, base=None if mood == WRONG else newest))

    def vote(self, stage: Stage) -> None:
        if stage is not Stage.UPDATE:
            super().vote(stage)
        elif self.play.round.phase is Phase.REVEAL_UPDATES:
            for who, mood in zip(self.play.drawn.clients, self.moods[stage], strict=False):
                if mood != SILENT:
                    self.attempt(who, delivery_call(self.play, who))

    def teardown(self) -> None:
        super().teardown()
        rounds = self.play.rounds
        assert list(rounds.inbox.iter_keys()) == []


for machine in (CyclicMachine, GroupedMachine, BufferedMachine):
    machine.TestCase.settings = SETTINGS
TestCyclicMachine = CyclicMachine.TestCase
TestGroupedMachine = GroupedMachine.TestCase
TestBufferedMachine = BufferedMachine.TestCase
