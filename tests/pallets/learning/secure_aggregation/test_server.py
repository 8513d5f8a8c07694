"""What the server promises: the order of arrivals changes nothing, and it takes each message once and in its time."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pallets.learning.secure_aggregation.refusals import MalformedMessage, TooFewSurvivors, WrongShare
from pallets.learning.secure_aggregation.server import Server
from tests.pallets.learning.secure_aggregation.rounds import (
    ENCODING,
    PARAMETERS,
    enrolled,
    expected_sum,
    masked_round,
    updates_of,
)


@settings(max_examples=15, deadline=None)
@given(st.permutations(range(4)), st.permutations(range(4)), st.permutations(range(4)))
def test_the_order_in_which_messages_come_changes_nothing(
    dealing: list[int], masking: list[int], revealing: list[int]
) -> None:
    these = enrolled(4, 3)
    made = [client.deal(these.roster, these.roster.digest) for client in these.clients]
    for number in dealing:
        these.server.take_dealing(made[number])
    assert these.server.dealings() == made
    dealers = these.server.dealers()
    updates = updates_of(4)
    for client in these.clients:
        client.receive(made)
    fixed = dealers.digest(these.roster)
    hidden = [client.mask(update, dealers, fixed) for client, update in zip(these.clients, updates, strict=True)]
    for number in masking:
        these.server.take_masked(number, hidden[number])
    survivors = these.server.survivors()
    opened = [client.reveal(survivors, survivors.digest(these.roster)) for client in these.clients]
    found = these.server.unmask([opened[number] for number in revealing])
    assert found.values.tolist() == expected_sum(updates, [1] * 4, range(4))
    assert (found.weight, found.blamed) == (4, ())


def test_the_sum_is_found_again_from_any_shares_that_are_enough() -> None:
    these, updates = masked_round(5, 3)
    expected = expected_sum(updates, [1] * 5, range(5))
    for silent in ((), (0,), (1, 3), (3, 4)):
        assert these.unmask(silent).values.tolist() == expected


def test_a_list_that_was_told_stays_and_what_comes_later_is_refused() -> None:
    these = enrolled(4, 3)
    dealings = these.deal(missing=[3])
    assert these.server.dealers(excluded=[0]) == these.server.dealers()
    with pytest.raises(MalformedMessage, match="client 3 deals twice, or too late"):
        these.server.take_dealing(these.clients[3].deal(these.roster, these.roster.digest))
    these.receive(dealings)
    assert these.dealers is not None
    with pytest.raises(MalformedMessage, match="client 3 is no dealer"):
        these.server.take_masked(3, np.zeros(PARAMETERS + 1, dtype=ENCODING.kind))


def test_a_dealer_that_holders_proved_wrong_is_no_dealer() -> None:
    these = enrolled(4, 3)
    for client in these.clients:
        these.server.take_dealing(client.deal(these.roster, these.roster.digest))
    assert these.server.dealers(excluded=[1]).numbers == (0, 2, 3)


def test_too_few_dealers_or_updates_are_told_with_the_threshold() -> None:
    these = enrolled(4, 3)
    with pytest.raises(TooFewSurvivors, match=r"^0 dealers, 3 are needed$"):
        these.server.dealers()
    these.receive(these.deal())
    with pytest.raises(TooFewSurvivors, match=r"^0 updates arrived, 3 are needed$"):
        these.server.survivors()


def test_blame_is_of_the_last_unmasking_alone() -> None:
    these, _ = masked_round(4, 3)
    survivors = these.server.survivors()
    opened = [client.reveal(survivors, these.fixed["survivors"]) for client in these.clients]
    opened[1].seeds[2] ^= 1
    found = these.server.unmask(opened)
    assert [(each.holder, each.dealer) for each in found.blamed] == [(1, 2)]
    assert isinstance(found.blamed[0], WrongShare)
    opened[1].seeds[2] ^= 1
    assert these.server.unmask(opened).blamed == these.server.blamed == ()
    with pytest.raises(MalformedMessage, match="client 0 reveals twice"):
        these.server.unmask([opened[0], opened[0], *opened[1:]])


def test_a_server_of_one_roster_takes_no_dealing_of_another() -> None:
    few, many = enrolled(3, 2), enrolled(4, 3)
    with pytest.raises(MalformedMessage, match="that is not for 4 clients"):
        many.server.take_dealing(few.clients[0].deal(few.roster, few.roster.digest))
    assert Server(few.roster, ENCODING, 1).dealings() == []
