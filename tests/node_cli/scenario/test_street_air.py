"""The made-up town: where there are more cars the air is worse and the road shakes more."""

from __future__ import annotations

from node_cli.scenario.street_air import DAY, FIRST_HOUR, HOUR, SUNDAY, measured, places
from pallets.data_registry.pebble.reading import Reading
from pallets.learning.stream import Stream

VALLEY, *_, HILL = places(5)


def week_in(place: int) -> list[Reading]:
    chance = Stream(b"week")
    return [measured(places(5)[place], hour, 50, chance) for hour in range(7 * DAY)]


def test_streets_climb_and_grow_quieter() -> None:
    altitudes = [place.altitude for place in places(5)]
    traffic = [place.traffic for place in places(5)]
    assert altitudes == sorted(set(altitudes))
    assert traffic == sorted(set(traffic), reverse=True)
    assert places(1) == [VALLEY]


def test_the_same_chance_measures_the_same() -> None:
    assert week_in(2) == week_in(2)


def test_the_valley_has_more_pressure_and_worse_air_than_the_hill() -> None:
    for below, above in zip(week_in(0), week_in(4), strict=True):
        assert below.pressure > above.pressure
    means = [sum(reading.gas_resistance for reading in week_in(place)) / (7 * DAY) for place in (0, 4)]
    assert means[0] < means[1]


def test_the_air_is_worst_when_the_road_shakes_most_and_sundays_are_calm() -> None:
    readings = week_in(0)
    shaking = [sum(map(abs, reading.accelerometer[:2])) for reading in readings]
    worst = min(range(len(readings)), key=lambda hour: readings[hour].gas_resistance)
    assert shaking[worst] > 2 * min(shaking)
    sunday = shaking[SUNDAY * DAY :]
    assert sum(sunday) / len(sunday) < sum(shaking) / len(shaking)


def test_hours_follow_each_other_from_a_monday() -> None:
    assert [reading.timestamp for reading in week_in(0)[:3]] == [FIRST_HOUR, FIRST_HOUR + HOUR, FIRST_HOUR + 2 * HOUR]
    assert (FIRST_HOUR // 86_400 + 3) % 7 == FIRST_HOUR % 86_400 == 0  # the first day of 1970 was a Thursday
