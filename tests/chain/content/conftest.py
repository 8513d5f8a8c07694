"""The servers of others, one of each for the tests of a process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.chain.content.servers import IpfsNodes, ipfs_nodes, s3_server


@pytest.fixture(scope="session")
def ipfs() -> Iterator[IpfsNodes]:
    """IPFS nodes."""
    with ipfs_nodes() as nodes:
        yield nodes


@pytest.fixture(scope="session")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an S3 server."""
    with s3_server(tmp_path_factory.mktemp("seaweedfs")) as address:
        yield address
