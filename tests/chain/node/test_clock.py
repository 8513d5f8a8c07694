"""The time of blocks follows the chain, and goes forward when it is moved."""

import pytest

from chain.node.chain_store import ImportedBlock
from chain.node.clock import LATEST, BlockClock, TimeRefused
from chain.node.service import Node
from tests.chain.node.fake_runtime import GENESIS, FakeRuntime, FakeRuntimes, time_of

START, SLOT = 1_700_000_000_000, 6000


def node() -> tuple[Node[FakeRuntime], BlockClock]:
    clock = BlockClock(START, SLOT, time_of)
    return Node(FakeRuntimes(), GENESIS, clock=clock), clock


def times(chain: Node[FakeRuntime], count: int) -> list[int]:
    return [time_of(chain.chain[chain.seal().hash].state) - START for _ in range(count)]


def test_each_block_comes_a_slot_after_its_parent() -> None:
    chain, clock = node()
    assert times(chain, 3) == [SLOT, 2 * SLOT, 3 * SLOT]
    assert clock.time_of(chain.best) == START + 3 * SLOT


def test_a_fork_has_the_time_of_its_own_blocks() -> None:
    chain, _ = node()
    times(chain, 3)
    first = chain.chain.at(1)
    assert first is not None
    side = chain.seal(parent=first.hash)
    assert time_of(chain.chain[side.hash].state) == START + 2 * SLOT


def test_the_next_block_has_the_time_travelled_to_and_those_after_it_follow() -> None:
    chain, clock = node()
    times(chain, 1)
    assert clock.travel(START + 100_001, chain.best) == START + 100_001
    assert times(chain, 2) == [100_001, 106_001]


def test_a_time_within_the_next_slot_is_the_time_of_that_slot() -> None:
    chain, clock = node()
    assert clock.travel(START + 1, chain.best) == START + SLOT


@pytest.mark.parametrize(("to", "sentence"), [(0, "time goes forward only"), (START + SLOT, "time goes forward only")])
def test_time_does_not_go_back(to: int, sentence: str) -> None:
    chain, clock = node()
    times(chain, 1)
    with pytest.raises(TimeRefused, match=sentence):
        clock.travel(to, chain.best)
    assert times(chain, 1) == [2 * SLOT]


def test_a_time_beyond_64_bits_is_refused() -> None:
    chain, clock = node()
    with pytest.raises(TimeRefused, match=f"beyond the latest that there is, {LATEST} ms"):
        clock.travel(2**64, chain.best)
    assert clock.travel(LATEST, chain.best) == LATEST


def test_a_revert_takes_the_clock_back() -> None:
    chain, clock = node()
    times(chain, 1)
    snapshot = chain.snapshot()
    clock.travel(START + 900_000, chain.best)
    assert times(chain, 1) == [900_000]
    chain.revert(snapshot)
    assert times(chain, 1) == [2 * SLOT]
    clock.travel(START + 500_000, chain.best)
    moved = chain.snapshot()
    times(chain, 2)
    chain.revert(moved)
    assert times(chain, 1) == [500_000]


def test_a_slot_of_no_time_is_refused() -> None:
    with pytest.raises(ValueError, match="at least a millisecond"):
        BlockClock(START, 0, time_of)


def test_a_state_without_time_counts_as_genesis() -> None:
    chain, clock = node()
    block = ImportedBlock(chain.best.block, GENESIS)
    assert clock.time_of(block) == START
