"""Hourly air quality from a CSV of a gas multisensor beside reference analysers: predict what the analysers say.

The columns are those of the UCI "Air Quality" table (De Vito 2016): sensor responses, weather, and reference values
whose names end in `_GT`. The features are the sensors and the weather, which a cheap station has, and the hour and
weekday; no reference value is among them. Dates are day/month/year, times full hours, -200 marks a missing value.
A row without its target or without one of its features is left out.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from enum import Enum
from pathlib import Path

from pallets.learning.datasets import DatasetError, TabularTask
from pallets.learning.fixed_point import TARGET_FRACTIONAL_BITS, to_fixed
from pallets.learning.partition import EPOCH_WEEKDAY, HOURS_A_DAY, HOURS_A_WEEK
from pallets.learning.quantise import FeatureRange, Quantiser

HEADER = (
    "Date", "Time", "CO_GT", "PT08_S1_CO", "NMHC_GT", "C6H6_GT", "PT08_S2_NMHC", "NOx_GT", "PT08_S3_NOx", "NO2_GT",
    "PT08_S4_NO2", "PT08_S5_O3", "T", "RH", "AH",
)  # fmt: skip

FEATURES = {
    "PT08_S1_CO": FeatureRange(0, 3000),
    "PT08_S2_NMHC": FeatureRange(0, 3000),
    "PT08_S3_NOx": FeatureRange(0, 3000),
    "PT08_S4_NO2": FeatureRange(0, 3000),
    "PT08_S5_O3": FeatureRange(0, 3000),
    "T": FeatureRange(-200, 600, decimals=1),
    "RH": FeatureRange(0, 1000, decimals=1),
    "AH": FeatureRange(0, 30000, decimals=4),
    "hour": FeatureRange(0, 24),
    "weekday": FeatureRange(0, 7),
}
"""Public ranges: responses of the sensors (no unit), °C, %, g/m³, hours, days from Monday."""

MISSING = Decimal(-200)

_NUMBER = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,9})?")
_DATE = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
_TIME = re.compile(r"([0-9]{1,2}):00:00")
_EPOCH_DAY = date(1970, 1, 1).toordinal()


class AirTarget(Enum):
    """Which reference value to predict, by its column."""

    CO = "CO_GT"
    """Carbon monoxide, mg/m³."""

    NO2 = "NO2_GT"
    """Nitrogen dioxide, µg/m³."""


def air_quality(path: Path, target: AirTarget = AirTarget.CO) -> TabularTask:
    """The table of a CSV file as a regression task; targets have 16 fractional bits.

    Raises DatasetError naming file, line and column where the file is absent or malformed, or where no row is whole.
    """
    quantiser = Quantiser(tuple(FEATURES.values()))
    rows, targets, moments = [], [], []
    for moment, cells in _readings(path):
        wanted = cells[target.value]
        features = [cells[name] for name in FEATURES]
        if wanted == MISSING or MISSING in features:
            continue
        rows.append(quantiser.row(features))
        targets.append(to_fixed(wanted, TARGET_FRACTIONAL_BITS))
        moments.append(moment)
    if not rows:
        raise DatasetError(f"{path}: no row has {target.value} and all features")
    return TabularTask(
        name=f"air quality, {target.name}",
        feature_names=tuple(FEATURES),
        quantiser=quantiser,
        rows=tuple(rows),
        targets=tuple(targets),
        fractional_bits=TARGET_FRACTIONAL_BITS,
        moments=tuple(moments),
    )


def _readings(path: Path) -> Iterator[tuple[int, dict[str, Decimal]]]:
    """The hour of each line, and its cells by column with `hour` and `weekday` added; hours must ascend."""
    last = None
    for line, cells in _lines(path):
        moment = _moment(path, line, cells[0], cells[1])
        if last is not None and moment <= last:
            raise DatasetError(f"{path}, line {line}: not later than the line before")
        last = moment
        numbers = {name: _number(path, line, name, text) for name, text in zip(HEADER[2:], cells[2:], strict=True)}
        numbers["hour"] = Decimal(moment % HOURS_A_DAY)
        numbers["weekday"] = Decimal((moment + EPOCH_WEEKDAY * HOURS_A_DAY) % HOURS_A_WEEK // HOURS_A_DAY)
        yield moment, numbers


def _lines(path: Path) -> Iterator[tuple[int, list[str]]]:
    """The number and cells of each line after the header; each has as many cells as the header."""
    line = 1
    try:
        with path.open(newline="", encoding="utf-8") as file:
            reader = csv.reader(file, strict=True)
            if tuple(next(reader, ())) != HEADER:
                raise DatasetError(f"{path}, line 1: the header is not {','.join(HEADER)}")
            for line, cells in enumerate(reader, 2):
                if len(cells) != len(HEADER):
                    raise DatasetError(f"{path}, line {line}: {len(cells)} columns, not {len(HEADER)}")
                yield line, cells
    except OSError as error:
        raise DatasetError(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise DatasetError(f"{path}, after line {line}: not UTF-8") from error
    except csv.Error as error:
        raise DatasetError(f"{path}, after line {line}: {error}") from error


def _moment(path: Path, line: int, day_text: str, time_text: str) -> int:
    """Hours since 1970."""
    day, time = _DATE.fullmatch(day_text), _TIME.fullmatch(time_text)
    if day is None:
        raise DatasetError(f"{path}, line {line}, column Date: {day_text!r} is not day/month/year")
    if time is None or int(time[1]) >= HOURS_A_DAY:
        raise DatasetError(f"{path}, line {line}, column Time: {time_text!r} is not a full hour like 18:00:00")
    try:
        days = date(int(day[3]), int(day[2]), int(day[1])).toordinal() - _EPOCH_DAY
    except ValueError as error:
        raise DatasetError(f"{path}, line {line}, column Date: {day_text!r}: {error}") from None
    return days * HOURS_A_DAY + int(time[1])


def _number(path: Path, line: int, column: str, text: str) -> Decimal:
    if not _NUMBER.fullmatch(text):
        raise DatasetError(f"{path}, line {line}, column {column}: {text!r} is not a number like 13.6")
    return Decimal(text)
