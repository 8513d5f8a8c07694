"""Updates that add up: the mean of a sum is exact, for linear models and for networks, and nothing else is a vector."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pallets.federated_round import Outcome, Phase, Reason
from pallets.federated_round.audit import Evidence, audit_work
from pallets.federated_round.secrecy.choice import OPEN, Full, NoiseLaw, Secrecy
from pallets.federated_round.secrecy.queries import noisy_sum
from pallets.federated_round.secrecy.vectors import LinearVectors, NetworkVectors, mean_of_steps, vectors_of
from pallets.federated_round.settings import ForestSettings, SettingsError
from pallets.federated_round.strategies.network_averaging import NetworkAveraging
from pallets.federated_round.strategies.strategy import ClientUpdate, UpdateRefused
from pallets.learning.estimators.network_arrays import decode_weights
from pallets.learning.fixed_point import divide
from pallets.learning.linear_model import WEIGHT_LIMIT, LinearKind, decode_linear, empty_model, encode_linear
from pallets.learning.moves import LARGEST_MOVE, MEAN_BITS, encode_moves
from pallets.learning.secure_aggregation.server import Unmasked
from tests.pallets.federated_round.mock import account
from tests.pallets.federated_round.secrecy.hidden_play import (
    EXACT,
    FULL,
    NETWORK,
    SETTINGS,
    Hidden,
    clients_of,
    grouped,
    terms_of,
)

CLIENTS, FEWEST = 5, 3
GONE = clients_of(CLIENTS)[1]


def played(secrecy: Secrecy, out: bool = False) -> Hidden:
    """A round of networks; out: one client is gone before it has trained."""
    found = Hidden(terms_of(secrecy, CLIENTS, FEWEST), CLIENTS, settings=NETWORK)
    if out:
        found.until(Phase.COMMIT_UPDATES)
        found.stop(GONE)
    found.finish()
    return found


@cache
def seen(out: bool = False) -> bytes:
    """The network of the same clients in an open round."""
    return played(OPEN, out).agreed()


@pytest.mark.parametrize("out", [False, True], ids=["all", "one gone"])
def test_hidden_networks_come_to_the_network_of_the_open_round_to_the_last_bit(out: bool) -> None:
    hidden = played(FULL, out)
    assert hidden.round.outcome in {Outcome.PUBLISHED, Outcome.BELOW_THRESHOLD}
    assert hidden.failed == []
    assert hidden.agreed() == seen(out)
    reasons = {who: each.reason for who, each in hidden.settled().items()}
    assert (reasons[GONE] is Reason.ABSENT) is out


def test_nothing_that_leaves_a_node_is_a_networks_update() -> None:
    """Open clients show their moves, which begin with a magic and a width that no hidden round has."""
    shown = {OPEN: False, FULL: False}
    for secrecy in shown:
        found = played(secrecy)
        wide = encode_moves(np.zeros(found_parameters(), dtype=np.int64), NETWORK.bits)
        shown[secrecy] = any(
            found.content.get(entry.cid)[:5] == wide[:5] and len(found.content.get(entry.cid)) == len(wide)
            for entry in found.content.entries()
        )
    assert shown == {OPEN: True, FULL: False}


def found_parameters() -> int:
    return NetworkAveraging(NETWORK).parameters


def test_groups_of_networks_come_near_and_are_judged_by_their_means() -> None:
    found = Hidden(terms_of(grouped(2, 2), 6, 6), 6, settings=NETWORK)
    found.finish()
    judged = found.rounds.judged(*found.key)
    assert judged is not None
    assert [each.account for each in judged.clients] == sorted(group.representative for group in found.groups)
    task = found.rounds.task(0)
    evidence = Evidence(found.rounds, *found.key, task, Phase.REVEAL_EVALUATIONS, found.content.get)
    assert audit_work(evidence) == []


def test_a_network_under_skellam_noise_moves_by_little_and_budgets_are_told_what_it_cost() -> None:
    hiding = replace(EXACT, clip=1 << 21, fractional_bits=16, noise=1 << 8, colluding=1, law=NoiseLaw.SKELLAM)
    found = Hidden(terms_of(Full(hiding), CLIENTS, 4), CLIENTS, settings=NETWORK)
    assert found.finish() in {Outcome.PUBLISHED, Outcome.BELOW_THRESHOLD}
    strategy = NetworkAveraging(NETWORK)
    one, other = (decode_weights(strategy.shape, model) for model in (found.agreed(), seen()))
    apart = np.abs(one - other)
    assert apart.any()
    assert int(apart.max()) <= (20 * hiding.noise * CLIENTS << 8) // 110 + (1 << 8)
    spent = noisy_sum(found.rounds.task(0).terms, CLIENTS)
    assert spent is not None
    assert found.rounds.privacy_spent(*found.key, found.clients[0]) == spent.cost


# By themselves

SUMS = st.lists(st.integers(-(2**62), 2**62), min_size=1, max_size=5)


@given(SUMS, st.integers(1, 32 * (2**32 - 1)), st.integers(0, 24))
def test_the_mean_of_steps_is_the_quotient_rounded_toward_zero(sums: list[int], weight: int, bits: int) -> None:
    most = (LARGEST_MOVE >> (24 - bits)) - 1
    found = mean_of_steps(np.array(sums, dtype=np.int64), weight, bits).tolist()
    for total, mean in zip(sums, found, strict=True):
        if abs(divide(total, weight)) <= most:
            assert mean == divide(total << (24 - bits), weight)
        assert abs(mean) < LARGEST_MOVE


@given(st.lists(st.integers(-(2**40), 2**40), min_size=3, max_size=3), st.integers(1, 1000))
def test_the_mean_of_linear_models_is_that_of_their_weights(sums: list[int], weight: int) -> None:
    start = replace(empty_model(LinearKind.CLASSIFIER, 2, 2), weights=(1, -(2**30), 7))
    vectors = LinearVectors(start)
    mean = decode_linear(vectors.mean(Unmasked(np.array(sums), weight), 20))
    expected = [
        divide((total << 4) + before * weight, weight) for total, before in zip(sums, start.weights, strict=True)
    ]
    assert list(mean.weights) == [min(max(each, 1 - WEIGHT_LIMIT), WEIGHT_LIMIT - 1) for each in expected]
    group = vectors.group_sum(Unmasked(np.array(sums), weight), 20)
    assert group.samples == weight
    assert all(abs(total) < weight * WEIGHT_LIMIT for total in group.sums)


@given(st.lists(st.integers(-(2**45), 2**45), min_size=1, max_size=1), st.integers(1, 2**16), st.integers(0, 24))
def test_what_a_group_of_networks_anchors_has_the_mean_of_its_sum(sums: list[int], weight: int, bits: int) -> None:
    vectors, found = NetworkVectors(NetworkAveraging(NETWORK)), Unmasked(np.array(sums, dtype=np.int64), weight)
    group = vectors.group_sum(found, bits)
    assert group.samples == weight
    assert abs(group.sums[0]) < weight * LARGEST_MOVE
    if abs(sums[0]) << (24 - bits) < weight * (LARGEST_MOVE >> 1):
        assert group.sums == (sums[0] << (24 - bits),)
        assert vectors.mean_of(group) == vectors.mean(found, bits)
    vectors.mean_of(group)


def test_a_mean_move_is_joined_like_an_update_and_is_none_of_a_client() -> None:
    strategy = NetworkAveraging(NETWORK)
    moves = np.arange(strategy.parameters, dtype=np.int64) * 1_000_003 - 7
    mean = NetworkVectors(strategy).mean(Unmasked(moves * 3, 3), 24)
    assert mean == encode_moves(moves, MEAN_BITS)
    with pytest.raises(UpdateRefused, match="moves of 64 bits, not"):
        strategy.check(mean)
    with pytest.raises(UpdateRefused):
        NetworkVectors(strategy).move(mean)
    alone = ClientUpdate(account("one"), 3, mean)
    doubled = ClientUpdate(account("two"), 3, mean)
    assert strategy.aggregate([alone], None) == strategy.aggregate([alone, doubled], None)


def test_what_is_no_vector_is_refused() -> None:
    with pytest.raises(SettingsError, match="they are no vectors"):
        vectors_of(ForestSettings(SETTINGS.quantiser, 2, 3, 4, 1, 1), None)
    vectors = vectors_of(SETTINGS, encode_linear(empty_model(LinearKind.CLASSIFIER, 2, 2)))
    assert vectors.parameters == 3
    with pytest.raises(UpdateRefused):
        vectors.move(b"no model")
