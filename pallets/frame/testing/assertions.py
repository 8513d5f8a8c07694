"""What a call must do, and what it must leave alone; a failure shows what changed, decoded."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pallets.frame.call import RuntimeCall
from pallets.frame.error import DispatchError, DispatchFailure
from pallets.frame.origin import Origin
from pallets.frame.pallet import Host
from pallets.frame.state_diff import state_diff
from pallets.frame.testing.mock import composition_of
from pallets.frame.weight import PostDispatchInfo

ExpectedError = type[DispatchError] | DispatchFailure
"""A class of errors, or the value form of one error."""


def assert_ok(runtime: Host, origin: Origin, call: RuntimeCall) -> PostDispatchInfo:
    """Dispatch a call that must succeed."""
    try:
        return composition_of(runtime).dispatch(call, origin)
    except DispatchError as error:
        raise AssertionError(f"{call} was refused: {type(error).__name__}: {error}") from error


def assert_err(runtime: Host, origin: Origin, call: RuntimeCall, expected: ExpectedError) -> None:
    """Dispatch a call that must fail with this error; what it leaves in storage is not looked at."""
    composition = composition_of(runtime)
    try:
        composition.dispatch(call, origin)
    except DispatchError as error:
        failure = composition.failure_of(error)
        matches = failure == expected if isinstance(expected, DispatchFailure) else isinstance(error, expected)
        if not matches:
            found = f"{type(error).__name__} ({error})"
            raise AssertionError(f"{call} failed with {found}, not with {_named(expected)}") from error
    else:
        raise AssertionError(f"{call} succeeded; expected {_named(expected)}")


def assert_noop(runtime: Host, origin: Origin, call: RuntimeCall, expected: ExpectedError) -> None:
    """Dispatch a call that must fail with this error and leave the state root as it was."""
    with assert_storage_noop(runtime):
        assert_err(runtime, origin, call, expected)


@contextmanager
def assert_storage_noop(runtime: Host) -> Iterator[None]:
    """A context that must leave the state root as it was; the failure names every key that differs."""
    storage = runtime.storage
    before, written = storage.committed(), storage.changes.keys()
    yield
    after = storage.committed()
    if after.root == before.root:
        return
    changes = state_diff(composition_of(runtime), written | storage.changes.keys(), before.get, after.get)
    lines = "\n".join(f"  {change}" for change in changes)
    raise AssertionError(f"storage changed: state root 0x{before.root.hex()} became 0x{after.root.hex()}\n{lines}")


def _named(expected: ExpectedError) -> str:
    return expected.__name__ if isinstance(expected, type) else repr(expected)
