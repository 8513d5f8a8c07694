"""A devnet that learns from real rows, and that one client leaves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

import pytest

from chain.crypto.hashing import blake2_256
from chain.primitives import AccountId, Hash
from pallets.federated_round import Event, Outcome, Terms, phases
from pallets.federated_round.data import DataSet, HeldOut, LocalData, Operator
from pallets.federated_round.settings import (
    BoostingSettings,
    ForestSettings,
    LinearSettings,
    NetworkSettings,
    QuotaSettings,
    Settings,
)
from pallets.federated_round.unlearning.going_on import DONE
from pallets.frame.call import call_of
from pallets.frame.origin import Signed
from pallets.frame.testing import assert_ok, events_of
from pallets.learning.datasets import WINE_QUANTISER, wine
from pallets.learning.quantise import encode_quantiser
from pallets.ml_registry.types import Version
from tests.pallets.federated_round.fake_node import Devnet
from tests.pallets.federated_round.mock import CLIENTS, KEEPERS, OWNER, TERMS
from tests.pallets.federated_round.test_worker import MODEL, devnet_of

QUANTISER: Final = encode_quantiser(WINE_QUANTISER)
FOREST: Final = ForestSettings(QUANTISER, classes=3, trees=3, max_depth=4, min_leaf=1, features_per_split=3)
QUOTA: Final = QuotaSettings(
    QUANTISER, classes=3, trees=4, rows_for_a_tree=10, max_depth=4, min_leaf=1, features_per_split=3
)
LINEAR: Final = LinearSettings(QUANTISER, classes=3, epochs=8, learning_rate=2 << 16, l2=0)
BOOSTED: Final = BoostingSettings(
    QUANTISER, classes=3, stages=2, rate=1 << 15, max_depth=2, min_leaf=1, features_per_split=3, rows_share=1 << 16,
    start=0,
)  # fmt: skip
NETWORK: Final = NetworkSettings(QUANTISER, classes=3, hidden=4, bits=16, epochs=2, learning_rate=1 << 15, batch=8)
LEAVER: Final = CLIENTS[1]
TEST_SETS: Final = 12
PLAYED: Final = replace(TERMS, reward_threshold=0, max_samples=100)


@cache
def rows(part: int) -> DataSet:
    """Every eighth of the wines, from the part-th on; parts overlap where there are more than eight."""
    table = wine()
    chosen = [index for index in range(len(table.rows)) if index % 8 == part % 8]
    return DataSet.of([table.rows[index] for index in chosen], [table.targets[index] for index in chosen])


def data_of(who: AccountId) -> LocalData:
    """One client's rows."""
    return LocalData(rows(CLIENTS.index(who)), who)


def operators(*, without: AccountId | None = None) -> dict[AccountId, Operator]:
    """Everybody's instructions."""
    found = {who: Operator(data=data_of(who)) for who in CLIENTS if who != without}
    found |= {who: Operator(serves=True) for who in KEEPERS}
    # the same rows may judge every round, but each test set is used once
    held = tuple(HeldOut(_marked(number), OWNER) for number in range(TEST_SETS))
    return found | {OWNER: Operator(test_sets=held)}


def _marked(number: int) -> DataSet:
    """Wines that nobody trains on; each number another order."""
    table = wine()
    chosen = [index for index in range(len(table.rows)) if index % 8 in (4, 5, 6, 7)]
    chosen = chosen[number:] + chosen[:number]
    return DataSet.of([table.rows[index] for index in chosen], [table.targets[index] for index in chosen])


def same_randomness(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seeds that do not depend on who enrolled, so that two chains can be compared."""

    def seed_of(_task: int, number: int, _beacon: Hash, _enrolments: object) -> Hash:
        return Hash(blake2_256(b"round %d" % number))

    monkeypatch.setattr(phases, "round_seed", seed_of)


@dataclass
class Chain:
    """A devnet with one task, whose rounds its workers play."""

    settings: Settings
    terms: Terms = PLAYED
    without: AccountId | None = None

    def __post_init__(self) -> None:
        self.devnet: Devnet = devnet_of(operators(without=self.without), self.settings, terms=self.terms)
        runtime = self.devnet.runtime
        self.told: list[Event] = []
        self.rounds, self.models = runtime.federated_round, runtime.ml_registry
        assert_ok(runtime, Signed(OWNER), call_of(self.rounds.top_up, task=0, amount=200_000))

    def end_round(self) -> Outcome:
        """Play until the round that runs is over."""
        number = self.rounds.task(0).rounds - 1
        for _ in range(2 * TERMS.longest):
            self.devnet.block()
            outcome = self.rounds.course(0, number).outcome
            if outcome is not None:
                return outcome
        raise AssertionError("the round does not end")

    def play(self, count: int) -> None:
        """Play so many rounds; the first runs already."""
        for number in range(count):
            if number:
                self.start()
            assert self.end_round() in DONE

    def start(self) -> None:
        """The owner starts a round."""
        assert_ok(self.devnet.runtime, Signed(OWNER), call_of(self.rounds.start_round, task=0))

    def erase(self, who: AccountId = LEAVER) -> None:
        """The registry of data says that a client's are gone."""
        self.rounds.data_erased(data_of(who).root)

    def unlearn(self) -> None:
        """Let the workers see to it that everything is unlearnt."""
        self.until(lambda: not self.rounds.has_unlearning())

    def until(self, is_so: Callable[[], bool]) -> None:
        """Let blocks pass until something is so."""
        for _ in range(6 * TERMS.longest):
            if is_so():
                return
            self.devnet.block()
            self.told += events_of(self.devnet.runtime, Event)
        raise AssertionError("that is never so")

    @property
    def latest(self) -> Version:
        """The version in use."""
        found = self.models.latest(MODEL)
        assert found is not None
        return self.models.version(found)

    @property
    def model(self) -> bytes:
        """Its bytes."""
        return self.devnet.content.get(self.latest.artifact.cid.decode())
