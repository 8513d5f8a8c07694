"""A devnet in a process of its own, as its users run it."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).parent.parent.parent


@contextmanager
def running_devnet(*options: str) -> Iterator[str]:
    """The URL of `palletlab dev` with these options; it is ended, and has ended well, after the block."""
    with devnet_process(*options) as (url, _):
        yield url


@contextmanager
def devnet_process(*options: str) -> Iterator[tuple[str, int]]:
    """As `running_devnet`, with the number of the process."""
    command = [sys.executable, "-m", "node_cli", "dev", "--port", "0", "--json", *options]
    with tempfile.TemporaryFile("w+") as log:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, cwd=CHECKOUT)
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            log.seek(0)
            assert line, log.read()
            started: dict[str, Any] = json.loads(line)
            yield started["url"], process.pid
        finally:
            process.terminate()
            process.communicate(timeout=20)
    assert process.returncode == 0
