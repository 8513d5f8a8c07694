"""Base weights and database weights generated for Rust runtimes."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pallets.frame.rust_constants import constants_of, import_constants
from pallets.frame.rust_tokens import RustSourceError
from pallets.frame.weight import Weight
from pallets.frame.weight_info import DbWeight

FIXTURE = Path(__file__).resolve().parents[3] / "fixtures" / "weights" / "base_sample.rs"
REAL = os.environ.get("PALLETLAB_RUST_WEIGHTS", "")
"""A folder with weight files of real Rust runtimes, which this repository does not hold."""


def test_weights_and_databases_are_found_wherever_they_stand() -> None:
    found = import_constants(FIXTURE)
    assert found.weights == {"BlockExecutionWeight": Weight(400_000_000), "ExtrinsicBaseWeight": Weight(100_500_000)}
    assert found.databases == {"RocksDbWeight": DbWeight(20_499_000, 83_471_000)}


REFUSED = [
    ("fn a() {}", "w.rs:1: no constant of type Weight or RuntimeDbWeight here"),
    ("const A: Weight = Weight::from_parts(n, 0);", "w.rs:1: `n` is no component of this weight"),
    ("const A: Weight = Weight::zero()", "w.rs:1: expected `;`, found `end of file`"),
    ("\nconst A: RuntimeDbWeight = RuntimeDbWeight { read: 1 };", "w.rs:2: a RuntimeDbWeight has `read` and `write`"),
    ("const A: RuntimeDbWeight = 5;", "w.rs:1: expected a name, found `5`"),
]


@pytest.mark.parametrize(("source", "message"), REFUSED)
def test_what_is_not_understood_is_told_with_file_and_line(source: str, message: str) -> None:
    with pytest.raises(RustSourceError) as refused:
        constants_of(source, "w.rs")
    assert str(refused.value) == message


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "weights.rs"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(RustSourceError, match=r"weights\.rs:1: no UTF-8 text"):
        import_constants(path)


MARKS = [":", "=", ";", "{", "}", ",", "::", "(", ")"]
WORDS = ["const", "A", "read", "write", "1", "Weight", "RuntimeDbWeight", "Weight::zero()", "pub"]


@given(st.lists(st.sampled_from([*WORDS, *MARKS]), max_size=40))
def test_any_rust_is_read_or_refused(words: list[str]) -> None:
    with suppress(RustSourceError):
        constants_of(" ".join(words), "w.rs")


@pytest.mark.skipif(not REAL, reason="PALLETLAB_RUST_WEIGHTS names no folder with weight files of real runtimes")
def test_files_of_real_runtimes_are_read() -> None:
    names = ("rocksdb_weights.rs", "paritydb_weights.rs", "extrinsic_weights.rs", "block_weights.rs")
    for path in (each for each in sorted(Path(REAL).rglob("*.rs")) if each.name.endswith(names)):
        found = import_constants(path)
        microsecond, millisecond = 10**6, 10**9  # the bounds that the files' own tests set
        for weight in found.weights.values():
            assert 10 * microsecond <= weight.ref_time <= 50 * millisecond, path
        for database in found.databases.values():
            assert microsecond <= database.read <= database.write <= millisecond, path
