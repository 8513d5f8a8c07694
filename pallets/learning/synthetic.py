"""Made-up air-quality readings in the columns of `air_quality`, for tests and demonstrations without real data.

Traffic peaks in the morning and the evening and rests on Sundays; carbon monoxide follows it, the sensors follow the
gases, with noise; every so often a value is missing. Dates lie in January 2001 and after, where no real reading is.
`python -m pallets.learning.synthetic` prints fixtures/air_quality_small.csv.
"""

from __future__ import annotations

from datetime import date, timedelta

from pallets.learning.air_quality import HEADER
from pallets.learning.stream import Stream, seed_for

FIRST_DAY = date(2001, 1, 1)
"""A Monday."""

SMALL_HOURS = 600
"""Lines of fixtures/air_quality_small.csv: 25 days."""

TRAFFIC = (2, 1, 1, 1, 1, 3, 8, 16, 20, 15, 11, 10, 11, 12, 11, 11, 13, 18, 22, 21, 15, 9, 6, 4)
"""Cars at each hour of a working day, in a unit of our own."""


def air_quality_csv(hours: int, seed: bytes) -> str:
    """The text of a table of so many hours, header included; equal seeds give equal text."""
    stream = Stream(seed_for("synthetic air quality", seed))
    lines = [",".join(HEADER)]
    for hour in range(hours):
        day = FIRST_DAY + timedelta(days=hour // 24)
        cells = _reading(hour, day.weekday() == 6, stream)
        lines.append(",".join((f"{day.day:02}/{day.month:02}/{day.year}", f"{hour % 24}:00:00", *cells)))
    return "\n".join(lines) + "\n"


def _reading(hour: int, is_sunday: bool, stream: Stream) -> list[str]:
    """The cells of one hour after its date and time."""
    traffic = TRAFFIC[hour % 24] // (2 if is_sunday else 1)
    carbon_monoxide = max(traffic * 2 + stream.below(11) - 3, 1)  # tenths of mg/m³
    nitrogen_dioxide = 30 + traffic * 5 + stream.below(25)  # µg/m³
    temperature = 60 + 4 * (12 - abs(hour % 24 - 14)) + stream.below(30)  # tenths of °C
    humidity = 800 - 3 * temperature + stream.below(60)  # tenths of %
    cells = {
        "CO_GT": _tenths(carbon_monoxide),
        "PT08_S1_CO": str(800 + 18 * carbon_monoxide + stream.below(60)),
        "NMHC_GT": "-200",
        "C6H6_GT": _tenths(carbon_monoxide * 5 + stream.below(9)),
        "PT08_S2_NMHC": str(600 + 15 * carbon_monoxide + stream.below(50)),
        "NOx_GT": str(40 + 9 * traffic + stream.below(40)),
        "PT08_S3_NOx": str(1500 - 4 * nitrogen_dioxide + stream.below(60)),
        "NO2_GT": str(nitrogen_dioxide),
        "PT08_S4_NO2": str(1000 + 4 * nitrogen_dioxide + stream.below(60)),
        "PT08_S5_O3": str(700 + 20 * traffic + stream.below(80)),
        "T": _tenths(temperature),
        "RH": _tenths(humidity),
        "AH": f"0.{5000 + temperature * 10 + stream.below(300)}",
    }
    for column in ("CO_GT", "NO2_GT"):
        if stream.below(12) == 0:
            cells[column] = "-200"
    return [cells[column] for column in HEADER[2:]]


def _tenths(value: int) -> str:
    return f"{value // 10}.{value % 10}"


if __name__ == "__main__":
    print(air_quality_csv(SMALL_HOURS, b"small"), end="")
