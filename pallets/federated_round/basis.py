"""What a content was made of, as the chain tells it: on another fork it may tell something else.

Who was cut off with the minority has sealed a model of other updates than those that count in the end. Its transaction
may come into a block of the other branch all the same; but what it sealed is a lie there, and better never revealed.
What is stated without a seal says what it was made of, and is refused where that is something else.
"""

from __future__ import annotations

from collections.abc import Iterator

from chain.crypto.hashing import blake2_256
from chain.primitives import Hash
from pallets.federated_round.sealed import content_hash
from pallets.federated_round.storage import RoundStorage
from pallets.federated_round.types import RoundNumber, Stage, TaskId


def basis_of(rounds: RoundStorage, task: TaskId, number: RoundNumber, stage: Stage) -> Hash:
    """One hash of all that the content of a stage follows from; of updates, what the round began from, and its seed."""
    return Hash(blake2_256(b"".join(_parts(rounds, task, number, stage))))


def _parts(rounds: RoundStorage, task: TaskId, number: RoundNumber, stage: Stage) -> Iterator[bytes]:
    course = rounds.rounds.get((task, number))
    if stage is Stage.UPDATE:
        yield from () if course is None else (course.seed or b"", course.base or b"")
        return
    before = (Stage.UPDATE,) if stage is Stage.GROUP else (Stage.UPDATE, Stage.GROUP)
    for each in before:
        for who, content in rounds.revealed(task, number, each).items():
            yield bytes((each,)) + who + content
    if course is not None and course.hides:
        for (_, _, who), opened in rounds.openings.iter(prefix=(task, number)):
            yield who + (b"" if opened is None else opened.root)
    if stage is Stage.EVALUATION:
        agreed, test_set = rounds.agreed_aggregate.get((task, number)), rounds.test_sets.get((task, number))
        yield b"" if agreed is None else content_hash(Stage.AGGREGATE, agreed)
        yield b"" if test_set is None else test_set.root
        yield b"" if course is None else course.judging or b""
