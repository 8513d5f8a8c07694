from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pallets.learning.forest import LEAF, Forest, ForestError, ForestKind, ForestParameters, Tree
from pallets.learning.forest_federation import (
    FederatedForest,
    FederationDecodeError,
    FederationError,
    Share,
    client_seed,
    decode_federated,
    encode_federated,
    federation,
    forgotten,
    joined,
    quota_of,
    trees_of,
    without_client,
    without_oldest,
)
from pallets.learning.forest_training import train_classifier
from pallets.learning.partition import quantity_skew
from tests.pallets.learning.forests import blob_labels, drawn_rows, trees

CLIENTS = tuple(bytes([client]) * 32 for client in range(6))
NOBODYS = Forest(ForestKind.CLASSIFIER, 2, 2, 0, ())
STUMP = Tree(bytes([1, LEAF, LEAF]), (500, 0, 1))

gifts = st.lists(
    st.tuples(
        st.sampled_from(CLIENTS),
        st.lists(trees(ForestKind.CLASSIFIER, 2, 2), max_size=3).map(
            lambda grown: replace(NOBODYS, trees=tuple(grown))
        ),
    ),
    max_size=8,
)


@given(gifts, st.sampled_from(CLIENTS))
def test_forgetting_a_client_gives_the_bytes_of_the_forest_it_never_joined(
    given_: list[tuple[bytes, Forest]], leaver: bytes
) -> None:
    federated = federation(NOBODYS, given_)
    never_joined = federation(NOBODYS, [(client, forest) for client, forest in given_ if client != leaver])
    if trees_of(federated, leaver):
        assert encode_federated(forgotten(federated, leaver)) == encode_federated(never_joined)
    else:
        assert federated == never_joined
        with pytest.raises(FederationError, match=f"client {leaver.hex()} has no trees in this forest"):
            forgotten(federated, leaver)


@settings(deadline=None, max_examples=25)
@given(st.integers(2, 5), st.integers(0, 5), st.integers(0, 99))
def test_a_trained_forest_forgets_a_client_to_the_byte(clients: int, leaver: int, seed: int) -> None:
    rows = drawn_rows(60, 4, seed)
    labels = blob_labels(rows, 2, seed)
    parts = quantity_skew(len(rows), clients, bytes([seed]), 1, at_least=1)

    def grown(members: list[int]) -> FederatedForest:
        given_ = []
        for member in members:
            own = parts[member]
            parameters = ForestParameters(trees=quota_of(len(own), 10, 3), classes=2)
            forest = train_classifier(
                [rows[row] for row in own], [labels[row] for row in own], parameters, client_seed(b"r", CLIENTS[member])
            )
            given_.append((CLIENTS[member], forest))
        return federation(Forest(ForestKind.CLASSIFIER, 4, 2, 0, ()), given_)

    members = list(range(clients))
    leaver %= clients
    stayed = [member for member in members if member != leaver]
    assert encode_federated(forgotten(grown(members), CLIENTS[leaver])) == encode_federated(grown(stayed))


@given(gifts, st.data())
def test_the_order_of_joining_leaves_no_trace(given_: list[tuple[bytes, Forest]], data: st.DataObject) -> None:
    order = data.draw(st.permutations(CLIENTS))
    shuffled = sorted(given_, key=lambda gift: order.index(gift[0]))  # each client's own gifts stay in their order
    assert encode_federated(federation(NOBODYS, shuffled)) == encode_federated(federation(NOBODYS, given_))


@given(gifts)
def test_a_clients_trees_are_those_that_it_gave(given_: list[tuple[bytes, Forest]]) -> None:
    federated = federation(NOBODYS, given_)
    for client in CLIENTS:
        expected = tuple(tree for giver, forest in given_ if giver == client for tree in forest.trees)
        own = trees_of(federated, client)
        assert federated.forest.trees[own.start : own.stop] == expected


@given(gifts)
def test_the_encoding_is_read_back_and_nothing_longer_or_shorter(given_: list[tuple[bytes, Forest]]) -> None:
    federated = federation(NOBODYS, given_)
    data = encode_federated(federated)
    assert decode_federated(data) == federated
    for wrong in (data + b"\0", data[:-1], data[:5], b""):
        with pytest.raises(FederationDecodeError):
            decode_federated(wrong)


@given(gifts, st.data())
def test_any_change_of_the_bytes_is_another_forest_or_none(
    given_: list[tuple[bytes, Forest]], data: st.DataObject
) -> None:
    federated = federation(NOBODYS, given_)
    encoded = bytearray(encode_federated(federated))
    encoded[data.draw(st.integers(0, len(encoded) - 1))] ^= data.draw(st.integers(1, 255))
    try:
        changed = decode_federated(bytes(encoded))
    except FederationDecodeError:
        return
    assert changed != federated
    assert encode_federated(changed) == bytes(encoded)


def test_a_client_that_gave_trees_several_times_loses_them_all() -> None:
    leaves = [Tree(bytes([LEAF]), (value,)) for value in (0, 1)]
    forest = replace(NOBODYS, trees=(STUMP, leaves[0], leaves[1], STUMP, STUMP))
    given_ = [Share(CLIENTS[1], 1), Share(CLIENTS[0], 1), Share(CLIENTS[2], 1), Share(CLIENTS[1], 2)]
    assert without_client(forest, given_, CLIENTS[1]).trees == tuple(leaves)
    assert without_client(forest, given_, CLIENTS[3]) == forest
    with pytest.raises(FederationError, match="shares of 3 trees in a forest of 5"):
        without_client(forest, given_[:3], CLIENTS[1])


def test_a_quota_takes_the_first_trees() -> None:
    forest = replace(NOBODYS, trees=(STUMP, Tree(bytes([LEAF]), (1,))))
    federated = joined(federation(NOBODYS, []), CLIENTS[0], forest, quota=1)
    assert federated.forest.trees == (STUMP,)
    assert joined(federated, CLIENTS[1], forest, quota=0) == federated
    with pytest.raises(ForestError, match="has 2 trees for a quota of 3"):
        joined(federated, CLIENTS[1], forest, quota=3)
    with pytest.raises(ForestError, match="another kind or shape"):
        joined(federated, CLIENTS[1], Forest(ForestKind.CLASSIFIER, 3, 2, 0, (STUMP,)))


def test_a_quota_grows_with_the_rows_up_to_its_limit() -> None:
    assert [quota_of(rows, 10, 3) for rows in (1, 10, 11, 20, 21, 1000)] == [1, 1, 2, 2, 3, 3]
    for rows, each, most in ((0, 10, 3), (1, 0, 3), (1, 10, 0), (1, 10, 65536)):
        with pytest.raises(FederationError, match="no quota for"):
            quota_of(rows, each, most)


def test_a_seed_is_a_clients_and_a_rounds_own() -> None:
    seeds = {client_seed(round_seed, client) for round_seed in (b"a", b"b") for client in CLIENTS}
    assert len(seeds) == 12


@pytest.mark.parametrize(
    ("shares", "message"),
    [
        ((Share(b"short", 1),), "a client of 5 bytes, not 32"),
        ((Share(CLIENTS[0], 0), Share(CLIENTS[1], 1)), "has 0 trees"),
        ((Share(CLIENTS[1], 1), Share(CLIENTS[0], 1)), "not in ascending order"),
        ((Share(CLIENTS[1], 1), Share(CLIENTS[1], 1)), "not in ascending order"),
        ((Share(CLIENTS[1], 2),), "shares of 2 trees in a forest of 1"),
    ],
)
def test_shares_that_are_none_of_the_forest_are_refused(shares: tuple[Share, ...], message: str) -> None:
    with pytest.raises(FederationError, match=message):
        FederatedForest(shares, replace(NOBODYS, trees=(STUMP,)))


@given(gifts, st.integers(0, 12))
def test_too_many_trees_cost_whoever_has_most_its_oldest(given_: list[tuple[bytes, Forest]], most: int) -> None:
    federated = federation(NOBODYS, given_)
    kept = without_oldest(federated, most)
    assert len(kept.forest.trees) == min(most, len(federated.forest.trees))
    counts = {share.client: share.trees for share in kept.shares}
    for share in federated.shares:
        own, left = trees_of(federated, share.client), trees_of(kept, share.client)
        assert kept.forest.trees[left.start : left.stop] == federated.forest.trees[own.stop - len(left) : own.stop]
        # whoever lost a tree still has as many as anybody, or one less
        if len(left) < len(own):
            assert all(len(left) + 1 >= count for count in counts.values())
