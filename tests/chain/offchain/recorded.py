"""A node whose runs are recorded, and a worker that uses something of everything: what recordings are tested with."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from chain.block import Header
from chain.crypto.keys import KeyPair
from chain.crypto.signatures import Scheme
from chain.node.service import Node
from chain.offchain.executor import Executor, Inline
from chain.offchain.participant import Participant
from chain.offchain.recorder import Recorder
from chain.offchain.run import WorkerLimits
from chain.offchain.settings import WorkerSettings
from chain.offchain.vault import Vault
from chain.runtime_api import CapabilityDenied, OffchainNode, SubmissionRefused
from tests.chain.node.fake_runtime import GENESIS, UNWANTED, FakeCall, FakeRuntime, FakeRuntimes, encode, sign_call

ALICE = KeyPair.from_uri("//Alice", Scheme.ED25519)
Worker = Callable[[FakeRuntime, Header, OffchainNode], object]

log = logging.getLogger("pallet")


def busy(runtime: FakeRuntime, header: Header, node: OffchainNode) -> None:
    """Uses something of everything."""
    log.warning("block %d", header.number)
    total = runtime.value(1) + sum(len(key) for key in runtime.state.keys(b"\x01"))
    seed = node.random_seed()
    node.local_set(b"seed", seed)
    node.fork_set(b"time", node.timestamp().to_bytes(8, "little"))
    node.local_compare_and_set(b"count", None, bytes((total,)))
    assert node.local_get(b"seed") == seed
    weights = node.content_get(node.content_put(b"weights" + seed))
    key = node.generate_key(b"test", Scheme.ED25519, "//Carol")
    node.local_set(b"signed", node.sign(key, weights) or b"")
    node.submit_signed(FakeCall(2, seed[0]))
    try:
        node.submit_signed(FakeCall(UNWANTED, 1))
    except SubmissionRefused as refused:
        node.local_set(b"refused", str(refused).encode())
    try:
        node.http_start("GET", "http://example.org/")
    except CapabilityDenied as denied:
        node.local_set(b"denied", str(denied).encode())
    except Exception as other:  # noqa: BLE001  (whatever the host says is kept)
        node.local_set(b"other", str(other).encode())


@contextmanager
def recorded(
    worker: Worker,
    *participants: Participant,
    executor: Callable[[], Executor] = Inline,
    folder: Path | None = None,
    keeps_data: bool = False,
    limits: WorkerLimits | None = None,
    vault: Vault | None = None,
) -> Iterator[tuple[Node[FakeRuntime], Recorder]]:
    """A node of one participant at least, and what records its runs."""
    node = Node(
        FakeRuntimes(worker),
        GENESIS,
        participants=participants or (Participant(ALICE),),
        sign_call=sign_call,
        workers=WorkerSettings(executor=executor, limits=limits or WorkerLimits(wall_seconds=20.0)),
    )
    recorder = Recorder(folder, keeps_data=keeps_data, vault=vault)
    stop = recorder.follow(node)
    try:
        yield node, recorder
        assert node.workers.wait_idle()
    finally:
        stop()
        node.workers.close()
        recorder.close()


def one_block(node: Node[FakeRuntime]) -> None:
    """A block with something in its state, and its runs."""
    node.submit(encode(b"x", 0, key=1, value=7))
    node.seal()
    assert node.workers.wait_idle()
