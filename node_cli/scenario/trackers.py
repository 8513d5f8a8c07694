"""Stations whose rows are readings of simulated Pebble trackers, signed, registered and checked before anybody trains.

A station's tracker is in its own street every second hour, and elsewhere in between. What is learnt is the gas
sensor's answer, from weather, hour and the shaking of the road: how clean the air is where no gas sensor is. The last
station changes readings after they were signed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from node_cli.scenario.air_quality import lessons_for
from node_cli.scenario.definition import Lesson, Measure, Party, Scenario
from node_cli.scenario.provenance import Provenance
from node_cli.scenario.street_air import DAY, Place, measured, places
from pallets.data_registry import Format
from pallets.data_registry.pebble.batch import write_batch
from pallets.data_registry.pebble.json_form import read_line
from pallets.data_registry.pebble.reading import Reading
from pallets.data_registry.pebble.simulator import Tracker
from pallets.federated_round.secrecy.choice import Full, Hiding
from pallets.learning.datasets import TabularTask
from pallets.learning.fixed_point import TARGET_FRACTIONAL_BITS, to_fixed
from pallets.learning.quantise import FeatureRange, Quantiser
from pallets.learning.stream import Stream, seed_for

CLIENTS: Final = range(4, 9)
"""The forger is one of them, and a federation of two would be none."""

ROUNDS: Final = range(1, 13)

READINGS: Final = 36
"""Hours that a station's tracker measures: a day and a half, and each station another."""

LATER: Final = 21 * DAY
"""When the office measures: in weeks that no station has seen."""

TEST_ROWS: Final = 40
"""Readings that a round is judged by."""

FINAL_ROWS: Final = 300

FORGED: Final = Decimal(2)
"""What the forger multiplies the gas sensor's answers by: its street's air looks twice as clean."""

THRESHOLDS: Final = (20_000, 1_000)
"""The improvement in parts per million that pays, before and after the referendum."""

HIDING: Final = Hiding(clip=1024 << 24, fractional_bits=24, modulus_bits=64, colluding=0, noise=0, blocks=4)
"""Of the linear model's updates: changes of up to a thousand, exact to the last bit of a weight."""

FEATURES: Final = {
    "temperature": FeatureRange(-2_000, 6_000, decimals=2),
    "pressure": FeatureRange(90_000, 110_000, decimals=2),
    "humidity": FeatureRange(0, 10_000, decimals=2),
    "light": FeatureRange(0, 200_000, decimals=2),
    "temperature2": FeatureRange(-2_000, 6_000, decimals=2),
    "shaking": FeatureRange(0, 2_000),
    "hour": FeatureRange(0, 24),
}
"""Public ranges: °C, hPa, %, lux, °C within the housing, units of the accelerometer, hours."""

SCHEMA: Final = f"Pebble readings by the hour; features {', '.join(FEATURES)}; target gas resistance in kilohms"

PURPOSE: Final = "to estimate the cleanness of air where no gas sensor is"


def streets(clients: int, rounds: int, seed: bytes) -> Scenario:
    """The scenario for so many stations, the last of them a forger.

    clients: within CLIENTS; rounds: of each model, within ROUNDS; seed: 32 bytes
    """
    along = places(clients)
    parties = [_station(number, along, seed) for number in range(1, clients + 1)]
    parties[-1] = _forged(parties[-1])
    judging, final = _office_rows(along, rounds, seed)
    return Scenario(
        name="air-quality",
        title="How clean is the air?",
        question=f"{clients} stations train together on what their trackers have signed, and one of them forges",
        split=_story(clients, rounds, len(final.rows)),
        nouns=("station", "stations"),
        class_names=(),
        parties=tuple(parties),
        lessons=_lessons(final, judging[0]),
        judging=tuple(judging),
        final=final,
        measure=Measure("root mean squared error", "kΩ", 2, TARGET_FRACTIONAL_BITS),
        thresholds=THRESHOLDS,
        seed=seed,
        purpose=PURPOSE,
    )


def task_of(readings: Sequence[Reading]) -> TabularTask:
    """Readings as rows: the weather and the hour, and what the gas sensor said, in kilohms."""
    quantiser = Quantiser(tuple(FEATURES.values()))
    rows, targets = [], []
    for reading in readings:
        moment = datetime.fromtimestamp(reading.timestamp, UTC)
        cells = [reading.temperature, reading.pressure, reading.humidity, reading.light, reading.temperature2]
        across = Decimal(sum(map(abs, reading.accelerometer[:2])))
        rows.append(quantiser.row([*cells, across, Decimal(moment.hour)]))
        targets.append(to_fixed(reading.gas_resistance.scaleb(-3), TARGET_FRACTIONAL_BITS))
    return TabularTask(
        name="street air",
        feature_names=tuple(FEATURES),
        quantiser=quantiser,
        rows=tuple(rows),
        targets=tuple(targets),
        fractional_bits=TARGET_FRACTIONAL_BITS,
    )


def readings_of(batch: bytes) -> list[Reading]:
    """The readings of a batch in JSON, whoever signed them; raises ReadingError."""
    return [read_line(line).reading for line in batch.splitlines()]


def _lessons(final: TabularTask, known: TabularTask) -> tuple[Lesson, ...]:
    """The forest, and the line whose updates nobody sees but in their sum."""
    forest, linear = lessons_for(final, known)
    return forest, replace(linear, secrecy=Full(HIDING))


def _station(number: int, along: Sequence[Place], seed: bytes) -> Party:
    tracker = Tracker.of(seed_for("tracker", seed, number))
    chance = Stream(seed_for("street", seed, number))
    home, readings = along[number - 1], []
    for hour in range(READINGS):
        place = home if chance.below(2) else along[chance.below(len(along))]
        readings.append(measured(place, DAY * number + hour, 100 - 100 * hour // READINGS, chance))
    batch = write_batch(Format.PEBBLE_JSON, readings, tracker.sign)
    rows = task_of(readings_of(batch))
    kind = f"{home.altitude} m, {home.traffic} % of the traffic"
    return Party(f"Station {number}", kind, rows, rows, provenance=Provenance("US-CA", SCHEMA, tracker, batch))


def _forged(party: Party) -> Party:
    """The station with other answers of its gas sensor, under the signatures of the true ones."""
    assert party.provenance is not None
    lines = party.provenance.readings.splitlines()
    batch = b"".join(_with_gas(line, read_line(line).reading.gas_resistance * FORGED) + b"\n" for line in lines)
    return replace(
        party,
        kind=f"{party.kind}, forges",
        told=task_of(readings_of(batch)),
        deed="changed readings after its tracker had signed them",
        provenance=replace(party.provenance, readings=batch),
    )


def _with_gas(line: bytes, gas: Decimal) -> bytes:
    before, name, rest = line.partition(b'"gasResistance":')
    return before + name + f"{gas}".encode() + rest[rest.index(b",") :]


def _office_rows(along: Sequence[Place], rounds: int, seed: bytes) -> tuple[list[TabularTask], TabularTask]:
    """The test set of each round and the final one, of trackers that the office has in all streets, weeks later."""
    chance = Stream(seed_for("office", seed))
    needed = rounds * TEST_ROWS + FINAL_ROWS
    measurements = [
        measured(place, LATER + hour, 100, chance) for hour in range(-(-needed // len(along))) for place in along
    ]
    order = chance.permutation(len(measurements))
    table = task_of(measurements)
    judging = [table.subset(order[number * TEST_ROWS : (number + 1) * TEST_ROWS]) for number in range(rounds)]
    return judging, table.subset(order[rounds * TEST_ROWS : needed])


def _story(clients: int, rounds: int, final: int) -> tuple[str, ...]:
    return (
        f"{clients} stations have a Pebble tracker each, half of the time in a street of its own, from the valley up "
        f"to the hill; each signed {READINGS} hourly readings with its secp256r1 key.",
        "Trackers and readings are registered; a panel verifies every signature, and only what it confirms may be "
        f"used, and only for this: {PURPOSE}.",
        "Nobody sees an update of the linear model: stations hide theirs in a sum.",
        f"Station {clients} doubled what its gas sensor said, after the tracker had signed it.",
        f"The alliance office measures in all streets three weeks later: {TEST_ROWS} readings judge each of {rounds} "
        f"rounds; the figures here are of {final} more, which nobody on chain ever sees.",
    )
