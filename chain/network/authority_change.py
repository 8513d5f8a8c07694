"""What the digest of a block says of who votes (sp_consensus_grandpa::ConsensusLog), and when others begin."""

from __future__ import annotations

from functools import cache

from chain.block import GRANDPA, Consensus, Header
from chain.network.tree import HeaderTree
from chain.network.vote import VoterSet
from chain.primitives import U64, BlockNumber, Bytes32, Enumeration, Hash
from chain.record import record
from chain.scale import Codec, DecodeError, codec_of


@record
class ScheduledChange:
    """The authorities that follow, with their weights, `delay` blocks after the one that says so."""

    next_authorities: tuple[tuple[Bytes32, U64], ...]
    delay: BlockNumber


class ConsensusLog(Enumeration):
    """What the runtime tells the engine."""


class LogScheduledChange(ConsensusLog, index=1):
    """Others vote, once the block that begins it is final."""

    change: ScheduledChange


class LogForcedChange(ConsensusLog, index=2):
    """Others vote, whether or not anything is final; they begin above this block."""

    median: BlockNumber
    change: ScheduledChange


class LogOnDisabled(ConsensusLog, index=3):
    """An authority may no longer vote."""

    authority: U64


class LogPause(ConsensusLog, index=4):
    """Nobody votes, from so many blocks on."""

    delay: BlockNumber


class LogResume(ConsensusLog, index=5):
    """Votes go on, from so many blocks on."""

    delay: BlockNumber


@record
class Handover:
    """The last block that some voters finalize, by its number on the fork that says so; and who votes then."""

    last: BlockNumber
    successors: VoterSet


def handover_after(tree: HeaderTree, since: Hash, block: Hash, voters: VoterSet) -> Handover | None:
    """With which block these voters end, as far as the headers above `since` up to `block` say."""
    return _first(tree, since, block, voters, LogScheduledChange)


def takeover_after(tree: HeaderTree, since: Hash, best: Hash, voters: VoterSet) -> Handover | None:
    """The same where it is forced, and that block is there already: it need not be final."""
    found = _first(tree, since, best, voters, LogForcedChange)
    return None if found is None or found.last > tree.number(best) else found


def announced(header: Header, kind: type[LogScheduledChange | LogForcedChange]) -> ScheduledChange | None:
    """The change of voters that a header announces; None also for one that leaves nobody to vote."""
    for item in header.digest:
        if isinstance(item, Consensus) and item.engine == GRANDPA:
            try:
                log = _codec().decode(item.data)
            except DecodeError:
                continue
            if isinstance(log, kind):
                authorities = log.change.next_authorities
                return log.change if authorities and all(weight for _, weight in authorities) else None
    return None


def _first(
    tree: HeaderTree, since: Hash, block: Hash, voters: VoterSet, kind: type[LogScheduledChange | LogForcedChange]
) -> Handover | None:
    first: Handover | None = None
    for header in tree.up_to_root(block, tree.number(since) + 1):
        change = announced(header, kind)
        if change is not None:
            keys = dict.fromkeys(key for key, _ in change.next_authorities)
            first = Handover(header.number + change.delay, VoterSet(tuple(keys), voters.number + 1))
    return first


@cache
def _codec() -> Codec[ConsensusLog]:
    return codec_of(ConsensusLog)
