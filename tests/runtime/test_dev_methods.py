"""The methods of `dev` over the development runtime: chopsticks' forms and answers, and whatever clients send."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chain.client.client import Client
from chain.client.errors import RequestRefused
from chain.crypto.development import pair
from chain.extrinsic import with_length_prefix
from chain.node.sealing import SealingMode
from chain.rpc.errors import INTERNAL_ERROR
from chain.rpc.hexadecimal import to_hex
from chain.rpc.namespaces import standard_methods
from runtime.dev import UNIT, DevRuntime
from runtime.notebook import LocalClient, devnet

METHODS = sorted(name for name in standard_methods() if name.startswith("dev_"))

WHALE = "0x" + "77" * 32


@pytest.fixture
def net() -> Iterator[LocalClient[DevRuntime]]:
    with devnet(sealing=SealingMode.MANUAL) as net:
        yield net


def transfer(net: Client, value: int = UNIT, nonce: int | None = None) -> str:
    call = net.tx.Balances.transfer_keep_alive(dest=WHALE, value=value)
    return to_hex(with_length_prefix(call.signed(pair("Alice"), nonce=nonce)))


def test_a_dry_run_answers_as_chopsticks_does_and_says_more(net: LocalClient[DevRuntime]) -> None:
    net.new_block()
    root, alice = net.node.best.state.root, net.address(pair("Alice"))
    whale, free = net.address(WHALE), net.balance(pair("Alice"))
    found = net.rpc("dev_dryRun", {"extrinsic": transfer(net)})
    assert {"old", "new", "delta"} <= found.keys()
    assert found["old"]["system"]["account"][whale] is None
    assert found["new"]["system"]["account"][whale]["data"]["free"] == UNIT
    paid = free - UNIT - found["fee"]
    assert int(found["new"]["system"]["account"][alice]["data"]["free"]) == paid
    assert found["delta"]["system"]["account"][alice]["nonce"] == [0, 1]
    assert found["delta"]["system"]["account"][whale][0] is None
    events = found["new"]["system"]["events"]
    assert set(found["delta"]["system"]["events"]) == {"_t", *map(str, range(len(events)))}
    assert found["outcome"] == {"isSuccess": True, "error": None}
    assert [f"{each['pallet']}.{each['name']}" for each in found["events"]][-1] == "System.ExtrinsicSuccess"
    assert {each["item"] for each in found["changes"]} == {"System.Account", "Balances.TotalIssuance"}
    assert net.node.best.state.root == root


def test_a_raw_dry_run_is_pairs_that_lead_to_the_state_after(net: LocalClient[DevRuntime]) -> None:
    net.new_block()
    extrinsic = transfer(net)
    pairs = net.rpc("dev_dryRun", {"extrinsic": extrinsic, "raw": True})
    net.rpc("dev_newBlock", {"transactions": [extrinsic]})
    accounts = [pair for pair in pairs if pair[0].startswith(to_hex(net.query.System.Account.key()))]
    assert len(accounts) == 2
    for key, value in accounts:
        assert net.rpc("state_getStorage", key) == value


def test_a_dry_run_is_a_page_where_that_is_asked_for(net: LocalClient[DevRuntime]) -> None:
    page = net.rpc("dev_dryRun", {"extrinsic": transfer(net), "html": True})
    assert page.startswith("<!doctype html>")
    assert net.address(WHALE) in page


def test_a_call_is_tried_in_the_name_of_an_address(net: LocalClient[DevRuntime]) -> None:
    call = to_hex(net.tx.Balances.transfer_keep_alive(dest=WHALE, value=UNIT).data)
    for address in (net.address(pair("Eve")), to_hex(pair("Eve").account)):
        found = net.rpc("dev_dryRun", {"extrinsic": {"call": call, "address": address}})
        assert found["new"]["system"]["account"][net.address(WHALE)]["data"]["free"] == UNIT


def test_a_dry_run_on_an_older_block_is_of_its_state(net: LocalClient[DevRuntime]) -> None:
    first = net.rpc("dev_newBlock")
    extrinsic = transfer(net)
    net.rpc("dev_newBlock", {"transactions": [extrinsic]})
    assert net.rpc("dev_dryRun", {"extrinsic": extrinsic, "at": first})["outcome"]["isSuccess"] is True
    with pytest.raises(RequestRefused, match="Transaction is outdated") as refused:
        net.rpc("dev_dryRun", {"extrinsic": extrinsic})
    assert (refused.value.code, refused.value.data) == (1, "Invalid.Stale")


def test_a_failing_call_says_why_by_name(net: LocalClient[DevRuntime]) -> None:
    call = to_hex(net.tx.Balances.force_set_balance(who=WHALE, new_free=1).data)
    found = net.rpc("dev_dryRun", {"extrinsic": {"call": call, "address": net.address(pair("Eve"))}})
    assert found["outcome"] == {"isSuccess": False, "error": "BadOrigin"}
    assert found["fee"] > 0


def test_a_readable_dump_says_what_entries_mean_and_is_loaded_like_the_other(net: LocalClient[DevRuntime]) -> None:
    net.new_block()
    readable, packed = net.rpc("dev_dumpState", None, True), net.rpc("dev_dumpState")
    items = {entry.get("item") for entry in readable["entries"]}
    assert {"System.Account", "Balances.TotalIssuance", "System.Number"} <= items
    root = to_hex(net.node.best.state.root)
    assert readable["root"] == root
    for dump in (readable, packed):
        net.rpc("dev_setStorage", {"Balances": {"TotalIssuance": 7}})
        loaded = net.rpc("dev_loadState", dump)
        assert loaded == {"stateRoot": root, "blockHash": to_hex(net.head.hash), "blockNumber": 1}
        assert to_hex(net.node.best.state.root) == root


def test_pending_transactions_tell_who_signed_them_and_whether_they_are_ready(net: LocalClient[DevRuntime]) -> None:
    ready, later = (net.rpc("author_submitExtrinsic", transfer(net, nonce=nonce)) for nonce in (0, 4))
    told = net.rpc("dev_pendingTransactions")
    alice = net.address(pair("Alice"))
    assert [(each["hash"], each["isReady"], each["signer"]) for each in told] == [
        (ready, True, alice),
        (later, False, alice),
    ]
    assert net.rpc("dev_dropTransactions", [ready, {"hash": WHALE}]) == [ready]
    assert net.rpc("dev_dropTransactions", {"account": alice}) == [later]
    assert net.rpc("dev_dropTransactions", later) == []


def test_a_replayed_block_tells_events_and_changes(net: LocalClient[DevRuntime]) -> None:
    net.rpc("dev_newBlock", {"transactions": [transfer(net)]})
    told = net.rpc("dev_replayBlock", 1)
    assert (told["isSame"], told["refused"]) == (True, None)
    assert told["stateRoot"] == to_hex(net.head.header.state_root)
    assert [(each["pallet"], each["name"]) for each in told["events"]] == [
        (each.pallet, each.name) for each in net.block(1).events
    ]
    assert told == net.rpc("dev_replayBlock", to_hex(net.head.hash))


JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-9, 9) | st.sampled_from([-(2**70), 2**63, 2**70]),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=8),
    st.binary(max_size=12).map(lambda data: "0x" + data.hex()),
    st.sampled_from(["0x" + "00" * 32, WHALE, "9999-12-31T23:59:59.999999-23:59", "0001-01-01", "Instant", "1e9"]),
)
NAMES = st.sampled_from(
    ["extrinsic", "call", "address", "at", "raw", "html", "count", "to", "transactions", "hash", "account", "System",
     "Account", "Sudo", "Key", "$removePrefix", "format", "version", "entries", "root", "block"]
)  # fmt: skip
NESTED = st.recursive(
    JUNK, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4), max_leaves=6
)


@pytest.fixture(scope="module")
def fuzzed() -> Iterator[LocalClient[DevRuntime]]:
    with devnet(sealing=SealingMode.MANUAL) as net:
        yield net


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(method=st.sampled_from(METHODS), params=st.lists(NESTED, max_size=3))
def test_whatever_is_sent_is_answered_or_refused_and_never_an_internal_error(
    fuzzed: LocalClient[DevRuntime], caplog: pytest.LogCaptureFixture, method: str, params: list[Any]
) -> None:
    with fuzzed.control.taken_back(), caplog.at_level(logging.ERROR):
        assert code_of(fuzzed, method, *params) != INTERNAL_ERROR, caplog.text
    fuzzed.control.stop_impersonating()


def code_of(net: Client, method: str, *params: Any) -> int | None:
    """Of the refusal; None where the request is answered."""
    try:
        net.rpc(method, *params)
    except RequestRefused as refused:
        return refused.code
    return None


@pytest.mark.parametrize("item", ["System.Number", "System.Events", "Timestamp.Now", "System.Account"])
def test_a_ruined_state_is_told_of_by_sentences(net: LocalClient[DevRuntime], item: str) -> None:
    net.rpc("dev_newBlock", {"count": 2})
    alice, extrinsic = net.address(pair("Alice")), transfer(net)
    pallet, name = item.split(".")
    reader = getattr(getattr(net.query, pallet), name)
    key = reader.key(pair("Alice")) if name == "Account" else reader.key()
    net.rpc("dev_setStorage", [[to_hex(key), "0x01"]])
    call = {"call": to_hex(net.tx.System.remark(b"").data), "address": alice}
    for method, *params in (
        ("dev_dryRun", {"extrinsic": extrinsic}),
        ("dev_dryRun", {"extrinsic": call}),
        ("dev_newBlock",),
        ("dev_replayBlock", 2),
        ("dev_dumpState", None, True),
        ("dev_pendingTransactions",),
    ):
        assert code_of(net, method, *params) in (None, 1), method


def test_every_method_that_controls_is_listed(net: LocalClient[DevRuntime]) -> None:
    listed = [each for each in net.rpc("rpc_methods")["methods"] if each.startswith("dev_")]
    assert listed == METHODS
