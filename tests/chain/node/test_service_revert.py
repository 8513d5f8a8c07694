"""A node goes back to a snapshot: everything is as it was, and what is done again comes out the same."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chain.block import Header
from chain.crypto.keys import KeyPair
from chain.node.chain_store import ForeignSnapshot
from chain.node.pool_errors import PoolError
from chain.node.service import Node
from chain.offchain.participant import Participant
from chain.primitives import AccountId
from chain.runtime_api import OffchainNode
from chain.trie.trie import Trie
from chain.validity import TransactionInvalid
from tests.chain.node.fake_runtime import BROKE, GENESIS, FakeRuntime, FakeRuntimes, encode

ACCOUNTS = [AccountId(name.ljust(32, b"\0")) for name in (b"a", b"b")]
KEYS = st.sampled_from([1, 2, 3, BROKE])

Step = tuple[str, int, int, int]
STEPS = st.lists(
    st.tuples(st.sampled_from(["submit", "submit", "seal", "fork", "finalize"]), st.integers(0, 1), KEYS, st.just(1)),
    max_size=8,
)


def picture(node: Node[FakeRuntime]) -> tuple[object, ...]:
    """All that can be seen of a node."""
    chain = node.chain
    leaves = chain.leaves()
    return (
        chain.best.block,
        chain.finalized.block,
        len(chain),
        leaves,
        [chain.hash_of(number) for number in range(chain.best.number + 2)],
        [chain.children(block) for block in leaves],
        chain.children(chain.genesis.hash),
        list(node.pool.ready()),
        node.pool.future(),
        [node.next_nonce(account) for account in ACCOUNTS],
        dict(node.runtime_at().state.base.items()),
    )


def take(node: Node[FakeRuntime], steps: Sequence[Step]) -> list[object]:
    """Do these things; what came of each."""
    outcomes: list[object] = []
    for kind, who, key, value in steps:
        account = ACCOUNTS[who]
        if kind == "submit":
            try:
                outcomes.append(node.submit(encode(account, node.next_nonce(account), key, value)))
            except (PoolError, TransactionInvalid) as error:
                outcomes.append(str(error))
        elif kind == "seal":
            outcomes.append(node.seal())
        elif kind == "fork" and node.best.number > node.chain.finalized.number:
            outcomes.append(node.seal(node.best.header.parent_hash))
        elif kind == "finalize":
            outcomes.append([block.hash for block in node.finalize(node.best.hash).finalized])
    return outcomes


@given(before=STEPS, since=STEPS)
@settings(deadline=None)
def test_a_node_is_what_it_was_and_does_the_same_again(before: list[Step], since: list[Step]) -> None:
    node = Node(FakeRuntimes(), GENESIS)
    take(node, before)
    was, snapshot = picture(node), node.snapshot()
    outcomes, became = take(node, since), picture(node)
    for _ in range(2):
        node.revert(snapshot)
        assert picture(node) == was
        assert take(node, since) == outcomes
        assert picture(node) == became


def test_a_block_that_is_taken_back_is_unknown_and_may_be_imported() -> None:
    node = Node(FakeRuntimes(), GENESIS)
    snapshot = node.snapshot()
    block = node.seal()
    node.revert(snapshot)
    assert block.hash not in node.chain
    assert node.chain.leaves() == (node.chain.genesis.hash,)
    assert not node.import_block(block).is_known
    assert node.best.hash == block.hash


def test_forks_that_finality_pruned_are_there_again() -> None:
    node = Node(FakeRuntimes(), GENESIS)
    main = node.seal()
    node.submit(encode(b"a", 0, key=1))
    side = node.seal(node.chain.genesis.hash)
    snapshot = node.snapshot()
    node.finalize(main.hash)
    assert side.hash not in node.chain
    node.revert(snapshot)
    assert node.chain.children(node.chain.genesis.hash) == (main.hash, side.hash)
    assert node.chain.finalized.number == 0


def test_a_ban_since_is_lifted() -> None:
    node = Node(FakeRuntimes(), GENESIS)
    snapshot = node.snapshot()
    broke = node.submit(encode(b"a", 0, key=BROKE))
    node.seal()
    assert node.pool.is_banned(broke)
    node.revert(snapshot)
    assert node.submit(encode(b"a", 0, key=BROKE)) == broke


def test_what_workers_stored_since_is_gone() -> None:
    def remember(_runtime: FakeRuntime, header: Header, node: OffchainNode) -> None:
        node.local_set(b"block", bytes((header.number,)))

    participant = Participant(KeyPair.from_uri("//Alice"))
    node = Node(FakeRuntimes(remember), GENESIS, participants=[participant], sign_call=lambda _call: b"")
    node.seal()
    snapshot = node.snapshot()
    node.seal()
    assert participant.storage.snapshot() == {b"block": b"\2"}
    node.revert(snapshot)
    assert participant.storage.snapshot() == {b"block": b"\1"}


def test_those_who_listen_to_blocks_are_not_told_and_go_on() -> None:
    node = Node(FakeRuntimes(), GENESIS)
    heard: list[int] = []
    node.on_block(lambda imported: heard.append(imported.block.number))
    snapshot = node.snapshot()
    node.seal()
    node.revert(snapshot)
    assert heard == [1]
    node.seal()
    assert heard == [1, 1]


def test_those_who_listen_to_reverts_are_told_afterwards_until_they_end_it() -> None:
    node = Node(FakeRuntimes(), GENESIS)
    heard: list[int] = []
    end = node.on_revert(lambda: heard.append(node.best.number))
    snapshot = node.snapshot()
    node.seal()
    node.revert(snapshot)
    assert heard == [0]
    end()
    node.revert(snapshot)
    assert heard == [0]


def test_a_snapshot_of_another_chain_is_refused_and_nothing_changes() -> None:
    node, other = Node(FakeRuntimes(), GENESIS), Node(FakeRuntimes(), Trie.from_items({b"time": bytes(8), b"x": b"y"}))
    node.seal()
    was = picture(node)
    with pytest.raises(ForeignSnapshot) as caught:
        node.revert(other.snapshot())
    own, foreign = (each.chain.genesis.hash.hex() for each in (node, other))
    assert str(caught.value) == f"a snapshot of the chain 0x{foreign} cannot be put into the chain 0x{own}"
    assert picture(node) == was
