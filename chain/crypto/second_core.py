"""Signatures verified by a process beside this one: the bindings hold the interpreter's lock, so a thread would not do.

While a block's first extrinsics are executed, the signatures of later ones are verified. The process answers what
`verify_signature` would; where it does not answer, `verify_signature` does.

    to the process      a length, u32 little-endian, and as many bytes of claims in SCALE
    from the process    one byte when it is ready, then one for each claim: 1 where the signature is good
"""

from __future__ import annotations

import os
import subprocess
import sys
import weakref
from collections.abc import Generator, Sequence
from contextlib import closing, suppress
from selectors import EVENT_READ, DefaultSelector
from struct import Struct
from threading import Lock
from typing import IO, Final

from chain.crypto.signatures import Claim, verify_signature
from chain.scale import codec_of

CLAIMS: Final = codec_of(tuple[Claim, ...])
LENGTH: Final = Struct("<I")

FEWEST: Final = 16
"""Claims that are worth asking another process."""

TOGETHER: Final = 16
"""Claims in a message."""

AHEAD: Final = 8
"""Messages under way: about 30 kB, which a pipe takes before the process reads any."""


class SecondCore:
    """A process that verifies for one caller at a time; a second caller verifies by itself meanwhile.

    The process starts with the first block that is worth it, which, like all until it is ready, goes on without it.
    """

    def __init__(self) -> None:
        self._process: _Process | None = None
        self._owner = os.getpid()
        self._is_of_use = (os.cpu_count() or 1) > 1
        self._lock = Lock()

    def verdicts(self, claims: Sequence[Claim]) -> Generator[bool, None, None]:
        """Whether each claim is good, in their order, each told as soon as it is known."""
        known = 0
        if len(claims) >= FEWEST and self._lock.acquire(blocking=False):
            try:
                process = self._ready_process()
                if process is not None:
                    with closing(process.verdicts(claims)) as verdicts:
                        for verdict in verdicts:
                            known += 1
                            yield verdict
            except (OSError, EOFError):  # the rest is verified here, as all that comes after
                self._is_of_use = False
            finally:
                self._lock.release()
        yield from [verify_signature(*claim) for claim in claims[known:]]

    def wait(self) -> bool:
        """Start the process and wait until it is ready; whether there is one."""
        with self._lock:
            try:
                return self._ready_process(patience=None) is not None
            except (OSError, EOFError):
                self._is_of_use = False
                return False

    def close(self) -> None:
        """End the process; from now on this one verifies by itself."""
        with self._lock:
            self._is_of_use = False
            if self._process is not None:
                self._process.close()

    def _ready_process(self, patience: float | None = 0.0) -> _Process | None:
        """The process; None where it is not ready within so many seconds. Raises OSError, EOFError."""
        if not self._is_of_use or os.getpid() != self._owner:  # a fork has the same pipes
            return None
        if self._process is None:
            self._process = _Process()
            weakref.finalize(self, self._process.close)
        return self._process if self._process.is_ready(patience) else None


class _Process:
    """The process and its pipes. All but `close` raises OSError or EOFError where it has ended."""

    def __init__(self) -> None:
        paths = os.pathsep.join(path for path in sys.path if path)
        self._popen = subprocess.Popen(
            [sys.executable, "-P", "-m", "chain.crypto.verifying_process"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": paths},
            process_group=0,  # what a terminal interrupts is the node, whose pipe tells when it is over
        )
        self._was_ready = False

    def is_ready(self, patience: float | None) -> bool:
        """Whether it is within so many seconds, however many where none are given."""
        if not self._was_ready:
            with DefaultSelector() as waiting:  # of a file of any number: a node has many
                waiting.register(self._answers, EVENT_READ)
                if waiting.select(patience):
                    self._receive(1)
                    self._was_ready = True
        return self._was_ready

    def verdicts(self, claims: Sequence[Claim]) -> Generator[bool, None, None]:
        """Whether each claim is good. What was asked is heard out when the caller wants no more."""
        messages = [claims[start : start + TOGETHER] for start in range(0, len(claims), TOGETHER)]
        sent = heard = 0
        try:
            for message in messages:
                for later in messages[sent : heard + AHEAD]:
                    self._send(later)
                    sent += 1
                answers = self._receive(len(message))
                heard += 1
                yield from map(bool, answers)
        finally:
            with suppress(OSError, EOFError):  # who asks next is told
                for message in messages[heard:sent]:
                    self._receive(len(message))

    def close(self) -> None:
        """End the process."""
        self._popen.kill()
        for pipe in (self._popen.stdin, self._popen.stdout):
            with suppress(OSError):  # something was to be written still
                if pipe is not None:
                    pipe.close()
        self._popen.wait()

    @property
    def _answers(self) -> IO[bytes]:
        assert self._popen.stdout is not None
        return self._popen.stdout

    def _send(self, claims: Sequence[Claim]) -> None:
        assert self._popen.stdin is not None
        data = CLAIMS.encode(tuple(claims))
        self._popen.stdin.write(LENGTH.pack(len(data)) + data)
        self._popen.stdin.flush()

    def _receive(self, count: int) -> bytes:
        data = self._answers.read(count)
        if len(data) < count:
            raise EOFError("the process that verifies signatures has ended")
        return data
