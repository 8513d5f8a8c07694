"""Workers of `palletlab dev`: where they run, what stays, whom they may speak to, and that one never hurts the node."""

from __future__ import annotations

import time
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from chain.crypto import development, ss58
from chain.offchain.executor import Inline
from chain.offchain.processes import Processes
from chain.offchain.threads import Threads
from chain.offchain.vault import NAME
from node_cli.command import UsageError
from node_cli.commands.dev import options_of
from node_cli.main import parser
from node_cli.worker_options import WorkerOptions, WorkersIn, participants_of, recorder_of, settings_of, vault_of
from runtime.dev import DevRuntime
from tests.node_cli.commands.test_dev import call, running, started

RUNTIME = "tests.node_cli.counting_runtime:CountingRuntime"


def asked(*options: str) -> WorkerOptions:
    return options_of(parser().parse_args(["dev", *options])).workers


def stored(url: str, key: str) -> bytes:
    found = call(url, "offchain_localStorageGet", "PERSISTENT", f"0x{key.encode().hex()}")["result"]
    return bytes.fromhex((found or "0x")[2:])


def count_after(url: str, wanted: int) -> int:
    until = time.monotonic() + 120
    while int.from_bytes(stored(url, "count"), "little") < wanted and time.monotonic() < until:
        time.sleep(0.1)
    return int.from_bytes(stored(url, "count"), "little")


def wait_for_end(url: str, pallet: str) -> None:
    """Until a run of that pallet's has ended."""
    until = time.monotonic() + 120
    while time.monotonic() < until:
        with urllib.request.urlopen(f"{url.replace('ws', 'http', 1)}/metrics", timeout=10) as response:
            told = response.read().decode()
        if any(line.startswith(f'palletlab_worker_runs_total{{pallet="{pallet}"') for line in told.splitlines()):
            return
        time.sleep(0.1)


def head(url: str) -> int:
    return int(call(url, "chain_getHeader")["result"]["number"], 16)


@pytest.mark.parametrize("where", ["threads", "processes"])
def test_workers_run_beside_the_node_and_what_they_keep_stays(where: str, tmp_path: Path) -> None:
    options: tuple[str, ...] = ("--json", "--unsafe-rpc", "--interval", "0.1", "--runtime", RUNTIME)
    options += ("--workers", where, "--worker-seconds", "1", "--base-path", str(tmp_path))
    with running(*options) as process:
        told: dict[str, Any] = started(process)
        url = told["url"]
        assert count_after(url, 15) >= 15
        wait_for_end(url, "Looping")
        before = head(url)
        assert b"the allow list of this node has no 127.0.0.1:9" in stored(url, "refused")
        nonce = call(url, "system_accountNextIndex", ss58.encode(development.account("Alice")))["result"]
        process.terminate()
        process.wait(20)
        errors = process.stderr.read() if process.stderr else ""
        assert "Looping" in errors
        assert "which is all that it may" in errors
    assert nonce == 1
    with running(*options) as process:
        url = started(process)["url"]
        assert head(url) >= before
        assert count_after(url, 16) > 15


def test_options_say_where_and_for_whom() -> None:
    standard = asked()
    assert standard.where is WorkersIn.THREADS
    assert participants_of(standard)[0].account == development.account("Alice")
    assert participants_of(asked("--workers", "none")) == ()
    assert participants_of(asked("--worker-key", "//Bob"))[0].account == development.account("Bob")
    kinds = {"threads": Threads, "processes": Processes, "inline": Inline}
    for name, kind in kinds.items():
        settings = settings_of(asked("--workers", name), DevRuntime, None)
        assert isinstance(settings.executor(), kind)
        assert settings.limits.wall_seconds == (None if name == "inline" else 60.0)
    allowed = asked("--allow-http", "*.example.org", "--allow-http", "localhost:80", "--allow-private-http")
    outbound = settings_of(allowed, DevRuntime, None).outbound
    assert (outbound.hosts, outbound.is_private_allowed) == (("*.example.org", "localhost:80"), True)
    assert (asked("--record", "runs").record, asked("--record", "runs", "--record-data").keeps_data) == (
        Path("runs"),
        True,
    )
    processes = asked("--workers", "processes", "--worker-memory", "256", "--worker-seconds", "5")
    limits = settings_of(processes, DevRuntime, None).limits
    assert (limits.memory_bytes, limits.wall_seconds) == (256 * 2**20, 5.0)
    assert not standard.traces_memory
    tracing = settings_of(asked("--trace-memory"), DevRuntime, None).executor()
    assert isinstance(tracing, Threads)
    assert tracing.threads == 1


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert recorder_of(asked(), "module:Class", None) is None
    with pytest.raises(UsageError, match=r"--record: .*file"):
        recorder_of(asked("--record", str(tmp_path / "file")), "module:Class", None)
    with pytest.raises(UsageError, match=r"the secrets of recorded runs: .*file: not the secrets of a node's workers"):
        vault_of(asked("--record", "runs", "--record-secrets", str(tmp_path / "file")), None)


def test_secrets_of_recorded_runs_are_kept_with_the_chain_or_where_that_is_said(tmp_path: Path) -> None:
    chain, file = tmp_path / "chain", tmp_path / "secrets"
    chain.mkdir()
    assert vault_of(asked("--record", "runs"), None) is None
    assert vault_of(asked(), chain) is None
    kept = vault_of(asked("--record", "runs"), chain)
    assert kept is not None
    assert [each.name for each in chain.iterdir()] == [NAME]
    later = vault_of(asked(), chain)  # what workers destroy then is destroyed here too
    assert later is not None
    assert later.fingerprint == kept.fingerprint
    elsewhere = vault_of(asked("--record", "runs", "--record-secrets", str(file)), chain)
    assert elsewhere is not None
    assert elsewhere.fingerprint != kept.fingerprint
    assert file.is_file()


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (("--worker-memory", "64", "--workers", "inline"), "add --workers processes"),
        (("--watch", "--workers", "processes"), "exclude each other"),
        (("--allow-private-http",), "name them by --allow-http"),
        (("--worker-key", "hunter seven//x"), "--worker-key"),
        (("--record", "runs", "--workers", "none"), "choose one of the others"),
        (("--record-data",), "add --record DIR"),
        (("--trace-memory", "--workers", "processes"), "add --workers threads"),
        (("--record-secrets", "file"), "add --record DIR"),
        (("--record", "runs", "--record-secrets", "runs/secrets"), "choose another folder"),
    ],
)
def test_options_that_contradict_each_other_say_what_to_do(options: tuple[str, ...], why: str) -> None:
    with pytest.raises(UsageError, match=why) as refused:
        asked(*options)
    assert "hunter" not in str(refused.value)
