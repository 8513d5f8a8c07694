"""Secrets of every kind are planted in a recorded devnet, told of wherever a worker can, and found in no output."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from chain.block import Header
from chain.crypto.keys import KeyPair
from chain.crypto.signatures import Scheme
from chain.offchain.recording_file import encode_recording
from chain.primitives import Hash
from chain.runtime_api import OffchainNode
from node_cli.main import main
from pallets.federated_round.secrecy.memory import HiddenMemory
from tests.chain.node.fake_runtime import FakeRuntime
from tests.chain.offchain.recorded import one_block, recorded
from tests.end_to_end.careless_runtime import KEPT, PHRASE, TOKEN
from tests.end_to_end.shapes_of_secrets import forms

RUNTIME = "tests.end_to_end.careless_runtime:CarelessRuntime"
OPERATOR = "bottom drive obey lake curtain smoke basket hold race lonely fit walk"
INSERTED = "jelly better achieve collect unaware mountain thought cargo oxygen act hood bridge"
COOKIE = "session-of-a-cookie-0815"
RUNS = 2


class Server(BaseHTTPRequestHandler):
    """Answers with a cookie, and with what it was sent."""

    def do_GET(self) -> None:
        told = (self.headers["Authorization"] or "").encode()
        self.send_response(200)
        self.send_header("Set-Cookie", COOKIE)
        self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)

    def do_POST(self) -> None:
        told = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (its name there)
        return


@dataclass
class Session:
    """What a session has left: outputs by name, and what its worker drew and kept as a secret."""

    outputs: dict[str, bytes]
    drawn: list[bytes]


def asked(url: str, method: str, *parameters: str) -> bytes:
    """The whole answer of a node."""
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": parameters}).encode()
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            data: bytes = response.read()
    except urllib.error.HTTPError as error:
        data = error.read()
    return data


def monitored(url: str) -> bytes:
    """What a monitor of the node reads."""
    with urllib.request.urlopen(f"{url}/metrics", timeout=30) as response:
        data: bytes = response.read()
    return data


def wait_until_idle(url: str) -> None:
    """Until no worker runs: one that does would skip the next block, or be cut off by the node's end."""
    until = time.monotonic() + 120
    while time.monotonic() < until:
        if re.search(rb"^palletlab_worker_active_runs\{.*\} 0$", monitored(url), re.MULTILINE):
            return
        time.sleep(0.1)
    raise AssertionError("a worker was not through after two minutes")


@pytest.fixture(scope="module", params=["threads", "processes"])
def session(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Session:
    """A node of which every second run failed, with all that it wrote and told."""
    folder = tmp_path_factory.mktemp(request.param)
    server = HTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    runs, drawn = folder / "runs", folder / "drawn"
    command = [sys.executable, "-m", "node_cli", "dev", "--port", "0", "--json", "--runtime", RUNTIME, "--manual"]
    command += ["--workers", request.param, "--record", str(runs), "--record-secrets", str(folder / "secrets")]
    command += ["--worker-key", f"{OPERATOR}//worker"]
    command += ["--allow-http", f"127.0.0.1:{server.server_port}", "--allow-private-http", "--unsafe-rpc", "-ldebug"]
    environment = {
        **os.environ,
        "CARELESS_URL": f"http://127.0.0.1:{server.server_port}/?token={TOKEN}",
        "CARELESS_FILE": str(drawn),
    }
    outputs = dict[str, bytes]()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment) as node:
        assert node.stdout is not None
        first = node.stdout.readline()
        url = json.loads(first)["url"].replace("ws", "http", 1)
        right, wrong = KeyPair.from_uri(INSERTED, Scheme.SR25519).public, bytes(32)
        for name, public in (("inserted", right), ("refused", wrong)):
            outputs[name] = asked(url, "author_insertKey", "care", INSERTED, f"0x{public.hex()}")
        outputs["not a phrase"] = asked(url, "author_insertKey", "care", f"{INSERTED} thing", f"0x{right.hex()}")
        for number in range(RUNS):
            wait_until_idle(url)
            outputs[f"block {number}"] = asked(url, "dev_newBlock")
        wait_until_idle(url)
        outputs["metrics"] = monitored(url)
        node.send_signal(signal.SIGINT)
        out, err = node.communicate(timeout=60)
        outputs["printed"], outputs["logged"] = first + out, err
    server.shutdown()
    server.server_close()
    outputs |= {file.name: file.read_bytes() for file in runs.iterdir()}
    with pytest.MonkeyPatch.context() as patch:
        for name in ("CARELESS_URL", "CARELESS_FILE"):
            patch.setenv(name, environment[name])
        for arguments in (
            ["report", runs],
            ["replay", runs],
            ["replay", runs, "--json"],
            ["replay", runs, "--secrets", folder / "secrets"],
            ["replay", runs, "--secrets", folder / "secrets", "--json"],
        ):
            outputs[" ".join(map(str, arguments)).replace(str(folder), "")] = shown(*arguments)
        for file in sorted(runs.glob("*-Careless-*.run")):
            outputs[f"show {file.name}"] = shown("show", file)
    return Session(outputs, [bytes.fromhex(line) for line in drawn.read_text().split()])


def shown(*arguments: object) -> bytes:
    """What `palletlab worker` prints, of whatever is right or wrong."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        main(["worker", *map(str, arguments)])
    assert out.getvalue()
    return (out.getvalue() + err.getvalue()).encode()


def found_in(outputs: dict[str, bytes], secret: bytes | str) -> list[str]:
    return [name for name, output in outputs.items() if any(form in output for form in forms(secret))]


def test_the_worker_had_its_secrets_and_told_of_them(session: Session) -> None:
    assert len(session.drawn) >= RUNS
    logged = session.outputs["logged"]
    assert b"(redacted) b'(redacted)'" in logged
    assert b"ValueError" in logged
    recordings = [output for name, output in session.outputs.items() if "-Careless-" in name and "show" not in name]
    assert len(recordings) >= RUNS
    assert all(b"(redacted)" in each for each in recordings)
    assert b"error" in session.outputs["refused"]
    assert b"error" in session.outputs["not a phrase"]


def test_the_owner_replays_all_and_a_stranger_nothing_that_was_drawn(session: Session) -> None:
    def replayed(*options: str) -> list[Any]:
        told = json.loads(session.outputs[" ".join(("replay", "/runs", *options, "--json"))])["runs"]
        return [each["is_same"] for each in told if "-Careless-" in each["file"]]

    assert set(replayed("--secrets", "/secrets")) == {True}
    assert set(replayed()) == {None}
    assert b"the run needs what random_seed came to (host call" in session.outputs["replay /runs"]


@pytest.mark.parametrize(
    "secret",
    [TOKEN, COOKIE, PHRASE, OPERATOR, INSERTED, KEPT],
    ids=["header", "cookie", "keystore seed", "operator's phrase", "inserted phrase", "kept as secret"],
)
def test_no_output_has_a_planted_secret(session: Session, secret: bytes | str) -> None:
    assert found_in(session.outputs, secret) == []


def test_no_output_has_what_was_drawn_and_kept_as_a_secret(session: Session) -> None:
    assert [found_in(session.outputs, each) for each in session.drawn] == [[]] * len(session.drawn)


def test_recordings_have_no_key_of_secure_aggregation() -> None:
    secrets = list[bytes]()

    def worker(_runtime: FakeRuntime, _header: Header, node: OffchainNode) -> None:
        memory = HiddenMemory(node, task=1, number=2, seed=Hash(bytes(32)))
        secrets.append(memory.secret_or_new())
        assert memory.secret() == secrets[0]

    with recorded(worker) as (node, recorder):
        one_block(node)
        node.seal()  # where it is read again
        outputs: dict[str, Any] = {
            str(number): encode_recording(each) for number, each in enumerate(recorder.recordings)
        }
    assert len(outputs) == len(secrets) == 2
    assert found_in(outputs, secrets[0]) == []
