"""A served node records its workers; without network, chain and key they make the same extrinsics again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import msgpack
import pytest

from chain.offchain.recording_file import INCLUSIONS, RUN_SUFFIX, read_inclusions, read_recording
from chain.offchain.replay import signed_part

RUNTIME = "tests.end_to_end.fetching_runtime:FetchingRuntime"
SECRET = b"a-secret-token"
METRICS = "metrics.txt"
PRICE = b'{"price": 4711, "note": "as of today"}'

WITHOUT_NETWORK = """
import socket, sys

def refuse(*arguments, **named):
    raise AssertionError("a replay opens no connection")

socket.socket.connect = socket.socket.bind = socket.getaddrinfo = socket.create_connection = refuse
from node_cli.main import main

sys.exit(main(sys.argv[1:]))
"""


class PriceServer(BaseHTTPRequestHandler):
    """Answers, and echoes what should stay secret."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Set-Cookie", "session=of-a-cookie")
        self.send_header("X-Echo", self.headers["Authorization"])
        self.send_header("Content-Length", str(len(PRICE)))
        self.end_headers()
        self.wfile.write(PRICE)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (its name there)
        return


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """What a node recorded that ran until it had six blocks; server and node are gone."""
    server = HTTPServer(("127.0.0.1", 0), PriceServer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    port, recorded = server.server_port, tmp_path_factory.mktemp("recorded") / "runs"
    command = [sys.executable, "-m", "node_cli", "dev", "--port", "0", "--json", "--runtime", RUNTIME]
    command += ["--interval", "0.1", "--record", str(recorded)]
    command += ["--allow-http", f"127.0.0.1:{port}", "--allow-private-http"]
    environment = {**os.environ, "PRICE_URL": f"http://127.0.0.1:{port}/price"}
    os.environ["PRICE_URL"] = environment["PRICE_URL"]  # replays are asked for the same
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as node:
        until = time.monotonic() + 60
        while len(list(recorded.glob("*-Fetching-*.run"))) < 7 and time.monotonic() < until:
            time.sleep(0.1)
        assert node.stdout is not None
        url = json.loads(node.stdout.readline())["url"].replace("ws", "http", 1)
        with urllib.request.urlopen(f"{url}/metrics", timeout=10) as response:
            (recorded.parent / METRICS).write_bytes(response.read())
        node.send_signal(signal.SIGINT)
        assert node.wait(30) == 0
    server.shutdown()
    server.server_close()
    yield recorded
    del os.environ["PRICE_URL"]


def offline(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", WITHOUT_NETWORK, "worker", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


def runs_of(folder: Path) -> list[Path]:
    """Those that fetched, in order."""
    return sorted(folder.glob(f"*-Fetching-*{RUN_SUFFIX}"))[:4]


def test_runs_are_the_same_again_without_network(folder: Path) -> None:
    told = offline("replay", folder, "--json")
    assert told.returncode == 0, told.stdout + told.stderr
    runs = [each for each in json.loads(told.stdout)["runs"] if each["extrinsics"]]
    assert all(each["is_same"] for each in runs)
    recorded = [each for path in runs_of(folder) for each in read_recording(path).extrinsics.values()]
    signed = [f"0x{signed_part(each).hex()}" for each in recorded]
    assert [each for run in runs for each in run["extrinsics"]] == signed
    assert len(signed) == 4
    assert len(set(signed)) == 4  # each has a nonce of its own
    assert all(PRICE.hex() in each for each in signed)


def test_transactions_of_runs_came_into_blocks(folder: Path) -> None:
    included = read_inclusions(folder)
    for path in runs_of(folder):
        recording = read_recording(path)
        (transaction,) = recording.run.accepted
        assert included[transaction] > recording.run.number


def test_no_secret_is_in_any_file(folder: Path) -> None:
    files = list(folder.iterdir())
    assert {file.suffix for file in files} == {RUN_SUFFIX, Path(INCLUSIONS).suffix}
    for file in files:
        data = file.read_bytes()
        assert SECRET not in data
        assert b"of-a-cookie" not in data
    assert b"(redacted)" in runs_of(folder)[0].read_bytes()


def flipped(path: Path, name: str, into: Path) -> tuple[Path, int]:
    """A copy in which one byte of the first such call is another: of its answer, or of its last text."""
    content: dict[str, Any] = msgpack.unpackb(path.read_bytes(), strict_map_key=False)
    number = next(at for at, call in enumerate(content["calls"]) if call[0] == name)
    call = content["calls"][number]
    if isinstance(call[2][1], bytes):
        call[2][1] = bytes((call[2][1][0] ^ 1,)) + call[2][1][1:]
    else:
        call[1][-1] = call[1][-1].replace("price", "prize")
    copy = into / path.name
    data: bytes = msgpack.Packer().pack(content)
    copy.write_bytes(data)
    return copy, number + 1


@pytest.mark.parametrize("name", ["http_start", "http_read_body"])
def test_one_byte_of_an_http_exchange_is_told_at_its_call(folder: Path, name: str, tmp_path: Path) -> None:
    copy, number = flipped(runs_of(folder)[0], name, tmp_path)
    told = offline("replay", copy, "--json")
    assert told.returncode == 1
    difference = json.loads(told.stdout)["runs"][0]["difference"]
    assert (difference["call"], difference["pallet"]) == (number, "Fetching")
    assert difference["recorded"].startswith(name)
    assert "fetching_runtime.py:" in difference["place"]
    text = offline("replay", copy)
    assert f"Fetching, host call {number}: {difference['reason']}" in text.stdout
    assert text.stdout.endswith("1 runs, 1 of them different; 0 extrinsics, but for their signatures.\n")


def test_an_edited_answer_shows_what_the_worker_makes_of_it(folder: Path, tmp_path: Path) -> None:
    copy, number = flipped(runs_of(folder)[0], "http_read_body", tmp_path)
    difference = json.loads(offline("replay", copy, "--edited", "--json").stdout)["runs"][0]["difference"]
    assert difference["call"] > number
    assert difference["asked"].startswith("local_set")
    assert difference["reason"] == "value differs from byte 0 on, 0x7a22707269636522 not 0x7b22707269636522"


def test_runs_are_shown_and_their_costs_added_up(folder: Path) -> None:
    shown = offline("show", runs_of(folder)[0])
    assert shown.returncode == 0
    assert f", {RUNTIME}\n" in shown.stdout
    assert "http_start('GET', 'http://127.0.0.1:" in shown.stdout
    assert "'Authorization', '(redacted)'" in shown.stdout
    report = json.loads(offline("report", folder, "--json").stdout)
    cost = report["pallets"]["Fetching"]
    assert cost["submissions"]["signed"] == {"accepted": 4, "refused": 0, "included": 4, "lost": 0}
    assert cost["verdicts"]["useful"] == 4
    assert cost["wasted"] == cost["runs"] - 4
    assert cost["bytes"]["http"]["in"] >= 4 * len(PRICE)
    assert cost["latency"] >= 1
    assert cost["cpu_seconds"] > 0
    table = offline("report", folder).stdout
    assert "Fetching" in table
    assert "in blocks" in table


def test_a_monitor_was_told_the_same(folder: Path) -> None:
    lines = (folder.parent / METRICS).read_text().splitlines()
    told = dict(line.rsplit(" ", 1) for line in lines if line.startswith("palletlab_worker_"))
    labels = 'pallet="Fetching",chain="Development"'
    for outcome, count in (("accepted", 4), ("refused", 0), ("included", 4), ("lost", 0)):
        name = f'palletlab_worker_submissions_total{{kind="signed",outcome="{outcome}",{labels}}}'
        assert float(told[name]) == count
    assert float(told[f"palletlab_worker_runs_total{{{labels}}}"]) >= 7
    assert float(told[f"palletlab_worker_inclusion_blocks_count{{{labels}}}"]) == 4
