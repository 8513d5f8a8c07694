"""Who may unlearn when, what is refused meanwhile, and what becomes of tasks that cannot go on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chain.primitives import Hash
from pallets.federated_round import DataCommitment, Outcome, Phase
from pallets.federated_round.errors import (
    DataErased,
    NothingToUnlearn,
    NotPermitted,
    RoundIsLive,
    UnlearningIsDue,
)
from pallets.federated_round.events import RolledBack, Unlearnt
from pallets.federated_round.types import TaskId
from pallets.frame.call import RuntimeCall, call_of
from pallets.frame.origin import Signed
from pallets.frame.testing import assert_noop, assert_ok, events_of
from tests.pallets.federated_round.mock import CLIENTS, KEEPERS, OWNER
from tests.pallets.federated_round.test_worker import MODEL
from tests.pallets.federated_round.unlearning.acts import FOREST, LEAVER, LINEAR, PLAYED, Chain, data_of

STRANGER, STAYER = KEEPERS[0], CLIENTS[0]


def unlearn(chain: Chain, task: TaskId = 0) -> RuntimeCall:
    return call_of(chain.rounds.unlearn, task=task)


def enrol(chain: Chain, root: Hash) -> RuntimeCall:
    number = chain.rounds.task(0).rounds - 1
    return call_of(chain.rounds.enrol, task=0, number=number, data=DataCommitment(root, 5), duties=False)


@pytest.fixture
def erased() -> Chain:
    """A linear model that has learnt in one round from data that were erased after it."""
    chain = Chain(LINEAR)
    chain.play(1)
    chain.erase()
    return chain


def test_without_an_erasure_there_is_nothing_to_unlearn() -> None:
    chain = Chain(LINEAR)
    assert_noop(chain.devnet.runtime, Signed(OWNER), unlearn(chain), NothingToUnlearn)
    chain.rounds.data_erased(Hash(bytes(32)))
    assert_noop(chain.devnet.runtime, Signed(OWNER), unlearn(chain, 9), NothingToUnlearn)


def test_anybody_unlearns_and_no_round_begins_before(erased: Chain) -> None:
    runtime = erased.devnet.runtime
    start = call_of(erased.rounds.start_round, task=0)
    assert_noop(runtime, Signed(OWNER), start, UnlearningIsDue)
    assert_ok(runtime, Signed(STRANGER), unlearn(erased))
    assert events_of(runtime, RolledBack) == [RolledBack(0, None, withdrawn=1, redo=1)]
    assert erased.models.latest(MODEL) is None
    assert_noop(runtime, Signed(STRANGER), unlearn(erased), NothingToUnlearn)
    assert_ok(runtime, Signed(OWNER), start)
    runtime.try_state()


def test_a_round_that_runs_is_ended_first(erased: Chain) -> None:
    other = CLIENTS[2]
    assert_ok(erased.devnet.runtime, Signed(OWNER), unlearn(erased))
    erased.start()
    erased.end_round()
    erased.start()
    erased.erase(other)
    assert_noop(erased.devnet.runtime, Signed(OWNER), unlearn(erased), RoundIsLive)


def test_erased_data_are_enrolled_nowhere_and_a_round_is_done_again_by_its_clients_alone(erased: Chain) -> None:
    runtime = erased.devnet.runtime
    assert_ok(runtime, Signed(OWNER), unlearn(erased))
    erased.start()
    assert_noop(runtime, Signed(LEAVER), enrol(erased, data_of(LEAVER).root), DataErased)
    assert_noop(runtime, Signed(LEAVER), enrol(erased, Hash(bytes(32))), NotPermitted)  # other data
    assert_noop(runtime, Signed(STRANGER), enrol(erased, data_of(STAYER).root), NotPermitted)
    assert_ok(runtime, Signed(STAYER), enrol(erased, data_of(STAYER).root))


def test_a_round_that_failed_for_want_of_people_is_tried_again(erased: Chain) -> None:
    nodes = dict(erased.devnet.nodes)
    assert_ok(erased.devnet.runtime, Signed(OWNER), unlearn(erased))
    erased.start()
    for who in CLIENTS:
        del erased.devnet.nodes[who]
    assert erased.end_round() is Outcome.TOO_FEW_ENROLLED
    assert erased.rounds.redo.contains_key(0)
    erased.devnet.nodes.update(nodes)
    erased.unlearn()
    assert erased.models.latest(MODEL) is not None


def test_an_automatic_task_goes_on_by_itself() -> None:
    chain = Chain(FOREST, replace(PLAYED, automatic=True))
    chain.end_round()
    chain.erase()
    chain.end_round()  # the round that had begun
    assert not chain.rounds.task(0).is_live
    assert_ok(chain.devnet.runtime, Signed(STRANGER), unlearn(chain))
    assert chain.rounds.task(0).is_live
    chain.unlearn()
    assert chain.rounds.live.get() == (0,)


def test_with_too_few_clients_left_there_is_no_version_any_more() -> None:
    chain = Chain(FOREST, replace(PLAYED, seats=replace(PLAYED.seats, minimum_clients=4)))
    chain.play(1)
    replaced = chain.models.latest(MODEL)
    assert replaced is not None
    chain.erase()
    assert_ok(chain.devnet.runtime, Signed(OWNER), unlearn(chain))
    assert events_of(chain.devnet.runtime, Unlearnt) == [Unlearnt(0, replaced, None)]
    assert not chain.rounds.has_unlearning()


def test_of_a_closed_task_the_versions_are_withdrawn(erased: Chain) -> None:
    runtime = erased.devnet.runtime
    assert_ok(runtime, Signed(OWNER), call_of(erased.rounds.close_task, task=0))
    assert_ok(runtime, Signed(STRANGER), unlearn(erased))
    assert erased.models.latest(MODEL) is None
    assert not erased.rounds.has_unlearning()
    runtime.try_state()


def test_rounds_that_wait_to_be_done_again_are_remembered_and_forgotten_after(erased: Chain) -> None:
    erased.rounds.config = replace(erased.rounds.config, history=2)
    assert_ok(erased.devnet.runtime, Signed(OWNER), unlearn(erased))
    for who in CLIENTS:
        del erased.devnet.nodes[who]
    for _ in range(3):
        erased.start()
        erased.end_round()
    assert erased.rounds.course(0, 0).phase is Phase.ENDED
    assert erased.rounds.rounds.get((0, 1)) is None
    erased.devnet.nodes.update(Chain(LINEAR).devnet.nodes)
    erased.unlearn()
    assert erased.rounds.rounds.get((0, 0)) is None
