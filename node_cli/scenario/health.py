"""Hospitals that learn to tell malignant from benign tumours; one turns its labels round, and one withdraws.

The Wisconsin breast-cancer table that scikit-learn ships: 569 tumours, 30 measured features.
"""

from __future__ import annotations

from dataclasses import replace

from node_cli.scenario.case_mix import Kind, case_mix
from node_cli.scenario.definition import Lesson, Measure, Party, Scenario, ScenarioError
from node_cli.scenario.economy import SPARE
from node_cli.scenario.provenance import Provenance
from pallets.federated_round.noise import LocalGaussian
from pallets.federated_round.settings import ForestSettings, LinearSettings
from pallets.learning.attacks import label_flip
from pallets.learning.datasets import DatasetError, TabularTask, breast_cancer
from pallets.learning.fixed_point import WEIGHT_FRACTIONAL_BITS
from pallets.learning.quantise import encode_quantiser
from pallets.learning.stream import Stream, seed_for
from pallets.ml_registry import FOREST_MERGE, LINEAR_AVERAGING

ROWS_EACH = 20
"""Labelled cases in a hospital: few enough that nobody can do well alone."""

CLIENTS = range(4, 9)
"""With fewer nobody is left beside the liar and the one that withdraws; with more the malignant cases run out."""

ROUNDS = range(1, 13)
"""Each round has a test set of its own; with more of them these would be too small to judge by."""

JUDGING_PERCENT = 60
"""Of the pairs of cases that no hospital has, the part that the rounds are judged by."""

THRESHOLDS = (50_000, 10_000)
"""The improvement in parts per million that pays, before and after the referendum."""

NOISE = LocalGaussian(clip=2 << WEIGHT_FRACTIONAL_BITS, multiplier=300)
"""A length that a hospital's steps soon stay below, and as little noise as lets anything be learnt among so few."""

PURPOSE = "to tell malignant from benign tumours"

SCHEMA = "Wisconsin breast cancer: 30 measures of a tumour, 16-bit steps of public ranges; malignant 0, benign 1"

JURISDICTIONS = ("SE", "NO", "DK", "FI", "IS", "EE", "LV", "LT")

CARTEL = 3
"""Laboratories that lie together: as many as are honest, so that the lottery decides which of them are more."""

KIND_NAMES = {
    Kind.CANCER_CENTRE: "cancer centre",
    Kind.SCREENING_CLINIC: "screening clinic",
    Kind.GENERAL_HOSPITAL: "general hospital",
}


def health(clients: int, rounds: int, seed: bytes) -> Scenario:
    """The scenario for so many hospitals, the last of them a liar; raises ScenarioError.

    clients: within CLIENTS; rounds: of each model, within ROUNDS; seed: 32 bytes
    """
    try:
        table = breast_cancer()
    except DatasetError as error:
        raise ScenarioError(str(error)) from None
    kinds = [(Kind.CANCER_CENTRE, Kind.SCREENING_CLINIC)[number % 2] for number in range(clients - 1)]
    kinds.append(Kind.GENERAL_HOSPITAL)
    dealt = case_mix(table.targets, kinds, ROWS_EACH, seed_for("case mix", seed))
    parties = [_hospital(number, kinds[number - 1], table.subset(rows)) for number, rows in enumerate(dealt, 1)]
    parties[-1] = _flipped(parties[-1])
    judging, final = _test_rows(table, {row for rows in dealt for row in rows}, rounds + min(SPARE, rounds), seed)
    return Scenario(
        name="health",
        title="Is this tumour malignant?",
        question=f"{clients} hospitals train together, and one of them lies",
        split=_story(table, clients, len(judging[0]), rounds, len(final)),
        nouns=("hospital", "hospitals"),
        class_names=("malignant", "benign"),
        parties=tuple(parties),
        lessons=_lessons(table),
        judging=tuple(map(table.subset, judging[:rounds])),
        final=table.subset(final),
        measure=Measure("right answers, mean of both classes", "%", 1),
        thresholds=THRESHOLDS,
        seed=seed,
        purpose=PURPOSE,
        cartel=CARTEL,
        withdraws=parties[-2].name,
        spare=tuple(map(table.subset, judging[rounds:])),
    )


def _test_rows(table: TabularTask, held: set[int], rounds: int, seed: bytes) -> tuple[list[list[int]], list[int]]:
    """The rows of each round's test set, and all that are left then for the final one.

    A round is judged by as many malignant as benign cases: no constant answer looks good there, and whoever does worse
    than one has turned against the truth.
    """
    free = [row for row in Stream(seed_for("test rows", seed)).permutation(len(table.rows)) if row not in held]
    by_class = [[row for row in free if table.targets[row] == label] for label in range(table.classes)]
    pairs = [row for pair in zip(*by_class, strict=False) for row in pair]
    each = len(pairs) * JUDGING_PERCENT // 100 // rounds // table.classes * table.classes
    judging = [sorted(pairs[number * each : (number + 1) * each]) for number in range(rounds)]
    used = {row for rows in judging for row in rows}
    return judging, sorted(row for row in free if row not in used)


def _hospital(number: int, kind: Kind, rows: TabularTask) -> Party:
    provenance = Provenance(JURISDICTIONS[number - 1], SCHEMA)
    return Party(f"Hospital {number}", KIND_NAMES[kind], truth=rows, told=rows, provenance=provenance)


def _flipped(party: Party) -> Party:
    told = replace(party.truth, targets=label_flip(party.truth.targets, party.truth.classes))
    return replace(
        party, kind=f"{party.kind}, flips its labels", told=told, deed="told every label the wrong way round"
    )


def _lessons(table: TabularTask) -> tuple[Lesson, ...]:
    quantiser = encode_quantiser(table.quantiser)
    forest = ForestSettings(quantiser, classes=table.classes, trees=10, max_depth=8, min_leaf=1, features_per_split=5)
    linear = LinearSettings(quantiser, classes=table.classes, epochs=20, learning_rate=4 << 16, l2=0)
    return (
        Lesson("forest", "federated random forest", FOREST_MERGE, forest),
        Lesson("linear", "averaged linear model", LINEAR_AVERAGING, linear),
        Lesson("private", "linear model with noise", LINEAR_AVERAGING, linear, noise=NOISE, fault=0),
    )


def _story(table: TabularTask, clients: int, each: int, rounds: int, final: int) -> tuple[str, ...]:
    malignant, _ = Kind.CANCER_CENTRE.counts(ROWS_EACH)
    _, benign = Kind.SCREENING_CLINIC.counts(ROWS_EACH)
    return (
        f"{len(table.rows)} tumours with {len(table.feature_names)} measured features; {clients} hospitals have "
        f"{ROWS_EACH} labelled ones each.",
        f"In a cancer centre {malignant} of them are malignant, in a screening clinic {benign} are benign.",
        f"Hospital {clients}, a general hospital, tells every label the wrong way round.",
        f"After round {min(SPARE, rounds)} Hospital {clients - 1} has its rows erased, and what learnt from them is "
        "made again without it.",
        f"The alliance office commits {each} other tumours to judge each of {rounds} rounds by; the figures here are "
        f"of the {final} that are left, which nobody on chain ever sees.",
    )
