"""Whatever runs jobs, results come in the items' order, and what is not installed is said at once."""

from __future__ import annotations

import os
from importlib.util import find_spec

import pytest

from pallets.learning.simulation import backends
from pallets.learning.simulation.backends import (
    PACKAGES,
    Backend,
    BackendUnavailable,
    is_available,
    mapped,
    running_on,
)


def process_of(_item: int) -> int:
    return os.getpid()


@pytest.mark.parametrize(("backend", "jobs"), [(Backend.SEQUENTIAL, 1), (Backend.THREADING, 3), (Backend.LOKY, 2)])
def test_results_are_in_the_items_order_and_the_listener_hears_of_each(backend: Backend, jobs: int) -> None:
    heard: list[int] = []
    with running_on(backend, jobs):
        assert mapped(abs, list(range(-9, 0)), heard.append) == list(range(9, 0, -1))
    assert heard == list(range(1, 10))


def test_processes_are_other_processes_and_threads_are_not() -> None:
    with running_on(Backend.LOKY, 2):
        assert os.getpid() not in mapped(process_of, [1, 2, 3])
    with running_on(Backend.THREADING, 2):
        assert set(mapped(process_of, [1, 2, 3])) == {os.getpid()}


def test_nothing_to_do_gives_nothing() -> None:
    with running_on(Backend.SEQUENTIAL, 1):
        assert mapped(abs, []) == []


def test_an_error_of_a_job_travels_up() -> None:
    with running_on(Backend.SEQUENTIAL, 1), pytest.raises(ZeroDivisionError):
        mapped(lambda item: 1 // item, [1, 0])


def test_a_cluster_without_its_package_says_which_extra_brings_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backends, "find_spec", lambda _name: None)
    for backend in (Backend.DASK, Backend.RAY):
        assert not is_available(backend)
        with pytest.raises(BackendUnavailable, match=rf"needs {PACKAGES[backend]}: .*\[{backend.value}\]"):
            running_on(backend, 2).__enter__()
    assert is_available(Backend.LOKY)


def test_what_is_installed_is_available() -> None:
    assert {each for each in Backend if is_available(each)} >= set(Backend) - set(PACKAGES)
    for backend, package in PACKAGES.items():
        assert is_available(backend) == (find_spec(package) is not None)
