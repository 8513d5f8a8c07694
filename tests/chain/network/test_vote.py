"""Votes are signed as on Polkadot: signatures of a real commit are good, and nothing else is."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from chain.crypto.keys import KeyPair
from chain.crypto.signatures import Scheme
from chain.network.vote import SignedVote, Stage, VoterSet, signed_vote
from chain.primitives import Hash

TARGET = Hash(bytes.fromhex("b64473230fc998c30cb53bf4e77c22f862fd04b49e46a1544c7697446568bb52"))
REAL = {
    "2d9aad0c1e0c195fc3c6eb621df82c7949cb8433c48a412a0331a9b68192f2c1": (
        "bdb9d821a30cc968a2ff0bf19c5af4cdfb2c2d8b8175b255814e3aff4ce8c755"
        "ec1ee3573222161bf10621893705be247a3d70336322772eb99cbc858c67210a"
    ),
    "400efc774dd38d171273de0302162a6955b047e8e68d0c097ccdc2bf5a2fcae9": (
        "e4d91a09e9ef1ed5670a211b2c0db2ecd8a7be097b978f01c73a4d797ad71613"
        "eebed8083e06d825c57c8d33c4cdcdc11856f63c108b42335da89f934d5a5b08"
    ),
    "4392284bc2d050d0ddaf97efef7f4127ed9182249a8744693466313e8922bb9f": (
        "daa150370886dfca04892d0a475aa2fc6313fc11af054bd0510060da0559fab7"
        "a1bce33e6b223f9b1cb08dae71a2e59437274124619fc6eede224cbb28136d01"
    ),
}
"""Precommits in round 3669 of the set 3490 of a relay chain: a commit message in the tests of smoldot's decoder."""

VOTERS = VoterSet(tuple(bytes.fromhex(voter) for voter in REAL), 3490)


def real() -> list[SignedVote]:
    return [
        SignedVote(Stage.PRECOMMIT, 3669, TARGET, 5_105_457, bytes.fromhex(voter), bytes.fromhex(signature))
        for voter, signature in REAL.items()
    ]


def test_precommits_of_a_relay_chain_are_good() -> None:
    assert [vote.is_good(VOTERS) for vote in real()] == [True] * 3


@pytest.mark.parametrize(
    "change",
    [
        lambda vote: replace(vote, stage=Stage.PREVOTE),
        lambda vote: replace(vote, round=3670),
        lambda vote: replace(vote, target_number=5_105_458),
        lambda vote: replace(vote, target_hash=Hash(bytes(32))),
        lambda vote: replace(vote, signature=bytes(64)),
        lambda vote: replace(vote, signature=b"short"),
        lambda vote: replace(vote, voter=VOTERS.voters[1]),
        lambda vote: replace(vote, voter=bytes(32)),
    ],
)
def test_a_changed_vote_is_not_good(change: Callable[[SignedVote], SignedVote]) -> None:
    assert not change(real()[0]).is_good(VOTERS)


def test_a_vote_of_another_set_is_not_good() -> None:
    assert not real()[0].is_good(VoterSet(VOTERS.voters, 3491))
    assert not real()[0].is_good(VoterSet(VOTERS.voters[1:], 3490))


def test_what_a_key_signs_is_good_in_its_set_alone() -> None:
    key = KeyPair.from_uri("//Alice", Scheme.ED25519)
    vote = signed_vote(key, Stage.PREVOTE, 1, TARGET, 7, set_id=2)
    assert vote.is_good(VoterSet((key.public,), 2))
    assert not vote.is_good(VoterSet((key.public,), 3))
    with pytest.raises(ValueError, match="votes are signed by Ed25519 keys, not sr25519"):
        signed_vote(KeyPair.from_uri("//Alice"), Stage.PREVOTE, 1, TARGET, 7, set_id=2)


@pytest.mark.parametrize(("count", "faulty", "threshold"), [(1, 0, 1), (3, 0, 3), (4, 1, 3), (6, 1, 5), (7, 2, 5)])
def test_fewer_than_a_third_may_be_faulty(count: int, faulty: int, threshold: int) -> None:
    voters = VoterSet(tuple(bytes((index,)) for index in range(count)))
    assert (voters.faulty, voters.threshold) == (faulty, threshold)
