"""What each execution of a worker did: the same in each process, for it has no times."""

from __future__ import annotations

from collections.abc import Sequence

from chain.crypto.hashing import blake2_256
from chain.offchain.adversary.fault import Place
from chain.offchain.host_call import Plain, packed
from chain.primitives import BlockNumber, Hash
from chain.record import record


@record
class Executed:
    """One execution of a run.

    place: the run; after: the best block by then; seen: the block whose state it saw
    host_calls: how many it made; submitted: what the pool took; refused: how many it did not
    failure: what ended it, None where it ended by itself; is_crash: whether the schedule did
    """

    place: Place
    after: BlockNumber
    seen: BlockNumber
    host_calls: int
    submitted: tuple[Hash, ...]
    refused: int
    failure: str | None
    is_crash: bool

    def plain(self) -> Plain:
        """As a digest has it."""
        place = (self.place.block, self.place.validator, self.place.worker)
        return (*place, self.after, self.seen, self.host_calls, self.submitted, self.refused, self.failure)


def digest_of(executions: Sequence[Executed]) -> Hash:
    """Blake2b-256 of all that was done, in order: two histories are the same where this is, and the head."""
    return Hash(blake2_256(packed([execution.plain() for execution in executions])))
