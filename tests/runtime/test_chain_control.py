"""One suite for both controls of a chain: of a node in this process, and of one at a URL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from chain.client.client import Client
from chain.client.control import ChainControl
from chain.client.errors import NotIncluded, RequestRefused, TransactionRefused
from chain.client.remote_control import RemoteControl
from chain.crypto.development import pair
from chain.node.control import BlockNotes
from chain.node.impersonation import Impersonator, flagged
from chain.node.sealing import SealingMode
from chain.node.service import Node
from chain.node.state_file import StateFileError
from chain.offchain.participant import Participant
from chain.primitives import AccountId, Hash
from chain.rpc.state_parts import PART
from runtime.control import RuntimeControl
from runtime.dev import GENESIS_TIME_MS, SLOT_DURATION_MS, UNIT, DevRuntime
from runtime.devnet import dev_node
from runtime.notebook import client_of, devnet
from tests.runtime.served_node import served_node

WHALE = AccountId(b"w" * 32)


@dataclass
class Door:
    """A client that controls a chain, and the node behind it, which the suite only looks at."""

    net: Client
    node: Node[DevRuntime]
    worker: Participant

    @property
    def control(self) -> ChainControl:
        return self.net.control

    @property
    def root(self) -> bytes:
        return self.node.best.state.root

    def transfer(self, value: int = UNIT, name: str = "Alice", nonce: int | None = None) -> bytes:
        call = self.net.tx.Balances.transfer_keep_alive(dest=WHALE, value=value)
        return call.signed(pair(name), nonce=nonce)


@pytest.fixture(params=["process", "ws", "http"])
def door(request: pytest.FixtureRequest) -> Iterator[Door]:
    """A chain that makes blocks when it is told to."""
    worker = Participant(pair("Ferdie"))
    with ExitStack() as stack:
        if request.param == "process":
            node = dev_node(participants=[worker], finality_lag=0)
            yield Door(stack.enter_context(client_of(node, sealing=SealingMode.MANUAL)), node, worker)
        else:
            served = stack.enter_context(served_node(SealingMode.MANUAL, [worker]))
            url = served.url if request.param == "ws" else served.http
            yield Door(stack.enter_context(devnet(url)), served.node, worker)


def test_each_door_has_the_control_of_its_kind(door: Door) -> None:
    kind = RuntimeControl if door.net.url == "this process" else RemoteControl
    assert isinstance(door.control, kind)


def test_nested_snapshots_bring_root_pool_time_and_what_workers_stored_back(door: Door) -> None:
    control, node = door.control, door.node
    control.new_blocks(2)
    door.worker.storage.set(b"key", b"before")
    waiting = door.net.send(door.transfer())
    root, outer = door.root, control.snapshot()
    control.new_blocks()
    middle, inner = door.root, control.snapshot()
    control.travel(GENESIS_TIME_MS + 10**9)
    control.set_items({"Balances": {"TotalIssuance": 1}})
    control.new_blocks(2)
    door.worker.storage.set(b"key", b"after")
    control.revert(inner)
    assert (door.root, node.best.number, control.pending()) == (middle, 3, [])
    control.revert(outer)
    assert (door.root, node.best.number) == (root, 2)
    assert [each.hash for each in control.pending()] == [waiting]
    assert door.worker.storage.get(b"key") == b"before"
    control.new_blocks()
    assert (door.root, door.net.query.Timestamp.Now()) == (middle, GENESIS_TIME_MS + 3 * SLOT_DURATION_MS)
    with pytest.raises(ValueError, match=f"there is no snapshot {inner}; there are: {outer}"):
        control.revert(inner)
    assert (control.forget(outer), control.forget(outer)) == (True, False)


def test_what_is_tried_in_a_context_is_taken_back_also_after_an_error(door: Door) -> None:
    root = door.root

    def fail() -> None:
        with door.control.taken_back():
            door.control.new_blocks(3)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert (door.root, door.node.best.number) == (root, 0)


def test_blocks_are_made_up_to_a_number_with_transactions_in_the_first(door: Door) -> None:
    extrinsic = door.transfer()
    made = door.control.new_blocks(to=3, transactions=[extrinsic])
    assert [each.header.number for each in made] == [1, 2, 3]
    assert made[0].extrinsics[-1] == extrinsic
    assert [len(each.extrinsics) for each in made] == [2, 1, 1]
    assert door.control.new_blocks(2)[-1].header.hash == door.node.best.hash
    with pytest.raises(ValueError, match="0 blocks cannot be made at once"):
        door.control.new_blocks(0)


def test_the_head_is_set_by_number_and_hash(door: Door) -> None:
    blocks = door.control.new_blocks(3)
    assert door.control.set_head(-2) == blocks[0].header.hash
    assert door.control.set_head(blocks[2].header.hash) == blocks[2].header.hash == door.node.best.hash
    with pytest.raises(ValueError, match="the best chain has no block 9; it ends at 3"):
        door.control.set_head(9)


def test_blocks_come_when_the_mode_says(door: Door) -> None:
    door.control.set_mode(SealingMode.INSTANT)
    found = door.net.tx.System.remark(b"").submit(door.net.keys.Alice)
    assert found.block.number == 1
    door.control.set_mode(SealingMode.MANUAL, 1234)
    with pytest.raises(NotIncluded):
        door.net.tx.System.remark(b"").submit(door.net.keys.Alice, timeout=0.1)


def test_blocks_come_at_intervals_when_the_mode_says_so() -> None:
    with served_node(SealingMode.MANUAL) as served, devnet(served.url) as net:
        net.control.set_mode(SealingMode.INTERVAL, 20)
        heads = net.rpc.follow("chain_subscribeNewHeads")
        while int(next(heads)["number"], 16) < 3:
            pass
        net.control.set_mode(SealingMode.MANUAL)
        number = net.head.number
        assert number >= 3
        assert net.control.new_blocks()[0].header.number == number + 1


def test_the_next_block_comes_at_the_time_that_was_travelled_to(door: Door) -> None:
    door.control.new_blocks()
    to = GENESIS_TIME_MS + 10**9
    assert door.control.travel(to) == to
    door.control.new_blocks(2)
    assert door.net.query.Timestamp.Now() == to + SLOT_DURATION_MS
    with pytest.raises(ValueError, match="time goes forward only; revert to a snapshot to go back"):
        door.control.travel(to)


def test_storage_is_set_by_key_and_by_item_at_the_block_or_in_a_new_one(door: Door) -> None:
    key = door.net.query.Balances.TotalIssuance.key()
    head = door.node.best.hash
    assert door.control.set_storage({key: (9).to_bytes(16, "little")}) == head
    assert door.net.query.Balances.TotalIssuance() == 9
    assert door.control.notes() == BlockNotes(True, False, ())
    marked = door.control.set_items({"Sudo": {"Key": "0x" + WHALE.hex()}}, in_new_block=True)
    assert (door.node.best.hash, door.node.best.number) == (marked, 1)
    assert door.net.query.Sudo.Key() == WHALE
    assert door.control.notes(marked) == BlockNotes(False, True, ())
    door.control.set_storage({key: None}, head)
    assert door.net.query.Balances.TotalIssuance(at=0) == 0
    with pytest.raises(ValueError, match=r"Sudo\.Kei: unknown storage item; there are Key"):
        door.control.set_items({"Sudo": {"Kei": None}})


@pytest.mark.parametrize("name", ["state.json", "state"])
def test_a_loaded_dump_has_the_root_of_the_state(door: Door, tmp_path: Path, name: str) -> None:
    first, _ = door.control.new_blocks(2, transactions=[door.transfer()])
    root, path = door.root, tmp_path / name
    door.control.dump(path)
    other = dev_node()
    client_of(other).control.load(path)  # what one door wrote another reads
    assert other.best.state.root == root
    door.control.set_head(0)
    found = door.control.load(path)
    assert (door.root, found.state.root, found.block_number) == (root, root, 2)
    door.control.dump(path, first.header.hash)
    assert door.control.load(path).block_number == 1
    path.write_bytes(b"{}")
    with pytest.raises(StateFileError, match="not a palletlab-state file"):
        door.control.load(path)


def test_edited_dumps_are_loaded_when_that_is_said(door: Door, tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    door.control.dump(path)
    key, edited = door.net.query.Balances.TotalIssuance.key(), path.read_text()
    before = door.net.query.Balances.TotalIssuance().to_bytes(16, "little").hex()
    assert before in edited
    path.write_text(edited.replace(before, (5).to_bytes(16, "little").hex()))
    with pytest.raises(StateFileError, match="the entries have the root"):
        door.control.load(path)
    door.control.load(path, is_edited=True)
    assert door.node.best.state.get(key) == (5).to_bytes(16, "little")


@pytest.mark.parametrize("name", ["state.json", "state"])
def test_a_state_of_more_than_a_message_is_dumped_and_loaded_in_parts(tmp_path: Path, name: str) -> None:
    large = {b"large" + bytes([each]): bytes([each]) * (PART + 1) for each in range(3)}
    with served_node(SealingMode.MANUAL) as served, devnet(served.http) as net:
        served.node.set_storage(large)
        root = served.node.best.state.root
        net.control.dump(tmp_path / name)
        assert (tmp_path / name).stat().st_size > 3 * PART
        served.node.set_storage(dict.fromkeys(large))
        net.control.load(tmp_path / name)
        assert served.node.best.state.root == root


def test_parts_come_in_order_and_the_first_one_begins_anew() -> None:
    with client_of(dev_node()) as net:
        dumped = net.control.dumped()
        first, second = dumped[:1000], dumped[1000:]
        assert net.rpc("dev_loadState", first, False, 0, 3) is None  # whoever sent it is gone
        assert net.rpc("dev_loadState", first, False, 0, 2) is None
        assert net.rpc("dev_loadState", second, False, 1, 2)["blockNumber"] == 0
        for part, parts in ((1, 2), (0, 0), (5, 5)):
            with pytest.raises(RequestRefused, match="begin again with part 0"):
                net.rpc("dev_loadState", first, False, part, parts)
        told = [net.rpc("dev_dumpState", None, False, part) for part in range(3)]
        assert "".join(each[2:] for each in told) == dumped.hex()
        assert told[-1] == "0x"


def test_pending_transactions_are_seen_dropped_by_hash_and_account_and_replaced(door: Door) -> None:
    control, send = door.control, door.net.send
    first = send(door.transfer(nonce=0))
    second = send(door.transfer(nonce=1))
    later = send(door.transfer(nonce=5))
    theirs = send(door.transfer(name="Bob"))
    assert {each.hash for each in control.pending()} == {first, second, later, theirs}
    assert control.pending()[-1].hash == later  # it is not ready
    extrinsic = door.transfer(value=7 * UNIT, nonce=1)
    better = control.replace(second, extrinsic)
    assert {each.hash: each.extrinsic for each in control.pending()}[better] == extrinsic
    assert (control.drop(theirs), control.drop(theirs)) == (True, False)
    assert control.drop_of(pair("Alice").account) == [first, better, later]
    assert control.pending() == []
    with pytest.raises((ValueError, LookupError), match="the pool has no transaction"):
        control.replace(first, extrinsic)


def test_whoever_is_impersonated_acts_and_the_digest_of_the_block_says_so(door: Door) -> None:
    eve = door.net.impersonated(door.net.address(door.net.keys.Eve))
    remark = door.net.tx.System.remark_with_event(remark=b"me")
    with pytest.raises(TransactionRefused, match="bad signature"):
        remark.send(eve)
    door.control.impersonate(eve.account)
    remark.send(eve)
    [block] = door.control.new_blocks()
    assert flagged(block.header) == (eve.account,)
    assert door.net.extrinsics(1)[1].checked().signer == door.net.address(eve.account)
    assert door.control.notes() == BlockNotes(False, False, (eve.account,))
    assert door.control.replay(block.header.hash).refused is None
    remark.send(eve)
    door.control.stop_impersonating(eve.account)
    assert door.control.pending() == []
    with pytest.raises(TransactionRefused, match="bad signature"):
        remark.send(eve)
    door.control.impersonate()
    remark.send(eve)
    door.control.stop_impersonating()
    assert (door.control.pending(), flagged(door.control.new_blocks()[0].header)) == ([], ())
    assert door.control.replay(block.header.hash).refused is None  # as it was then


def test_a_dry_run_tells_what_the_block_then_does_and_leaves_the_state_alone(door: Door) -> None:
    door.control.new_blocks()
    extrinsic, root = door.transfer(), door.root
    found = door.control.dry_run(extrinsic)
    assert (found.succeeds, found.refused, found.failure, door.root) == (True, None, None, root)
    assert (door.node.best.number, door.control.pending()) == (1, [])
    door.control.new_blocks(transactions=[extrinsic])
    applied = door.net.extrinsics(2)[1]
    assert applied.fee == found.fee
    assert [str(each).split("(")[0] for each in found.events] == [
        f"{each.pallet}.{each.name}" for each in applied.events
    ]
    assert {each.item for each in found.changes} == {"System.Account", "Balances.TotalIssuance"}
    whale = next(each for each in found.changes if each.storage_key == door.net.query.System.Account.key(WHALE))
    assert " became " in str(whale)


def test_a_dry_run_tells_of_failures_refusals_and_calls_of_anybody(door: Door) -> None:
    failing = door.control.dry_run(door.transfer(value=10**30))
    assert not failing.succeeds
    assert "underflow" in str(failing.failure).lower()
    assert failing.fee is not None
    refused = door.control.dry_run(door.transfer(nonce=7))
    assert "Transaction will be valid in the future" in str(refused.refused)
    assert (refused.succeeds, refused.fee, len(refused.changes)) == (False, None, 0)
    call = door.net.tx.Balances.transfer_keep_alive(dest=WHALE, value=UNIT).data
    tried = door.control.dry_run_as(door.net.keys.Eve.account, call)
    assert (tried.succeeds, tried.fee is not None, door.node.best.number) == (True, True, 0)
    with pytest.raises(ValueError, match="this is no call of the runtime"):
        door.control.dry_run_as(door.net.keys.Eve.account, b"\xff\xff")
    with pytest.raises(TransactionRefused, match="bad signature"):  # nobody is impersonated for having been tried
        door.net.tx.System.remark(b"").send(Impersonator.of(door.net.keys.Eve.account))


def test_a_block_is_replayed_to_its_root_and_a_marked_one_is_refused(door: Door) -> None:
    [block] = door.control.new_blocks(transactions=[door.transfer()])
    found = door.control.replay(block.header.hash)
    assert (found.refused, found.state_root) == (None, block.header.state_root)
    assert "System.Account" in {each.item for each in found.changes}
    assert len(found.events) == len(door.net.block(1).events)
    marked = door.control.set_items({"Sudo": {"Key": None}}, in_new_block=True)
    assert "digest" in str(door.control.replay(marked).refused)
    with pytest.raises(ValueError, match="replay a block on top of it"):
        door.control.replay(door.net.hash_of(0))


def test_a_node_without_impersonation_refuses_it_and_still_tries() -> None:
    with served_node(may_impersonate=False) as served, devnet(served.url) as net:
        eve = net.keys.Eve.account
        with pytest.raises(ValueError, match="started without that; palletlab dev --impersonation"):
            net.control.impersonate(eve)
        with pytest.raises(TransactionRefused, match="bad signature"):
            net.tx.System.remark(b"").send(Impersonator.of(eve))
        assert net.control.dry_run_as(eve, net.tx.System.remark(b"").data).succeeds


def test_a_node_that_refuses_unsafe_methods_is_told_of_with_the_next_step() -> None:
    with served_node(is_unsafe_allowed=False) as served, devnet(served.url) as net:
        for act in (net.control.snapshot, net.control.pending, lambda: net.control.dry_run(b"\x04")):
            with pytest.raises(ValueError, match=r"unsafe to be called externally.*palletlab dev --unsafe-rpc"):
                act()
        assert net.head.number == 0


def test_hashes_of_no_block_are_told(door: Door) -> None:
    for act in (door.control.set_head, door.control.replay, door.control.notes):
        with pytest.raises(LookupError, match=f"block 0x{bytes(32).hex()}"):
            act(Hash(bytes(32)))
