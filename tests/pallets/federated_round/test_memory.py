"""A worker's memory is bound to one round of one fork, and survives a restart."""

from __future__ import annotations

from dataclasses import replace

from chain.content.memory import MemoryStore
from chain.primitives import Hash
from pallets.federated_round import Aggregate, Stage
from pallets.federated_round.memory import Memory, content_of
from pallets.federated_round.sealed import content_hash, seal_of
from tests.pallets.federated_round.fake_node import FakeNode
from tests.pallets.federated_round.mock import CLIENTS, MODEL

SEED, FORK = Hash(b"\x01" * 32), Hash(b"\x02" * 32)


def memory_of(node: FakeNode, seed: Hash | None = SEED, number: int = 4) -> Memory:
    return Memory(node, 2, number, seed)


def node() -> FakeNode:
    return FakeNode(CLIENTS[0], None, MemoryStore())


def test_a_secret_is_recalled_with_its_salt_until_it_is_forgotten() -> None:
    lent = node()
    kept = memory_of(lent).keep(Stage.AGGREGATE, Aggregate(MODEL, ()), (b"the model",))
    recalled = memory_of(lent).recall(Stage.AGGREGATE)
    assert recalled == kept
    assert (content_of(Stage.AGGREGATE, kept), kept.attachments) == (Aggregate(MODEL, ()), (b"the model",))
    assert memory_of(lent).recall(Stage.UPDATE) is None
    memory_of(lent).forget()
    assert memory_of(lent).recall(Stage.AGGREGATE) is None


def test_what_a_store_of_this_process_gives_back_has_the_attachments_that_were_hashed() -> None:
    lent, model = node(), bytes(2048)
    kept = memory_of(lent).keep(Stage.AGGREGATE, Aggregate(MODEL, ()), (model,))
    recalled = memory_of(lent).recall(Stage.AGGREGATE)
    assert recalled is kept
    ((key, value),) = lent.local.items()
    lent.local[key] = bytes(bytearray(value))  # as another store gives it
    again = memory_of(lent).recall(Stage.AGGREGATE)
    assert again == kept
    assert again is not kept


def test_every_secret_has_a_new_salt_and_seals_with_it() -> None:
    lent = node()
    first, second = (memory_of(lent).keep(Stage.UPDATE, MODEL, ()) for _ in range(2))
    assert first.salt != second.salt
    expected = seal_of(2, 4, Stage.UPDATE, CLIENTS[0], second.salt, content_hash(Stage.UPDATE, MODEL))
    assert memory_of(lent).seal(Stage.UPDATE, second) == expected


def test_a_fork_that_draws_anew_begins_with_nothing() -> None:
    lent = node()
    memory_of(lent).keep(Stage.UPDATE, MODEL, ())
    assert memory_of(lent, FORK).recall(Stage.UPDATE) is None
    assert memory_of(lent, number=5).recall(Stage.UPDATE) is None


def test_what_was_made_of_what_another_fork_says_is_not_recalled_until_it_counts_again() -> None:
    lent, here = node(), [SEED]
    memory = replace(memory_of(lent), basis=lambda _stage: here[0])
    kept = memory.keep(Stage.AGGREGATE, Aggregate(MODEL, ()), ())
    assert memory.recall(Stage.AGGREGATE) == kept
    here[0] = FORK
    assert memory.recall(Stage.AGGREGATE) is None
    here[0] = SEED
    assert memory.recall(Stage.AGGREGATE) == kept


def test_a_damaged_secret_is_none() -> None:
    lent = node()
    memory_of(lent).keep(Stage.UPDATE, MODEL, ())
    ((key, value),) = lent.local.items()
    lent.local[key] = value[:-1]
    assert memory_of(lent).recall(Stage.UPDATE) is None


def test_an_act_is_repeated_only_after_a_while_or_where_the_pool_refused_it() -> None:
    memory = memory_of(node())
    assert memory.may_submit(b"enrol", 10, 4)
    assert [memory.may_submit(b"enrol", now, 4) for now in (10, 11, 13, 14, 15)] == [False, False, False, True, False]
    memory.not_submitted(b"enrol")
    assert memory.may_submit(b"enrol", 15, 4)
    assert memory.may_submit(b"commit", 15, 4)
    assert memory.may_submit(b"commit", 3, 4)  # the chain went back to an earlier block
