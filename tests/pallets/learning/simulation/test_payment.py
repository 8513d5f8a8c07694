from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pallets.learning.simulation.judging import Verdict
from pallets.learning.simulation.payment import PAYMENTS, by_capped_contribution, capped

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


@given(st.lists(st.tuples(st.integers(-1000, 1000), st.integers(1, 20)), min_size=1, max_size=12))
def test_half_of_all_clients_are_at_the_highest_rate(clients: list[tuple[int, int]]) -> None:
    contributions, samples = [value * 10**6 for value, _ in clients], [count for _, count in clients]
    scores = capped(contributions, samples)
    highest = max(score // count for score, count in zip(scores, samples, strict=True))
    if highest > 0:
        at_it = sum(score // count >= highest - 1 for score, count in zip(scores, samples, strict=True))
        assert 2 * at_it >= len(clients)


def test_an_update_no_better_than_the_best_constant_answer_is_paid_nothing() -> None:
    verdict = Verdict((50, 40, 60), (11, 10, 12), (1, 1, 1), 10)
    assert by_capped_contribution(100, verdict) == (50, 0, 50)


def test_every_rule_pays_the_pot_or_nothing() -> None:
    verdict = Verdict((5, -1, 9), (9, 9, 9), (3, 3, 4), 1)
    assert {name: sum(rule(POT, verdict)) for name, rule in PAYMENTS.items()} == dict.fromkeys(PAYMENTS, POT)
    hopeless = Verdict((-5, -1, -9), (9, 9, 9), (3, 3, 4), 1)
    assert sum(by_capped_contribution(POT, hopeless)) == 0
    assert capped([], []) == []
