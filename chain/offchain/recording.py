"""A run as it was: all that a worker was told, and all that it did, enough to run it again anywhere.

`recording_file` says how that is kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from chain.block import Header
from chain.crypto.hashing import blake2_256
from chain.offchain.capability import Capability
from chain.offchain.hook import Overlap, WorkerHook
from chain.offchain.host_call import HostCall, Plain, decode_outcome, packed
from chain.offchain.run import WorkerLimits
from chain.offchain.worker_run import WorkerRun
from chain.primitives import Hash
from chain.record import keyword_record, record

CHECK_LENGTH: Final = 8
SALT_LENGTH: Final = 16
"""Bytes."""


@record
class RecordedCall:
    """A host call with what came of it.

    call: without what is secret; outcome: as `host_call` encodes it, plain; check: of both
    """

    call: HostCall
    outcome: Plain
    check: bytes

    @classmethod
    def of(cls, call: HostCall, outcome: Plain) -> RecordedCall:
        """The call as it was."""
        return cls(call, outcome, _check(call, outcome))

    @property
    def is_untouched(self) -> bool:
        """Whether it is as it was recorded."""
        return self.check == _check(self.call, self.outcome)

    def answer(self) -> Plain:
        """What the worker was answered; raises what it was told instead."""
        return decode_outcome(packed(self.outcome))

    def told(self) -> Plain:
        """As it stands in a file."""
        return (self.call.name, self.call.arguments, self.outcome, self.check)


def _check(call: HostCall, outcome: Plain) -> bytes:
    return blake2_256(packed((call.name, call.arguments, outcome)))[:CHECK_LENGTH]


@record
class Withheld:
    """A value that is secret, which recordings do not have.

    digest: under the key of the node's vault, so that nobody can guess at the value
    length: in bytes; what: it is, as `the value of secret/…`
    salt: of the digest, for short values, of which equal ones shall not look equal
    """

    digest: bytes
    length: int
    what: str
    salt: bytes = b""


@record
class Hole:
    """Where a host call had a secret, or a text with one.

    call: its number, from 1; place: 0 and where in its arguments, or 1 and where in its outcome
    secret: which of `Recording.withheld`
    """

    call: int
    place: tuple[int, ...]
    secret: int


@record
class LogLine:
    """What a run's code logged; level: as of the module logging."""

    level: int
    logger: str
    text: str


@record
class RecordedRuntime:
    """The runtime that a run had, and the state that it saw.

    source: where replays find it, as module:Class; empty where nobody told
    """

    source: str
    spec_name: str
    spec_version: int
    state_root: bytes
    state_version: int


@keyword_record
class Recording:
    """A run with all that it was told and did.

    run: what it took; its `calls` and hashes of transactions are among it
    state: what was read of its block's state; calls: the other host calls
    data_digest: of the operator's private data under the vault's key; data: they themselves without their secrets,
        where that was asked for (`private_data`), with a check; data_secrets: of these, which of `withheld` each is
    extrinsics: the transactions that the pool took, by hash
    withheld: the secrets among all that, and holes: where they were; vault: the fingerprint of the one that has them
    """

    run: WorkerRun
    header: Header
    overlap: Overlap
    capabilities: Capability
    limits: WorkerLimits
    runtime: RecordedRuntime
    data_digest: bytes | None = None
    data: bytes | None = None
    data_check: bytes = b""
    data_secrets: tuple[int, ...] = ()
    state: tuple[RecordedCall, ...] = ()
    calls: tuple[RecordedCall, ...] = ()
    extrinsics: Mapping[Hash, bytes]
    logs: tuple[LogLine, ...] = ()
    withheld: tuple[Withheld, ...] = ()
    holes: tuple[Hole, ...] = ()
    vault: bytes = b""

    @property
    def hook(self) -> WorkerHook:
        """What ran."""
        return WorkerHook(self.run.pallet, self.run.trigger, self.overlap)

    @property
    def submissions(self) -> tuple[RecordedCall, ...]:
        """The calls that handed something to the pool, taken or not."""
        return tuple(each for each in self.calls if each.call.name.startswith("submit_"))
