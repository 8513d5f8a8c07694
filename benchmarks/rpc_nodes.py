"""Two nodes as processes of their own, each with a chain that it began from block zero: ours, and chopsticks.

chopsticks is what `make peers` installs. Its chain is one with a real runtime, statemine 900, whose specification comes
from the same registry; PALLETLAB_CHOPSTICKS_SPEC names another. Alice and Bob get tokens there as they have here.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final

from benchmarks.measure import PeerUnavailable
from benchmarks.peers import CHECKOUT, variables
from chain.crypto.development import account
from chain.crypto.hashing import blake2_128, twox_128
from chain.primitives import AccountId
from runtime.code_cache import FOLDER as CACHE

FOLDER: Final = CHECKOUT / "tests" / "end_to_end" / "chopsticks"
CHOPSTICKS: Final = FOLDER / "node_modules" / "@acala-network" / "chopsticks"
SPECIFICATION: Final = "PALLETLAB_CHOPSTICKS_SPEC"

FUNDS: Final = 10**24
"""Planck that Alice and Bob have in the peer's chain."""

_ISSUANCE: Final = twox_128(b"Balances") + twox_128(b"TotalIssuance")


class NodeEnded(Exception):
    """A node ended before it served; the text is what it said last."""


@contextmanager
def palletlab(cache: Path | None = None) -> Iterator[str]:
    """The URL of `palletlab dev`, which makes blocks when there is something to put into them.

    cache: where it finds what earlier starts have made, None for nowhere; raises NodeEnded
    """
    command = [sys.executable, "-m", "node_cli", "dev", "--port", "0"]
    kept = {CACHE: "" if cache is None else str(cache)}
    with _served(command, CHECKOUT, re.compile(r"Listening +(ws://\S+)"), kept) as url:
        yield url


@contextmanager
def chopsticks(folder: Path) -> Iterator[str]:
    """The URL of chopsticks on a chain of its own, which makes blocks when told to; raises PeerUnavailable.

    folder: for what it begins with, which is made the first time
    """
    node = shutil.which("node")
    if node is None:
        raise PeerUnavailable("there is no `node` on this machine")
    if not (FOLDER / "node_modules" / "peer.stamp").exists():
        raise PeerUnavailable("chopsticks is not installed; `make peers` does it")
    genesis, config = folder / "genesis.json", folder / "config.json"
    if not config.exists():
        genesis.write_text(json.dumps(_with_funds(_specification(node))))
        settings = {"genesis": str(genesis), "host": "127.0.0.1", "port": 0, "build-block-mode": "Manual"}
        config.write_text(json.dumps(settings))
    command = [node, str(CHOPSTICKS / "chopsticks.cjs"), "-c", str(config)]
    try:
        with _served(command, FOLDER, re.compile(r"listening on .*(ws://[\d.]+:\d+)")) as url:
            yield url
    except NodeEnded as problem:
        raise PeerUnavailable(f"chopsticks ended: {problem}") from problem


def chopsticks_title() -> str:
    """Its name, with the version where it is installed."""
    try:
        return f"chopsticks {json.loads((CHOPSTICKS / 'package.json').read_text())['version']}"
    except OSError:
        return "chopsticks"


def account_key(who: AccountId) -> bytes:
    """The storage key of System.Account, the same in all chains."""
    return twox_128(b"System") + twox_128(b"Account") + blake2_128(who) + who


def _specification(node: str) -> dict[str, Any]:
    chosen = os.environ.get(SPECIFICATION)
    if chosen is not None:
        content = Path(chosen).read_text()
    else:
        printed = subprocess.run([node, "asset_hub.mjs"], cwd=FOLDER, capture_output=True, text=True, check=False)
        if printed.returncode != 0:
            raise PeerUnavailable("no specification for chopsticks is installed; `make peers` does it")
        content = printed.stdout
    found: dict[str, Any] = json.loads(content)
    return found


def _with_funds(specification: dict[str, Any]) -> dict[str, Any]:
    """The chain with accounts that can pay; its keys in order, in which chopsticks takes them to be."""
    top: dict[str, str] = specification["genesis"]["raw"]["top"]
    # nonce, consumers, providers, sufficients; free and three more balances
    information = b"".join(each.to_bytes(4, "little") for each in (0, 0, 1, 0)) + FUNDS.to_bytes(16, "little")
    for name in ("Alice", "Bob"):
        top[f"0x{account_key(account(name)).hex()}"] = f"0x{information.ljust(80, bytes(1)).hex()}"
    top[f"0x{_ISSUANCE.hex()}"] = f"0x{(1000 * FUNDS).to_bytes(16, 'little').hex()}"
    specification["genesis"]["raw"]["top"] = dict(sorted(top.items()))
    return specification


@contextmanager
def _served(
    command: list[str], folder: Path, listening: re.Pattern[str], also: Mapping[str, str] | None = None
) -> Iterator[str]:
    environment = {**variables(), **(also or {})}
    process = subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert process.stdout is not None
    try:
        yield _address(process.stdout, listening)
    finally:
        process.terminate()
        try:
            process.communicate(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()


def _address(output: IO[str], listening: re.Pattern[str]) -> str:
    """Where the log says that the node listens; what follows is not read, and little."""
    last = "it said nothing"
    for line in output:
        found = listening.search(line)
        if found:
            return found[1]
        last = line.strip() or last
    raise NodeEnded(last)
