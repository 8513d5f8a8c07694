"""A worker process: runs what its node hands it, and asks the node for everything, through its pipes.

    python -m chain.offchain.worker_process        by `processes`, never by hand

What a pallet prints goes to standard error, as what it logs goes to the node's log.
"""

from __future__ import annotations

import logging
import os
import pickle
import resource
import signal
import sys
import traceback
from collections.abc import Callable
from threading import Thread
from time import perf_counter_ns, process_time_ns, sleep
from typing import Any, BinaryIO, Final

from chain.block import Header
from chain.offchain.errors import RunStopped
from chain.offchain.frames import END, LENGTH, LOG, READY, framed
from chain.offchain.hook import Overlap, Trigger, WorkerHook
from chain.offchain.host_call import HostCall, Plain, decode_outcome, packed, unpacked
from chain.offchain.host_state import HostState
from chain.offchain.lent_node import LentNode
from chain.offchain.process_usage import peak_memory_of
from chain.primitives import AccountId
from chain.runtime_api import RuntimeApi
from chain.state.overlay import Overlay

_PAGE: Final = resource.getpagesize()


class Pipe:
    """The way to the node: implements `Answers`."""

    def __init__(self, received: BinaryIO, sent: BinaryIO) -> None:
        self._received = received
        self._sent = sent

    def answer(self, call: HostCall) -> Plain:
        """The node's answer; raises what the call ended with."""
        self.send(call.encode())
        return decode_outcome(self.receive())

    def send(self, data: bytes) -> None:
        """Hand a frame to the node."""
        self._sent.write(framed(data))
        self._sent.flush()

    def receive(self) -> bytes:
        """The next frame; raises EOFError where the node is gone."""
        (length,) = LENGTH.unpack(self._exactly(LENGTH.size))
        return self._exactly(length)

    def _exactly(self, size: int) -> bytes:
        data = self._received.read(size)
        if len(data) < size:
            raise EOFError
        return data


class _ToNode(logging.Handler):
    """Hands log lines to the node."""

    def __init__(self, pipe: Pipe) -> None:
        super().__init__()
        self._pipe = pipe

    def emit(self, record: logging.LogRecord) -> None:
        self._pipe.send(packed([LOG, record.levelno, record.name, self.format(record)]))


def main() -> None:
    """Serve until the node closes the pipe."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the node ends its processes itself
    pipe = Pipe(os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb"))
    os.dup2(2, 1)
    Thread(target=_leave_with, args=(os.getppid(),), daemon=True).start()
    logging.basicConfig(level=logging.INFO, handlers=[_ToNode(pipe)], format="%(message)s")
    data: dict[bytes, Any] = {}
    try:
        make_runtime: Callable[[Overlay], RuntimeApi] = pickle.loads(pipe.receive())
        pipe.send(packed([READY]))
        while True:
            _run(pipe, make_runtime, data, unpacked(pipe.receive()))
    except EOFError:
        return


def _leave_with(node: int) -> None:
    """Leave when the node has died, whatever goes on."""
    while os.getppid() == node:
        sleep(1.0)
    os._exit(0)


def _run(pipe: Pipe, make_runtime: Callable[[Overlay], RuntimeApi], data: dict[bytes, Any], told: Any) -> None:
    """One run, and what it came to."""
    _, account, pickled, header, (pallet, trigger, overlap), root, version, memory = told
    cpu, wall, failure, details = process_time_ns(), perf_counter_ns(), None, ""
    _forget_peak()
    _limit_memory(memory)
    try:
        if pickled is not None:
            data[account] = pickle.loads(pickled)
        node = LentNode(AccountId(account), data[account], pipe)
        hook = WorkerHook(pallet, Trigger(trigger), Overlap(overlap))
        runtime = make_runtime(Overlay(HostState(pipe, root, version)))
        runtime.run_worker(hook, Header.decode(header), node)
    except MemoryError:
        failure = f"MemoryError: a run may take {memory} bytes of memory" if memory else "MemoryError"
    except (Exception, RunStopped, SystemExit) as error:  # noqa: BLE001  (the node writes it down)
        failure, details = f"{type(error).__name__}: {error}", "".join(traceback.format_exception(error))
    finally:
        _limit_memory(None)
    spent = process_time_ns() - cpu, perf_counter_ns() - wall
    pipe.send(packed([END, failure, details, *spent, _peak()]))


def _limit_memory(memory: int | None) -> None:
    """Let the process have so many bytes more than it has; any number where there is no limit."""
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    limit = hard
    if memory is not None:
        try:
            with open("/proc/self/statm", encoding="ascii") as file:
                limit = int(file.read().split()[0]) * _PAGE + memory
        except OSError:
            return  # a system that does not tell: what the process has is not known
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))


def _forget_peak() -> None:
    """Have the most memory so far counted from now on, where the system can."""
    try:
        with open("/proc/self/clear_refs", "w", encoding="ascii") as file:
            file.write("5")
    except OSError:
        return


def _peak() -> int:
    """Bytes of memory at most since then; since the process began where the system cannot tell."""
    known = peak_memory_of()
    if known is not None:
        return known
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


if __name__ == "__main__":
    main()
