from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pallets.learning.secure_aggregation.encoding import Encoding
from pallets.learning.secure_aggregation.refusals import TooFewSurvivors
from tests.pallets.learning.secure_aggregation.rounds import enrolled, expected_sum, masked_round, updates_of


@pytest.mark.parametrize("dropouts", [0, 1, 2])
def test_the_sum_is_exact_whoever_drops_up_to_all_but_the_threshold(dropouts: int) -> None:
    for dropped in combinations(range(5), dropouts):
        these, updates = masked_round(5, 3, dropped)
        survivors = [number for number in range(5) if number not in dropped]
        found = these.unmask()
        assert found.values.tolist() == expected_sum(updates, [1] * 5, survivors)
        assert (found.weight, found.blamed) == (len(survivors), ())


@settings(max_examples=15, deadline=None)
@given(st.data())
def test_clients_may_vanish_before_every_step(data: st.DataObject) -> None:
    """Some never deal, some deal and never mask, some mask and never reveal: the threshold answers every time."""
    clients = data.draw(st.integers(3, 9))
    threshold = data.draw(st.integers(clients // 2 + 1, clients))
    encoding = Encoding(clip=8 << 18, modulus_bits=data.draw(st.sampled_from([32, 64])), largest_weight=7)
    order = data.draw(st.permutations(range(clients)))
    ends = sorted(data.draw(st.lists(st.integers(0, clients - threshold), min_size=3, max_size=3)))
    missing, dropped, silent = order[: ends[0]], order[ends[0] : ends[1]], order[ends[1] : ends[2]]
    weights = data.draw(st.lists(st.integers(1, 7), min_size=clients, max_size=clients))
    these = enrolled(clients, threshold, encoding)
    updates = updates_of(clients)
    these.receive(these.deal(missing))
    these.mask(updates, weights, dropped)
    survivors = sorted(order[ends[1] :])
    found = these.unmask(silent)
    assert found.values.tolist() == expected_sum(updates, weights, survivors)
    assert found.weight == sum(weights[number] for number in survivors)


def test_one_dropout_too_many_leaves_the_sum_hidden() -> None:
    these = enrolled(5, 4)
    these.receive(these.deal())
    with pytest.raises(TooFewSurvivors, match=r"^3 updates arrived, 4 are needed$"):
        these.mask(updates_of(5), [1] * 5, dropped=(0, 1))


def test_one_revealing_survivor_too_few_leaves_the_sum_hidden() -> None:
    these, _ = masked_round(5, 4)
    with pytest.raises(TooFewSurvivors, match=r"^3 clients revealed shares, 4 are needed$"):
        these.unmask(silent=(2, 3))


def test_a_masked_update_says_nothing_about_the_update() -> None:
    """Zeros look like any others: bits are ones half the time, and two clients' residues have nothing in common."""
    these = enrolled(3, 2, parameters=20_000)
    these.receive(these.deal())
    assert these.dealers is not None
    zeros = np.zeros(20_000, dtype=np.int64)
    hidden = [client.mask(zeros, these.dealers, these.fixed["dealers"]) for client in these.clients]
    for one in hidden:
        bits = np.unpackbits(one.view(np.uint8)).reshape(-1, 32)
        assert (np.abs(bits.mean(axis=0) - 0.5) < 0.02).all()
    for one, other in combinations(hidden, 2):
        assert np.unpackbits((one ^ other).view(np.uint8)).mean() == pytest.approx(0.5, abs=0.005)
        assert np.count_nonzero(one == other) <= 2
