"""A worker's memory is bound to one round of one fork, and survives a restart."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import pytest

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
    memory_of(lent).keep(Stage.AGGREGATE, Aggregate(MODEL, ()), (model,))
    recalled = memory_of(lent).recall(Stage.AGGREGATE)
    assert recalled is not None
    assert recalled.attachments[0] is model


def test_nothing_is_left_of_what_was_forgotten_or_made_anew() -> None:
    lent = node()
    for attachments in ((b"a model", b"a state"), (b"another",)):
        memory_of(lent).keep(Stage.AGGREGATE, Aggregate(MODEL, ()), attachments)
    assert sorted(lent.local.values())[-1] == b"another"
    assert len(lent.local) == 2
    memory_of(lent).forget()
    assert not lent.local


@pytest.mark.parametrize("calls", range(5))
def test_a_worker_that_is_killed_while_it_keeps_a_secret_has_the_new_one_or_none(calls: int) -> None:
    lent = node()
    kept = memory_of(lent).keep(Stage.AGGREGATE, Aggregate(MODEL, ()), (b"the model",))

    class Killed(FakeNode):
        left = calls

        def _count(self) -> None:
            self.left -= 1
            if self.left < 0:
                raise KeyboardInterrupt

        def local_set(self, key: bytes, value: bytes) -> None:
            self._count()
            super().local_set(key, value)

        def local_clear(self, key: bytes) -> None:
            self._count()
            super().local_clear(key)

    dying = Killed(CLIENTS[0], None, MemoryStore())
    dying.local = lent.local
    made = None
    with suppress(KeyboardInterrupt):
        made = memory_of(dying).keep(Stage.AGGREGATE, Aggregate(MODEL, (CLIENTS[1],)), (b"another model",))
    assert (made is not None) == (calls == 4)
    assert memory_of(lent).recall(Stage.AGGREGATE) == (kept if calls == 0 else made)


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


def test_a_secret_without_its_attachment_is_none() -> None:
    lent = node()
    memory_of(lent).keep(Stage.AGGREGATE, Aggregate(MODEL, ()), (b"the model",))
    del lent.local[next(key for key, value in lent.local.items() if value == b"the model")]
    assert memory_of(lent).recall(Stage.AGGREGATE) is None


def test_an_act_is_repeated_only_after_a_while_or_where_the_pool_refused_it() -> None:
    memory = memory_of(node())
    assert memory.may_submit(b"enrol", 10, 4)
    assert [memory.may_submit(b"enrol", now, 4) for now in (10, 11, 13, 14, 15)] == [False, False, False, True, False]
    memory.not_submitted(b"enrol")
    assert memory.may_submit(b"enrol", 15, 4)
    assert memory.may_submit(b"commit", 15, 4)
    assert memory.may_submit(b"commit", 3, 4)  # the chain went back to an earlier block
