from __future__ import annotations

from pathlib import Path

from pallets.learning.air_quality import HEADER
from pallets.learning.synthetic import SMALL_HOURS, air_quality_csv

FIXTURE = Path(__file__).resolve().parents[3] / "fixtures" / "air_quality_small.csv"


def test_the_fixture_is_what_the_seed_gives() -> None:
    assert FIXTURE.read_text(encoding="utf-8") == air_quality_csv(SMALL_HOURS, b"small")


def test_equal_seeds_give_equal_text_and_others_another() -> None:
    assert air_quality_csv(30, b"a") == air_quality_csv(30, b"a") != air_quality_csv(30, b"b")


def test_hours_follow_each_other_over_days_and_some_values_are_missing() -> None:
    header, *lines = air_quality_csv(200, b"a").splitlines()
    assert header == ",".join(HEADER)
    assert len(lines) == 200
    cells = [line.split(",") for line in lines]
    assert {len(row) for row in cells} == {len(HEADER)}
    assert [row[1] for row in cells[22:26]] == ["22:00:00", "23:00:00", "0:00:00", "1:00:00"]
    assert (cells[0][0], cells[24][0]) == ("01/01/2001", "02/01/2001")
    missing = sum(row[HEADER.index("CO_GT")] == "-200" for row in cells)
    assert 0 < missing < 50
