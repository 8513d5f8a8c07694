"""One verdict a seed, in the order of the seeds: one after the other, or side by side on joblib's backends."""

from __future__ import annotations

import logging
from collections.abc import Generator, Sequence
from importlib.util import find_spec
from typing import Any, Final

from chain.offchain.adversary.draw import Drawn
from node_cli.simulate.choice import properties_of, scenario_of
from node_cli.simulate.task import Attack, Task
from runtime.simulation.verdict import Verdict, play

BACKENDS: Final = ("loky", "multiprocessing", "threading", "sequential")
"""Of joblib."""

PER_JOB: Final = 8
"""Seeds that each job plays before the verdicts are looked at."""


class NoJoblib(Exception):
    """Several jobs were asked for, and joblib is not installed."""

    def __str__(self) -> str:
        return (
            "several jobs need joblib, which is not installed: pip install 'palletlab[learning]', "
            "or leave out --jobs and --backend"
        )


def verdict_of(task: Task, attack: Attack, seed: int) -> Verdict:
    """Play one seed; raises NotAScenario."""
    drawn = Drawn(seed, attack.rates, longest=attack.longest, validators=task.validators)
    return play(scenario_of(task), drawn, properties_of(task))


def verdicts(
    task: Task, attack: Attack, seeds: Sequence[int], jobs: int = 1, backend: str | None = None
) -> Generator[tuple[int, Verdict], None, None]:
    """The seeds with their verdicts, in order, as they come; closing it ends what still goes on.

    jobs: how many at once, -1 for one on each core; backend: joblib's own choice by default, which is processes
    Raises NotAScenario, NoJoblib.
    """
    if jobs == 1 and backend is None:
        yield from ((seed, verdict_of(task, attack, seed)) for seed in seeds)
        return
    if find_spec("joblib") is None:
        raise NoJoblib
    import joblib  # not a dependency: it comes with scikit-learn

    with joblib.Parallel(n_jobs=jobs, backend=backend) as parallel:
        size = PER_JOB * joblib.effective_n_jobs(jobs)  # not all at once: the first that fails may end it
        for start in range(0, len(seeds), size):
            part = seeds[start : start + size]
            found: Any = parallel(joblib.delayed(_quietly)(task, attack, seed) for seed in part)
            yield from zip(part, found, strict=True)


def _quietly(task: Task, attack: Attack, seed: int) -> Verdict:
    """As `verdict_of`, in a process whose log nobody reads."""
    root = logging.getLogger()
    if not root.handlers:
        root.addHandler(logging.NullHandler())
    return verdict_of(task, attack, seed)
