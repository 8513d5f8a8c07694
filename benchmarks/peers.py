"""The peers: their pinned packages in an environment of their own, and a process that speaks for each."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import venv
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Final, Self

from benchmarks.measure import PeerUnavailable, Say

CHECKOUT: Final = Path(__file__).resolve().parent.parent
ENVIRONMENT: Final = CHECKOUT / ".venv-peers"
PINS: Final = Path(__file__).with_name("peer_pins.txt")

ANSWER_LIMIT_S: Final = 600
"""Seconds after which a silent peer counts as unavailable; building py-trie's state takes about 40."""


@dataclass(frozen=True, slots=True)
class Peer:
    """A rival: its name, its package, the script that runs it, and what else must be installed for it."""

    name: str
    package: str
    script: str
    extras: tuple[str, ...] = ()
    settings: tuple[tuple[str, str], ...] = ()
    """Environment variables that give the peer its fastest path."""

    apart: str = ""
    """Names an environment and pins of its own, for a peer that does not accept the versions of the others."""

    @property
    def title(self) -> str:
        """The name with the version."""
        return f"{self.name} {pins(self.apart)[self.package]}"

    @property
    def environment(self) -> Path:
        """The folder of the environment that it is installed in."""
        return ENVIRONMENT.with_name(f".venv-{self.apart}") if self.apart else ENVIRONMENT


# safe-pysha3's keccak takes a fifth of the time of pycryptodome's, which eth-hash would choose by itself
_FAST_KECCAK = (("ETH_HASH_BACKEND", "pysha3"),)

PY_TRIE: Final = Peer("py-trie", "trie", "py_trie", ("eth-hash", "safe-pysha3"), _FAST_KECCAK)
SCALECODEC: Final = Peer("scalecodec", "scalecodec", "scale_codec")
SCALECODEC_METADATA: Final = Peer("scalecodec", "scalecodec", "scale_metadata")
_EVM: Final = ("py-evm", "eth-hash", "safe-pysha3")
ETH_TESTER: Final = Peer("eth-tester", "eth-tester", "first_transfer", _EVM, _FAST_KECCAK)
ETH_TESTER_CHAIN: Final = Peer("eth-tester", "eth-tester", "own_chain", _EVM, _FAST_KECCAK)
PY_EVM: Final = Peer("py-evm", "py-evm", "evm_genesis", _EVM[1:], _FAST_KECCAK)
TITANOBOA: Final = Peer("titanoboa", "titanoboa", "anchor", _EVM, _FAST_KECCAK)
SCIKIT_LEARN: Final = Peer("scikit-learn", "scikit-learn", "forest", ("numpy",))
FLOWER_MEAN: Final = Peer("Flower", "flwr", "flower_mean", ("numpy", "ray"), apart="flower")
FLOWER_ROUNDS: Final = Peer("Flower", "flwr", "flower_rounds", ("numpy", "ray"), apart="flower")
FLOWER_SECAGG: Final = Peer("Flower", "flwr", "flower_secagg", ("numpy", "ray"), apart="flower")


def pin_file(apart: str = "") -> Path:
    """The pins of the peers' environment, or of one that stands apart."""
    return PINS.with_name(f"{apart}_pins.txt") if apart else PINS


def pins(apart: str = "") -> dict[str, str]:
    """The pinned version of each package."""
    lines = (line for line in pin_file(apart).read_text().splitlines() if line and not line.startswith("#"))
    return dict(line.split("==") for line in lines)


def installed(peer: Peer, say: Say) -> Path:
    """The interpreter of the peer's environment, with `peer` installed at its pinned versions.

    Uses nothing but venv, pip and the package index that pip is set to. Raises PeerUnavailable where that fails.
    """
    environment, pinned = peer.environment, pins(peer.apart)
    interpreter = environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    stamp = environment / f"{peer.package}.installed"
    wanted = f"{sys.version}\n{pin_file(peer.apart).read_text()}"
    if stamp.exists() and stamp.read_text() == wanted and interpreter.exists():
        return interpreter
    say(f"installing {peer.title} into {environment.name}")
    try:
        venv.create(environment, with_pip=True)
    except (OSError, subprocess.CalledProcessError) as problem:
        raise PeerUnavailable(f"the environment {environment.name} could not be made: {problem}") from problem
    command = [str(interpreter), "-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check"]
    requirements = [f"{name}=={pinned[name]}" for name in (peer.package, *peer.extras)]
    constraint = str(pin_file(peer.apart))
    log = environment / "pip.log"
    with log.open("w") as output:
        result = subprocess.run([*command, "--constraint", constraint, *requirements], stdout=output, stderr=output)
    if result.returncode != 0:
        raise PeerUnavailable(f"pip could not install {peer.title}, {environment.name}/{log.name} says why")
    stamp.write_text(wanted)
    return interpreter


def variables(peer: Peer | None = None) -> dict[str, str]:
    """The environment variables of a process of `peer`, or of ours.

    Python may keep compiled modules, as in any installation: pip compiled the peers' already.
    """
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**inherited, **(dict(peer.settings) if peer else {}), "PYTHONHASHSEED": "0"}


class PeerProcess:
    """A process of a peer's script, started at the first request, that answers one request at a time.

    Once the peer turned out to be unavailable, every later request raises PeerUnavailable with the same sentence.
    """

    def __init__(self, peer: Peer, say: Say, **preparation: int | str) -> None:
        """`preparation` are the arguments of the script's `prepare` command, which every script has."""
        self.peer = peer
        self.prepared: dict[str, Any] = {}
        """The answer to `prepare`."""
        self._say = say
        self._preparation = preparation
        self._process: subprocess.Popen[str] | None = None
        self._log: IO[str] | None = None
        self._problem: PeerUnavailable | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def ask(self, command: str, **arguments: int | str) -> dict[str, Any]:
        """The script's answer to one command; raises PeerUnavailable."""
        if self._problem is not None:
            raise self._problem
        try:
            if self._process is None:
                self._start()
            return self._exchange(command, arguments)
        except PeerUnavailable as problem:
            self._problem = problem
            self.close()
            raise

    def seconds(self, command: str = "round") -> float:
        """Seconds a unit that the peer took for one round."""
        return float(self.ask(command)["seconds"])

    def close(self) -> None:
        """End the process, if one runs."""
        if self._process is not None:
            assert self._process.stdin is not None
            self._process.stdin.close()
            try:
                self._process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            assert self._process.stdout is not None
            self._process.stdout.close()
            self._process = None
        if self._log is not None:
            self._log.close()
            self._log = None

    def _start(self) -> None:
        interpreter = installed(self.peer, self._say)
        self._say(f"preparing {self.peer.title}")
        self._log = tempfile.TemporaryFile("w+")  # noqa: SIM115 — `close` closes it
        self._process = subprocess.Popen(
            [str(interpreter), "-m", f"benchmarks.peer_side.{self.peer.script}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
            cwd=CHECKOUT,
            env=variables(self.peer),
        )
        self.prepared = self._exchange("prepare", self._preparation)

    def _exchange(self, command: str, arguments: dict[str, int | str]) -> dict[str, Any]:
        process = self._process
        assert process is not None
        assert process.stdin is not None
        assert process.stdout is not None
        overdue = threading.Timer(ANSWER_LIMIT_S, process.kill)
        overdue.start()
        try:
            process.stdin.write(json.dumps({"command": command, **arguments}) + "\n")
            process.stdin.flush()
            line = process.stdout.readline()
        except BrokenPipeError:
            line = ""
        finally:
            overdue.cancel()
        if not line:
            raise PeerUnavailable(f"{self.peer.title} ended at {command!r}: {self._last_words()}")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _last_words(self) -> str:
        assert self._log is not None
        assert self._process is not None
        self._process.wait()
        self._log.seek(0)
        lines = [line.strip() for line in self._log if line.strip()]
        return lines[-1] if lines else "it said no reason"
