from __future__ import annotations

from pallets.learning.attacks import Attack
from pallets.learning.datasets import iris
from pallets.learning.partition import equal_parts
from pallets.learning.simulation.population import EQUAL_STAKE, population

TASK = iris()
PARTS = equal_parts(len(TASK.rows), 10, b"parts")


def test_clients_have_the_rows_of_their_parts_and_everything_else_by_the_seed() -> None:
    clients = population(TASK, PARTS, b"seed", (2, 3), Attack.LABEL_FLIP)
    assert [client.number for client in clients] == list(range(10))
    assert len({client.account for client in clients}) == 10
    for client, part in zip(clients, PARTS, strict=True):
        assert client.rows == tuple(TASK.rows[place] for place in part)
        assert client.samples == len(part)
        assert client.attack is (Attack.LABEL_FLIP if client.number in (2, 3) else None)
        assert client.stake == EQUAL_STAKE
        assert client.duration_ms == client.link_ms + client.row_ms * len(part)
    assert population(TASK, PARTS, b"seed", (2, 3), Attack.LABEL_FLIP) == clients
    assert population(TASK, PARTS, b"other")[0].account != clients[0].account


def test_unequal_stakes_are_drawn() -> None:
    stakes = [client.stake for client in population(TASK, PARTS, b"seed", is_staked_unequally=True)]
    assert len(set(stakes)) > 5
    assert 1 <= min(stakes) <= max(stakes) <= EQUAL_STAKE


def test_sybils_are_names_of_one_party() -> None:
    clients = population(TASK, PARTS, b"seed", (4, 7), Attack.SYBILS)
    assert clients[7].rows == clients[4].rows == tuple(TASK.rows[place] for place in PARTS[4])
    assert clients[7].account != clients[4].account
