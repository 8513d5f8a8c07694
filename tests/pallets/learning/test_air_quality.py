from __future__ import annotations

from pathlib import Path

import pytest

from pallets.learning.air_quality import HEADER, AirTarget, air_quality
from pallets.learning.datasets import DatasetError, TabularTask
from pallets.learning.forest import ForestParameters
from pallets.learning.forest_training import train_regressor
from pallets.learning.metrics import r_squared_ppm
from pallets.learning.partition import hold_out_weeks
from pallets.learning.prediction import Predictor
from pallets.learning.synthetic import SMALL_HOURS, air_quality_csv
from tests.vectors import SHARED

SMALL = Path(__file__).resolve().parents[3] / "fixtures" / "air_quality_small.csv"
REAL = SHARED / "data" / "AirQualityUCI.csv"
LINE = "10/03/2004,18:00:00,2.6,1360,150,11.9,1046,166,1056,113,1692,1268,13.6,48.9,0.7578"
NEXT = LINE.replace("18:00:00", "19:00:00")


def written(folder: Path, *lines: str) -> Path:
    path = folder / "air.csv"
    path.write_text("\n".join((",".join(HEADER), *lines)) + "\n")
    return path


def explained(task: TabularTask) -> int:
    """The variance in held-out weeks that a forest explains, in parts per million."""
    learn, judge = (task.subset(part) for part in hold_out_weeks(task.moments, 4))
    forest = train_regressor(learn.rows, learn.targets, ForestParameters(trees=20, min_leaf=5), b"air")
    predictor = Predictor(forest)
    return r_squared_ppm([predictor.predict(row) for row in judge.rows], judge.targets)


def test_the_fixture_is_what_its_generator_prints() -> None:
    assert SMALL.read_text() == air_quality_csv(SMALL_HOURS, b"small")


def test_a_line_becomes_a_row(tmp_path: Path) -> None:
    task = air_quality(written(tmp_path, LINE), AirTarget.CO)
    assert task.targets == (170393,)  # 2.6 mg/m³ × 2^16, toward zero
    assert task.fractional_bits == 16
    assert task.moments == (12487 * 24 + 18,)
    shares = (1360 / 3000, 1046 / 3000, 1056 / 3000, 1692 / 3000, 1268 / 3000, 33.6 / 80, 0.489, 0.2526, 18 / 24, 2 / 7)
    assert task.rows == (tuple(int(share * 65536) for share in shares),)  # 10 March 2004 was a Wednesday
    assert air_quality(written(tmp_path, LINE), AirTarget.NO2).targets == (113 << 16,)


def test_rows_without_their_target_or_a_feature_are_left_out(tmp_path: Path) -> None:
    no_target = NEXT.replace(",2.6,", ",-200,")
    no_sensor = NEXT.replace("19:00", "20:00").replace("1360", "-200")
    last = NEXT.replace("19:00", "21:00").replace(",150,", ",-200,")  # a column that is not used
    task = air_quality(written(tmp_path, LINE, no_target, no_sensor, last))
    assert [moment % 24 for moment in task.moments] == [18, 21]
    with pytest.raises(DatasetError, match="no row has CO_GT and all features"):
        air_quality(written(tmp_path, no_target))


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (NEXT.replace("10/03/2004", "2004-03-10"), "line 3, column Date: '2004-03-10' is not day/month/year"),
        (NEXT.replace("10/03/2004", "31/02/2004"), "line 3, column Date: '31/02/2004': day is out of range for month"),
        (NEXT.replace("19:00:00", "19:30:00"), "line 3, column Time: '19:30:00' is not a full hour like 18:00:00"),
        (NEXT.replace("19:00:00", "24:00:00"), "line 3, column Time: '24:00:00' is not a full hour like 18:00:00"),
        (NEXT.replace("13.6", "13,6"), "line 3: 16 columns, not 15"),
        (NEXT.replace("13.6", "warm"), "line 3, column T: 'warm' is not a number like 13.6"),
        (NEXT.replace("13.6", "nan"), "line 3, column T: 'nan' is not a number like 13.6"),
        (NEXT.replace("13.6", "1e9"), "line 3, column T: '1e9' is not a number like 13.6"),
        (NEXT.replace("13.6", "٣"), "line 3, column T: '٣' is not a number like 13.6"),
        (NEXT.replace("13.6", ""), "line 3, column T: '' is not a number like 13.6"),
        ("", "line 3: 0 columns, not 15"),
        (LINE, "line 3: not later than the line before"),
        ('"' + NEXT, "after line 2: unexpected end of data"),
    ],
)
def test_a_malformed_line_is_refused_by_line_and_column(tmp_path: Path, line: str, message: str) -> None:
    path = written(tmp_path, LINE, line)
    with pytest.raises(DatasetError) as caught:
        air_quality(path)
    assert str(caught.value) == f"{path}{', ' if message.startswith(('line', 'after')) else ': '}{message}"


def test_files_that_are_no_such_table_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "air.csv"
    with pytest.raises(DatasetError, match=r"air\.csv: No such file or directory"):
        air_quality(path)
    for content, message in (
        (b"", "line 1: the header is not Date,Time"),
        (b"Date;Time\n", "line 1: the header is not Date,Time"),
        (",".join(HEADER).encode() + b"\n\xff\xfe", "not UTF-8"),
    ):
        path.write_bytes(content)
        with pytest.raises(DatasetError, match=message):
            air_quality(path)


@pytest.mark.parametrize("target", AirTarget)
def test_a_forest_explains_the_synthetic_weeks_held_out(target: AirTarget) -> None:
    task = air_quality(SMALL, target)
    assert 500 < len(task.rows) < SMALL_HOURS
    assert explained(task) > 950_000


@pytest.mark.skipif(not REAL.exists(), reason="the UCI table is not beside this checkout")
def test_a_forest_explains_the_real_weeks_held_out() -> None:
    task = air_quality(REAL, AirTarget.CO)
    assert len(task.rows) == 7344
    assert explained(task) > 900_000
