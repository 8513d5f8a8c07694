"""One hypothesis profile for all tests: examples may take as long as the machine is busy.

`make test` tries the same examples every time, `make fuzz` others every time and more of them.
"""

from __future__ import annotations

from hypothesis import HealthCheck, settings

from tests.effort import EFFORT

settings.register_profile(
    "palletlab",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    print_blob=True,
    derandomize=EFFORT == 1,
    max_examples=100 * EFFORT,
)
settings.load_profile("palletlab")
