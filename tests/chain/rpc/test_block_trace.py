"""A block that is executed again tells each read and write."""

from __future__ import annotations

from typing import Any

import pytest

from tests.chain.rpc.served_chain import Client, Refused, ServedChain, to_hex


@pytest.fixture
def chain() -> ServedChain:
    chain = ServedChain()
    chain.services.is_unsafe_allowed = True
    return chain


@pytest.fixture
def client(chain: ServedChain) -> Client:
    return chain.client()


def events(client: Client, block: bytes, *filters: str | None) -> list[dict[str, Any]]:
    trace = client.call("state_traceBlock", to_hex(block), *filters)["blockTrace"]
    assert trace["blockHash"] == block.hex()
    assert all(event["target"] == "state" for event in trace["events"])
    return [event["data"]["stringValues"] for event in trace["events"]]


def test_reads_and_writes_are_told_with_keys_and_values(chain: ServedChain, client: Client) -> None:
    block = chain.block(None, chain.transaction(account=1, key=2, value=3)).hash
    nonce = b"nonce" + b"\1".ljust(32, b"\0")
    told = events(client, block, "state", "", "")
    read = {"method": "Get", "ext_id": "0000", "key": nonce.hex(), "result": "None", "result_encoded": "00"}
    assert told.count(read) == 1
    assert told[-1] == {"method": "Put", "ext_id": "0000", "key": "02", "value": "Some(03)", "value_encoded": "010403"}


def test_filters_pass_what_begins_so(chain: ServedChain, client: Client) -> None:
    block = chain.block(None, chain.transaction(account=1, key=2, value=3)).hash
    assert [event["key"] for event in events(client, block, None, "02,ff", "Put")] == ["02"]
    assert events(client, block, None, "02", "Get") == []
    assert events(client, block, "pallet", "", "") == []
    assert events(client, block) == []


def test_spans_are_the_steps_of_the_execution_and_events_stand_in_them(chain: ServedChain, client: Client) -> None:
    block = chain.block(None, chain.transaction(account=1, key=2, value=3)).hash
    trace = client.call("state_traceBlock", to_hex(block), None, "02", "Put")["blockTrace"]
    steps = [(1, None, "execute_block"), (2, 1, "init_block"), (3, 1, "apply_extrinsic"), (4, 1, "final_checks")]
    assert trace["spans"] == [
        {"id": at, "parentId": parent, "name": name, "target": "frame_executive", "wasm": False}
        for at, parent, name in steps
    ]
    (event,) = trace["events"]
    assert event["parentId"] == 3


@pytest.mark.parametrize(
    ("targets", "spans", "events"),
    [("", 4, 1), ("state", 0, 1), ("frame", 4, 0), ("pallet,state=trace", 0, 1), ("state=info,frame=TRACE", 4, 0)],
)
def test_targets_pass_by_their_beginnings_and_levels(
    targets: str, spans: int, events: int, chain: ServedChain, client: Client
) -> None:
    block = chain.block(None, chain.transaction(account=1, key=2, value=3)).hash
    trace = client.call("state_traceBlock", to_hex(block), targets, "02", "Put")["blockTrace"]
    assert (len(trace["spans"]), len(trace["events"])) == (spans, events)


def test_a_block_that_comes_out_as_another_has_no_trace(chain: ServedChain, client: Client) -> None:
    parent = chain.node.best.hash
    block = chain.block(None, chain.transaction(account=1, key=2, value=3)).hash
    chain.node.set_storage({b"other": b"state"}, parent)
    (error,) = client.call("state_traceBlock", to_hex(block))["traceError"].values()
    assert error.startswith("Dispatch error: Failed to collect traces and execute block: ")


def test_block_zero_and_unknown_blocks_have_no_trace(chain: ServedChain, client: Client) -> None:
    found = client.call("state_traceBlock", to_hex(chain.node.best.hash))
    assert found == {"traceError": {"error": "Missing block component: the state before the block"}}
    with pytest.raises(Refused, match="UnknownBlock"):
        client.call("state_traceBlock", "0x" + "11" * 32)
