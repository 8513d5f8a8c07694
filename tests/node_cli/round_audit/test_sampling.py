"""The sample of validators, by class of stake, against what the lottery gives on average."""

from __future__ import annotations

from chain.crypto.hashing import blake2_256
from chain.primitives import AccountId, Hash
from node_cli.round_audit.sampling import MILLION, Sample, StakeClass, sample_of, together
from pallets.federated_round import DataCommitment, Drawn, Enrolment, Seats
from pallets.federated_round.drawing import draw_roles

PEOPLE = tuple(AccountId(bytes([number]) * 32) for number in range(1, 9))
SEATS = Seats(clients=2, minimum_clients=1, aggregators=1, validators=2)
WEIGHTS = {who: 1 + number for number, who in enumerate(PEOPLE)}
SERVING = {who: Enrolment(None, True) for who in PEOPLE}
ROUNDS = 300


def drawn_by(number: int) -> Drawn:
    return draw_roles(SERVING, WEIGHTS, SEATS, Hash(blake2_256(b"round %d" % number)))


def test_classes_are_quarters_of_the_candidates_by_weight() -> None:
    found = sample_of(SERVING, WEIGHTS, SEATS, Drawn((), (PEOPLE[0],), (PEOPLE[1], PEOPLE[7])))
    assert [each.candidates for each in found.classes] == [2, 2, 2, 2]
    assert [each.weight for each in found.classes] == [number * MILLION // 36 for number in (3, 7, 11, 15)]
    assert [each.drawn for each in found.classes] == [1, 0, 0, 1]
    assert sum(each.expected for each in found.classes) == found.seats * MILLION
    assert [each.expected for each in found.classes] == sorted(each.expected for each in found.classes)


def test_over_many_rounds_the_seats_of_each_class_are_those_to_be_expected() -> None:
    """The lottery has no other bias than that nobody sits twice, which the expectation knows of."""
    once = sample_of(SERVING, WEIGHTS, SEATS, drawn_by(0))
    drawn = [0] * len(once.classes)
    for number in range(ROUNDS):
        for who in drawn_by(number).validators:
            drawn[PEOPLE.index(who) // 2] += 1
    for each, seats in zip(once.classes, drawn, strict=True):
        expected = each.expected * ROUNDS / MILLION
        assert abs(seats - expected) < 6 * expected**0.5  # six deviations, of both samples together


def test_whoever_offers_no_duties_is_no_candidate() -> None:
    data = DataCommitment(Hash(bytes(32)), 5)
    mixed = {**SERVING, PEOPLE[7]: Enrolment(data, False)}
    found = sample_of(mixed, WEIGHTS, SEATS, Drawn((PEOPLE[7],), (PEOPLE[0],), (PEOPLE[1], PEOPLE[2])))
    assert sum(each.candidates for each in found.classes) == 7
    assert sum(each.weight for each in found.classes) <= MILLION


def test_rounds_add_up() -> None:
    one = Sample((StakeClass(2, 300_000, 500_000, 1), StakeClass(2, 700_000, 1_500_000, 1)))
    other = Sample((StakeClass(4, 100_000, 250_000, 0), StakeClass(4, 900_000, 1_750_000, 2)))
    assert together([]) is None
    assert together([one]) == one
    assert together([one, other]) == Sample((StakeClass(6, 200_000, 750_000, 1), StakeClass(6, 800_000, 3_250_000, 3)))
