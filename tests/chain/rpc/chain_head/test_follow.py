"""What a follow session tells, in which order, and what it holds."""

from __future__ import annotations

from typing import Any

import pytest

from chain.block import Block
from chain.node.importer import BlockImport
from chain.primitives import Hash
from chain.rpc.chain_head.limits import FollowLimits
from tests.chain.rpc.served_chain import VERSION_KEY, Client, Refused, ServedChain, to_hex

NO_RUNTIME = {
    "type": "valid",
    "spec": {
        "specName": "fake",
        "implName": "fake",
        "specVersion": 0,
        "implVersion": 1,
        "apis": {"0xdfdfdfdfdfdfdfdf": 5},
        "transactionVersion": 1,
    },
}


@pytest.fixture
def chain() -> ServedChain:
    return ServedChain()


@pytest.fixture
def client(chain: ServedChain) -> Client:
    return chain.client()


def new(block: Block, runtime: Any = None) -> dict[str, Any]:
    parent = to_hex(block.header.parent_hash)
    return {"event": "newBlock", "blockHash": to_hex(block.hash), "parentBlockHash": parent, "newRuntime": runtime}


def best(block_hash: Hash) -> dict[str, Any]:
    return {"event": "bestBlockChanged", "bestBlockHash": to_hex(block_hash)}


def final(*blocks: Block, pruned: tuple[Block, ...] = ()) -> dict[str, Any]:
    return {
        "event": "finalized",
        "finalizedBlockHashes": [to_hex(block.hash) for block in blocks],
        "prunedBlockHashes": [to_hex(block.hash) for block in pruned],
    }


def finalize_at_once(chain: ServedChain) -> None:
    def finalize(imported: BlockImport) -> None:
        chain.node.finalize(imported.block.hash)

    chain.node.on_block(finalize)


def test_a_session_begins_with_finalized_blocks_then_the_others_then_the_best(
    chain: ServedChain, client: Client
) -> None:
    genesis = chain.node.chain.genesis.hash
    settled, open_ = chain.block(), chain.block()
    chain.node.finalize(settled.hash)
    fork = chain.fork(settled.hash, 1)
    newest = chain.block()
    client.call("chainHead_v1_follow", True)
    assert client.events() == [
        {
            "event": "initialized",
            "finalizedBlockHashes": [to_hex(genesis), to_hex(settled.hash)],
            "finalizedBlockRuntime": NO_RUNTIME,
        },
        new(open_),
        new(fork),
        new(newest),
        best(newest.hash),
    ]


def test_a_session_begins_with_sixteen_finalized_blocks_at_most(chain: ServedChain, client: Client) -> None:
    blocks = [chain.block() for _ in range(20)]
    chain.node.finalize(blocks[-1].hash)
    client.call("chainHead_v1_follow", True)
    initialized, changed = client.events()
    assert initialized["finalizedBlockHashes"] == [to_hex(block.hash) for block in blocks[-16:]]
    assert changed == best(blocks[-1].hash)


def test_blocks_are_told_as_they_come_and_are_finalized(chain: ServedChain, client: Client) -> None:
    client.call("chainHead_v1_follow", True)
    client.events()
    first = chain.block()
    beside = chain.fork(chain.node.chain.genesis.hash, 1)
    assert client.events() == [new(first), best(first.hash), new(beside)]
    longer = chain.fork(beside.hash, 2)
    assert client.events() == [new(longer), best(longer.hash)]
    chain.node.finalize(longer.hash)
    assert client.events() == [final(beside, longer, pruned=(first,))]


def test_the_best_block_is_never_left_behind_by_a_finalized_one(chain: ServedChain, client: Client) -> None:
    client.call("chainHead_v1_follow", True)
    first, second = chain.block(), chain.block()
    beside = chain.fork(chain.node.chain.genesis.hash, 1)
    client.events()
    chain.node.finalize(beside.hash)
    assert client.events() == [best(beside.hash), final(beside, pruned=(first, second))]


def test_finality_without_lag_is_told_after_its_block() -> None:
    chain = ServedChain(finality_lag=0)
    client = chain.client()
    client.call("chainHead_v1_follow", True)
    client.events()
    block = chain.block()
    assert client.events() == [new(block), best(block.hash), final(block)]


def test_whoever_finalizes_in_a_callback_does_not_change_the_order(chain: ServedChain, client: Client) -> None:
    finalize_at_once(chain)
    client.call("chainHead_v1_follow", True)
    client.events()
    block = chain.block()
    assert client.events() == [new(block), best(block.hash), final(block)]


def test_without_runtime_nothing_of_runtimes_is_told_or_called(chain: ServedChain, client: Client) -> None:
    follow = client.call("chainHead_v1_follow", False)
    block = chain.block()
    initialized, _, told, *_ = client.events()
    assert "finalizedBlockRuntime" not in initialized
    assert told["event"] == "newBlock"
    assert "newRuntime" not in told
    with pytest.raises(Refused) as refused:
        client.call("chainHead_v1_call", follow, to_hex(block.hash), "Echo_back", "0x")
    assert refused.value.code == -32802


def test_a_new_runtime_is_told_with_its_first_block(chain: ServedChain, client: Client) -> None:
    client.call("chainHead_v1_follow", True)
    client.events()
    upgraded = chain.block(None, chain.transaction(key=VERSION_KEY, value=7))
    after = chain.block()
    spec = {**NO_RUNTIME["spec"], "specVersion": 7}  # type: ignore[dict-item]  # a dictionary in a dictionary
    assert client.events() == [
        new(upgraded, {"type": "valid", "spec": spec}),
        best(upgraded.hash),
        new(after),
        best(after.hash),
    ]


def test_a_pinned_block_is_there_after_the_node_forgets_it(chain: ServedChain, client: Client) -> None:
    follow = client.call("chainHead_v1_follow", True)
    kept = chain.block(None, chain.transaction(key=2, value=3))
    other = chain.fork(chain.node.chain.genesis.hash, 1)
    chain.node.finalize(other.hash)
    name = to_hex(kept.hash)
    assert kept.hash not in chain.node.chain
    client.events()
    assert client.call("chainHead_v1_header", follow, name) == to_hex(kept.header.encoded)
    client.call("chainHead_v1_call", follow, name, "Read_value", "0x02")
    assert client.events()[0]["output"] == "0x03"
    client.call("chainHead_v1_unpin", follow, name)
    with pytest.raises(Refused) as refused:
        client.call("chainHead_v1_header", follow, name)
    assert refused.value.code == -32801


def test_a_pinned_block_has_the_state_that_was_set(chain: ServedChain, client: Client) -> None:
    follow = client.call("chainHead_v1_follow", True)
    block = chain.block()
    client.events()
    chain.node.set_storage({b"set": b"by hand"})
    client.call("chainHead_v1_storage", follow, to_hex(block.hash), [{"key": to_hex(b"set"), "type": "value"}])
    assert client.events()[0]["items"] == [{"key": to_hex(b"set"), "value": to_hex(b"by hand")}]


def test_unpinning_lets_go_of_all_blocks_or_of_none(chain: ServedChain, client: Client) -> None:
    follow = client.call("chainHead_v1_follow", True)
    first, second, third = (to_hex(chain.block().hash) for _ in range(3))
    for wrong, code in (([first, first], -32804), ([first, "0x" + "11" * 32], -32801), (["0x11"], -32602)):
        with pytest.raises(Refused) as refused:
            client.call("chainHead_v1_unpin", follow, wrong)
        assert refused.value.code == code
    assert client.call("chainHead_v1_unpin", follow, [first, second]) is None
    assert client.call("chainHead_v1_unpin", follow, third) is None
    for name in (first, second, third):
        with pytest.raises(Refused, match="Invalid block hash"):
            client.call("chainHead_v1_body", follow, name)


def test_a_session_with_too_many_pinned_blocks_is_stopped() -> None:
    chain = ServedChain(FollowLimits(pinned=3))
    client = chain.client()
    follow = client.call("chainHead_v1_follow", True)
    blocks = [chain.block() for _ in range(4)]
    told = client.events()
    assert [event["event"] for event in told[-3:]] == ["newBlock", "bestBlockChanged", "stop"]
    assert client.call("chainHead_v1_header", follow, to_hex(blocks[0].hash)) is None


def test_a_client_that_unpins_is_not_stopped() -> None:
    chain = ServedChain(FollowLimits(pinned=3), finality_lag=0)
    client = chain.client()
    follow = client.call("chainHead_v1_follow", True)
    for _ in range(10):
        client.call("chainHead_v1_unpin", follow, to_hex(chain.block().hash))
    assert "stop" not in [event["event"] for event in client.events()]


def test_a_session_is_stopped_when_the_chain_goes_back(chain: ServedChain, client: Client) -> None:
    first = chain.block()
    before = chain.node.snapshot()
    chain.node.finalize(first.hash)
    follow = client.call("chainHead_v1_follow", True)
    client.events()
    chain.node.revert(before)
    assert client.events() == [{"event": "stop"}]
    assert client.call("chainHead_v1_header", follow, to_hex(first.hash)) is None
    client.call("chainHead_v1_follow", True)
    assert [event["event"] for event in client.events()] == ["initialized", "newBlock", "bestBlockChanged"]


def test_a_session_goes_on_where_the_chain_went_back_to_what_it_was(chain: ServedChain, client: Client) -> None:
    client.call("chainHead_v1_follow", True)
    client.events()
    chain.node.revert(chain.node.snapshot())
    block = chain.block()
    assert client.events() == [new(block), best(block.hash)]


def test_a_session_is_stopped_when_finality_goes_back(chain: ServedChain, client: Client) -> None:
    first, second = chain.block(), chain.block()
    chain.node.finalize(second.hash)
    client.call("chainHead_v1_follow", True)
    client.events()
    chain.node.set_best(first.hash)
    assert client.events() == [{"event": "stop"}]


def test_a_block_chosen_as_the_best_is_told(chain: ServedChain, client: Client) -> None:
    client.call("chainHead_v1_follow", True)
    first, second = chain.block(), chain.block()
    client.events()
    chain.node.set_best(first.hash)
    assert client.events() == [best(first.hash)]
    chain.node.set_best(second.hash)
    assert client.events() == [best(second.hash)]


def test_four_sessions_of_a_connection_are_enough(chain: ServedChain, client: Client) -> None:
    names = [client.call("chainHead_v1_follow", True) for _ in range(4)]
    with pytest.raises(Refused) as refused:
        client.call("chainHead_v1_follow", True)
    assert refused.value.code == -32800
    assert chain.client().call("chainHead_v1_follow", True)
    client.call("chainHead_v1_unfollow", names[0])
    assert client.call("chainHead_v1_follow", True) not in names


def test_a_session_that_has_ended_is_told_nothing(chain: ServedChain, client: Client) -> None:
    follow, other = (client.call("chainHead_v1_follow", True) for _ in range(2))
    client.call("chainHead_v1_unfollow", follow)
    client.events()
    chain.block()
    assert client.events(follow) == []
    client.events(other)
    client.close()
    chain.block()
    assert client.events() == []


def test_of_a_session_that_is_over_nothing_is_refused(chain: ServedChain, client: Client) -> None:
    block = to_hex(chain.block().hash)
    others = chain.client().call("chainHead_v1_follow", True)
    for name in ("nonsense", others):
        assert client.call("chainHead_v1_header", name, block) is None
        assert client.call("chainHead_v1_body", name, block) == {"result": "limitReached"}
        assert client.call("chainHead_v1_call", name, block, "Echo_back", "") == {"result": "limitReached"}
        assert client.call("chainHead_v1_storage", name, block, []) == {"result": "limitReached"}
        for method, rest in (("continue", "1"), ("stopOperation", "1"), ("unpin", block)):
            assert client.call(f"chainHead_v1_{method}", name, rest) is None
        assert client.call("chainHead_v1_unfollow", name) is None


def test_over_http_there_is_no_session(chain: ServedChain) -> None:
    with pytest.raises(Refused, match="not available over HTTP"):
        chain.client(is_duplex=False).call("chainHead_v1_follow", True)
