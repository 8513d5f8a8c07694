"""A hidden round that learnt from erased data is done again, hidden, without them."""

from __future__ import annotations

from pallets.federated_round import Phase
from pallets.federated_round.data import operator_of
from pallets.federated_round.secrecy.choice import OPEN
from pallets.federated_round.unlearning.going_on import stayers
from tests.pallets.federated_round.secrecy.hidden_play import FULL, Hidden, grouped, terms_of
from tests.pallets.federated_round.secrecy.test_tiers import HIDDEN


def erase(played: Hidden, number: int) -> None:
    """The registry of data says that a client's are gone."""
    operator = operator_of(played.nodes[played.clients[number]].data)
    assert operator is not None
    assert operator.data is not None
    played.rounds.data_erased(operator.data.root)


def test_the_sum_of_those_who_stay_is_found_again_to_the_last_bit() -> None:
    never = Hidden(terms_of(OPEN, 5, 3), 5)
    never.until(Phase.COMMIT_UPDATES)
    never.stop(never.clients[1])
    never.finish()
    played = Hidden(terms_of(FULL, 5, 3), 5)
    played.finish()
    assert played.model() != never.model()
    erase(played, 1)
    for _ in range(80):
        if not played.rounds.has_unlearning():
            break
        played.block()
    assert not played.rounds.has_unlearning()
    assert played.key == (0, 1)
    assert played.model() == never.model()
    assert played.rounds.public_keys.get((*played.key, played.clients[1])) is None


def test_groups_with_aggregators_of_their_own_are_drawn_and_summed_again() -> None:
    played = Hidden(HIDDEN, 6)
    played.finish()
    erase(played, 1)
    for _ in range(80):
        if not played.rounds.has_unlearning():
            break
        played.block()
    assert not played.rounds.has_unlearning()
    assert played.key == (0, 1)
    assert played.round.hides
    tiers = played.rounds.tiers.get(played.key)
    assert tiers is not None
    assert [tier.clients for tier in tiers] == [group.members for group in played.groups]
    never = Hidden(terms_of(OPEN, 6, 4), 6)
    never.until(Phase.COMMIT_UPDATES)
    never.stop(never.clients[1])
    never.finish()
    assert played.agreed() == never.agreed()


def test_who_was_in_a_lost_sum_has_taught_nothing_that_is_done_again() -> None:
    played = Hidden(terms_of(grouped(3, 2), 9, 6), 9)
    played.until(Phase.OPEN_SHARES)
    lost = played.groups[0]
    played.stop(*lost.members[:2])
    played.finish()
    assert set(stayers(played.rounds, *played.key)) == set(played.clients) - set(lost.members)
