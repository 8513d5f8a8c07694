from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pallets.learning.payment import Verdict, capped, capped_scores


@given(st.lists(st.tuples(st.integers(-1000, 1000), st.integers(1, 20)), min_size=1, max_size=12))
def test_half_of_all_clients_are_at_the_highest_rate(clients: list[tuple[int, int]]) -> None:
    contributions, samples = [value * 10**6 for value, _ in clients], [count for _, count in clients]
    scores = capped(contributions, samples)
    highest = max(score // count for score, count in zip(scores, samples, strict=True))
    if highest > 0:
        at_it = sum(score // count >= highest - 1 for score, count in zip(scores, samples, strict=True))
        assert 2 * at_it >= len(clients)


def test_an_update_no_better_than_the_best_constant_answer_scores_nothing() -> None:
    assert capped_scores(Verdict((50, 40, 60), (11, 10, 12), (1, 1, 1), 10)) == [25, 0, 25]


def test_nobody_has_no_scores() -> None:
    assert capped_scores(Verdict((), (), (), 0)) == []
