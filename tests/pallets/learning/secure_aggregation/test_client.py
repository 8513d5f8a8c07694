"""What one client promises: the same of the same randomness, masks that cancel, one kind of share of each dealer."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pallets.learning.secure_aggregation.client import Client
from pallets.learning.secure_aggregation.messages import Members, Stage
from pallets.learning.secure_aggregation.refusals import EquivocatingServer
from tests.pallets.learning.secure_aggregation.rounds import (
    ENCODING,
    ROUND,
    account,
    enrolled,
    identity,
    masked_round,
    seeded,
    updates_of,
)


def test_everything_a_client_says_follows_from_its_randomness() -> None:
    """So a worker that was stopped makes the same again."""
    one, again = enrolled(3, 2), enrolled(3, 2)
    assert one.roster == again.roster
    assert one.deal() == again.deal()
    other = Client(identity(1), ENCODING, seeded(99)).announce(ROUND, account(1).sign)
    assert other.mask_public not in {each.mask_public for each in one.roster.announcements}


@settings(max_examples=15, deadline=None)
@given(st.integers(2, 6))
def test_of_all_clients_masks_only_the_own_ones_are_left_in_the_sum(clients: int) -> None:
    """Two sums of other updates differ by what their updates do: whatever the peers added is gone."""
    totals = []
    for scale in (0, 1):
        these = enrolled(clients, clients // 2 + 1)
        these.receive(these.deal())
        assert these.dealers is not None
        updates = updates_of(clients) * scale
        masked = [
            client.mask(updates[number], these.dealers, these.fixed["dealers"])
            for number, client in enumerate(these.clients)
        ]
        plain = [ENCODING.encode(update) for update in updates]
        totals.append(np.sum(masked, axis=0, dtype="<u4") - np.sum(plain, axis=0, dtype="<u4"))
    one, other = totals
    assert np.array_equal(one, other)
    assert one.any()


def test_the_same_update_looks_other_under_another_roster() -> None:
    """A client of three and a client of four share no mask, though their keys are the same."""
    hidden = []
    for clients in (3, 4):
        these = enrolled(clients, 3)
        these.receive(these.deal())
        assert these.dealers is not None
        number = these.roster.number_of(identity(1))
        update = np.zeros(50, dtype=np.int64)
        hidden.append(these.clients[number].mask(update, these.dealers, these.fixed["dealers"]))
    one, other = hidden
    assert not np.array_equal(one, other)


@settings(max_examples=15, deadline=None)
@given(st.sets(st.integers(0, 4), max_size=2))
def test_a_survivor_reveals_of_each_dealer_exactly_one_kind_of_share(dropped: set[int]) -> None:
    these, _ = masked_round(5, 3, dropped=dropped)
    survivors = these.server.survivors()
    for number in survivors.numbers:
        revealed = these.clients[number].reveal(survivors, these.fixed["survivors"])
        assert revealed.holder == number
        assert revealed.seeds.keys() == set(survivors.numbers)
        assert revealed.keys.keys() == dropped


def test_what_is_revealed_again_is_the_same_and_other_survivors_get_nothing() -> None:
    these, _ = masked_round(4, 3)
    survivors = these.server.survivors()
    client = these.clients[0]
    assert client.reveal(survivors, these.fixed["survivors"]) == client.reveal(survivors, these.fixed["survivors"])
    fewer = Members(Stage.SURVIVORS, survivors.numbers[:-1])
    with pytest.raises(EquivocatingServer):
        client.reveal(fewer, fewer.digest(these.roster))
