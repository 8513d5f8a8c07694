"""Strategies whose clients have a part: the same numbers as on chain, and what each of them is for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from chain.primitives import AccountId
from pallets.federated_round.rules import AggregationRule
from pallets.federated_round.rules import Fair as FairRule
from pallets.federated_round.rules import Scaffold as ScaffoldRule
from pallets.federated_round.strategies.joining import Delivered, join
from pallets.learning.aggregation.rates import ONE
from pallets.learning.linear_corrections import controlled, proximal
from pallets.learning.linear_model import LinearKind, LinearModel, LinearParameters, empty_model
from pallets.learning.linear_training import linear_loss, train_linear
from pallets.learning.simulation.rules import RULES
from pallets.learning.simulation.servers import FAIRNESS, SERVERS, Arrived, Fair, Local, Plain, Scaffold, server_of
from pallets.learning.stream import Stream

DESCENT = LinearParameters(epochs=4, learning_rate=2 << 16)
START = empty_model(LinearKind.CLASSIFIER, 2, 2)


def rows_of(client: int, ones: bool) -> tuple[list[tuple[int, ...]], list[int]]:
    """Rows of one class alone: clients that differ as much as can be."""
    stream = Stream(b"rows %d" % client)
    return [tuple(stream.draws(2, 65536)) for _ in range(8)], [int(ones)] * 8


def trained(start: LinearModel, client: int, local: Local) -> LinearModel:
    rows, labels = rows_of(client, client % 2 == 0)
    return train_linear(start, rows, labels, DESCENT, local.correction(start))


def table(models: Sequence[LinearModel]) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    return np.array([model.weights for model in models], dtype=np.int64)


@pytest.mark.parametrize("name", ["scaffold", "qfedavg"])
def test_two_rounds_give_the_numbers_of_the_rule_on_chain(name: str) -> None:
    server, state, model = server_of(name, 0, DESCENT), None, START
    rate = DESCENT.learning_rate << 16
    rule: AggregationRule = ScaffoldRule(ONE) if name == "scaffold" else FairRule(*FAIRNESS, rate)
    for clients in ((0, 1, 2), (1, 3)):
        updates = [trained(model, client, server.local(client)) for client in clients]
        losses = tuple(linear_loss(model, *rows_of(client, client % 2 == 0)) for client in clients)
        delivered = [
            Delivered(AccountId(bytes([client]) * 32), 8, update.weights, loss)
            for client, update, loss in zip(clients, updates, losses, strict=True)
        ]
        on_chain, state = join(rule, delivered, model.weights, state, DESCENT)
        arrived = Arrived(clients, (8,) * len(clients), losses if server.asks_for_losses else ())
        found = server.join(np.array(model.weights), table(updates), arrived)
        assert found.tolist() == on_chain
        model = replace(model, weights=tuple(on_chain))


def test_a_proximal_client_stays_nearer_to_where_all_began() -> None:
    server = server_of("fedprox", 0, DESCENT)
    held, free = trained(START, 0, server.local(0)), trained(START, 0, Local())
    assert sum(map(abs, held.weights)) < sum(map(abs, free.weights))
    updates = table([held, free])
    expected = RULES["fedavg"](0)(np.array(START.weights), updates, (1, 3))
    assert np.array_equal(server.join(np.array(START.weights), updates, Arrived((0, 1), (1, 3))), expected)


def test_controls_of_all_clients_add_up_and_bring_their_next_steps_together() -> None:
    server = Scaffold(DESCENT)
    first = [trained(START, client, server.local(client)) for client in (0, 1)]
    joined = server.join(np.array(START.weights), table(first), Arrived((0, 1), (8, 8)))
    model = replace(START, weights=tuple(joined.tolist()))
    locals_ = [server.local(client) for client in (0, 1)]
    mean = [sum(values) / 2 for values in zip(*(each.own for each in locals_), strict=True)]
    assert all(abs(one - other) <= 1 for one, other in zip(mean, locals_[0].server, strict=True))

    def distance(models: list[LinearModel]) -> int:
        return sum(abs(one - other) for one, other in zip(*(each.weights for each in models), strict=True))

    corrected = [trained(model, client, local) for client, local in enumerate(locals_)]
    plain = [trained(model, client, Local()) for client in (0, 1)]
    assert distance(corrected) < distance(plain)


def test_the_client_with_the_higher_loss_counts_for_more() -> None:
    start, updates = np.zeros(3, dtype=np.int64), np.array([[1 << 20] * 3, [-1 << 20] * 3])
    fair = Fair(DESCENT)
    even = fair.join(start, updates, Arrived((0, 1), (1, 1), (1 << 20, 1 << 20)))
    assert even.tolist() == [0, 0, 0]
    assert fair.join(start, updates, Arrived((0, 1), (1, 1), (1 << 22, 1 << 20))).min() > 0


def test_every_strategy_has_a_server_and_what_a_client_adds() -> None:
    assert tuple(RULES) == SERVERS[: len(RULES)]
    for name in SERVERS:
        assert server_of(name, 1, DESCENT).local(3) == Local(proximal=server_of(name, 1, DESCENT).local(3).proximal)
    assert isinstance(server_of("median", 1, DESCENT), Plain)
    assert Local().correction(START) is None
    weights = np.array([[5 << 20, -3 << 20, 7]])
    for local, expected in (
        (Local(proximal=1 << 15), proximal(START, 1 << 15)),
        (Local(own=(1, 2, 3), server=(5, 5, 5)), controlled(START, (1, 2, 3), (5, 5, 5))),
    ):
        found = local.correction(START)
        assert found is not None
        assert np.array_equal(found(weights), expected(weights))
