"""Roles follow from the chain alone, and nobody has two of them while others are left."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from chain.primitives import AccountId, Hash
from pallets.federated_round import BlockHashBeacon, DataCommitment, Drawn, Enrolment, Seats
from pallets.federated_round.drawing import draw_roles, round_seed, training_seed
from pallets.frame.testing import run_to_block
from tests.pallets.federated_round.mock import CLIENTS, KEEPERS, TERMS, Play, new_runtime

SEED = Hash(b"\x05" * 32)
BEACON = Hash(b"\x06" * 32)


def offer(who: AccountId) -> DataCommitment:
    return DataCommitment(Hash(who[::-1]), 5)


offers = st.dictionaries(
    st.integers(0, 255).map(lambda number: AccountId(bytes((number,)) * 32)),
    st.tuples(st.booleans(), st.booleans(), st.integers(0, 10**6)),
    max_size=20,
)
seats = st.builds(Seats, st.integers(1, 15), st.just(1), st.integers(1, 5), st.integers(1, 5))


def split(found: dict[AccountId, tuple[bool, bool, int]]) -> tuple[dict[AccountId, Enrolment], dict[AccountId, int]]:
    enrolments = {who: Enrolment(offer(who) if data else None, duties) for who, (data, duties, _) in found.items()}
    return enrolments, {who: weight for who, (_, _, weight) in found.items()}


@given(offers, seats, st.randoms())
def test_a_draw_does_not_depend_on_who_enrolled_first(
    found: dict[AccountId, tuple[bool, bool, int]], places: Seats, random: Random
) -> None:
    enrolments, weights = split(found)
    items = list(enrolments.items())
    random.shuffle(items)
    assert draw_roles(dict(items), weights, places, SEED) == draw_roles(enrolments, weights, places, SEED)
    assert round_seed(0, 0, BEACON, dict(items)) == round_seed(0, 0, BEACON, enrolments)


@given(offers, seats)
def test_roles_go_to_those_who_offer_them_and_seats_are_filled_where_possible(
    found: dict[AccountId, tuple[bool, bool, int]], places: Seats
) -> None:
    enrolments, weights = split(found)
    drawn = draw_roles(enrolments, weights, places, SEED)
    with_data = {who for who, (data, _, weight) in found.items() if data and weight}
    willing = {who for who, (_, duties, weight) in found.items() if duties and weight}
    assert set(drawn.clients) <= with_data
    assert len(set(drawn.clients)) == len(drawn.clients) == min(len(with_data), places.clients)
    assert list(drawn.clients) == sorted(drawn.clients)
    for holders, wanted in ((drawn.aggregators, places.aggregators), (drawn.validators, places.validators)):
        assert set(holders) <= willing
        assert len(set(holders)) == len(holders) == min(len(willing), wanted)


@given(offers, seats)
def test_two_roles_go_to_one_account_only_where_nobody_else_is_left(
    found: dict[AccountId, tuple[bool, bool, int]], places: Seats
) -> None:
    enrolments, weights = split(found)
    drawn = draw_roles(enrolments, weights, places, SEED)
    willing = {who for who, (_, duties, weight) in found.items() if duties and weight}
    free = willing - set(drawn.clients)
    busy_aggregators = set(drawn.aggregators) & set(drawn.clients)
    assert not busy_aggregators or free <= set(drawn.aggregators)
    busy_validators = set(drawn.validators) & (set(drawn.clients) | set(drawn.aggregators))
    assert not busy_validators or free - set(drawn.aggregators) <= set(drawn.validators)


def test_every_data_root_and_the_beacon_change_the_seed() -> None:
    enrolments = {who: Enrolment(offer(who), False) for who in CLIENTS}
    changed = enrolments | {CLIENTS[2]: Enrolment(DataCommitment(Hash(bytes(32)), 5), False)}
    seeds = {
        round_seed(0, 0, BEACON, enrolments),
        round_seed(0, 0, BEACON, changed),
        round_seed(0, 0, SEED, enrolments),
        round_seed(0, 1, BEACON, enrolments),
        round_seed(1, 0, BEACON, enrolments),
    }
    assert len(seeds) == 5
    assert len({training_seed(SEED, who) for who in CLIENTS}) == len(CLIENTS)


def test_the_beacon_knows_a_blocks_hash_from_the_next_block_on() -> None:
    runtime = new_runtime()
    beacon = BlockHashBeacon(runtime.system)
    run_to_block(runtime, 5)
    assert beacon.after(5) is None
    run_to_block(runtime, 6)
    assert beacon.after(5) == Hash((5).to_bytes(32, "big"))


def test_anybody_can_repeat_the_draw_of_a_round_from_the_chain() -> None:
    play = Play(new_runtime())
    play.start()
    play.enrol_all()
    rounds, staking = play.rounds, play.runtime.staking
    enrolments = rounds.enrolments_of(play.task, 0)
    weights = {who: staking.lottery_weight(who) for who in enrolments}
    locked_at = 1 + TERMS.schedule.enrol
    seed = round_seed(play.task, 0, play.runtime.system.block_hash.get(locked_at), enrolments)
    assert seed == play.round.seed
    assert draw_roles(enrolments, weights, TERMS.seats, seed) == play.drawn


def test_roles_are_drawn_anew_each_round() -> None:
    play = Play(new_runtime())
    found = set[Drawn]()
    for _ in range(3):
        play.start()
        play.enrol_all()
        found.add(play.drawn)
        while play.round.outcome is None:
            play.wait()
    assert len(found) > 1
    assert all(set(drawn.aggregators) | set(drawn.validators) <= set(KEEPERS) for drawn in found)
