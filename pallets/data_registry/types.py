"""What the registry keeps: devices, data sets, permits, checks, tombstones; never a row, a name or a place."""

from __future__ import annotations

from enum import IntEnum
from typing import Annotated

from chain.bounds import Len
from chain.primitives import U32, AccountId, Balance, BlockNumber, Hash, MaxLen
from chain.record import record
from pallets.ml_registry.artifact import Artifact
from pallets.ml_registry.types import Name

DataSetId = U32

DeviceId = Hash
"""Blake2b-256 of a salt and the IMEI: an IMEI alone has fifteen digits, and could be found by trying them."""

Purpose = Hash
"""Blake2b-256 of the text that says what data may be used for."""

DeviceKey = Annotated[bytes, Len(33, 33)]
"""A point of secp256r1, compressed (SEC 1)."""

JURISDICTION_BYTES = 8
"""Longest code of ISO 3166: a country and a part of it, such as DE-BY."""

Jurisdiction = Annotated[bytes, MaxLen(JURISDICTION_BYTES)]

MAX_PANEL = 15
"""Checkers of one data set."""

Panel = Annotated[tuple[AccountId, ...], MaxLen(MAX_PANEL)]


class Format(IntEnum):
    """What a data set's bytes are, as far as checkers look into them."""

    OPAQUE = 0
    """Anything; an encrypted blob, for one."""
    PEBBLE_JSON = 1
    """Readings of one tracker in JSON, each signed by it."""
    PEBBLE_PROTOBUF = 2
    """Readings of one tracker in protocol buffers, each signed by it."""


class Status(IntEnum):
    """What checkers found of a data set."""

    UNCHECKED = 0
    CONFIRMED = 1
    REFUTED = 2
    """Its deposit is lost, and nobody trains on it."""


class Verdict(IntEnum):
    """What one checker found."""

    MATCHES = 0
    DIFFERS = 1
    """The CID names no such bytes: they have another root or size, or it names nothing at all."""
    UNSIGNED = 2
    """The bytes are right, but not every reading in them is signed by the device."""


class CheckPhase(IntEnum):
    """Where a check stands."""

    DRAW = 0
    COMMIT = 1
    REVEAL = 2


class CheckOutcome(IntEnum):
    """How a check ended."""

    CONFIRMED = 0
    REFUTED = 1
    UNDECIDED = 2
    """No verdict had the majority of the panel, or there was none."""


@record
class Device:
    """A tracker: whose it is, the key that it signs with, and how many data sets are of its readings."""

    owner: AccountId
    key: DeviceKey
    data_sets: U32
    deposit: Balance


@record
class Description:
    """What its owner says of a data set.

    artifact: the blob as the store has it, encrypted or not
    commitment: Blake2b-256 of a salt and the bytes in clear; a client of a round names its rows by it
    schema: hash of the text that says what the columns mean; licence: an SPDX expression
    jurisdiction: whose law holds, ISO 3166; device: whose readings they are, None for formats without signatures
    """

    artifact: Artifact
    commitment: Hash
    schema: Hash
    licence: Name
    jurisdiction: Jurisdiction
    format: Format
    device: DeviceId | None


@record
class DataSet:
    """A registered data set; permits: how many there are for it."""

    owner: AccountId
    description: Description
    status: Status
    deposit: Balance
    permits: U32


@record
class Permit:
    """Leave to use a data set for one purpose; `expires` is the first block in which it is over."""

    expires: BlockNumber
    deposit: Balance


@record
class Check:
    """A panel's look at one data set.

    owner: whose deposit is at stake; challenger: who doubts a data set that was checked before, None for the first
    pledge: on hold in the account of whoever asked for the check
    orphaned: the deposit of a data set that was erased meanwhile, which waits for the verdict
    opened: the block whose hash draws the panel; deadline: the first block in which the phase is over
    acted, expected: how many have done what the phase asks, of how many
    """

    owner: AccountId
    challenger: AccountId | None
    pledge: Balance
    orphaned: Balance
    opened: BlockNumber
    phase: CheckPhase
    deadline: BlockNumber
    panel: Panel
    acted: U32
    expected: U32

    @property
    def payer(self) -> AccountId:
        """Who asked for the check."""
        return self.owner if self.challenger is None else self.challenger


@record
class VerdictBallot:
    """A sealed verdict, and what was revealed under the seal."""

    seal: Hash
    verdict: Verdict | None
