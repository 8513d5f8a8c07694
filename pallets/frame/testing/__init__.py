"""A runtime in one line for a pallet's own tests, and the assertions that FRAME's authors know.

    forecast = mount(Forecast, Config(model=LastValue()))
    assert_ok(forecast.host, Signed(ALICE), call_of(forecast.submit, value=3))
    assert_noop(forecast.host, Signed(ALICE), call_of(forecast.submit, value=4), AlreadySubmitted)
    run_to_block(forecast.host, 7)

`mock` (the runtime; a pallet that needs others gets its own mock, a subclass of `MockRuntime` that makes them in
`__init__`), `blocks` (going on to a later block), `events` (what was told), `assertions` (what a call must do, and
must leave alone), `isolation` (a runtime is as it was after each test and each hypothesis example).
"""

from pallets.frame.testing.assertions import assert_err, assert_noop, assert_ok, assert_storage_noop
from pallets.frame.testing.blocks import run_to_block
from pallets.frame.testing.events import assert_event, assert_last_event, events_of, events_since, last_event
from pallets.frame.testing.isolation import isolated
from pallets.frame.testing.mock import MOCK_VERSION, MockRuntime, mount, system_of

__all__ = [
    "MOCK_VERSION",
    "MockRuntime",
    "assert_err",
    "assert_event",
    "assert_last_event",
    "assert_noop",
    "assert_ok",
    "assert_storage_noop",
    "events_of",
    "events_since",
    "isolated",
    "last_event",
    "mount",
    "run_to_block",
    "system_of",
]
