"""What enters a block, and what an author makes of the rest."""

import pytest

from chain.block import PreRuntime, extrinsics_root
from chain.extrinsic import extrinsic_hash
from chain.node.author import AuthoringLimits, Proposal, build_block
from chain.node.chain_store import ImportedBlock, genesis_block
from chain.node.importer import execute
from chain.node.inherents import TIMESTAMP
from chain.node.ready_order import ReadyOrder
from chain.node.transaction_queue import PoolTransaction
from chain.runtime_api import InclusionMode
from chain.trie.trie import Trie
from chain.validity import InvalidBlock
from tests.chain.node.fake_runtime import BROKE, GENESIS, HUGE, ROOM, FakeRuntime, FakeRuntimes, encode, tag

PARENT = ImportedBlock(genesis_block(GENESIS), GENESIS)


def ready(*extrinsics: bytes) -> ReadyOrder:
    """Transactions as a pool would offer them, all of one priority."""
    return ReadyOrder(_offered(sequence, extrinsic, extrinsics) for sequence, extrinsic in enumerate(extrinsics))


def _offered(sequence: int, extrinsic: bytes, others: tuple[bytes, ...]) -> PoolTransaction:
    account, nonce = extrinsic[:32], extrinsic[32]
    is_first = not any(other[:33] == account + bytes((nonce - 1,)) for other in others if nonce)
    return PoolTransaction(
        hash=extrinsic_hash(extrinsic),
        extrinsic=extrinsic,
        sequence=sequence,
        priority=1,
        requires=() if is_first else (tag(account, nonce - 1),),
        provides=(tag(account, nonce),),
        validated_at=0,
        valid_till=64,
    )


def build(*extrinsics: bytes, limits: AuthoringLimits | None = None) -> Proposal:
    return build_block(FakeRuntimes(), PARENT, ready(*extrinsics), {}, (), limits)


def test_a_block_has_inherents_then_transactions_and_executes_to_its_own_state() -> None:
    time, digest = (5).to_bytes(8, "little"), (PreRuntime(b"aura", b"slot"),)
    proposal = build_block(FakeRuntimes(), PARENT, ready(encode(b"a", 0, 1)), {TIMESTAMP: time}, digest)
    header = proposal.block.header
    assert proposal.block.extrinsics == (b"time" + time, encode(b"a", 0, 1))
    assert (header.parent_hash, header.number, header.digest) == (PARENT.hash, 1, digest)
    assert header.extrinsics_root == extrinsics_root(proposal.block.extrinsics)
    assert proposal.state.root == header.state_root
    assert execute(FakeRuntimes(), GENESIS, proposal.block).root == proposal.state.root


def test_an_invalid_transaction_is_reported_and_those_after_it_are_not_tried() -> None:
    broke, after, other = encode(b"a", 0, BROKE), encode(b"a", 1, 1), encode(b"b", 0, 2)
    proposal = build(broke, after, other)
    assert proposal.block.extrinsics == (other,)
    assert proposal.invalid == (extrinsic_hash(broke),)


def test_a_transaction_that_comes_too_early_is_left_without_blame() -> None:
    proposal = build(encode(b"a", 3, 1))
    assert (proposal.block.extrinsics, proposal.invalid) == ((), ())


def test_what_has_no_room_is_passed_over_without_blame() -> None:
    proposal = build(encode(b"a", 0, HUGE), encode(b"a", 1, 1), encode(b"b", 0, 2))
    assert (proposal.block.extrinsics, proposal.invalid) == ((encode(b"b", 0, 2),), ())


def test_an_author_gives_up_after_enough_transactions_without_room() -> None:
    huge = [encode(bytes((65 + number,)), 0, HUGE) for number in range(3)]
    small = encode(b"z", 0, 1)
    assert build(*huge, small, limits=AuthoringLimits(skipped=2)).block.extrinsics == ()
    assert build(*huge, small, limits=AuthoringLimits(skipped=3)).block.extrinsics == (small,)


def test_a_block_stops_at_its_number_of_extrinsics() -> None:
    offered = ready(*(encode(b"a", nonce, 1) for nonce in range(4)))
    proposal = build_block(FakeRuntimes(), PARENT, offered, {}, (), AuthoringLimits(extrinsics=2))
    assert len(proposal.block.extrinsics) == 2
    assert len(list(offered)) == 2


def test_a_transaction_beyond_the_size_is_passed_over() -> None:
    long, short = encode(b"a", 0, 1, rest=bytes(100)), encode(b"b", 0, 2)
    assert build(long, short, limits=AuthoringLimits(size=len(short))).block.extrinsics == (short,)
    assert build(long, short, limits=AuthoringLimits(size=len(long) + len(short))).block.extrinsics == (long, short)


def test_the_runtime_says_when_a_block_is_full() -> None:
    proposal = build(*(encode(b"a", nonce, 1) for nonce in range(ROOM + 1)))
    assert len(proposal.block.extrinsics) == ROOM


def test_a_runtime_whose_header_does_not_fit_its_state_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    finalize = FakeRuntime.finalize_block

    def finalize_then_write(runtime: FakeRuntime) -> object:
        header = finalize(runtime)
        runtime.state.put(b"late", b"write")
        return header

    monkeypatch.setattr(FakeRuntime, "finalize_block", finalize_then_write)
    late = Trie.from_items({b"time": bytes(8), b"late": b"write"})
    with pytest.raises(InvalidBlock) as caught:
        build()
    assert (caught.value.rule, caught.value.expected, caught.value.actual) == ("state root", GENESIS.root, late.root)


def test_where_the_runtime_takes_inherents_only_transactions_wait_without_blame() -> None:
    time = (5).to_bytes(8, "little")
    runtimes = FakeRuntimes(mode=InclusionMode.ONLY_INHERENTS)
    proposal = build_block(runtimes, PARENT, ready(encode(b"a", 0, 1)), {TIMESTAMP: time})
    assert (proposal.block.extrinsics, proposal.invalid) == ((b"time" + time,), ())
