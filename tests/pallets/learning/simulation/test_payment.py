from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pallets.learning.payment import Verdict
from pallets.learning.simulation.payment import PAYMENTS, by_capped_contribution

POT = 1_000_000


@st.composite
def rounds(draw: st.DrawFn) -> tuple[list[int], set[int]]:
    """Contributions of clients of one size, and fewer than half of them who attack."""
    contributions = draw(st.lists(st.integers(-(10**8), 10**8), min_size=1, max_size=15))
    most = (len(contributions) - 1) // 2
    return contributions, draw(st.sets(st.integers(0, len(contributions) - 1), max_size=most))


@given(rounds(), st.integers(1, 50))
def test_no_attacker_earns_more_than_the_best_paid_honest_client(played: tuple[list[int], set[int]], size: int) -> None:
    contributions, attackers = played
    clients = range(len(contributions))
    verdict = Verdict(tuple(contributions), (1,) * len(clients), (size,) * len(clients), 0)
    paid = by_capped_contribution(POT, verdict)
    honest = max(paid[client] for client in clients if client not in attackers)
    assert all(paid[attacker] <= honest + 1 for attacker in attackers)  # the rest of a pot goes out one by one


def test_every_rule_pays_the_pot_or_nothing() -> None:
    verdict = Verdict((5, -1, 9), (9, 9, 9), (3, 3, 4), 1)
    assert {name: sum(rule(POT, verdict)) for name, rule in PAYMENTS.items()} == dict.fromkeys(PAYMENTS, POT)
    hopeless = Verdict((-5, -1, -9), (9, 9, 9), (3, 3, 4), 1)
    assert sum(by_capped_contribution(POT, hopeless)) == 0
