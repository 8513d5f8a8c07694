"""Where jobs run: in this process, in joblib's, or on Dask or Ray; the results are the same and in the same order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from enum import Enum
from importlib import import_module
from importlib.util import find_spec
from typing import Final, TypeVar

from joblib import Parallel, delayed, parallel_config
from joblib.parallel import get_active_backend

Item = TypeVar("Item")
Made = TypeVar("Made")


class Backend(Enum):
    """Who runs jobs; the value is its name on the command line."""

    SEQUENTIAL = "sequential"
    LOKY = "loky"
    THREADING = "threading"
    DASK = "dask"
    RAY = "ray"


class BackendUnavailable(RuntimeError):
    """A backend needs a package that is not installed."""


PACKAGES: Final = {Backend.DASK: "distributed", Backend.RAY: "ray"}
"""Extras have the backend's name, the packages that they bring have these."""


def is_available(backend: Backend) -> bool:
    """Whether the backend's package is installed."""
    return backend not in PACKAGES or find_spec(PACKAGES[backend]) is not None


@contextmanager
def running_on(backend: Backend, jobs: int) -> Iterator[None]:
    """Give `mapped` below this its workers, and end them; raises BackendUnavailable."""
    if not is_available(backend):
        raise BackendUnavailable(
            f"the backend {backend.value} needs {PACKAGES[backend]}: pip install 'palletlab[{backend.value}]'"
        )
    with _service(backend, jobs), parallel_config(backend=backend.value, n_jobs=jobs):
        yield


def mapped(
    work: Callable[[Item], Made], items: Sequence[Item], listener: Callable[[int], None] = lambda _done: None
) -> list[Made]:
    """What `work` makes of each item, in the items' order; the listener hears how many are done."""
    made: list[Made] = []
    tasks = (delayed(work)(item) for item in items)
    # Ray gives its results all at once
    streams = bool(getattr(get_active_backend()[0], "supports_return_generator", False))
    # joblib declares no types, and the ones that are guessed from its code are not those of its results
    run = Parallel(return_as="generator" if streams else "list")
    results: Iterable[Made] = run(tasks)  # pyright: ignore[reportAssignmentType]
    for result in results:
        made.append(result)
        listener(len(made))
    return made


def _service(backend: Backend, jobs: int) -> AbstractContextManager[None]:
    """What must run beside this process while the backend is used."""
    if backend is Backend.DASK:
        return _dask(jobs)
    if backend is Backend.RAY:
        return _ray(jobs)
    return nullcontext()


@contextmanager
def _dask(jobs: int) -> Iterator[None]:
    distributed = import_module("distributed")
    # no dashboard: a simulation listens on no port that anybody could see
    cluster = distributed.LocalCluster(n_workers=jobs, threads_per_worker=1, dashboard_address=None, host="127.0.0.1")
    with cluster, distributed.Client(cluster):
        yield


@contextmanager
def _ray(jobs: int) -> Iterator[None]:
    ray = import_module("ray")
    ray.init(num_cpus=jobs, include_dashboard=False, log_to_driver=False)
    try:
        import_module("ray.util.joblib").register_ray()
        yield
    finally:
        ray.shutdown()
