"""A developer controls a chain: back and forth, blocks, time, storage, files, pending transactions."""

from pathlib import Path

import pytest

from chain.node.chain_store import UnknownBlock
from chain.node.clock import BlockClock
from chain.node.control import BLOCKS_AT_ONCE, BlockNotes, Control, ControlError
from chain.node.pool_errors import AlreadyImported
from chain.node.sealing import Sealer, SealingMode
from chain.node.service import Node
from chain.node.timer import SimulatedTimer
from chain.node.trial import NothingToReplay
from chain.primitives import AccountId, Hash
from tests.chain.node.fake_runtime import GENESIS, FakeRuntime, FakeRuntimes, encode, sign_call, time_of

START, SLOT = 1_700_000_000_000, 6000


def control(*, has_clock: bool = True) -> Control[FakeRuntime]:
    clock = BlockClock(START, SLOT, time_of) if has_clock else None
    node = Node(FakeRuntimes(), GENESIS, clock=clock, sign_call=sign_call)
    return Control(node, Sealer(node, SimulatedTimer()))


def value(chain: Control[FakeRuntime], key: int = 7) -> int:
    return chain.node.runtime_at().value(key)


def test_snapshots_nest_and_stay_until_an_earlier_one_is_gone_back_to() -> None:
    chain = control()
    numbers = list[int]()
    for each in range(1, 4):
        numbers.append(chain.snapshot())
        chain.set_storage({b"\7": bytes((each,))}, in_new_block=True)
    chain.revert(numbers[2])
    assert (value(chain), chain.node.best.number) == (2, 2)
    chain.revert(numbers[2])
    chain.revert(numbers[0])
    assert (value(chain), chain.node.best.number) == (0, 0)
    with pytest.raises(ControlError, match="there is no snapshot 3; there are: 1"):
        chain.revert(numbers[2])
    assert chain.forget(numbers[0])
    assert not chain.forget(numbers[0])
    with pytest.raises(ControlError, match="there are: none"):
        chain.revert(numbers[0])


def test_what_is_tried_in_a_context_is_taken_back_also_after_an_error() -> None:
    chain = control()
    with pytest.raises(ControlError), chain.taken_back():
        chain.new_blocks(to=chain.new_blocks(3)[0].header.number)
    assert chain.node.best.number == 0


def test_blocks_are_made_by_count_or_up_to_a_number_with_transactions() -> None:
    chain = control()
    extrinsic = encode(b"a", 0, key=7, value=9)
    first, second = chain.new_blocks(2, transactions=[extrinsic])
    assert (extrinsic in first.extrinsics, len(second.extrinsics)) == (True, 1)
    assert [block.header.number for block in chain.new_blocks(to=5)] == [3, 4, 5]
    for count, to in ((0, None), (BLOCKS_AT_ONCE + 1, None), (1, 5)):
        with pytest.raises(ControlError, match="blocks cannot be made at once"):
            chain.new_blocks(count, to=to)
    with pytest.raises(AlreadyImported):
        chain.new_blocks(transactions=[encode(b"a", 1, key=1)] * 2)


def test_time_goes_where_it_is_sent_and_comes_back_with_the_chain() -> None:
    chain = control()
    before = chain.snapshot()
    assert chain.travel(START + 10**9) == START + 10**9
    chain.new_blocks()
    assert time_of(chain.node.best.state) == START + 10**9
    chain.revert(before)
    chain.new_blocks()
    assert time_of(chain.node.best.state) == START + SLOT
    with pytest.raises(ControlError, match="started without a clock"):
        control(has_clock=False).travel(START)


def test_the_head_is_set_by_hash_or_number_also_counted_back() -> None:
    chain = control()
    blocks = chain.new_blocks(4)
    assert chain.set_head(blocks[1].hash) == blocks[1].hash
    assert chain.set_head(-1) == blocks[0].hash
    assert chain.set_head(blocks[3].hash) == blocks[3].hash
    assert chain.set_head(0) == chain.node.chain.genesis.hash
    with pytest.raises(ControlError, match="the best chain has no block 7; it ends at 0"):
        chain.set_head(7)
    with pytest.raises(UnknownBlock):
        chain.set_head(Hash(bytes(32)))


def test_notes_tell_what_was_done_to_a_block() -> None:
    chain = control()
    genuine, marked = chain.new_blocks()[0].hash, chain.set_storage({b"\7": b"\1"}, in_new_block=True)
    overridden = chain.new_blocks()[0].hash
    assert chain.set_storage({b"\7": b"\2"}) == overridden
    assert chain.notes(genuine).is_genuine
    assert chain.notes(marked) == BlockNotes(False, True, ())
    assert chain.notes() == BlockNotes(True, False, ())
    assert not chain.notes().is_genuine


def test_a_block_is_replayed_to_its_root_and_one_that_was_changed_is_refused() -> None:
    chain = control()
    chain.node.submit(encode(b"a", 0, key=7))
    block = chain.new_blocks()[0]
    again = chain.execute_again(block.hash)
    assert (again.refused, again.state_root) == (None, block.header.state_root)
    marked = chain.set_storage({b"\7": b"\5"}, in_new_block=True)
    assert chain.execute_again(marked).refused is not None
    with pytest.raises(NothingToReplay, match="block zero is not executed"):
        chain.execute_again(chain.node.chain.genesis.hash)


@pytest.mark.parametrize("name", ["state.json", "state"])
def test_a_dumped_state_is_loaded_into_another_chain_with_its_root(tmp_path: Path, name: str) -> None:
    ours, theirs, path = control(), control(), tmp_path / name
    ours.node.submit(encode(b"a", 0, key=7, value=42))
    ours.new_blocks(3)
    ours.dump(path)
    loaded = theirs.load(path)
    assert theirs.node.best.state.root == ours.node.best.state.root == loaded.state.root
    assert (value(theirs), loaded.block_hash, loaded.block_number) == (42, ours.node.best.hash, 3)
    theirs.new_blocks()
    assert time_of(theirs.node.best.state) == START + 4 * SLOT
    ours.dump(path, ours.node.chain.genesis.hash)
    theirs.load(path)
    assert value(theirs) == 0


def test_pending_transactions_are_seen_dropped_and_replaced() -> None:
    chain = control()
    late, first = (chain.node.submit(encode(b"a", nonce, key=1)) for nonce in (1, 0))
    waiting = chain.node.submit(encode(b"b", 3, key=1))
    assert [entry.hash for entry in chain.pending()] == [first, late, waiting]
    better = chain.replace(first, encode(b"a", 0, key=2))
    assert [entry.hash for entry in chain.pending()] == [better, late, waiting]
    assert chain.drop(waiting)
    assert not chain.drop(waiting)
    assert chain.drop_of(AccountId(bytes(32))) == []


def test_nobody_is_impersonated_where_the_node_was_started_without_that() -> None:
    chain = control()
    with pytest.raises(ControlError, match="nobody can be impersonated here"):
        chain.submit_as(AccountId(bytes(32)), (1, 1))


def test_the_mode_of_sealing_is_the_sealers() -> None:
    chain = control()
    chain.sealer.mode = SealingMode.INTERVAL
    chain.new_blocks(2)
    assert chain.node.best.number == 2
