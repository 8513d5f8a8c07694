"""Terms of the sampled Gaussian mechanism, with the epsilons that dp-accounting 0.6.0 computes for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Case:
    """rdp, pld: dp-accounting's epsilon by either accountant, with its default orders and interval."""

    noise_multiplier: float
    sampling: float
    rounds: int
    delta: float
    rdp: float
    pld: float


CASES: Final = (
    Case(1.0, 0.01, 1000, 1e-5, 2.101366525420273, 1.8282436461194622),
    # dp-accounting gives up on ten orders here, where our series converges: ours may be lower
    Case(1.0, 0.2, 50, 1e-3, 8.311798228246813, 7.065769501042262),
    Case(1.0, 1.0, 10, 1e-6, 20.551991629803823, 19.423656477106295),
    Case(2.0, 0.1, 200, 1e-5, 3.6797458455819205, 3.3596607441369803),
    Case(0.7, 0.004, 2000, 1e-6, 3.9047958401188594, 3.195048133062419),
    Case(5.0, 1.0, 1, 1e-5, 0.794522032537103, 0.7255217677404253),
)
