"""The servers of others, one of each for the tests of a process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack
from typing import TypeVar

import pytest

from benchmarks.content_servers import IpfsNodes, ipfs_nodes, s3_server
from benchmarks.measure import PeerUnavailable

T = TypeVar("T")


@pytest.fixture(scope="session")
def ipfs() -> Iterator[IpfsNodes]:
    """IPFS nodes; skips where they are not installed."""
    with ExitStack() as stack:
        yield started(stack, ipfs_nodes())


@pytest.fixture(scope="session")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an S3 server; skips where it is not installed."""
    with ExitStack() as stack:
        yield started(stack, s3_server(tmp_path_factory.mktemp("seaweedfs")))


def started(stack: ExitStack, server: AbstractContextManager[T]) -> T:
    try:
        return stack.enter_context(server)
    except PeerUnavailable as problem:
        pytest.skip(str(problem))
