from __future__ import annotations

from fractions import Fraction
from math import trunc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pallets.learning.aggregation.client_descent import controlled, descend
from pallets.learning.aggregation.control_variates import client_control, server_step
from pallets.learning.aggregation.rates import ONE, OptimiserError, rate

values = st.integers(-(2**40), 2**40)
rows = st.lists(values, min_size=2, max_size=2)


@given(rows, rows, rows, rows, st.integers(1, 50), st.integers(2**20, 2**34))
def test_a_clients_control_is_the_exact_one_rounded_once(
    own: list[int], server: list[int], start: list[int], trained: list[int], steps: int, learning_rate: int
) -> None:
    found = client_control(own, server, start, trained, steps=steps, learning_rate=learning_rate)
    for place in range(2):
        slope = Fraction((start[place] - trained[place]) * ONE, steps * learning_rate)
        assert found[place] == own[place] - server[place] + trunc(slope)


@given(rows, rows, st.lists(st.tuples(rows, rows), min_size=1, max_size=4), st.integers(0, 6), st.data())
def test_the_server_moves_by_exact_means_whatever_the_order(
    weights: list[int],
    control: list[int],
    participants: list[tuple[list[int], list[int]]],
    others: int,
    data: st.DataObject,
) -> None:
    clients = len(participants) + others
    learning_rate = data.draw(st.integers(0, 2 * ONE))
    trained, changes = [one for one, _ in participants], [other for _, other in participants]
    moved, kept = server_step(weights, control, trained, changes, clients=clients, learning_rate=learning_rate)
    for place in range(2):
        mean = Fraction(sum(update[place] - weights[place] for update in trained), len(trained))
        assert moved[place] == weights[place] + trunc(Fraction(learning_rate, ONE) * mean)
        assert kept[place] == control[place] + trunc(Fraction(sum(change[place] for change in changes), clients))
    order = data.draw(st.permutations(range(len(participants))))
    shuffled = [trained[i] for i in order], [changes[i] for i in order]
    assert server_step(weights, control, *shuffled, clients=clients, learning_rate=learning_rate) == (moved, kept)


def test_controls_bring_clients_of_different_data_to_the_common_optimum() -> None:
    """Two clients pull to 1 and to 5 with different strength; many local steps drift, controls undo it."""
    one = 1 << 24
    targets, strengths = [one, 5 * one], [1, 3]
    optimum = sum(t * s for t, s in zip(targets, strengths, strict=True)) // sum(strengths)
    learning_rate, steps = rate(0.1), 20

    def gradient(client: int, weights: list[int]) -> list[int]:
        return [strengths[client] * (weights[0] - targets[client])]

    def final(uses_controls: bool) -> int:
        weights, server, own = [0], [0], [[0], [0]]
        for _ in range(60):
            trained, changes = [], []
            for client in range(2):
                end = descend(
                    weights,
                    lambda at, client=client: gradient(client, list(at)),  # type: ignore[misc]  # bound now
                    steps=steps,
                    learning_rate=learning_rate,
                    correction=controlled(own[client], server) if uses_controls else None,
                )
                new = client_control(own[client], server, weights, end, steps=steps, learning_rate=learning_rate)
                changes.append([new[0] - own[client][0]])
                trained.append(end)
                own[client] = new
            weights, server = server_step(weights, server, trained, changes, clients=2)
        return weights[0]

    assert abs(final(uses_controls=True) - optimum) < 2**10
    assert abs(final(uses_controls=False) - optimum) > one // 4


def test_what_no_step_can_be_made_with_is_refused() -> None:
    with pytest.raises(OptimiserError, match="0 steps"):
        client_control([0], [0], [0], [0], steps=0, learning_rate=1)
    with pytest.raises(OptimiserError, match="2 updates, 1 changes of controls, 5 clients"):
        server_step([0], [0], [[0], [0]], [[0]], clients=5)
    with pytest.raises(OptimiserError, match="1 updates, 1 changes of controls, 0 clients"):
        server_step([0], [0], [[0]], [[0]], clients=0)
    with pytest.raises(OptimiserError, match="update has 2 values for 1 weights"):
        server_step([0], [0], [[0, 0]], [[0]], clients=1)
