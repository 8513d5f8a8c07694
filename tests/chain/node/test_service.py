"""A node end to end: submit, seal, import, fork, finalize."""

import pytest

from chain.block import Block, Header
from chain.crypto.development import pair
from chain.node.chain_store import NotFinalizable, UnknownBlock
from chain.node.importer import BlockImport
from chain.node.inherents import slot_clock, timestamp_inherents
from chain.node.pool_errors import TemporarilyBanned
from chain.node.service import ConditionNotMet, Node
from chain.node.transaction_status import TransactionStatus
from chain.offchain.participant import Participant
from chain.primitives import AccountId, Hash
from chain.validity import InvalidBlock
from tests.chain.node.fake_runtime import BROKE, GENESIS, ROOM, FakeRuntime, FakeRuntimes, encode, sign_call

ALICE = AccountId(b"a".ljust(32, b"\0"))
BOB = AccountId(b"b".ljust(32, b"\0"))


def node(runtimes: FakeRuntimes | None = None) -> Node[FakeRuntime]:
    return Node(runtimes or FakeRuntimes(), GENESIS, inherents=timestamp_inherents(slot_clock(1_700_000_000_000, 6000)))


def value(chain: Node[FakeRuntime], key: int, block: Hash | None = None) -> int:
    return chain.runtime_at(block).value(key)


def test_a_submitted_transaction_is_in_the_next_block_and_its_effect_in_the_state() -> None:
    chain = node()
    chain.submit(encode(b"a", 0, key=1, value=7))
    block = chain.seal()
    assert block.extrinsics[1:] == (encode(b"a", 0, key=1, value=7),)
    assert (chain.best.hash, chain.best.number) == (block.hash, 1)
    assert value(chain, 1) == 7
    assert len(chain.pool) == 0
    assert chain.next_nonce(ALICE) == 1


def test_the_time_of_a_block_comes_from_its_number() -> None:
    chain = node()
    times = [int.from_bytes(chain.seal().extrinsics[0][4:], "little") for _ in range(3)]
    assert times == [1_700_000_006_000, 1_700_000_012_000, 1_700_000_018_000]


def test_a_refused_inherent_stops_the_author() -> None:
    chain = Node(FakeRuntimes(), GENESIS, inherents=timestamp_inherents(lambda _number: 0))
    with pytest.raises(InvalidBlock, match="inherent 0 is applied"):
        chain.seal()
    assert chain.best.number == 0


def test_own_blocks_are_not_executed_again_and_others_are() -> None:
    ours, theirs = FakeRuntimes(), FakeRuntimes()
    author, follower = node(ours), node(theirs)
    author.submit(encode(b"a", 0, key=1, value=7))
    block = author.seal()
    follower.import_block(block)
    assert (ours.executed, theirs.executed) == (0, 1)
    assert follower.best.state.root == author.best.state.root
    assert follower.import_block(block).is_known
    assert theirs.executed == 1


def test_a_signature_is_verified_once_from_pool_to_import() -> None:
    runtimes = FakeRuntimes()
    author, follower = node(runtimes), node(runtimes)
    for nonce in range(4):
        author.submit(encode(b"a", nonce, key=nonce))
        follower.submit(encode(b"a", nonce, key=nonce))
    follower.import_block(author.seal())
    assert len(follower.pool) == 0
    assert runtimes.signatures.verifications == 4


def test_a_transaction_that_cannot_pay_is_banned_and_those_after_it_wait() -> None:
    chain = node()
    broke = chain.submit(encode(b"a", 0, key=BROKE))
    after = chain.submit(encode(b"a", 1, key=1))
    chain.seal()
    assert broke not in chain.pool
    assert [entry.hash for entry in chain.pool.future()] == [after]
    with pytest.raises(TemporarilyBanned):
        chain.submit(encode(b"a", 0, key=BROKE))
    chain.submit(encode(b"a", 0, key=2))
    assert len(chain.seal().extrinsics) == 3


def test_a_full_block_leaves_the_rest_for_the_next() -> None:
    chain = node()
    for nonce in range(ROOM + 2):
        chain.submit(encode(b"a", nonce, key=nonce))
    assert [len(chain.seal().extrinsics) for _ in range(3)] == [ROOM, 1 + 3, 1]


def test_a_tampered_block_is_refused_and_changes_nothing() -> None:
    author, follower = node(), node()
    author.submit(encode(b"a", 0, key=1, value=7))
    block = author.seal()
    wrong = Block(block.header, (block.extrinsics[0], encode(b"a", 0, key=1, value=8)))
    with pytest.raises(InvalidBlock, match="header"):
        follower.import_block(wrong)
    assert (follower.best.number, len(follower.chain)) == (0, 1)


def test_a_block_without_parent_is_refused() -> None:
    author = node()
    author.seal()
    with pytest.raises(InvalidBlock, match="the parent is known"):
        node().import_block(author.seal())


def test_the_first_of_two_equally_long_forks_stays_best_until_the_other_is_longer() -> None:
    chain = node()
    statuses: list[tuple[Hash, str]] = []
    chain.pool.listen(lambda change: statuses.append((change.transaction, change.status.value)))
    chain.seal()
    ours = chain.submit(encode(b"a", 0, key=1, value=7))
    first = chain.seal()
    theirs = chain.submit(encode(b"b", 0, key=2, value=8))
    second = chain.seal(parent=first.header.parent_hash)
    assert chain.best.hash == first.hash
    third = chain.seal(parent=second.hash)
    assert chain.best.hash == third.hash
    assert (value(chain, 1), value(chain, 2)) == (0, 8)
    assert [entry.hash for entry in chain.pool.ready()] == [ours]
    assert [(entry, status) for entry, status in statuses if entry in (ours, theirs)] == [
        (ours, "ready"),
        (ours, "inBlock"),
        (theirs, "ready"),
        (ours, "retracted"),
        (theirs, "inBlock"),
        (ours, "ready"),
    ]


def test_a_reorganisation_five_deep_gives_the_pool_its_transactions_back_in_order() -> None:
    chain, rival = node(), node()
    for nonce in range(5):
        chain.submit(encode(b"a", nonce, key=nonce, value=nonce + 1))
        chain.seal()
    left = chain.submit(encode(b"a", 5, key=5, value=6))
    for _ in range(6):
        rival.submit(encode(b"b", rival.next_nonce(BOB), key=9, value=9))
        block = rival.seal()
        chain.import_block(block)
    assert chain.best.hash == rival.best.hash
    offered = [entry.extrinsic for entry in chain.pool.ready()]
    assert offered == [encode(b"a", nonce, key=nonce, value=nonce + 1) for nonce in range(6)]
    assert left in chain.pool
    chain.seal()
    assert chain.next_nonce(ALICE) == 6


def test_a_reorganisation_five_deep_runs_workers_once_for_the_new_best_block_and_with_its_state() -> None:
    runs = list[tuple[int, int]]()

    def worker(runtime: FakeRuntime, header: Header, _node: object) -> None:
        runs.append((header.number, runtime.value(9)))

    rival = node()
    blocks = list[Block]()
    for nonce in range(6):
        rival.submit(encode(b"b", nonce, key=9, value=nonce + 1))
        blocks.append(rival.seal())
    clock, who = timestamp_inherents(slot_clock(1_700_000_000_000, 6000)), Participant(pair("Alice"))
    chain = Node(
        FakeRuntimes(worker), GENESIS, inherents=clock, participants=[who], sign_call=sign_call, finality_lag=6
    )
    for _ in range(5):
        chain.seal()
    assert runs == [(number, 0) for number in range(1, 6)]
    for block in blocks:
        chain.import_block(block)
    assert chain.best.hash == blocks[5].hash
    assert runs[5:] == [(6, 6)]
    assert chain.chain.finalized.number == 0


def test_imported_transactions_outdate_those_of_the_pool() -> None:
    author, follower = node(), node()
    outdated = follower.submit(encode(b"a", 0, key=1, value=3))
    waiting = follower.submit(encode(b"a", 1, key=2, value=3))
    statuses = list[tuple[Hash, TransactionStatus]]()
    follower.pool.listen(lambda change: statuses.append((change.transaction, change.status)))
    author.submit(encode(b"a", 0, key=1, value=9))
    follower.import_block(author.seal())
    assert (outdated, TransactionStatus.INVALID) in statuses
    assert [entry.hash for entry in follower.pool.ready()] == [waiting]


def test_finality_forgets_other_forks_and_moves_the_best_chain() -> None:
    chain = node()
    chain.submit(encode(b"a", 0, key=1, value=7))
    first = chain.seal()
    chain.submit(encode(b"b", 0, key=2, value=8))
    second = chain.seal(parent=chain.chain.genesis.hash)
    deeper = chain.seal(parent=first.hash)
    heard = list[BlockImport]()
    chain.on_block(heard.append)
    finality = chain.finalize(second.hash)
    assert heard == [BlockImport(chain.best, finality.route, is_known=True)]
    assert [entry.hash for entry in finality.finalized] == [second.hash]
    assert [entry.hash for entry in finality.pruned] == [first.hash, deeper.hash]
    assert chain.best.hash == second.hash
    assert [entry.extrinsic for entry in chain.pool.ready()] == [encode(b"a", 0, key=1, value=7)]
    with pytest.raises(UnknownBlock):
        chain.finalize(first.hash)


def test_finality_does_not_go_back() -> None:
    chain = node()
    first, second = chain.seal(), chain.seal()
    chain.finalize(second.hash)
    with pytest.raises(NotFinalizable):
        chain.finalize(first.hash)
    chain.submit(encode(b"a", 0, key=1))
    with pytest.raises(InvalidBlock, match="number above the finalized block"):
        chain.seal(parent=chain.chain.genesis.hash)


def test_callbacks_hear_of_every_block_until_they_end() -> None:
    chain = node()
    heard: list[BlockImport] = []
    end = chain.on_block(heard.append)
    block = chain.seal()
    end()
    chain.seal()
    assert [entry.block.hash for entry in heard] == [block.hash]


def test_run_until_seals_no_more_blocks_than_needed() -> None:
    chain = node()
    assert chain.run_until(lambda: chain.best.number == 3, at_most=10) == 3
    assert chain.run_until(lambda: chain.best.number == 3, at_most=0) == 0
    with pytest.raises(ConditionNotMet, match="after 2 blocks"):
        chain.run_until(lambda: False, at_most=2)
    assert chain.best.number == 5


def test_the_same_inputs_give_the_same_chain() -> None:
    def run() -> Hash:
        chain = node()
        for nonce in range(12):
            chain.submit(encode(b"ab"[nonce % 2 :][:1], nonce // 2, key=nonce, value=nonce))
        return [chain.seal() for _ in range(3)][-1].hash

    assert run() == run()


@pytest.mark.parametrize(("lag", "finalized"), [(0, [1, 2, 3, 4, 5]), (2, [0, 0, 1, 2, 3]), (9, [0] * 5)])
def test_finality_follows_the_best_block_at_the_lag(lag: int, finalized: list[int]) -> None:
    chain = Node(FakeRuntimes(), GENESIS, finality_lag=lag)
    seen = list[int]()
    for _ in range(5):
        chain.seal()
        seen.append(chain.chain.finalized.number)
    assert seen == finalized


def test_finality_is_told_after_the_block_and_once_for_each() -> None:
    chain = Node(FakeRuntimes(), GENESIS, finality_lag=1)
    told = list[tuple[str, int]]()
    chain.on_finality(lambda finality: told.extend(("final", block.number) for block in finality.finalized))
    chain.on_block(lambda imported: told.append(("block", imported.block.number)))
    for _ in range(3):
        chain.seal()
    assert told == [("block", 1), ("block", 2), ("final", 1), ("block", 3), ("final", 2)]


def test_a_longer_fork_becomes_final_at_the_lag_and_one_that_conflicts_is_refused() -> None:
    rival = node()
    rival.submit(encode(b"b", 0, key=1))
    blocks = [rival.seal() for _ in range(5)]
    chain = Node(FakeRuntimes(), GENESIS, finality_lag=3, inherents=timestamp_inherents(slot_clock(0, 6000)))
    assert chain.finality_lag == 3
    short = [chain.seal().hash for _ in range(2)]
    for block in blocks:
        chain.import_block(block)
    assert (chain.best.hash, chain.chain.finalized.hash) == (blocks[4].hash, blocks[1].hash)
    assert all(block not in chain.chain for block in short)
    other = node()
    other.submit(encode(b"c", 0, key=1))
    with pytest.raises(InvalidBlock, match="number above the finalized block: expected 3, got 1"):
        chain.import_block(other.seal())


def test_a_block_that_conflicts_with_finality_is_refused_before_it_is_executed() -> None:
    runtimes = FakeRuntimes()
    chain, rival = Node(runtimes, GENESIS, finality_lag=0), Node(FakeRuntimes(), GENESIS)
    chain.seal()
    rival.submit(encode(b"b", 0, key=1))
    with pytest.raises(InvalidBlock, match="number above the finalized block"):
        chain.import_block(rival.seal())
    assert runtimes.executed == 0


def test_the_lag_may_change_and_holds_at_once() -> None:
    chain = Node(FakeRuntimes(), GENESIS)
    for _ in range(4):
        chain.seal()
    assert chain.chain.finalized.number == 0
    chain.finality_lag = 1
    assert chain.chain.finalized.number == 3
    chain.finality_lag = None
    chain.seal()
    assert chain.chain.finalized.number == 3
    with pytest.raises(ValueError, match="at least 0 blocks"):
        chain.finality_lag = -1


def test_any_block_may_be_made_the_best_and_gives_transactions_back() -> None:
    chain = node()
    heard = list[BlockImport]()
    first = chain.seal()
    ours = chain.submit(encode(b"a", 0, key=1))
    chain.seal()
    third = chain.seal()
    chain.finalize(third.hash)
    chain.on_block(heard.append)
    route = chain.set_best(first.hash)
    assert [block.number for block in route.retracted] == [3, 2]
    assert (chain.best.hash, chain.chain.finalized.hash, chain.chain.hash_of(2)) == (first.hash, first.hash, None)
    assert [entry.hash for entry in chain.pool.ready()] == [ours]
    assert [(entry.block.hash, entry.is_known) for entry in heard] == [(first.hash, True)]
    assert chain.set_best(first.hash).retracted == ()
    assert chain.seal().header.number == 2  # shorter than the fork that was left, and the best all the same
    assert len(chain.best.block.extrinsics) == 2
    chain.set_best(third.hash)
    assert chain.best.number == 3
    with pytest.raises(UnknownBlock):
        chain.set_best(Hash(bytes(32)))
