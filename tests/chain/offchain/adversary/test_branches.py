"""Side branches win, validators are cut off and hear of each other again, and nothing is lost that was sent."""

from __future__ import annotations

import pytest

from chain.block import Header
from chain.offchain.adversary.fault import Fault, FaultKind, chain_place
from chain.runtime_api import OffchainNode
from tests.chain.node.fake_runtime import FakeCall, FakeRuntime
from tests.chain.offchain.adversary.test_adversary import ACCOUNTS, Played, at, idle, normal


def fork(block: int, blocks: int) -> Fault:
    return Fault(FaultKind.FORK, chain_place(block), 0, blocks)


def partition(block: int, cut_off: int, blocks: int) -> Fault:
    return Fault(FaultKind.PARTITION, chain_place(block), cut_off, blocks)


def heights(played: Played) -> list[int]:
    return [each.after for each in played.adversary.log if each.place.validator == 0]


# Side branches


@pytest.mark.parametrize("blocks", [1, 2, 3])
def test_a_side_branch_wins_and_its_head_alone_has_runs(blocks: int) -> None:
    played = Played(at(1, 7), [fork(4, blocks)], blocks=6)
    assert played.adversary.happened == [fork(4, blocks)]
    assert heights(played) == [1, 2, 3, 4, 5, 6, 7]
    assert played.node.best.number == 7
    assert len(played.node.chain.leaves()) == 2


def test_what_the_blocks_had_that_were_left_out_comes_again() -> None:
    played = Played(at(3, 7), [fork(4, 1)], blocks=6)
    left_out = [each for each in played.node.chain.leaves() if each != played.node.best.hash]
    assert any(extrinsic[36] == 7 for extrinsic in played.node.chain[left_out[0]].block.extrinsics)
    assert played.blocks_of(1, 7) == [6]  # the two blocks of the branch were made before its transactions were back


def test_no_branch_leaves_out_what_is_final() -> None:
    played = Played(idle, [], blocks=3)
    played.node.finalize(played.node.best.hash)
    again = Played(idle, [fork(1, 9)], blocks=2)
    assert again.adversary.happened == [fork(1, 9)]  # down to block zero, and no further
    assert again.node.best.number == 3


def test_a_run_that_began_on_a_block_that_was_left_out_ends_on_it() -> None:
    def worker(_runtime: FakeRuntime, header: Header, lent: OffchainNode) -> None:
        if header.number == 4 and lent.account == ACCOUNTS[1]:
            lent.local_set(b"seen", header.hash)
            lent.local_set(b"later", lent.local_get(b"seen") or b"")

    from tests.chain.offchain.adversary.test_adversary import place

    pause = Fault(FaultKind.RUN_PAUSED, place(4), 2, 2)
    played = Played(worker, [pause, fork(4, 1)], blocks=7)
    kept = played.participants[1].storage.snapshot()
    assert kept[b"later"] == kept[b"seen"]
    assert played.node.chain.hash_of(4) != kept[b"seen"]
    assert pause in played.adversary.happened


# Two halves


@pytest.mark.parametrize(("cut_off", "best"), [(1, 6), (2, 7)])
def test_the_branch_wins_that_more_validators_are_on(cut_off: int, best: int) -> None:
    played = Played(idle, [partition(3, cut_off, 2)], blocks=6)
    assert played.adversary.happened == [partition(3, cut_off, 2)]
    assert played.node.best.number == best
    by_height = [(each.after, each.place.validator) for each in played.adversary.log]
    for height in (1, 2, 3, 4):  # all validators run, each on a block of its own side
        assert sorted(validator for after, validator in by_height if after == height) == [0, 1, 2]


def test_the_halves_see_different_blocks() -> None:
    seen = dict[tuple[int, bytes], bytes]()

    def worker(_runtime: FakeRuntime, header: Header, lent: OffchainNode) -> None:
        seen[header.number, lent.account] = header.hash
        if header.number == 2:
            lent.submit_signed(FakeCall(lent.account[0] % 200, 1))

    Played(worker, [partition(3, 1, 2)], blocks=4)
    one, two, three = ACCOUNTS
    assert seen[2, one] == seen[2, two] == seen[2, three]
    assert seen[4, one] == seen[4, two]


@pytest.mark.parametrize("cut_off", [1, 2])
def test_what_either_half_sent_is_in_the_chain_in_the_end(cut_off: int) -> None:
    def worker(_runtime: FakeRuntime, header: Header, lent: OffchainNode) -> None:
        if header.number == 3:
            lent.submit_signed(FakeCall(9, 1))

    played = Played(worker, [partition(3, cut_off, 2)], blocks=8)
    assert [len(played.blocks_of(validator, 9)) for validator in range(3)] == [1, 1, 1]


def test_meanwhile_each_half_has_what_its_own_validators_sent() -> None:
    def worker(_runtime: FakeRuntime, header: Header, lent: OffchainNode) -> None:
        if header.number == 3:
            lent.submit_signed(FakeCall(9, 1))

    played = Played(worker, [partition(3, 1, 2)], blocks=4)
    assert [played.blocks_of(validator, 9) for validator in range(3)] == [[4], [4], []]
    other = next(each for each in played.node.chain.leaves() if each != played.node.best.hash)
    signers = [each[:32] for each in played.node.chain[other].block.extrinsics]
    assert signers == [ACCOUNTS[2]]


def test_nothing_is_finalized_while_nobody_hears_all() -> None:
    played = Played(idle, [], blocks=0)
    played.node.finality_lag = 1
    adversary = Played(idle, [partition(3, 1, 3)], blocks=0)
    adversary.node.finality_lag = 1
    found = list[int]()
    for _ in range(7):
        adversary.adversary.advance()
        found.append(adversary.node.chain.finalized.number)
    assert found == [0, 1, 1, 1, 4, 5, 6]


def test_one_validator_cannot_be_cut_off_from_itself() -> None:
    played = Played(idle, [partition(3, 7, 1)], blocks=4)
    assert played.order != normal(4)
    assert {each[1] for each in played.order} == {0, 1, 2}
