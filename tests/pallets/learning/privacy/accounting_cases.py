"""Terms of the sampled Gaussian mechanism and of Skellam noise, with the epsilons that dp-accounting 0.6.0 computes."""

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


@dataclass(frozen=True)
class SkellamCase:
    """One value that a client moves by `apart`, under Skellam noise.

    rdp: dp-accounting's epsilon of our divergences at whole orders; pld: of the two laws, at an interval of 1e-4
    """

    variance: float
    apart: int
    rounds: int
    delta: float
    rdp: float
    pld: float


SKELLAM_CASES: Final = (
    SkellamCase(400.0, 3, 1, 1e-5, 0.5824235833215334, 0.5279031274196824),
    SkellamCase(400.0, 3, 20, 1e-5, 3.018890417845533, 2.772976724898047),
    SkellamCase(10_000.0, 10, 50, 1e-5, 3.1905218728252276, 2.946283104498587),
    SkellamCase(64.0, 8, 4, 1e-6, 11.976483743163014, 10.8181579130173),
    SkellamCase(900.0, 1, 200, 1e-5, 2.0306649577716263, 1.8762956608462547),
)
