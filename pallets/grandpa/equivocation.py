"""What it is proved with that an authority voted twice (sp_consensus_grandpa, finality_grandpa, sp_session)."""

from __future__ import annotations

from typing import Annotated, Protocol

from chain.primitives import U32, U64, BlockNumber, Bytes64, Enumeration, Hash, RustType
from chain.record import record
from pallets.frame.weight import Weight, db
from pallets.grandpa.types import AuthorityId, SetId

Signature = Annotated[Bytes64, RustType("sp_consensus_grandpa::app::Signature")]

MICROSECOND, NANOSECOND = 1_000_000, 1_000
"""In picoseconds."""

FEWEST_VALIDATORS = 100
"""A proof is charged as of at least so many."""


@record
class Vote:
    """For a block."""

    target_hash: Hash
    target_number: BlockNumber


@record
class Votes:
    """Two votes of one authority in one round."""

    round_number: U64
    identity: AuthorityId
    first: tuple[Vote, Signature]
    second: tuple[Vote, Signature]


class Equivocation(Enumeration):
    """Which votes of a round they are."""


class Prevote(Equivocation):
    """The first."""

    votes: Votes


class Precommit(Equivocation):
    """The last."""

    votes: Votes


@record
class EquivocationProof:
    """Two votes, and the set of authorities in which they were cast."""

    set_id: SetId
    equivocation: Equivocation


@record
class MembershipProof:
    """That an authority's key was a validator's in a session: a proof against what a historical session keeps."""

    session: U32
    trie_nodes: tuple[bytes, ...]
    validator_count: U32


class HasNominators(Protocol):
    """The constant of Grandpa's config."""

    max_nominators: U32


def report_weight(key_owner_proof: MembershipProof, config: HasNominators) -> Weight:
    """Of the size of the set, and of how many stand behind its members (pallet_grandpa::default_weights)."""
    validators = max(key_owner_proof.validator_count, FEWEST_VALIDATORS)
    ref_time = (35 + 95 + 110 + 25 * config.max_nominators) * MICROSECOND + 175 * NANOSECOND * validators
    accesses = 3 * config.max_nominators
    return db(reads=5 + 14 + 2 + accesses, writes=10 + accesses, ref_time=ref_time)
