"""Requests for much are answered bit by bit: others have their turn, and what is told is of one state."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import pairwise
from time import thread_time

import pytest

from chain.node.control import Control
from chain.node.sealing import Sealer
from chain.node.service import Node
from chain.node.timer import SimulatedTimer
from chain.rpc.context import ChainInformation, Services
from chain.rpc.hexadecimal import to_hex
from chain.rpc.limits import RpcLimits
from chain.rpc.namespaces import standard_methods
from chain.rpc.parameters import Json
from chain.rpc.protocol import Connection
from chain.rpc.turns import PIECE, Turns, in_turns, written_in_turns
from chain.trie.trie import Trie
from tests.chain.node.fake_runtime import FakeRuntimes, encode
from tests.chain.rpc.served_chain import ServedFake

KEYS = [b"key%06d" % number for number in range(20_000)]
STATE = Trie.from_items({b"time": bytes(8), **{key: key * 4 for key in KEYS}})
IN_HEX = [to_hex(key) for key in KEYS]


class Client:
    """A connection to a chain with many accounts."""

    def __init__(self) -> None:
        shared = FakeRuntimes()
        self.node = Node(lambda state: ServedFake(state, shared), STATE, finality_lag=0)
        information = ChainInformation(name="Large", properties={})
        self.services = Services(self.node, information, is_unsafe_allowed=True)
        self.services.add(Control(self.node, Sealer(self.node, SimulatedTimer())))
        self.connections = [Connection(standard_methods(), self.services) for _ in range(2)]

    def steps(self, method: str, *params: object) -> Iterator[None]:
        return self.connections[0].steps(json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}))

    def taken(self) -> list[Json]:
        """What was told since."""
        found = list[Json]()
        while (text := self.connections[0].outbox.take()) is not None:
            found.append(json.loads(text))
        return found

    def seal(self, value: int) -> None:
        self.node.submit(encode(b"a", value - 1, 1, value))
        self.node.seal()


@pytest.fixture(scope="module")
def client() -> Client:
    return Client()


@pytest.mark.parametrize(
    ("method", "params", "turns"),
    [
        ("state_getPairs", ["0x6b"], 40),
        ("state_getKeys", ["0x6b"], 40),
        ("state_getStorageSize", ["0x6b"], 40),
        ("state_queryStorageAt", [IN_HEX], 40),
        ("state_getReadProof", [IN_HEX], 40),
        ("state_subscribeStorage", [IN_HEX], 40),
        ("dev_dumpState", [], 80),
        ("dev_dumpState", [None, True], 80),
        ("dev_dumpState", [None, False, 0], 80),
    ],
)
def test_no_turn_takes_nearly_all_of_the_time(client: Client, method: str, params: list[Json], turns: int) -> None:
    shares, counts = list[float](), list[int]()
    for _ in range(3):  # what else the machine, or the collector, does in a turn it hardly does three times
        times = [thread_time(), *(thread_time() for _ in client.steps(method, *params)), thread_time()]
        first, *_ = client.taken()
        assert "result" in first
        counts.append(len(times) - 2)  # a second time it may be known
        shares.append(max(after - before for before, after in pairwise(times)) / (times[-1] - times[0]))
    assert max(counts) >= turns
    assert min(shares) < 0.75


def test_a_block_is_traced_extrinsic_by_extrinsic() -> None:
    client = Client()
    for account in (b"a", b"b", b"c", b"d"):
        client.node.submit(encode(account, 0, 1))
    block = client.node.seal()
    assert len(list(client.steps("state_traceBlock", to_hex(block.hash), None, "01", "Put"))) > len(block.extrinsics)
    (reply,) = client.taken()
    assert [event["data"]["stringValues"]["key"] for event in reply["result"]["blockTrace"]["events"]] == ["01"] * 4


def test_what_is_too_long_is_not_written_to_its_end() -> None:
    client = Client()
    client.connections[0] = Connection(standard_methods(), client.services, RpcLimits(response_bytes=100_000))
    # a pair of these takes 100 bytes, a piece 50,000: the second is too much, before which there was one turn
    assert len(list(client.steps("state_getPairs", "0x6b"))) == 2
    (reply,) = client.taken()
    assert reply["error"] == {"code": -32008, "message": "Response is too big", "data": "Exceeded max limit of 100000"}


def test_others_are_answered_in_between_and_the_answer_is_of_one_block() -> None:
    client, other = Client(), '{"jsonrpc":"2.0","id":2,"method":"system_chain"}'
    steps = client.steps("state_getPairs", "0x6b")
    next(steps)
    client.connections[1].receive(other)
    assert client.connections[1].outbox.take() == '{"jsonrpc":"2.0","id":2,"result":"Large"}'
    client.node.set_storage({KEYS[-1]: b"another"})
    assert list(steps)
    assert client.taken() == [{"jsonrpc": "2.0", "id": 1, "result": [[to_hex(key), to_hex(key * 4)] for key in KEYS]}]


def test_a_subscription_misses_nothing_that_happens_while_it_begins() -> None:
    client = Client()
    steps = client.steps("state_subscribeStorage", [*IN_HEX, "0x01"])
    next(steps)
    client.seal(1)
    assert list(steps)
    client.seal(2)
    _, *events = [each["params"]["result"] for each in client.taken() if "params" in each]
    assert [event["changes"] for event in events] == [[["0x01", "0x01"]], [["0x01", "0x02"]]]


def test_a_client_that_leaves_meanwhile_leaves_nothing_behind() -> None:
    client = Client()
    steps = client.connections[0].steps('{"jsonrpc":"2.0","id":1,"method":"state_getPairs","params":["0x"]}')
    next(steps)
    client.connections[0].close()
    del steps
    assert client.connections[0].outbox.take() is None


def finished(turns: Turns[object]) -> tuple[int, object]:
    count = 0
    while True:
        try:
            next(turns)
        except StopIteration as end:
            return count, end.value
        count += 1


@pytest.mark.parametrize("length", [0, 1, PIECE, PIECE + 1])
def test_the_result_is_that_of_one_turn(length: int) -> None:
    items = [bytes((number % 256,)) for number in range(length)]
    assert finished(in_turns(items)) == (-(-length // PIECE), items)
    count, written = finished(written_in_turns(items))
    assert count == -(-length // PIECE)
    assert json.loads(str(written)) == [to_hex(item) for item in items]
