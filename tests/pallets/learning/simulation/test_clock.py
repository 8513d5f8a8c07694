from __future__ import annotations

from pallets.learning.simulation.clock import VirtualClock
from pallets.learning.simulation.population import VirtualClient


def client(number: int, link_ms: int, row_ms: int, rows: int) -> VirtualClient:
    return VirtualClient(number, bytes([number]) * 32, 1, ((0,),) * rows, (0,) * rows, None, link_ms, row_ms)


def test_a_round_waits_for_its_slowest_client_and_never_beyond_its_deadline() -> None:
    fast, slow, late = client(0, 10, 1, 5), client(1, 20, 10, 8), client(2, 1, 100, 1)
    assert [each.duration_ms for each in (fast, slow, late)] == [15, 100, 101]
    clock = VirtualClock(deadline_ms=100)
    assert clock.gather([fast]) == ([fast], [])
    assert clock.now_ms == 15
    assert clock.gather([fast, slow]) == ([fast, slow], [])
    assert clock.now_ms == 115
    assert clock.gather([late, fast]) == ([fast], [late])
    assert clock.now_ms == 215
    assert clock.gather([]) == ([], [])
    assert clock.now_ms == 215
