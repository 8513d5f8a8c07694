"""Processor time of runs: the clock is asked where it matters, and what is not asked adds up."""

from __future__ import annotations

import pytest

from chain.offchain import cpu_meter
from chain.offchain.cpu_meter import CARRIED, GAP, SHORT, CpuMeter


class Machine:
    """Its two clocks, by hand; asked: how often that of the processor was."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.passed = 100.0
        self.used = 7.0
        self.asked = 0
        monkeypatch.setattr(cpu_meter, "perf_counter", lambda: self.passed)

    def cpu(self) -> float:
        self.asked += 1
        return self.used

    def work(self, seconds: float, share: float = 1.0) -> None:
        """Let time pass; share: of it that this process had the processor."""
        self.passed += seconds
        self.used += seconds * share


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    return Machine(monkeypatch)


def one(machine: Machine, meter: CpuMeter, seconds: float, share: float = 1.0) -> tuple[float, float]:
    began = meter.begin()
    machine.work(seconds, share)
    return meter.end(began)


def test_a_run_is_measured_by_the_processors_clock_and_by_the_other(machine: Machine) -> None:
    assert one(machine, CpuMeter(machine.cpu), 2.0, share=0.25) == pytest.approx((0.5, 2.0))
    assert machine.asked == 2


def test_short_runs_one_after_the_other_ask_the_processors_clock_seldom(machine: Machine) -> None:
    meter = CpuMeter(machine.cpu)
    for _ in range(100):
        assert one(machine, meter, SHORT / 10) == pytest.approx((SHORT / 10, SHORT / 10))
        machine.work(GAP / 10)
    assert machine.asked <= 1 + 100 * (SHORT / 10) / CARRIED


def test_a_long_run_after_short_ones_is_measured_but_for_what_these_may_hide(machine: Machine) -> None:
    meter = CpuMeter(machine.cpu)
    for _ in range(1000):
        one(machine, meter, SHORT, share=0.0)
    spent, passed = one(machine, meter, 1.0, share=0.5)
    assert passed == pytest.approx(1.0)
    assert abs(spent - 0.5) <= CARRIED + SHORT + GAP


def test_what_is_used_between_two_runs_counts_with_neither(machine: Machine) -> None:
    meter = CpuMeter(machine.cpu)
    one(machine, meter, 1.0)
    machine.work(10.0)
    assert one(machine, meter, 1.0) == pytest.approx((1.0, 1.0))


def test_no_run_takes_less_than_nothing(machine: Machine) -> None:
    meter = CpuMeter(machine.cpu)
    for _ in range(3):
        one(machine, meter, SHORT, share=0.0)
    assert one(machine, meter, 2 * SHORT, share=0.0)[0] == 0.0
