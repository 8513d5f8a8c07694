"""A signature is verified once on the way through the pool, a block that is built, and one that is imported."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from chain.crypto import sr25519
from chain.crypto.development import account, pair
from chain.crypto.second_core import FEWEST, SecondCore
from chain.extrinsic import Id
from chain.node.importer import execute
from chain.node.inherents import slot_clock, timestamp_inherents
from chain.node.service import Node
from chain.node.signature_cache import SignatureCache
from chain.validity import InvalidBlock
from pallets.frame import call_of
from runtime.dev import GENESIS_TIME_MS, SLOT_DURATION_MS, UNIT, DevRuntime, genesis_state, runtime_factory
from runtime.devnet import sign_call
from runtime.signing import signed

MANY = 2 * FEWEST
SENDERS = ("Alice", "Charlie", "Dave")
TRANSFERS = 5


@pytest.fixture
def signatures() -> SignatureCache:
    return SignatureCache()


@pytest.fixture
def verified(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """The messages that sr25519 was asked about, each time that it was."""
    asked: list[bytes] = []
    verify = sr25519.verify

    def counted(signature: bytes, message: bytes, public: bytes) -> bool:
        asked.append(message)
        return verify(signature, message, public)

    monkeypatch.setattr(sr25519, "verify", counted)
    return asked


def node(signatures: SignatureCache) -> Node[DevRuntime]:
    clock = slot_clock(GENESIS_TIME_MS, SLOT_DURATION_MS)
    factory = runtime_factory(signatures)
    return Node(factory, genesis_state(), inherents=timestamp_inherents(clock), sign_call=sign_call)


def transfers(chain: Node[DevRuntime], count: int = TRANSFERS) -> Sequence[bytes]:
    """Some of each sender, one nonce after the other."""
    runtime = chain.runtime_at()
    call = call_of(runtime.balances.transfer_keep_alive, dest=Id(account("Bob")), value=UNIT)
    names = [(nonce, name) for nonce in range(count) for name in SENDERS]
    return [signed(runtime, pair(name), call, nonce=nonce, block_hash=chain.best.hash) for nonce, name in names]


def test_a_signature_is_verified_once_from_submission_to_import(
    signatures: SignatureCache, verified: list[bytes]
) -> None:
    author, follower = node(signatures), node(signatures)
    made = transfers(author)
    for extrinsic in made:
        author.submit(extrinsic)
    assert signatures.verifications == len(made) == 15
    block = author.seal()
    assert len(block.extrinsics) == 1 + len(made)
    follower.import_block(block)  # executes every extrinsic of it
    assert follower.best.state.root == author.best.state.root
    assert (signatures.verifications, len(verified)) == (15, 15)
    assert signatures.hits >= 2 * 15


def test_a_signature_is_not_verified_again_on_another_fork_or_after_going_back(
    signatures: SignatureCache, verified: list[bytes]
) -> None:
    chain = node(signatures)
    snapshot = chain.snapshot()
    for extrinsic in transfers(chain):
        chain.submit(extrinsic)
    block = chain.seal()
    chain.seal(chain.chain.genesis.hash)
    chain.revert(snapshot)
    chain.import_block(block)
    assert (signatures.verifications, len(verified)) == (15, 15)


def test_a_block_that_comes_from_elsewhere_has_each_signature_verified_once(
    signatures: SignatureCache, verified: list[bytes]
) -> None:
    author, follower = node(SignatureCache()), node(signatures)
    for extrinsic in transfers(author):
        author.submit(extrinsic)
    block = author.seal()
    verified.clear()
    follower.import_block(block)
    assert (signatures.verifications, signatures.hits, len(verified)) == (15, 0, 15)


def test_what_a_node_signs_itself_is_verified_once_for_each_pair(
    signatures: SignatureCache, verified: list[bytes]
) -> None:
    author, follower = node(signatures), node(SignatureCache())
    call = call_of(author.runtime_at().balances.transfer_keep_alive, dest=Id(account("Bob")), value=UNIT)
    for _ in range(TRANSFERS):
        for name in SENDERS:
            author.submit_call(pair(name), call)
    block = author.seal()
    assert (signatures.verifications, len(verified)) == (len(SENDERS), len(SENDERS))
    follower.import_block(block)
    assert len(verified) == len(SENDERS) + len(SENDERS) * TRANSFERS
    assert follower.best.state.root == author.best.state.root


@pytest.fixture(scope="module")
def second_core() -> Iterator[SecondCore]:
    core = SecondCore()
    core.wait()
    yield core
    core.close()


def test_a_second_core_verifies_a_block_to_the_same_state(second_core: SecondCore, verified: list[bytes]) -> None:
    signatures = SignatureCache(verifier=second_core)
    author, follower = node(SignatureCache()), node(signatures)
    made = transfers(author, MANY)
    for extrinsic in made:
        author.submit(extrinsic)
    block = author.seal()
    verified.clear()
    follower.import_block(block)
    assert follower.best.state.root == author.best.state.root
    assert (signatures.verifications, signatures.hits, signatures.remembered) == (len(made), 0, len(made))
    assert len(verified) in {0, len(made)}, "all are verified by one process"


@pytest.mark.parametrize("position", [0, 17, 3 * MANY - 1])
def test_one_bad_signature_is_found_in_its_turn_by_whichever_process(second_core: SecondCore, position: int) -> None:
    author = node(SignatureCache())
    for extrinsic in transfers(author, MANY):
        author.submit(extrinsic)
    block = author.seal()
    extrinsics = list(block.extrinsics)
    payload = bytearray(extrinsics[1 + position])
    payload[50] ^= 1  # within its signature
    extrinsics[1 + position] = bytes(payload)
    bad = replace(block, extrinsics=tuple(extrinsics))
    for signatures in (SignatureCache(), SignatureCache(verifier=second_core)):
        follower = node(signatures)
        with pytest.raises(InvalidBlock, match=rf"extrinsic {1 + position} is valid: .*BadProof"):
            execute(follower.runtime_factory, follower.best.state, bad)
        follower.import_block(block)
        assert follower.best.state.root == author.best.state.root
