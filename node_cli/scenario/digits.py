"""Clients that learn to read digits, each with few of some; one of them sends the opposite of what it learnt.

The handwritten digits that scikit-learn ships: 1,797 pictures of 8 × 8 dots (Alpaydin, Kaynak 1998). The linear model
is joined by a rule that withstands the attacker, and compared with the plain mean of the same updates. The network has
no such rule: the attacker holds its mean back, and is paid nothing for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from node_cli.scenario.conduct import SignFlip
from node_cli.scenario.definition import Lesson, Measure, Party, Scenario, ScenarioError
from pallets.federated_round.rules import TrimmedMean
from pallets.federated_round.settings import ForestSettings, LinearSettings, NetworkSettings
from pallets.learning.datasets import DatasetError, TabularTask, digits
from pallets.learning.linear_model import RATE_BITS
from pallets.learning.partition import label_skew
from pallets.learning.quantise import encode_quantiser
from pallets.learning.stream import Stream, seed_for
from pallets.ml_registry import FOREST_MERGE, LINEAR_AVERAGING, NETWORK_AVERAGING

CLIENTS: Final = range(4, 9)
"""With three there is no middle between two honest updates and a dishonest one."""

ROUNDS: Final = range(1, 13)

ROWS_A_CLIENT: Final = 40
"""On average: few enough that nobody reads all digits well alone."""

AT_LEAST: Final = 20
"""Rows that every client has."""

SKEW: Final = Fraction(2)
"""The concentration of Dirichlet: between nearly equal parts and parts of few digits each."""

TEST_ROWS: Final = 60
"""Pictures that a round is judged by, as many of each digit."""

FINAL_ROWS: Final = 400

STRENGTH: Final = 3
"""How many times the attacker's update undoes what it learnt."""

RULE: Final = TrimmedMean(adversaries=1, trim=1)

FAULT: Final = 50_000
"""Parts per million of the stake: less than elsewhere, so that the attacker has stake for every round."""

THRESHOLDS: Final = (20_000, 5_000)
"""The improvement in parts per million that pays, before and after the referendum."""


def reading(clients: int, rounds: int, seed: bytes) -> Scenario:
    """The scenario for so many clients, the last of them an attacker; raises ScenarioError.

    clients: within CLIENTS; rounds: of each model, within ROUNDS; seed: 32 bytes
    """
    try:
        table = digits()
    except DatasetError as error:
        raise ScenarioError(str(error)) from None
    order = Stream(seed_for("digits", seed)).permutation(len(table.rows))
    known, free = order[: clients * ROWS_A_CLIENT], order[clients * ROWS_A_CLIENT :]
    labels = [table.targets[row] for row in known]
    dealt = label_skew(labels, clients, seed_for("label skew", seed), SKEW, at_least=AT_LEAST)
    parties = [
        _client(number, table.subset([known[place] for place in part]), number == clients)
        for number, part in enumerate(dealt, 1)
    ]
    judging, rest = _judging(table, free, rounds)
    final = sorted(rest[:FINAL_ROWS])
    return Scenario(
        name="digits",
        title="Which digit is this?",
        question=f"{clients} clients learn to read together, and one of them works against it",
        split=_story(table, clients, len(judging[0]), rounds, len(final)),
        nouns=("client", "clients"),
        class_names=tuple(map(str, range(table.classes))),
        parties=tuple(parties),
        lessons=_lessons(table),
        judging=tuple(map(table.subset, judging)),
        final=table.subset(final),
        measure=Measure("right answers, mean of all classes", "%", 1),
        thresholds=THRESHOLDS,
        seed=seed,
        fault=FAULT,
    )


def _client(number: int, rows: TabularTask, is_attacker: bool) -> Party:
    name, kind = f"Client {number}", f"{len(rows.rows)} pictures"
    if not is_attacker:
        return Party(name, kind, truth=rows, told=rows)
    deed = "sent the opposite of what it learnt"
    return Party(name, f"{kind}, sign flip", truth=rows, told=rows, deed=deed, conduct=SignFlip(STRENGTH))


def _judging(table: TabularTask, free: Sequence[int], rounds: int) -> tuple[list[list[int]], list[int]]:
    """The pictures of each round's test set, as many of each digit, and all that are left then."""
    by_class = [[row for row in free if table.targets[row] == label] for label in range(table.classes)]
    each = TEST_ROWS // table.classes
    judging = [
        sorted(row for pool in by_class for row in pool[number * each : (number + 1) * each])
        for number in range(rounds)
    ]
    used = {row for rows in judging for row in rows}
    return judging, [row for row in free if row not in used]


def _lessons(table: TabularTask) -> tuple[Lesson, ...]:
    quantiser = encode_quantiser(table.quantiser)
    forest = ForestSettings(quantiser, classes=table.classes, trees=10, max_depth=8, min_leaf=1, features_per_split=8)
    linear = LinearSettings(quantiser, classes=table.classes, epochs=20, learning_rate=1 << RATE_BITS, l2=0)
    network = NetworkSettings(
        quantiser, classes=table.classes, hidden=24, bits=16, epochs=20, learning_rate=1 << (RATE_BITS - 3), batch=4
    )
    return (
        Lesson("forest", "federated random forest", FOREST_MERGE, forest),
        Lesson("linear", "averaged linear model", LINEAR_AVERAGING, linear, RULE),
        Lesson("network", "averaged neural network", NETWORK_AVERAGING, network),
    )


def _story(table: TabularTask, clients: int, each: int, rounds: int, final: int) -> tuple[str, ...]:
    return (
        f"{len(table.rows):,} handwritten digits of {len(table.feature_names)} dots; {clients} clients have "
        f"{clients * ROWS_A_CLIENT} labelled ones together, some digits more often than others.",
        f"Client {clients} sends the opposite of what it learnt: reversed trees, {STRENGTH} times its own weights "
        "turned round, and the moves of its network backwards.",
        f"The linear model is the mean of each weight without the {RULE.trim} highest and the {RULE.trim} lowest of "
        "the updates; the network is the plain mean.",
        f"The alliance office commits {each} other pictures to judge each of {rounds} rounds by; the figures here are "
        f"of {final} more, which nobody on chain ever sees.",
    )
