"""A task's forest after several rounds forgets a client exactly: the bytes are those of rounds without it."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from chain.primitives import AccountId
from pallets.federated_round.data import DataSet
from pallets.federated_round.settings import ForestSettings
from pallets.federated_round.strategies import ClientUpdate, ForestMerge
from pallets.learning.forest_codec import decode_forest, encode_forest
from pallets.learning.forest_federation import Share, client_seed, without_client
from pallets.learning.quantise import FeatureRange, Quantiser, encode_quantiser
from pallets.learning.stream import Stream

QUANTISER = encode_quantiser(Quantiser((FeatureRange(0, 65536),) * 2))
STRATEGY = ForestMerge(ForestSettings(QUANTISER, classes=2, trees=3, max_depth=4, min_leaf=1, features_per_split=0))
CLIENTS = tuple(AccountId(bytes((number,)) * 32) for number in range(4))

rounds_of_clients = st.lists(
    st.lists(st.sampled_from(CLIENTS), unique=True, min_size=1, max_size=4), min_size=1, max_size=4
)


def merged(rounds: list[list[AccountId]]) -> tuple[bytes | None, list[Share]]:
    """The model after the rounds, and who gave how many of its trees, in their order."""
    base: bytes | None = None
    given_: list[Share] = []
    for number, clients in enumerate(rounds):
        updates = []
        for client in clients:
            stream = Stream(client)
            rows = [tuple(stream.draws(2, 65536)) for _ in range(12 + client[0])]
            data = DataSet.of(rows, [int(row[0] > 30000) for row in rows])
            trained = STRATEGY.train(data, base, client_seed(bytes([number]), client))
            updates.append(ClientUpdate(client, len(rows), trained))
            given_.append(Share(client, len(decode_forest(trained).trees)))
        if updates:
            base = STRATEGY.aggregate(updates, base).model
    return base, given_


@settings(deadline=None, max_examples=40)
@given(rounds_of_clients, st.sampled_from(CLIENTS))
def test_the_bytes_are_those_of_rounds_that_the_client_never_joined(
    rounds: list[list[AccountId]], leaver: AccountId
) -> None:
    model, given_ = merged(rounds)
    assert model is not None
    never_joined, _ = merged([[client for client in clients if client != leaver] for clients in rounds])
    left = without_client(decode_forest(model), given_, leaver)
    if never_joined is None:
        assert left.trees == ()
    else:
        assert encode_forest(left) == never_joined
