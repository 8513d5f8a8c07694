"""A seal binds place, account, salt and content; a majority is more than half of those drawn."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from chain.crypto.hashing import blake2_256
from chain.primitives import AccountId, Hash
from pallets.federated_round import Aggregate, Judged, Stage, Unusable
from pallets.federated_round.sealed import commitment_of, content_hash, is_sealed, majority, seal_of
from pallets.federated_round.shapes.choice import Buffered
from tests.pallets.federated_round.mock import MODEL, TERMS

ALICE, BOB = AccountId(b"\x01" * 32), AccountId(b"\x02" * 32)
A, B = Hash(b"a" * 32), Hash(b"b" * 32)


def test_a_seal_is_the_hash_of_domain_place_account_salt_and_content() -> None:
    expected = b"palletlab/seal" + b"\x07\0\0\0" + b"\x03\0\0\0" + b"\x01" + ALICE + b"s" * 32 + A
    assert seal_of(7, 3, Stage.AGGREGATE, ALICE, b"s" * 32, A) == blake2_256(expected)


def test_every_part_changes_the_seal() -> None:
    salt = b"s" * 32
    seals = {
        seal_of(0, 0, Stage.UPDATE, ALICE, salt, A),
        seal_of(1, 0, Stage.UPDATE, ALICE, salt, A),
        seal_of(0, 1, Stage.UPDATE, ALICE, salt, A),
        seal_of(0, 0, Stage.EVALUATION, ALICE, salt, A),
        seal_of(0, 0, Stage.UPDATE, BOB, salt, A),
        seal_of(0, 0, Stage.UPDATE, ALICE, salt[::-1] + b"x", A),
        seal_of(0, 0, Stage.UPDATE, ALICE, salt, B),
    }
    assert len(seals) == 7


@given(stage=st.sampled_from(Stage), peers=st.integers(0, 40), unsealed=st.booleans())
def test_sealed_is_what_somebody_else_could_copy_unless_the_task_waives_it(
    stage: Stage, peers: int, unsealed: bool
) -> None:
    is_waived = unsealed and stage is Stage.UPDATE
    assert is_sealed(stage, peers, replace(TERMS, unsealed_updates=unsealed)) is (peers > 1 and not is_waived)
    buffered = replace(TERMS, shape=Buffered(2, 1))
    assert is_sealed(stage, peers, buffered) is (peers > 1 or stage is Stage.UPDATE)


def test_a_test_set_commitment_is_the_hash_of_salt_and_root() -> None:
    assert commitment_of(b"s" * 32, A) == blake2_256(b"s" * 32 + A)


def test_contents_of_each_stage_have_their_own_hashes() -> None:
    contents = [
        content_hash(Stage.UPDATE, MODEL),
        content_hash(Stage.AGGREGATE, Aggregate(MODEL, ())),
        content_hash(Stage.AGGREGATE, Aggregate(MODEL, (ALICE,))),
        content_hash(Stage.EVALUATION, Unusable()),
        content_hash(Stage.EVALUATION, Judged(0, 0, 0, ())),
    ]
    assert len(set(contents)) == 5


@given(st.lists(st.sampled_from([A, B, None]), max_size=9), st.integers(0, 4))
def test_a_majority_is_more_than_half_of_the_electors_not_of_the_votes(votes: list[Hash | None], silent: int) -> None:
    electors = len(votes) + silent
    found = majority(votes, electors)
    winners = [content for content in (A, B) if votes.count(content) > electors / 2]
    assert ([] if found is None else [found]) == winners
