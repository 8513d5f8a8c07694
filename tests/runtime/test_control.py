"""The development chain is controlled in its runtime's terms: typed storage, dry runs, replays."""

import json
from pathlib import Path

import pytest

from chain.block import Block
from chain.crypto.development import account, pair
from chain.crypto.keys import KeyPair
from chain.extrinsic import Id
from chain.node.control import BlockNotes, ControlError
from chain.node.impersonation import Impersonator, fake_signature, flagged
from chain.node.sealing import Sealer, SealingMode
from chain.node.service import Node
from chain.node.timer import SimulatedTimer
from chain.node.trial import NothingToReplay
from chain.offchain.participant import Participant
from chain.primitives import AccountId
from chain.validity import Invalid, InvalidBlock, InvalidTransaction
from pallets.frame import Root, Signed, call_of
from pallets.frame.call import RuntimeCall
from pallets.system.types import AccountData, AccountInfo
from pallets.template import Template
from runtime.control import RuntimeControl, control_of
from runtime.dev import GENESIS_TIME_MS, SLOT_DURATION_MS, UNIT, DevRuntime
from runtime.devnet import dev_node
from runtime.genesis_json import GenesisJsonError, Json
from runtime.signing import signed

ALICE, BOB, EVE = account("Alice"), account("Bob"), account("Eve")
WHALE = AccountId(b"w" * 32)


@pytest.fixture
def node() -> Node[DevRuntime]:
    return dev_node()


@pytest.fixture
def control(node: Node[DevRuntime]) -> RuntimeControl[DevRuntime]:
    return control_of(node)


def transfer(node: Node[DevRuntime], value: int = UNIT, key: KeyPair | None = None) -> bytes:
    runtime = node.runtime_at()
    call = call_of(runtime.balances.transfer_keep_alive, dest=Id(BOB), value=value)
    return signed(runtime, key or pair("Alice"), call, block_hash=node.best.hash)


def free(node: Node[DevRuntime], who: AccountId) -> int:
    return node.runtime_at().system.account.get(who).data.free


# Typed storage


def test_storage_is_edited_through_the_pallets(control: RuntimeControl[DevRuntime], node: Node[DevRuntime]) -> None:
    with control.edited() as runtime:
        runtime.sudo.key.put(BOB)
        info = runtime.system.account.get(ALICE)
        runtime.system.account.insert(ALICE, info.with_data(AccountData(free=5 * UNIT)))
    assert node.runtime_at().sudo.key.get() == BOB
    assert free(node, ALICE) == 5 * UNIT
    assert node.best.is_overridden
    with control.edited(in_new_block=True) as runtime:
        runtime.sudo.key.kill()
    assert (node.best.number, node.runtime_at().sudo.key.get()) == (1, None)
    assert control.notes() == BlockNotes(False, True, ())


def test_an_edit_that_fails_changes_nothing(control: RuntimeControl[DevRuntime], node: Node[DevRuntime]) -> None:
    def fail() -> None:
        with control.edited() as runtime:
            runtime.sudo.key.put(BOB)
            control.set_items({"Nothing": {}})

    with pytest.raises(GenesisJsonError):
        fail()
    assert node.runtime_at().sudo.key.get() == ALICE


def test_items_are_set_by_name_as_chopsticks_does(control: RuntimeControl[DevRuntime], node: Node[DevRuntime]) -> None:
    values: dict[str, Json] = {
        "System": {"Account": [[["0x" + WHALE.hex()], {"providers": 1, "data": {"free": "7000000000000"}}]]},
        "Sudo": {"Key": "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty"},
        "Balances": {"TotalIssuance": 7},
    }
    assert control.set_items(values) == node.best.hash
    runtime = node.runtime_at()
    assert runtime.system.account.get(WHALE) == AccountInfo(providers=1, data=AccountData(free=7 * UNIT))
    assert (runtime.sudo.key.get(), runtime.balances.total_issuance.get()) == (BOB, 7)
    control.set_items({"System": {"$removePrefix": ["Account", "Digest"]}, "Sudo": {"Key": None}})
    assert (list(node.runtime_at().system.account.iter()), node.runtime_at().sudo.key.get()) == ([], None)
    control.set_items({"System": {"Account": [[["0x" + WHALE.hex()], {}]], "BlockHash": [[[0], "0x" + "ab" * 32]]}})
    assert node.runtime_at().system.account.get(WHALE) == AccountInfo()
    control.set_items({"System": {"Account": [[["0x" + WHALE.hex()], None]]}})
    assert not node.runtime_at().system.account.contains_key(WHALE)


def test_names_of_items_may_be_those_of_polkadot_js(
    control: RuntimeControl[DevRuntime], node: Node[DevRuntime]
) -> None:
    control.set_items({"balances": {"totalIssuance": 7}, "system": {"$removePrefix": ["account"]}})
    runtime = node.runtime_at()
    assert (runtime.balances.total_issuance.get(), list(runtime.system.account.iter())) == (7, [])


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"Nothing": {}}, "Nothing: unknown pallet; there are Assets, Balances,"),
        ({"Sudo": 1}, "Sudo: must be an object of storage items"),
        ({"Sudo": {"Kei": None}}, r"Sudo.Kei: unknown storage item; there are Key"),
        ({"Sudo": {"$removePrefix": "Key"}}, r"Sudo.\$removePrefix: must be an array of names"),
        ({"Sudo": {"$removePrefix": ["Kei"]}}, "Sudo.Kei: unknown storage item"),
        ({"Sudo": {"Key": "5Grw"}}, "Sudo.Key: '5Grw' is no address"),
        ({"Balances": {"TotalIssuance": -1}}, "Balances.TotalIssuance: "),
        ({"System": {"Account": {}}}, "System.Account: a map is written as an array of entries"),
        ({"System": {"Account": [[1, 2]]}}, r"System.Account\[0\]: must be an entry"),
        ({"System": {"Account": [[[], {}]]}}, r"System.Account\[0\]\[0\]: must be an array of 1 keys, not of 0"),
        ({"System": {"Account": [[["0x00"], {}]]}}, r"System.Account\[0\]\[0\]\[0\]: "),
        (
            {"System": {"Account": [[["0x" + "00" * 32], {"data": {"fre": 1}}]]}},
            r"System.Account\[0\]\[1\].data.fre: unknown field",
        ),
    ],
)
def test_json_that_is_no_storage_says_where(
    control: RuntimeControl[DevRuntime], node: Node[DevRuntime], values: dict[str, Json], sentence: str
) -> None:
    with pytest.raises(GenesisJsonError, match=sentence):
        control.set_items(values)
    assert not node.best.is_overridden


# Dry runs and replays


def test_a_dry_run_tells_what_an_extrinsic_would_do_and_the_block_then_does_it(
    control: RuntimeControl[DevRuntime], node: Node[DevRuntime]
) -> None:
    node.seal()
    extrinsic, before = transfer(node), node.best.state.root
    found = control.dry_run(extrinsic)
    assert (found.succeeds, node.best.state.root, len(node.pool)) == (True, before, 0)
    alice = free(node, ALICE)
    control.new_blocks(transactions=[extrinsic])
    assert found.fee == alice - free(node, ALICE) - UNIT
    assert [str(event).split("(")[0] for event in found.events] == [
        f"{record.event.pallet}.{type(record.event.event).__name__}"
        for record in node.runtime_at().system.events.get()[1:]
    ]
    changed = {(change.item, change.key) for change in found.changes}
    burned = ("Balances.TotalIssuance", "")
    assert changed == {burned, ("System.Account", repr(ALICE)), ("System.Account", repr(BOB))}
    assert f"free={free(node, BOB)}" in next(change.after for change in found.changes if change.key == repr(BOB))


def test_a_dry_run_of_a_failing_call_has_its_fee_and_its_error(
    control: RuntimeControl[DevRuntime], node: Node[DevRuntime]
) -> None:
    found = control.dry_run(transfer(node, value=10**30))
    assert found.failure is not None
    assert not found.succeeds
    assert found.fee is not None
    assert {change.key for change in found.changes} == {"", repr(ALICE)}


def test_a_dry_run_of_an_invalid_extrinsic_says_why_and_does_nothing(
    control: RuntimeControl[DevRuntime], node: Node[DevRuntime]
) -> None:
    found = control.dry_run(transfer(node, key=KeyPair.from_uri("//Nobody")))
    assert found.refused is not None
    assert (found.refused.variant, found.events, found.changes, found.fee) == (Invalid.PAYMENT, (), (), None)


def test_a_call_is_tried_from_any_origin(control: RuntimeControl[DevRuntime], node: Node[DevRuntime]) -> None:
    template: Template = node.runtime_at().template
    call: RuntimeCall = call_of(template.do_something, something=5)
    found = control.dry_run_call(call, Signed(WHALE))
    assert (found.succeeds, found.fee) == (True, None)
    assert [(change.item, change.before, change.after) for change in found.changes] == [
        ("Template.Something", "nothing", "5")
    ]
    assert control.dry_run_call(call, Root()).failure is not None


def test_a_block_is_replayed_with_what_it_did(control: RuntimeControl[DevRuntime], node: Node[DevRuntime]) -> None:
    block = control.new_blocks(transactions=[transfer(node)])[0]
    events = tuple(node.runtime_at().system.events.get())
    replay = control.replay(block.hash)
    assert (replay.refused, replay.state_root, replay.events) == (None, block.header.state_root, events)
    assert ("System.Account", repr(BOB)) in {(change.item, change.key) for change in replay.changes}
    assert control.execute_again(block.hash).state_root == block.header.state_root
    with pytest.raises(NothingToReplay, match="replay a block on top of it"):
        control.replay(node.chain.genesis.hash)


def test_a_block_that_was_written_to_by_hand_is_replayed_to_the_rule_that_it_breaks(
    control: RuntimeControl[DevRuntime], node: Node[DevRuntime]
) -> None:
    marked = control.set_items({"Sudo": {"Key": None}}, in_new_block=True)
    refused = control.replay(marked).refused
    assert refused is not None
    assert refused.rule == "digest"
    with pytest.raises(InvalidBlock, match="digest"):
        dev_node().import_block(node.best.block)


# State files, time, snapshots


def test_a_dumped_state_tells_its_entries_and_is_loaded_into_a_new_chain(
    control: RuntimeControl[DevRuntime], node: Node[DevRuntime], tmp_path: Path
) -> None:
    control.new_blocks(3, transactions=[transfer(node)])
    control.dump(tmp_path / "state.json")
    content = json.loads((tmp_path / "state.json").read_text())
    told = {entry.get("item"): entry for entry in content["entries"]}
    assert told["System.Number"]["means"] == "3"
    assert told["System.Account"]["means"].startswith("AccountInfo(")
    other = dev_node()
    control_of(other).load(tmp_path / "state.json")
    assert other.best.state.root == node.best.state.root
    before = free(other, BOB)
    control_of(other).new_blocks(transactions=[transfer(other)])
    assert free(other, BOB) == before + UNIT
    assert other.runtime_at().timestamp.now.get() == GENESIS_TIME_MS + 4 * SLOT_DURATION_MS


def test_a_revert_restores_state_pool_time_and_what_workers_stored() -> None:
    participant = Participant(pair("Alice"))
    node = dev_node(participants=[participant])
    control = control_of(node)
    control.new_blocks()
    waiting = node.submit(transfer(node))
    participant.storage.set(b"key", b"before")
    root, snapshot = node.best.state.root, control.snapshot()
    control.travel(GENESIS_TIME_MS + 10**10)
    control.new_blocks(2)
    participant.storage.set(b"key", b"after")
    control.set_items({"Balances": {"TotalIssuance": 1}})
    control.revert(snapshot)
    assert (node.best.state.root, node.best.number, participant.storage.get(b"key")) == (root, 1, b"before")
    assert [entry.hash for entry in control.pending()] == [waiting]
    control.new_blocks()
    assert node.runtime_at().timestamp.now.get() == GENESIS_TIME_MS + 2 * SLOT_DURATION_MS


# Acting for others


def test_nobody_is_impersonated_unless_it_is_allowed(
    control: RuntimeControl[DevRuntime], node: Node[DevRuntime]
) -> None:
    remark = call_of(node.runtime_at().system.remark, remark=b"")
    with pytest.raises(ControlError, match="may not be impersonated: allow it first"):
        control.submit_as(EVE, remark)
    fake = signed(node.runtime_at(), Impersonator.of(EVE), remark, block_hash=node.best.hash)
    with pytest.raises(InvalidTransaction, match="bad signature"):
        node.submit(fake)


def test_whoever_is_impersonated_acts_and_the_block_says_so(
    control: RuntimeControl[DevRuntime], node: Node[DevRuntime]
) -> None:
    control.impersonation.allow(EVE)
    call = call_of(node.runtime_at().balances.transfer_keep_alive, dest=Id(WHALE), value=3 * UNIT)
    control.submit_as(EVE, call)
    block = control.new_blocks()[0]
    assert free(node, WHALE) == 3 * UNIT
    assert control.notes() == BlockNotes(False, False, (EVE,))
    assert not control.notes().is_genuine
    assert fake_signature() in block.extrinsics[1]
    assert flagged(block.header) == (EVE,)
    for told in (block, Block(block.header.unsealed, block.extrinsics)):  # also where it does not say so
        with pytest.raises(InvalidBlock, match=r"no seal|bad signature"):
            dev_node().import_block(told)
    with pytest.raises(ControlError):
        control.submit_as(BOB, call)
    assert control.replay(block.hash).refused is None
    assert flagged(control.new_blocks(transactions=[transfer(node)])[0].header) == ()


def test_nobody_is_impersonated_any_more_and_what_waits_for_it_is_gone(
    control: RuntimeControl[DevRuntime], node: Node[DevRuntime]
) -> None:
    remark = call_of(node.runtime_at().system.remark, remark=b"")
    control.impersonate(EVE)
    control.impersonate(BOB)
    mine = control.submit_as(EVE, remark), control.submit_as(EVE, remark)
    theirs, signed_by_key = control.submit_as(BOB, remark), node.submit(transfer(node))
    control.stop_impersonating(EVE)
    assert {each.hash for each in control.pending()} == {theirs, signed_by_key}
    assert not set(mine) & {each.hash for each in control.pending()}
    control.impersonate()
    control.stop_impersonating()
    assert [each.hash for each in control.pending()] == [signed_by_key]


def test_a_node_without_impersonation_refuses_it_and_tries_it_only(node: Node[DevRuntime]) -> None:
    control = control_of(node, may_impersonate=False)
    call = call_of(node.runtime_at().balances.transfer_keep_alive, dest=Id(WHALE), value=3 * UNIT)
    with pytest.raises(ControlError, match="started without that; palletlab dev --impersonation"):
        control.impersonate(EVE)
    extrinsic, root = control.signed_as(EVE, call.encode()), node.best.state.root
    found = control.dry_run(extrinsic)
    assert (found.succeeds, found.fee is not None, node.best.state.root) == (True, True, root)
    with pytest.raises(InvalidTransaction, match="bad signature"):  # what was tried is not remembered as signed
        node.submit(extrinsic)
    with pytest.raises(ControlError, match="this is no call of the runtime"):
        control.signed_as(EVE, b"\xff\xff")


def test_blocks_say_so_whichever_control_of_the_node_impersonates(
    control: RuntimeControl[DevRuntime], node: Node[DevRuntime]
) -> None:
    another = control_of(node)
    control.impersonate(EVE)
    control.submit_as(EVE, call_of(node.runtime_at().system.remark, remark=b""))
    assert flagged(another.new_blocks()[0].header) == (EVE,)


def test_what_was_allowed_is_forbidden_again(control: RuntimeControl[DevRuntime], node: Node[DevRuntime]) -> None:
    impersonation = control.impersonation
    remark = call_of(node.runtime_at().system.remark, remark=b"")
    fake = signed(node.runtime_at(), Impersonator.of(EVE), remark, block_hash=node.best.hash)
    impersonation.allow(EVE)
    control.drop(node.submit(fake))
    impersonation.forbid(EVE)
    with pytest.raises(InvalidTransaction, match="bad signature"):
        node.submit(fake)
    impersonation.allow_everybody()
    control.drop(node.submit(fake))
    impersonation.forbid_everybody()
    with pytest.raises(InvalidTransaction, match="bad signature"):
        node.submit(fake)
    node.submit(transfer(node))
    assert impersonation.is_allowed(EVE) is False


def test_real_signatures_are_verified_while_others_are_impersonated(
    control: RuntimeControl[DevRuntime], node: Node[DevRuntime]
) -> None:
    control.impersonation.allow_everybody()
    good = transfer(node)
    with pytest.raises(InvalidTransaction, match="bad signature"):
        node.submit(good[:40] + bytes([good[40] ^ 1]) + good[41:])
    node.submit(good)


def test_pending_transactions_of_an_account_are_dropped() -> None:
    node, timer = dev_node(), SimulatedTimer()
    control = control_of(node, Sealer(node, timer))
    mine = [node.submit_call(pair("Alice"), call_of(node.runtime_at().system.remark, remark=b"")) for _ in range(3)]
    theirs = node.submit(transfer(node, key=pair("Eve")))
    assert control.drop_of(ALICE) == mine
    assert [entry.hash for entry in control.pending()] == [theirs]
    control.sealer.mode = SealingMode.INSTANT
    timer.advance()
    assert len(node.best.block.extrinsics) == 2
