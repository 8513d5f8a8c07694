"""One small play of each scenario, which the tests look at from all sides."""

from __future__ import annotations

from pathlib import Path

import pytest

from node_cli.scenario.air_quality import air
from node_cli.scenario.digits import reading
from node_cli.scenario.health import health
from node_cli.scenario.telling import Run, run
from node_cli.scenario.trackers import streets
from pallets.learning.air_quality import AirTarget
from pallets.learning.stream import seed_for

FIXTURE = Path(__file__).resolve().parents[2] / "fixtures" / "air_quality_small.csv"


@pytest.fixture(scope="session")
def hospitals() -> Run:
    """Four hospitals, of which the third withdraws and the fourth lies, and two rounds of each model."""
    return run(health(4, 2, seed_for("test", 7)), 7, lambda _: None, lambda _: None)


@pytest.fixture(scope="session")
def stations() -> Run:
    """Two stations and one round of each model."""
    return run(air(FIXTURE, AirTarget.NO2, 2, 1, seed_for("test", 8)), 8, lambda _: None, lambda _: None)


@pytest.fixture(scope="session")
def readers() -> Run:
    """Four clients, the fourth an attacker, and one round of each model; as the command plays seed 9."""
    return run(reading(4, 1, seed_for("palletlab demo", 9)), 9, lambda _: None, lambda _: None)


@pytest.fixture(scope="session")
def couriers() -> Run:
    """Four stations with trackers, the fourth a forger, and one round of each model; as the command plays seed 10."""
    return run(streets(4, 1, seed_for("palletlab demo", 10)), 10, lambda _: None, lambda _: None)


@pytest.fixture(params=["hospitals", "stations", "readers", "couriers"])
def played(request: pytest.FixtureRequest) -> Run:
    """Each of the plays."""
    found: Run = request.getfixturevalue(request.param)
    return found
