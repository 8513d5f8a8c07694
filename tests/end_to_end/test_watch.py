"""A process that watches an author's files: clients are told, and a broken edit stops nothing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread

import pytest

from chain.client.client import Client
from chain.client.connect import connect
from tests.node_cli.watch.author import Author

ROOT = Path(__file__).resolve().parents[2]

SECONDS = 30.0
"""For what takes less than two on an idle machine."""


class Watched:
    """`palletlab dev --watch` in a process of its own."""

    def __init__(self, author: Author) -> None:
        command = [sys.executable, "-m", "node_cli", "dev", "--port", "0", "--json", "--watch", "--unsafe-rpc"]
        self.process = subprocess.Popen(
            [*command, "--runtime", author.chosen],
            cwd=author.pallet.parent,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        assert self.process.stderr is not None
        started = self.process.stdout.readline()
        if not started:
            self.process.kill()
            raise AssertionError(self.process.communicate()[1])
        self.url = json.loads(started)["url"]
        self.log = list[str]()
        self._reader = Thread(target=lambda lines: self.log.extend(lines), args=(self.process.stderr,))
        self._reader.start()

    def stop(self) -> int:
        """End it as Ctrl-C does; its exit code."""
        self.process.send_signal(signal.SIGINT)
        code = self.process.wait(SECONDS)
        self._reader.join(SECONDS)
        for stream in (self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()
        return code


def eventually(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.fixture
def author(tmp_path: Path) -> Author:
    return Author(tmp_path, "forecast")


@pytest.fixture
def watched(author: Author) -> Iterator[Watched]:
    made = Watched(author)
    yield made
    assert made.stop() == 0


@pytest.fixture
def net(watched: Watched) -> Iterator[Client]:
    with connect(watched.url) as client:
        yield client


def test_an_edit_reaches_a_running_node_and_its_clients(author: Author, watched: Watched, net: Client) -> None:
    alice = net.keys.Alice

    def count_up() -> int:
        net.tx.Counting.count_up().submit(alice).checked()
        return int(net.query.Counting.Count())

    assert count_up() == 1
    with connect(watched.url) as listener:
        told = listener.rpc.follow("state_subscribeRuntimeVersion")
        assert next(told)["specVersion"] == 100
        head = listener.rpc.follow("chainHead_v1_follow", True)
        author.edit("self.count.get() + 1", "self.count.get() + 10")
        assert next(told)["specVersion"] == 101
        runtimes = (event["newRuntime"] for event in head if event["event"] == "newBlock")
        new = next(runtime for runtime in runtimes if runtime is not None)
        assert (new["type"], new["spec"]["specVersion"]) == ("valid", 101)
    assert net.api.Core.version()["spec_version"] == 101
    assert count_up() == 11
    author.edit("self.count.get() + 10", "self.count.get( + 10")
    eventually(lambda: any("SyntaxError" in line for line in watched.log))
    [line] = [line for line in watched.log if "SyntaxError" in line]
    assert f"{author.pallet}:{author.line_of('get( +')}: SyntaxError: '(' was never closed" in line
    assert count_up() == 21
    author.edit("self.count.get( + 10", "self.count.get() + 100")
    eventually(lambda: net.runtime().version.spec_version == 102)
    assert count_up() == 121


def test_a_call_that_crashes_stops_nothing_and_is_mended_by_an_edit(
    author: Author, watched: Watched, net: Client
) -> None:
    author.edit("self.count.get() + 1", "self.cuont.get() + 1")
    eventually(lambda: net.runtime().version.spec_version == 101)
    net.tx.Counting.count_up().send(net.keys.Alice)
    eventually(lambda: any("has no attribute 'cuont'" in line for line in watched.log))
    assert net.query.Counting.Count() == 0
    author.edit("self.cuont.get() + 1", "self.count.get() + 5")
    eventually(lambda: net.runtime().version.spec_version == 102)
    net.tx.Counting.count_up().submit(net.keys.Alice).checked()
    assert net.query.Counting.Count() == 5
