"""Artifacts into content stores and out of them again, beside hashing the same bytes.

Each goes through the same cutting into chunks of 256 KiB, and what comes out is compared. Servers are on this machine:
SeaweedFS for S3, js-ipfs for the RPC API of Kubo, Helia for a gateway; one that is not installed has no row. A store
cannot be faster than SHA-256, with which every chunk is named, and checked when it comes from where others can write:
all but this process's own memory. By the clock: disks and servers are waited for.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from hashlib import sha256
from pathlib import Path
from typing import Final, TypeVar

from benchmarks.content_servers import BUCKET, CREDENTIALS, IpfsNodes, ipfs_nodes, s3_server
from benchmarks.measure import Goal, PeerUnavailable, Row, Run, Samples, WorkDiffers, alternate
from benchmarks.run import alone
from chain.content.chunked import ChunkedStore
from chain.content.cid import codec_of
from chain.content.directory import DirectoryStore
from chain.content.gateway import GatewayStore
from chain.content.kubo import KuboStore
from chain.content.memory import MemoryStore
from chain.content.pieces import reached_from
from chain.content.s3 import S3Store
from chain.content.store import Backend

MIB: Final = 2**20
MEGA: Final = 1e6

LARGE_ROUNDS: Final = 1
"""Of an artifact in 256 chunks, each of which is a round of its own."""

LEAST: Final = {"memory": (100.0, 100.0), "directory": (8.0, 80.0), "S3": (8.0, 8.0), "Kubo RPC": (0.5, 8.0)}
"""MB/s of putting and getting: an update of a million parameters, 8 MB, within a second, and into IPFS within 16."""

LEAST_OF_GATEWAY: Final = 8.0

T = TypeVar("T")


class Artifacts:
    """Artifacts of one size, each new, through one store."""

    def __init__(self, backend: Backend, size: int) -> None:
        self.store = ChunkedStore(backend)
        self._size = size
        self._random = random.Random(size)
        self.newest = b""
        self.cid = ""

    def make(self) -> None:
        """Another artifact, which no store has."""
        self.newest = self._random.randbytes(self._size)

    def put(self) -> float:
        """Seconds to keep a new artifact."""
        self.make()
        begun = time.perf_counter()
        self.cid = self.store.put(self.newest)
        return time.perf_counter() - begun

    def get(self) -> float:
        """Seconds to fetch the newest artifact; raises WorkDiffers where it is another."""
        begun = time.perf_counter()
        data = self.store.get(self.cid)
        seconds = time.perf_counter() - begun
        if data != self.newest:
            raise WorkDiffers(f"what comes out of {self.store.backend} is not what went in")
        return seconds

    def hash(self) -> float:
        """Seconds of SHA-256 over the newest artifact."""
        begun = time.perf_counter()
        sha256(self.newest).digest()
        return time.perf_counter() - begun


def rows(run: Run) -> Iterator[Row]:
    """Speeds of putting and getting, a store after the other."""
    sizes = (MIB,) if run.is_quick else (MIB, 64 * MIB)
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        for name, backend in _writable(run, stack, Path(folder)):
            for size in sizes:
                run.say(f"{size // MIB} MiB through {name}")
                artifacts = Artifacts(backend, size)
                put, hashing, get = alternate(_rounds(run, size), artifacts.put, artifacts.hash, artifacts.get)
                least_put, least_get = LEAST[name]
                yield _row(f"put to {name}", size, put, hashing, least_put)
                yield _row(f"get from {name}", size, get, hashing, least_get)
        nodes = _started(run, stack, ipfs_nodes)
        if nodes is not None:
            for size in sizes:
                run.say(f"{size // MIB} MiB through a gateway")
                yield _from_gateway(run, nodes, size)


def _writable(run: Run, stack: ExitStack, folder: Path) -> Iterator[tuple[str, Backend]]:
    yield "memory", MemoryStore()
    yield "directory", DirectoryStore(folder / "directory")
    (folder / "s3").mkdir()
    address = _started(run, stack, lambda: s3_server(folder / "s3"))
    if address is not None:
        yield "S3", S3Store(address, BUCKET, CREDENTIALS)
    with ExitStack() as alone_here:
        nodes = _started(run, alone_here, ipfs_nodes)
        if nodes is not None:
            yield "Kubo RPC", KuboStore(nodes.rpc)


def _from_gateway(run: Run, nodes: IpfsNodes, size: int) -> Row:
    artifacts = Artifacts(GatewayStore(nodes.gateway), size)
    artifacts.make()
    behind = MemoryStore()
    artifacts.cid = ChunkedStore(behind).put(artifacts.newest)
    for cid in set(reached_from(behind, artifacts.cid)):
        nodes.give(behind.get(cid), codec_of(cid))
    get, hashing = alternate(_rounds(run, size), artifacts.get, artifacts.hash)
    return _row("get from gateway", size, get, hashing, LEAST_OF_GATEWAY)


def _started(run: Run, stack: ExitStack, server: Callable[[], AbstractContextManager[T]]) -> T | None:
    """A server at work, None where it is not installed."""
    try:
        return stack.enter_context(server())
    except PeerUnavailable as problem:
        run.say(f"without it: {problem}")
        return None


def _rounds(run: Run, size: int) -> int:
    return run.rounds if size <= MIB else LARGE_ROUNDS


def _row(name: str, size: int, taken: Samples, hashing: Samples, at_least: float) -> Row:
    return Row(
        name=name,
        work=f"{size // MIB} MiB, checked",
        unit="MB/s",
        figure=size / MEGA / taken.median,
        peer="SHA-256",
        peer_figure=size / MEGA / hashing.median,
        goal=Goal("at least", at_least, "figure"),
    )


if __name__ == "__main__":
    raise SystemExit(alone("content"))
