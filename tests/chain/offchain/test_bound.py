"""The runtime that runs see: what there is to run on a state, and that no run can write it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from chain.block import Header
from chain.node.chain_store import genesis_block
from chain.offchain.bound import BoundRuntime
from chain.offchain.hook import Trigger, WorkerHook
from chain.offchain.offchain_node import OffchainNode
from chain.primitives import BlockNumber
from chain.state.overlay import Overlay
from chain.trie.trie import Trie
from tests.chain.node.fake_runtime import GENESIS, FakeRuntime, FakeRuntimes
from tests.chain.offchain.lending import lent

OTHER = GENESIS.updated({b"\x01": b"\x07"})


class Upgraded:
    """Runtimes that have another hook where a state says so."""

    def __init__(self) -> None:
        self.before = FakeRuntimes(hooks=(WorkerHook("Before"),))
        self.after = FakeRuntimes(hooks=(WorkerHook("After"),))

    def __call__(self, state: Overlay) -> FakeRuntime:
        return FakeRuntime(state, self.before if state.get(b"\x01") is None else self.after)


def due(bound: BoundRuntime, state: Trie, *operators: object) -> list[tuple[str, list[object] | None]]:
    """The hooks that are due, and for whose data."""
    by_identity = {id(each): each for each in operators}
    return [
        (hook.pallet, None if wanted is None else [by_identity[each] for each in by_identity if each in wanted])
        for hook, wanted in bound.due(state, 1, Trigger.BEST, by_identity)
    ]


def test_hooks_are_those_of_the_code_of_the_state() -> None:
    bound = BoundRuntime(Upgraded())
    assert [due(bound, state) for state in (GENESIS, OTHER, GENESIS)] == [
        [("Before", None)],
        [("After", None)],
        [("Before", None)],
    ]


def test_hooks_of_the_other_trigger_are_not_due() -> None:
    hooks = (WorkerHook("Last", Trigger.FINALIZED), WorkerHook("New"))
    bound = BoundRuntime(FakeRuntimes(hooks=hooks))
    assert due(bound, GENESIS) == [("New", None)]
    assert [hook for hook, _ in bound.due(GENESIS, 1, Trigger.FINALIZED, {})] == [hooks[0]]


def test_selective_hooks_are_due_for_those_who_have_something_to_do() -> None:
    asked = list[object]()

    def has_work(data: Any) -> bool:
        asked.append(data)
        return len(data) > 3

    hooks = (WorkerHook("Choosy", is_selective=True), WorkerHook("Always"))
    bound = BoundRuntime(FakeRuntimes(has_work=has_work, hooks=hooks))
    assert due(bound, GENESIS, "idle", "busy too", "no") == [("Choosy", ["idle", "busy too"]), ("Always", None)]
    assert due(bound, OTHER, "no") == [("Always", None)]
    assert asked == ["idle", "busy too", "no", "no"]


def test_what_a_runtime_writes_while_it_is_asked_is_taken_back() -> None:
    class Writing(FakeRuntime):
        def with_work(self, hook: WorkerHook, now: BlockNumber, operators: Sequence[Any]) -> Sequence[Any]:
            assert self.value(1) == 0
            self.state.put(b"\x01", b"\x09")
            return operators

    shared = FakeRuntimes(hooks=(WorkerHook("Choosy", is_selective=True),))
    bound = BoundRuntime(lambda state: Writing(state, shared))
    assert due(bound, GENESIS, "a", "b") == [("Choosy", ["a", "b"])]
    assert due(bound, GENESIS, "c") == [("Choosy", ["c"])]


def test_whoever_leaves_the_overlay_open_while_it_is_asked_spoils_nobody_elses() -> None:
    class Opening(FakeRuntime):
        def with_work(self, hook: WorkerHook, now: BlockNumber, operators: Sequence[Any]) -> Sequence[Any]:
            assert self.value(1) == 0
            self.state.begin()
            self.state.put(b"\x01", b"\x09")
            return operators[:1]

    shared = FakeRuntimes(hooks=(WorkerHook("Choosy", is_selective=True), WorkerHook("Other", is_selective=True)))
    bound = BoundRuntime(lambda state: Opening(state, shared))
    for _ in range(2):
        assert due(bound, GENESIS, "a", "b") == [("Choosy", ["a"]), ("Other", ["a"])]


def test_a_run_that_leaves_the_overlay_open_spoils_nobody_elses() -> None:
    seen = list[int]()

    def worker(runtime: FakeRuntime, _header: Header, _node: OffchainNode) -> None:
        seen.append(runtime.value(1))
        runtime.state.begin()
        runtime.state.put(b"\x01", b"\x09")

    bound = BoundRuntime(FakeRuntimes(worker))
    for _ in range(2):
        bound.perform(GENESIS, WorkerHook("Fake"), genesis_block(GENESIS).header, lent())
    assert seen == [0, 0]
    assert GENESIS.get(b"\x01") is None


def test_runs_inside_runs_have_runtimes_of_their_own_which_serve_again() -> None:
    made = list[Overlay]()
    seen = list[tuple[int, int]]()

    def factory(state: Overlay) -> FakeRuntime:
        made.append(state)
        return FakeRuntime(state, shared)

    def worker(runtime: FakeRuntime, header: Header, node: OffchainNode) -> None:
        runtime.state.put(b"\x01", bytes((header.number + 1,)))
        if header.number < 2:
            bound.perform(OTHER, WorkerHook("Fake"), replace(header, number=header.number + 1), node)
        seen.append((header.number, runtime.value(1)))

    shared = FakeRuntimes(worker)
    bound = BoundRuntime(factory)
    for _ in range(2):
        bound.perform(GENESIS, WorkerHook("Fake"), genesis_block(GENESIS).header, lent())
    assert seen == [(2, 3), (1, 2), (0, 1)] * 2
    assert len(made) == len({id(each) for each in made}) == 3


def test_a_runtime_that_was_in_use_when_its_code_changed_does_not_serve_again() -> None:
    made = list[FakeRuntime]()

    def factory(state: Overlay) -> FakeRuntime:
        made.append(FakeRuntime(state, shared))
        return made[-1]

    shared = FakeRuntimes(lambda _runtime, _header, _node: bound.forget())
    bound = BoundRuntime(factory)
    for _ in range(2):
        bound.perform(GENESIS, WorkerHook("Fake"), genesis_block(GENESIS).header, lent())
    assert len(made) == 2
