from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pallets.learning.linear_model import (
    LinearKind,
    LinearModel,
    LinearParameters,
    average,
    empty_model,
    encode_linear,
)
from pallets.learning.linear_training import train_linear
from pallets.learning.unlearning import (
    Checkpoint,
    History,
    UnlearningError,
    advanced,
    begun,
    rounds_to_replay,
    unlearned,
)
from tests.pallets.learning.forests import blob_labels, drawn_rows

CLIENTS = tuple(bytes([client]) * 32 for client in range(4))
PARAMETERS = LinearParameters(epochs=2)


def one_round(model: LinearModel, number: int, clients: Sequence[bytes]) -> LinearModel:
    """Federated averaging: each client trains from the model on its rows, and counts by how many it has."""
    trained, samples = [], []
    for client in clients:
        rows = drawn_rows(5 + client[0], 3, client[0])
        trained.append(train_linear(model, rows, blob_labels(rows, 2, number), PARAMETERS))
        samples.append(len(rows))
    return average(trained, samples)


def history_of(rounds: Sequence[Sequence[bytes]], every: int) -> History[LinearModel]:
    history = begun(empty_model(LinearKind.CLASSIFIER, 3, 2))
    for clients in rounds:
        history = advanced(history, clients, one_round, every=every)
    return history


rounds_of_clients = st.lists(st.lists(st.sampled_from(CLIENTS), unique=True), min_size=1, max_size=6)


@settings(deadline=None, max_examples=50)
@given(rounds_of_clients, st.integers(1, 4), st.sampled_from(CLIENTS))
def test_an_averaged_model_that_forgets_a_client_is_the_one_it_never_joined(
    rounds: list[list[bytes]], every: int, leaver: bytes
) -> None:
    history = history_of(rounds, every)
    if not any(leaver in clients for clients in rounds):
        with pytest.raises(UnlearningError, match=f"client {leaver.hex()} took part in no round"):
            unlearned(history, leaver, one_round, every=every)
        return
    never_joined = history_of([[client for client in clients if client != leaver] for clients in rounds], every)
    replayed = unlearned(history, leaver, one_round, every=every)
    assert encode_linear(replayed.state) == encode_linear(never_joined.state)
    assert replayed == never_joined


def test_only_the_rounds_since_the_checkpoint_are_done_again() -> None:
    done: list[tuple[int, int]] = []

    def step(state: int, number: int, clients: Sequence[bytes]) -> int:
        done.append((number, len(clients)))
        return 10 * state + len(clients)

    history = begun(0)
    for clients in (CLIENTS[:2], CLIENTS[:2], CLIENTS[:2], CLIENTS[:3], CLIENTS[2:3], CLIENTS[:2]):
        history = advanced(history, clients, step, every=2)
    assert history.checkpoints == (Checkpoint(0, 0), Checkpoint(2, 22), Checkpoint(4, 2223))
    assert rounds_to_replay(history, CLIENTS[2]) == range(2, 6)
    done.clear()
    replayed = unlearned(history, CLIENTS[2], step, every=2)
    assert done == [(2, 2), (3, 2), (5, 2)]  # nobody is left in round 4
    assert replayed.state == 22222
    assert replayed.rounds[4] == ()


def test_forgetting_a_client_changes_the_model() -> None:
    history = history_of([CLIENTS, CLIENTS], 1)
    assert unlearned(history, CLIENTS[1], one_round, every=1).state != history.state


def test_a_history_needs_a_beginning_and_a_spacing() -> None:
    with pytest.raises(UnlearningError, match="no checkpoint before its first round"):
        rounds_to_replay(History((CLIENTS,), (), 0), CLIENTS[0])
    with pytest.raises(UnlearningError, match="a checkpoint before every 0th round"):
        advanced(begun(0), CLIENTS, lambda state, _number, _clients: state, every=0)
