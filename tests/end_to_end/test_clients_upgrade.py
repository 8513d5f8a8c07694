"""Clients that are connected when the runtime becomes another go on with its metadata, and make calls that are new."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.devnets import CHECKOUT
from tests.end_to_end.node_programs import FOLDER, LIBRARIES
from tests.end_to_end.test_chopsticks import asked
from tests.end_to_end.test_python_clients import CLIENTS, DRIVERS
from tests.end_to_end.test_watch import Watched
from tests.node_cli.watch.author import Author

OLD = '''count_up(self, origin: Origin) -> None:
        """Count."""
        ensure_signed(origin)
        self.count.put(self.count.get() + 1)'''

NEW = OLD.replace("count_up(self, origin: Origin", "count_by(self, origin: Origin, step: U32").replace("+ 1", "+ step")

CODE = "0x3a636f6465"

NODE = {"papi": "//Alice", "dedot": "//Bob", "polkadot": "//Charlie"}
PYTHON = {"substrateinterface": "//Dave", "async_substrate_interface": "//Eve"}
"""Clients with the accounts that sign."""


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[tuple[Author, Watched]]:
    author = Author(tmp_path, "upgraded")
    made = Watched(author)
    yield author, made
    assert made.stop() == 0


@contextmanager
def running(command: list[str], path: str) -> Iterator[subprocess.Popen[str]]:
    """A program, killed at the end."""
    environment = {**os.environ, "PYTHONPATH": path}
    program = subprocess.Popen(
        command, cwd=FOLDER, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        yield program
    finally:
        program.kill()
        program.communicate(timeout=20)


def node_programs(url: str) -> dict[str, tuple[list[str], str]]:
    """The commands of those clients of Node that are installed."""
    node = shutil.which("node")
    if node is None or not (LIBRARIES / "peer.stamp").exists():
        return {}
    return {name: ([node, str(FOLDER / "upgrade.mjs"), name, url, account], "") for name, account in NODE.items()}


def python_programs(url: str) -> dict[str, tuple[list[str], str]]:
    """The same of Python's clients, with where their libraries are."""
    found = {}
    for name, account in PYTHON.items():
        folder, driver = CLIENTS[name]
        libraries = CHECKOUT / f".venv-{folder}"
        if (libraries / name).is_dir():
            command = [sys.executable, str(DRIVERS / f"upgrade_{driver}_interface.py"), url, account]
            found[name] = (command, os.pathsep.join((str(libraries), str(DRIVERS))))
    return found


def test_clients_see_an_upgrade_and_make_the_new_call(watched: tuple[Author, Watched]) -> None:
    author, node = watched
    address = node.url.removeprefix("ws://")
    code = asked(address, "state_getStorageHash", CODE)
    commands = {**node_programs(node.url), **python_programs(node.url)}
    if not commands:
        pytest.skip("no client is installed; `make peers` does it")
    with ExitStack() as stack:
        programs = {name: stack.enter_context(running(*command)) for name, command in commands.items()}
        for program in programs.values():
            assert program.stdout is not None
            assert program.stdout.readline() == "connected\n", program.communicate(timeout=20)[1]
        author.edit(OLD, NEW)
        found = {name: answer_of(program) for name, program in programs.items()}
        assert asked(address, "state_getStorageHash", CODE) != code  # by which polkadot-api knows a runtime
    assert {name: each["versions"] for name, each in found.items()} == {name: [100, 101] for name in programs}
    assert sorted(each["count"] for each in found.values()) == [10 * (at + 1) for at in range(len(found))]


def answer_of(program: subprocess.Popen[str]) -> dict[str, Any]:
    """What a program printed at its end."""
    output, errors = program.communicate(timeout=60)
    assert program.returncode == 0, errors
    found: dict[str, Any] = json.loads(output)
    return found
