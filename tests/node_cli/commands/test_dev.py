"""`palletlab dev` as a process: what it tells, whom it answers, how it ends."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from node_cli.commands import dev
from node_cli.main import main, parser


@contextmanager
def running(*options: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "node_cli", "dev", "--port", "0", *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def started(process: subprocess.Popen[str]) -> dict[str, Any]:
    assert process.stdout is not None
    told: dict[str, Any] = json.loads(process.stdout.readline())
    return told


def call(url: str, method: str, *params: Any) -> Any:
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).encode()
    request = urllib.request.Request(url.replace("ws", "http", 1), body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=10) as response:
        return json.load(response)


def number(url: str, head: str = "chain_getHead") -> int:
    header = call(url, "chain_getHeader", call(url, head)["result"])["result"]
    return int(header["number"], 16)


def eventually(url: str, wanted: int, head: str = "chain_getHead") -> int:
    until = time.monotonic() + 10
    while number(url, head) < wanted and time.monotonic() < until:
        time.sleep(0.05)
    return number(url, head)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_it_tells_what_to_do_next_and_ends_well(how: signal.Signals) -> None:
    with running() as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(7)]
        assert [line.split(" ")[0].strip() for line in lines[:-1]] == [
            "Listening",
            "Chain",
            "Blocks",
            "Accounts",
            "Explore",
            "In",
        ]
        process.send_signal(how)
        rest, errors = process.communicate(timeout=10)
        assert process.returncode == 0
        assert rest == "\nended at block 2; nothing is kept\n"
        assert "Traceback" not in errors


def test_the_first_two_blocks_are_final_before_anybody_is_served() -> None:
    with running("--json") as process:
        told = started(process)
        assert (told["event"], told["chain"], told["best"]) == ("started", "Development", 2)
        assert number(told["url"]) == number(told["url"], "chain_getFinalizedHead") == 2
        assert call(told["url"], "chain_getBlockHash", 0)["result"] == told["genesis"]
        assert call(told["url"], "state_getStorage", "0x3a636f6465")["result"] is not None


def test_blocks_come_at_intervals() -> None:
    with running("--json", "--interval", "0.1") as process:
        url = started(process)["url"]
        assert eventually(url, 5) >= 5


def test_blocks_come_when_idle_and_finality_lags() -> None:
    with running("--json", "--idle", "0.1", "--finality-lag", "3") as process:
        url = started(process)["url"]
        finalized = eventually(url, 4, "chain_getFinalizedHead")
        assert finalized >= 4
        assert number(url) >= finalized + 3


def test_blocks_are_made_by_hand_by_who_may() -> None:
    with running("--json", "--manual", "--unsafe-rpc") as process:
        url = started(process)["url"]
        made = call(url, "engine_createBlock", True, False)["result"]
        assert call(url, "chain_getHead")["result"] == made["hash"]
    with running("--json", "--manual") as process:
        refused = call(started(process)["url"], "engine_createBlock", True, False)["error"]
        assert refused == {"code": -32601, "message": "RPC call is unsafe to be called externally"}


def test_a_taken_port_is_told_in_one_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-m", "node_cli", "dev", "--port", port]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
    assert done.returncode == 1
    sentence = f"cannot listen on 127.0.0.1:{port}: another program listens there; choose another with --port"
    assert done.stderr == f"palletlab dev: {sentence}\n"


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--port", "70000"], "'70000' is not a whole number from 0 to 65535"),
        (["--interval", "0"], "'0' is not a number of seconds from 0.001 to 3600"),
        (["--interval", "nan"], "'nan' is not a number of seconds"),
        (["--interval", "1", "--manual"], "not allowed with argument"),
        (["--host", "0.0.0.0", "--unsafe-rpc"], "lets them control the node"),
        (["--impersonation"], "add --unsafe-rpc"),
    ],
)
def test_wrong_options_are_refused(options: list[str], sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    try:
        code = main(["dev", *options])
    except SystemExit as stopped:
        code = int(stopped.code or 0)
    assert code == 2
    assert sentence in capsys.readouterr().err


def test_filters_that_say_no_level_are_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RUST_LOG", "rpc=loud")
    assert main(["dev", "--port", "0"]) == 2
    assert "'rpc=loud' is neither a level nor target=level" in capsys.readouterr().err
    monkeypatch.delenv("RUST_LOG")
    assert main(["dev", "--port", "0", "-lsync=trace,rpc=loud"]) == 2
    assert "'rpc=loud' is neither a level nor target=level" in capsys.readouterr().err


def test_a_chain_in_a_folder_goes_on_where_it_ended(tmp_path: Path) -> None:
    kept = ("--manual", "--unsafe-rpc", "--json", "--base-path", str(tmp_path / "chain"))
    with running(*kept) as process:
        url = started(process)["url"]
        made = call(url, "engine_createBlock", True, True)["result"]["hash"]
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=20) == 0
    with running(*kept) as process:
        begun = started(process)
        assert begun["best"] == 3
        assert call(begun["url"], "chain_getFinalizedHead")["result"] == made
        with running(*kept) as second:
            _, told = second.communicate(timeout=20)
            assert "another node has this chain open; stop that one, or choose another folder" in told


def test_a_chain_is_controlled_from_outside() -> None:
    with running("--manual", "--unsafe-rpc", "--json") as process:
        url = started(process)["url"]
        kept = call(url, "dev_snapshot")["result"]
        call(url, "dev_setStorage", {"Balances": {"TotalIssuance": 7}})
        call(url, "dev_newBlock", {"count": 2})
        assert number(url) == 4
        assert call(url, "dev_revert", kept)["result"] is True
        assert number(url) == 2
        assert "no date" in call(url, "dev_timeTravel", "soon")["error"]["message"]


def test_in_memory_the_last_finalized_blocks_stay() -> None:
    with running("--json", "--manual", "--unsafe-rpc", "--keep", "3") as process:
        url = started(process)["url"]
        for _ in range(40):  # more than a chain holds for itself
            call(url, "dev_newBlock")
        assert eventually(url, 42, "chain_getFinalizedHead") == 42
        read = [
            call(url, "state_getStorage", "0x3a636f6465", call(url, "chain_getBlockHash", at)["result"])
            for at in range(43)
        ]
    assert ["result" in each for each in read] == [at == 0 or at > 39 for at in range(43)]
    assert "State already discarded" in read[39]["error"]["message"] + str(read[39]["error"].get("data"))


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ([], 256),
        (["--keep", "7"], 7),
        (["--keep", "all"], None),
        (["--base-path", "chain"], None),
        (["--base-path", "chain", "--keep", "7"], 7),
    ],
)
def test_how_much_is_kept(given: list[str], kept: int | None) -> None:
    assert dev.options_of(parser(["dev"]).parse_args(["dev", *given])).keep == kept
