"""What stands between a worker and the node that answers it.

    worker -> Gate -> what the node was told to add -> Host

Each layer has the next one's interface, so a recorder, a replayer, a meter or a fault is one more, given as
`MakeLayer` in `WorkerSettings.layers`: the first of them is asked first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache, reduce
from typing import Final, Protocol

from chain.offchain.capability import Capability, CapabilityDenied
from chain.offchain.errors import LimitExceeded, SubmissionRefused
from chain.offchain.host_call import HOST_FUNCTIONS, Answers, HostCall, Plain
from chain.offchain.redaction import TELLING, learn_from, learn_from_answer
from chain.offchain.run import Run
from chain.offchain.worker_run import CallCost
from chain.primitives import Hash

MakeLayer = Callable[[Run, Answers], Answers]
"""Stands a layer before what answers below it, for one run."""


class ClosableAnswers(Answers, Protocol):
    """Who answers at the bottom, and holds something while the run goes on."""

    def close(self) -> None:
        """The run has ended."""
        ...


def stacked(run: Run, host: Answers, others: Sequence[MakeLayer] = ()) -> Answers:
    """What a run asks: every layer above the host, the first of `others` above the second."""
    return Gate(run, reduce(lambda below, make: make(run, below), reversed(others), host))


class Line:
    """What one run asks: the layers and the host, made when it first asks anything.

    host: makes the host; others: what stands between besides
    """

    __slots__ = ("_answers", "_host", "_make_host", "_others", "_run")

    def __init__(self, run: Run, host: Callable[[Run], ClosableAnswers], others: Sequence[MakeLayer]) -> None:
        self._run = run
        self._make_host = host
        self._others = others
        self._host: ClosableAnswers | None = None
        self._answers: Answers | None = None

    def answer(self, call: HostCall) -> Plain:
        """Raises what is raised below."""
        if self._answers is None:
            self._host = self._make_host(self._run)
            self._answers = stacked(self._run, self._host, self._others)
        return self._answers.answer(call)

    def close(self) -> None:
        """The run has ended."""
        if self._host is not None:
            self._host.close()


# Told by name once: arithmetic of flags takes longer than what most calls ask for.

SUBMITTING: Final = frozenset(name for name, each in HOST_FUNCTIONS.items() if Capability.SUBMIT in each.capability)
"""Host calls that leave transactions in the pool."""


@lru_cache(maxsize=64)
def _missing_under(lent: Capability) -> Mapping[str, Capability]:
    """By the name of each host call that may not be made, one of the capabilities that it lacks."""
    missing = {name: each.capability & ~lent for name, each in HOST_FUNCTIONS.items()}
    return {name: next(iter(each)) for name, each in missing.items() if each}


class Gate:
    """Lets through what the participant was lent, within the run's limits, and writes down what came of it.

    What of it is secret is kept in mind. One layer and not three: most of what a worker asks takes no longer than this.
    """

    def __init__(self, run: Run, below: Answers) -> None:
        self._missing = _missing_under(run.participant.capabilities)
        self._run = run
        self._record = run.record
        self._secrets = run.participant.keystore.secrets
        self._below = below
        self._submissions = 0

    def answer(self, call: HostCall) -> Plain:
        """Raises CapabilityDenied, LimitExceeded, RunStopped, BadHostCall, and what is raised below."""
        name, record = call.checked().name, self._record
        missing = self._missing.get(name)
        if missing is not None:
            raise CapabilityDenied(missing)
        size = size_of(call.arguments)
        self._check_limits(name, size)
        is_telling = name in TELLING
        if is_telling:  # before anything can go wrong, and be told of
            learn_from(call, self._secrets)
        record.host_calls += 1
        record.bytes_out += size
        cost = record.calls.get(name)
        if cost is None:
            cost = record.calls[name] = CallCost()
        cost.count += 1
        cost.bytes_out += size
        try:
            value = self._below.answer(call)
        except BaseException as error:
            cost.failed += 1
            record.refused += isinstance(error, SubmissionRefused)
            raise
        if is_telling:
            learn_from_answer(call, value, self._secrets)
        received = size_of(value)
        record.bytes_in += received
        cost.bytes_in += received
        if name == "content_put":
            record.content_put += size
        elif name == "content_get":
            record.content_got += received
        elif name in SUBMITTING and isinstance(value, bytes):
            record.accepted.append(Hash(value))
            record.accepted_by.append(name)
        return value

    def _check_limits(self, name: str, size: int) -> None:
        """End what takes too much, and a run that shall end."""
        run, limits, spent = self._run, self._run.limits, self._record
        if limits.wall_seconds is not None and (run.seconds_left or 0) <= 0:
            run.stop.ask(run.too_long)
        if run.stop.reason is not None:
            run.stop.check()
        if limits.host_calls is not None and spent.host_calls >= limits.host_calls:
            raise LimitExceeded("host calls", limits.host_calls)
        if limits.bytes_out is not None and spent.bytes_out + size > limits.bytes_out:
            raise LimitExceeded("bytes of output", limits.bytes_out)
        if name in SUBMITTING:
            if limits.submissions is not None and self._submissions >= limits.submissions:
                raise LimitExceeded("submissions", limits.submissions)
            self._submissions += 1


def size_of(value: Plain) -> int:
    """Bytes of content in a value: those of its texts and byte strings, eight for a number."""
    if type(value) is bytes:
        return len(value)
    if isinstance(value, tuple):  # what most calls have, some bytes and a number
        total = 0
        for each in value:
            total += len(each) if type(each) is bytes else 8 if type(each) is int else size_of(each)
        return total
    if isinstance(value, bytes):
        return len(value)
    if value is None or isinstance(value, bool):
        return 0
    if isinstance(value, int):
        return 8
    if isinstance(value, str):
        return len(value) if value.isascii() else len(value.encode(errors="replace"))
    return sum(map(size_of, value))
