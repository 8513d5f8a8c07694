"""All backends of joblib give the same verdicts in the same order."""

from __future__ import annotations

from contextlib import closing

import pytest

from node_cli.simulate import seeds
from node_cli.simulate.seeds import BACKENDS, PER_JOB, NoJoblib, verdict_of, verdicts
from node_cli.simulate.task import WORKERS, Attack, Task

TASK = Task(
    scenario=WORKERS,
    runtime="tests.runtime.simulation.claims:CarefulRuntime",
    validators=2,
    blocks=4,
    properties=("workers",),
)
SEEDS = range(5, 9)


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_backend_gives_the_verdicts_of_one_process(backend: str) -> None:
    pytest.importorskip("joblib")
    alone = list(verdicts(TASK, Attack(), SEEDS))
    assert [seed for seed, _ in alone] == list(SEEDS)
    assert alone == [(seed, verdict_of(TASK, Attack(), seed)) for seed in SEEDS]
    assert list(verdicts(TASK, Attack(), SEEDS, 2, backend)) == alone


def test_whoever_has_seen_enough_ends_it() -> None:
    pytest.importorskip("joblib")
    with closing(verdicts(TASK, Attack(), range(10**6), 1, "threading")) as found:
        assert [next(found)[0] for _ in range(PER_JOB + 1)] == list(range(PER_JOB + 1))


def test_several_jobs_without_joblib_name_the_next_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seeds, "find_spec", lambda _: None)
    assert len(list(verdicts(TASK, Attack(), SEEDS))) == len(SEEDS)
    with pytest.raises(NoJoblib, match=r"pip install 'palletlab\[learning\]', or leave out --jobs and --backend"):
        next(verdicts(TASK, Attack(), SEEDS, 2))
