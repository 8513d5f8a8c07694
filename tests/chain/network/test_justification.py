"""What proves finality: that of a real chain is read, written and found good; lacking or forged ones are refused."""

from dataclasses import replace

import pytest

from chain.block import Header
from chain.network.justification import Commit, Justification, JustificationRefused, justification_of
from chain.network.tree import HeaderTree
from chain.network.vote import SignedVote, Stage, VoterSet, signed_vote
from chain.primitives import Hash
from tests.chain.network.cluster import keys
from tests.chain.network.headers import grown, root

REAL = bytes.fromhex(
    "07b506000000000029f1abec90ac199df06dee3ba0734c08c3fd6df06caa3f78952f8f95164058d2009e04001429f1abec90ac19"
    "9df06dee3ba0734c08c3fd6df06caa3f78952f8f95164058d2009e04000df78178ccaa78ad29f1d5ea796f1426c15e638b391e47"
    "d1ecdea57b468b4741248e270d5ef02cae965595dfa652d2672881661ad474e7d1a36b3152e5c552081c151c11cb72334d26d707"
    "69e3af7bbff3801a4e2dca2b09b7cce0af8dd8130729f1abec90ac199df06dee3ba0734c08c3fd6df06caa3f78952f8f95164058"
    "d2009e04003e25912c15c078e5ec717a38c1f72dd2b80c3edcfd93468555125aa7c976176bb8bb0368aa841112594d9c91f208b9"
    "584a571534f765399aa30582140fe60803680d278213f908658a49a1025a7f466c197e8fb6fabb5e62220a7bd75f860cab29f1ab"
    "ec90ac199df06dee3ba0734c08c3fd6df06caa3f78952f8f95164058d2009e04007dac4f4701268980e85f4668d95f073a1c72b6"
    "d8ab38e7dac7f4dc7a06e105afac2fc63d542a4b423e5af3123a246ceb84678826a4a4eda429e1989d92ed180b8e59368700ea89"
    "e2bf8922cc9e4b86d6651d1c689a0d57813f9768dbaadecf7129f1abec90ac199df06dee3ba0734c08c3fd6df06caa3f78952f8f"
    "95164058d2009e040044c0d38eef2137dea57fcb9bd9aa3d5fce4a4a137b3c438e5012af28889c97e0bf9d5bbb27b9f9d49e49c5"
    "5a36de0d4cb5864503a5f85ec444ba50da57a2110bdea6f4a727d3b2399275d6ee8817881f10597471dc1d27f144295ad6fb933c"
    "7a29f1abec90ac199df06dee3ba0734c08c3fd6df06caa3f78952f8f95164058d2009e04003abb7b87029d51c528c8da34fdc177"
    "68bef6dde1afc3b1dad1af537762afc430434c3bdf0dca30010a63c8c97b1d59837846a2eb0bbf60395333d9c72332ae02f72daf"
    "2e560e4f0f22fb5cbb04ad1d7fee850aab238fd014c178769e7e3a9b8400"
)
"""Of block 302,592, in round 439,559 of set 0 of a chain with six voters: in the tests of smoldot's decoder."""


def test_the_justification_of_a_real_chain_is_read_and_written_alike_and_found_good() -> None:
    found = Justification.decode(REAL)
    assert found.encoded == REAL
    assert (found.round, found.commit.target_number, found.votes_ancestries) == (439_559, 302_592, ())
    voters = tuple(precommit.voter for precommit in found.commit.precommits)
    assert len(set(voters)) == 5
    found.verify(VoterSet((*voters, bytes(32)), 0))
    with pytest.raises(JustificationRefused, match="is not one of a voter"):
        found.verify(VoterSet(voters, 1))
    with pytest.raises(JustificationRefused, match="5 of 8 voters are for block 302592; 6 are needed"):
        found.verify(VoterSet((*voters, *(bytes((index,)) * 32 for index in range(3))), 0))


KEYS = keys(4)
VOTERS = VoterSet(tuple(key.public for key in KEYS))


def vote(index: int, header: Header) -> SignedVote:
    return signed_vote(KEYS[index], Stage.PRECOMMIT, 1, header.hash, header.number, 0)


def test_votes_for_what_stands_on_a_block_prove_it_with_the_headers_between() -> None:
    tree = HeaderTree(root())
    one, two, three = grown(tree, root(), 3)
    side = grown(tree, root(), 1, b"side")[0]
    found = justification_of(tree, 1, one.hash, [vote(0, one), vote(1, three), vote(2, two), vote(3, side)])
    assert [header.number for header in found.votes_ancestries] == [2, 3]
    assert len(found.commit.precommits) == 3
    found.verify(VOTERS)
    assert Justification.decode(found.encoded) == found


def test_who_voted_twice_counts_for_every_block() -> None:
    tree = HeaderTree(root())
    one = grown(tree, root(), 1)[0]
    sides = [grown(tree, root(), 1, name)[0] for name in (b"a", b"b")]
    votes = [vote(0, one), vote(1, one), vote(3, sides[0]), vote(3, sides[1])]
    justification_of(tree, 1, one.hash, votes).verify(VOTERS)
    with pytest.raises(JustificationRefused, match="2 of 4 voters are for block 1; 3 are needed"):
        justification_of(tree, 1, one.hash, votes[:3]).verify(VOTERS)


def test_a_forged_justification_is_refused() -> None:
    tree = HeaderTree(root())
    one, two = grown(tree, root(), 2)
    good = justification_of(tree, 1, one.hash, [vote(index, two) for index in range(3)])
    good.verify(VOTERS)
    with pytest.raises(JustificationRefused, match="is not one of a voter"):
        replace(good, round=2).verify(VOTERS)
    with pytest.raises(JustificationRefused, match="0 of 4 voters"):
        replace(good, votes_ancestries=()).verify(VOTERS)
    doubled = (good.commit.precommits[0],) * 3
    with pytest.raises(JustificationRefused, match="1 of 4 voters"):
        replace(good, commit=Commit(one.hash, 1, doubled)).verify(VOTERS)
    with pytest.raises(JustificationRefused, match="0 of 4 voters"):
        replace(good, commit=Commit(Hash(bytes(32)), 1, good.commit.precommits)).verify(VOTERS)
