"""Rounds of one client: everybody has a turn in each cycle, in an order that the lottery draws."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from chain.primitives import AccountId, Hash
from pallets.federated_round import Drawn, Enrolment, Outcome, Role
from pallets.federated_round.settings import BoostingSettings
from pallets.federated_round.shapes.choice import Cyclic
from pallets.federated_round.shapes.drawing import eligible, take_turn
from pallets.federated_round.shapes.types import Turns
from pallets.federated_round.types import DataCommitment
from pallets.frame.call import call_of
from pallets.learning.boosting.model_codec import decode_boosted
from pallets.ml_registry import TREE_BOOSTING
from tests.pallets.federated_round.dev_learners import SETTINGS, TERMS, Learners, clients_of
from tests.pallets.federated_round.mock import CLIENTS, KEEPERS, OWNER, Play, new_runtime
from tests.pallets.federated_round.mock import TERMS as MOCK_TERMS

BOOSTED = BoostingSettings(
    SETTINGS.quantiser,
    classes=2,
    stages=2,
    rate=1 << 15,
    max_depth=3,
    min_leaf=1,
    features_per_split=2,
    rows_share=1 << 16,
    start=0,
)
ONE_CLIENT = replace(TERMS.seats, clients=1, minimum_clients=1)


def test_clients_train_boosted_trees_on_in_turns() -> None:
    terms = replace(TERMS, shape=Cyclic(), seats=ONE_CLIENT, reward_threshold=0)
    played = Learners(terms=(terms,), clients=3, rounds=4, settings=BOOSTED, algorithm=TREE_BOOSTING)
    played.play_all()
    rounds = played.node.runtime_at().federated_round
    turns = [rounds.holders(0, number, Role.CLIENT) for number in range(4)]
    assert all(len(turn) == 1 for turn in turns)
    assert {turn[0] for turn in turns[:3]} == {key.account for key in clients_of(3)}
    found = rounds.turns.get(0)
    assert found is not None
    assert (found.cycle, found.had) == (1, turns[3])
    published = [number for number in range(4) if played.course(0, number).outcome is Outcome.PUBLISHED]
    assert published[0] == 0
    agreed = rounds.agreed_aggregate.get((0, published[-1]))
    assert agreed is not None
    assert agreed.model is not None
    model = decode_boosted(played.content.get(agreed.model.cid.decode()))
    assert model.stages == BOOSTED.stages * len(published)


@settings(deadline=None, max_examples=30)
@given(st.lists(st.lists(st.sampled_from(CLIENTS), unique=True, max_size=4), max_size=12), st.data())
def test_nobody_has_a_second_turn_before_whoever_enrols_had_one(
    enrolling: list[list[AccountId]], data: st.DataObject
) -> None:
    rounds, had = new_runtime().federated_round, set[AccountId]()
    for clients in enrolling:
        enrolments = {who: Enrolment(DataCommitment(Hash(bytes(32)), 1), False) for who in clients}
        enrolments[KEEPERS[0]] = Enrolment(None, True)
        left = eligible(rounds, 0, Cyclic(), enrolments)
        able = [who for who, enrolment in left.items() if enrolment.data is not None]
        assert left.keys() == enrolments.keys()
        assert left[KEEPERS[0]] == enrolments[KEEPERS[0]]
        if not clients:
            assert able == []
            continue
        waiting = set(clients) - had
        if not waiting:
            had, waiting = set(), set(clients)
        assert set(able) == waiting
        turn = data.draw(st.sampled_from(able))
        take_turn(rounds, 0, Drawn((turn,), (), ()))
        had.add(turn)


def test_a_closed_task_leaves_no_turns() -> None:
    terms = replace(MOCK_TERMS, shape=Cyclic(), seats=replace(MOCK_TERMS.seats, clients=1, minimum_clients=1))
    play = Play(new_runtime(), terms)
    play.start()
    play.enrol_all()
    assert len(play.drawn.clients) == 1
    assert play.rounds.turns.get(play.task) == Turns(0, play.drawn.clients)
    play.wait(2 * terms.longest)
    play.do(OWNER, call_of(play.rounds.close_task, task=play.task))
    assert play.rounds.turns.get(play.task) is None
