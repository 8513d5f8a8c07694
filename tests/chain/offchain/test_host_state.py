"""A state read through the boundary is the trie behind it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from chain.block import Header
from chain.content.memory import MemoryStore
from chain.node.service import Node
from chain.offchain.host import Host
from chain.offchain.host_call import Answers, HostCall, Plain
from chain.offchain.host_state import HostState
from chain.offchain.node_side import at_once
from chain.offchain.outbound import Outbound
from chain.offchain.participant import Participant
from chain.offchain.run import Run
from chain.offchain.settings import WorkerSettings
from chain.offchain.time_source import MachineTime
from chain.runtime_api import OffchainNode
from chain.state.child import child_of, state_with_children
from chain.state.overlay import Overlay
from chain.trie.trie import Trie
from tests.chain.node.fake_runtime import GENESIS, FakeRuntime, FakeRuntimes, encode, sign_call
from tests.chain.offchain.lending import ALICE, FakeNodeSide, run_of

keys = st.binary(max_size=3)
PARTICIPANT = Participant(ALICE)


def seen_from_afar(state: Trie) -> HostState:
    run = run_of(PARTICIPANT, state=state)
    host = Host(run, FakeNodeSide(), MemoryStore(), MachineTime(), Outbound(), at_once)
    return HostState(host, state.root, state.version)


@given(st.dictionaries(keys, st.binary(max_size=40), max_size=60), keys, keys)
def test_it_reads_as_the_trie_does(pairs: dict[bytes, bytes], prefix: bytes, key: bytes) -> None:
    state = Trie.from_items(pairs)
    remote = seen_from_afar(state)
    assert (remote.root, remote.get(key), key in remote) == (state.root, state.get(key), key in state)
    assert list(remote.keys(prefix)) == list(state.keys(prefix))
    assert list(remote.keys(prefix, after=key)) == list(state.keys(prefix, after=key))
    assert list(remote.items(prefix)) == list(state.items(prefix))
    assert list(remote.keys_from(key)) == list(state.keys_from(key))
    assert remote.has_prefix(prefix) == state.has_prefix(prefix)
    assert remote.next_key(key) == state.next_key(key)
    here, there = Overlay(state), Overlay(remote)
    for overlay in (here, there):
        overlay.put(b"\x01", b"new")
        overlay.clear_prefix(prefix)
    assert list(there.keys()) == list(here.keys())


def test_child_tries_are_read_by_their_names() -> None:
    state = state_with_children(Trie.from_items({b"a": b"1"}), {b"votes": {b"alice": b"\x01", b"bob": b"\x02"}})
    remote = Overlay(seen_from_afar(state))
    votes = child_of(remote, b"votes")
    assert votes.root() == child_of(Overlay(state), b"votes").root()
    assert (list(votes.keys()), votes.get(b"bob"), votes.get(b"carol")) == ([b"alice", b"bob"], b"\x02", None)
    assert list(child_of(remote, b"none").keys()) == []


def test_many_keys_come_in_few_questions() -> None:
    state, asked = Trie.from_items({each.to_bytes(4): b"v" for each in range(3000)}), list[str]()
    remote = seen_from_afar(state)
    host = remote._ask

    def noted(what: str, *arguments: Plain) -> Plain:
        asked.append(what)
        return host(what, *arguments)

    remote._ask = noted
    assert len(list(remote.keys())) == 3000
    assert len(asked) < 15


def test_a_run_that_asks_for_its_state_leaves_all_that_it_knew_in_its_calls() -> None:
    calls = list[HostCall]()

    class Noting:
        def __init__(self, _run: Run, below: Answers) -> None:
            self.below = below

        def answer(self, call: HostCall) -> Plain:
            calls.append(call)
            return self.below.answer(call)

    def worker(runtime: FakeRuntime, _header: Header, lent: OffchainNode) -> None:
        lent.local_set(b"seen", bytes((runtime.value(1), runtime.value(1))))

    participant = Participant(ALICE)
    settings = WorkerSettings(asks_for_state=True, layers=(Noting,))
    node = Node(FakeRuntimes(worker), GENESIS, participants=(participant,), sign_call=sign_call, workers=settings)
    node.submit(encode(b"x", 0, key=1, value=7))
    node.seal()
    assert [run.failure for run in node.workers.runs] == [None]
    assert participant.storage.get(b"seen") == b"\x07\x07"
    assert [call.name for call in calls] == ["state_get", "local_set"]
