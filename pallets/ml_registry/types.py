"""Records of the registry: algorithms, models, and versions that name their parents by hash."""

from __future__ import annotations

from typing import Annotated

from chain.crypto.hashing import blake2_256
from chain.primitives import I64, U32, U128, AccountId, Balance, BlockNumber, Hash, MaxLen
from chain.record import record
from chain.scale import codec_of
from pallets.ml_registry.artifact import Artifact

AlgorithmId = U32
ModelId = U32
VersionNumber = U32

NAME_BYTES = 64
"""Longest name or licence (an SPDX expression)."""

MAX_CONTRIBUTORS = 128
"""Owners of one version: as many as a round can have clients."""

WHOLE = 1_000_000
"""Shares and metrics are parts per million."""

Name = Annotated[bytes, MaxLen(NAME_BYTES)]


@record
class Algorithm:
    """How models of a family are trained and joined; audited, and changed by root alone.

    specification: Blake2b-256 of the text that defines it
    """

    name: Name
    specification: Hash
    enabled: bool


@record
class Model:
    """A line of versions.

    description: hash of the text that says what the model is for
    versions: how many were published; the newest is `latest`
    """

    owner: AccountId
    name: Name
    algorithm: AlgorithmId
    licence: Name
    description: Hash
    created: BlockNumber
    versions: VersionNumber
    latest: Hash | None


@record
class Contributor:
    """Who owns how much of a version, in parts per million."""

    account: AccountId
    share: U32


Contributors = Annotated[tuple[Contributor, ...], MaxLen(MAX_CONTRIBUTORS)]


@record
class Version:
    """One state of a model; its id is the hash of this record, and so fixes all its ancestors.

    parent: id of the version that it was made from, None for a first one
    metric: on the test set that judged it, higher is better, parts per million
    contributors: their shares add up to a million; nobody where nobody is known
    """

    model: ModelId
    number: VersionNumber
    artifact: Artifact
    parent: Hash | None
    metric: I64
    contributors: Contributors


@record
class Published:
    """A version and the block that published it, which its id leaves out."""

    version: Version
    block: BlockNumber


@record
class Withdrawal:
    """When a version was taken out of use, and what takes its place."""

    block: BlockNumber
    successor: Hash | None


@record
class Earnings:
    """What a version has earned in all, and how much of it was claimed."""

    total: Balance
    claimed: Balance


@record
class Credit:
    """What an owner has not claimed.

    counted: of how much of the version's earnings; millionths: of a planck, of what was counted
    """

    counted: Balance
    millionths: U128


def version_id(version: Version) -> Hash:
    """Blake2b-256 of the SCALE encoding."""
    return Hash(blake2_256(codec_of(Version).encode(version)))
