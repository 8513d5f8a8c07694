"""chopsticks forks a devnet by its `:code`: what others read from the fork is what the devnet has."""

from __future__ import annotations

import json
import queue
import re
import shutil
import subprocess
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final

import pytest

from chain.crypto import ss58
from chain.crypto.development import account
from runtime.dev import EXISTENTIAL_DEPOSIT, VERSION
from tests.end_to_end.devnets import running_devnet

FOLDER: Final = Path(__file__).parent / "chopsticks"
LIBRARIES: Final = FOLDER / "node_modules"
COMMAND: Final = LIBRARIES / "@acala-network" / "chopsticks" / "chopsticks.cjs"

LISTENING: Final = re.compile(r"listening on https?://([\d.]+:\d+)")
PATIENCE: Final = 60
"""Seconds until a fork must serve."""


@contextmanager
def forked(url: str, folder: Path) -> Iterator[str]:
    """The address of a fork of the chain that is served there."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("there is no `node` on this machine")
    if not (LIBRARIES / "peer.stamp").exists():
        pytest.skip("chopsticks is not installed; `make peers` does it")
    config = folder / "fork.json"
    config.write_text(json.dumps({"endpoint": url, "host": "127.0.0.1", "port": 0}))
    process = subprocess.Popen(
        [node, str(COMMAND), "-c", str(config)],
        cwd=FOLDER,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        assert process.stdout is not None
        yield served_address(process.stdout)
    finally:
        process.terminate()
        process.communicate(timeout=20)


def served_address(output: IO[str]) -> str:
    """What the log says of where it listens; the rest of it is read and dropped."""
    lines: queue.Queue[str | None] = queue.Queue()

    def read() -> None:
        for line in output:
            lines.put(line)
        lines.put(None)

    threading.Thread(target=read, daemon=True).start()
    log: list[str] = []
    while (line := lines.get(timeout=PATIENCE)) is not None:
        log.append(line)
        found = LISTENING.search(line)
        if found:
            return found[1]
    raise AssertionError("".join(log))


def asked(address: str, method: str, *params: object) -> Any:
    """The answer of a node over HTTP."""
    content = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).encode()
    request = urllib.request.Request(f"http://{address}", content, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=PATIENCE) as reply:
        answer = json.load(reply)
    assert "error" not in answer, answer["error"]
    return answer["result"]


def test_a_fork_of_the_devnet_is_read_as_the_devnet_is(tmp_path: Path) -> None:
    with running_devnet() as url, forked(url, tmp_path) as fork:
        devnet = url.split("://")[1].rstrip("/")
        head = asked(devnet, "chain_getFinalizedHead")
        for method, argument in (
            ("Core_version", "0x"),
            ("Metadata_metadata", "0x"),
            ("Metadata_metadata_versions", "0x"),
            ("Metadata_metadata_at_version", "0x0e000000"),
            ("Metadata_metadata_at_version", "0x0f000000"),
            ("Metadata_metadata_at_version", "0x63000000"),
        ):
            assert asked(fork, "state_call", method, argument) == asked(devnet, "state_call", method, argument, head)
        code = "0x3a636f6465"
        assert asked(fork, "state_getStorage", code) == asked(devnet, "state_getStorage", code, head)
        header = asked(devnet, "chain_getHeader", head)
        arguments = [f"ws://{fork}", ss58.encode(account("Alice"))]
        done = subprocess.run(
            ["node", str(FOLDER / "read_fork.mjs"), *arguments],
            cwd=FOLDER,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    accounts = found.pop("accounts")
    assert accounts > 6
    assert int(found.pop("free")) > 10**15
    assert found == {
        "spec": VERSION.spec_name,
        "version": VERSION.spec_version,
        "metadata": 16,
        "number": int(header["number"], 16),
        "stateRoot": header["stateRoot"],
        "extrinsics": ["timestamp.set"],
        "nonce": 0,
        "events": ["system.ExtrinsicSuccess"],
        "deposit": str(EXISTENTIAL_DEPOSIT),
    }
