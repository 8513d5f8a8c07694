"""What nodes tell each other."""

from __future__ import annotations

from chain.block import Block, Header
from chain.network.justification import Justification
from chain.network.vote import SignedVote
from chain.primitives import Hash
from chain.record import record


@record
class Announcement:
    """There is a block."""

    header: Header


@record
class BlockRequest:
    """Send a block and what it stands on, down to the first that is known: the oldest of these if they are many."""

    block_hash: Hash
    known: frozenset[Hash]


@record
class Blocks:
    """Blocks, each on the one before it; the last ones are missing where `asked` is not the last."""

    blocks: tuple[Block, ...]
    asked: Hash


@record
class Headers:
    """Headers of a fork whose blocks are gone, each on the one before it: what old votes are about."""

    headers: tuple[Header, ...]


@record
class Transactions:
    """Extrinsics that wait for a block."""

    extrinsics: tuple[bytes, ...]


@record
class Votes:
    """Votes on finality of one set of voters, and the newest justification by them that the sender has."""

    votes: tuple[SignedVote, ...]
    justification: Justification | None = None
    set_number: int = 0


Message = Announcement | BlockRequest | Blocks | Headers | Transactions | Votes
