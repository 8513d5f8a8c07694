"""A runtime that serves again gives the same blocks; one that could remember anything is bound anew."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from functools import partial
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from chain.crypto.development import account, pair
from chain.extrinsic import Id
from chain.node.service import Node
from chain.state.overlay import Overlay
from pallets.frame.call import RuntimeCall, call_of
from pallets.frame.pallet import Host
from pallets.template import Config, Template
from runtime.dev import DevRuntime, genesis_state
from runtime.devnet import node_of
from runtime.extensions.extension import Extension
from runtime.extensions.pipeline import Pipeline
from runtime.rebound import Rebound, is_fixed, keeps_nothing

GENESIS = genesis_state()
NAMES = ("Alice", "Bob", "Charlie")


def seen(make: Callable[[Overlay], DevRuntime], states: int = 4) -> list[DevRuntime]:
    """The runtimes for one state after the other, in one overlay."""
    overlay = Overlay(GENESIS)
    made = [make(overlay)]
    for _ in range(states - 1):
        overlay.reset(GENESIS)
        made.append(make(overlay))
    return made


def test_from_its_second_use_an_overlay_has_one_runtime() -> None:
    first, *others = seen(Rebound(DevRuntime))
    assert first is not others[0]
    assert all(each is others[0] for each in others)


def test_a_state_of_its_own_has_a_runtime_of_its_own() -> None:
    make = Rebound(DevRuntime)
    overlay = Overlay(GENESIS)
    overlay.reset(GENESIS)
    assert make(overlay) is not make(overlay)
    assert make(Overlay(GENESIS)) is not make(Overlay(GENESIS))


Step = tuple[str, str, int]
CALLS: dict[str, Callable[[DevRuntime, str, int], RuntimeCall]] = {
    "transfer": lambda runtime, to, value: call_of(
        runtime.balances.transfer_keep_alive, dest=Id(account(to)), value=value * 10**17
    ),
    "store": lambda runtime, _, value: call_of(runtime.template.do_something, something=value),
    "fail": lambda runtime, _, __: call_of(runtime.template.cause_error),
    "batch": lambda runtime, to, value: call_of(
        runtime.utility.batch, calls=[CALLS["transfer"](runtime, to, value), CALLS["fail"](runtime, to, value)]
    ),
}
STEPS = st.lists(st.tuples(st.sampled_from(sorted(CALLS)), st.sampled_from(NAMES), st.integers(0, 40)), max_size=4)


@settings(max_examples=25, deadline=None)
@given(st.lists(STEPS, min_size=1, max_size=6))
def test_blocks_are_those_of_runtimes_that_are_bound_anew(blocks: list[list[Step]]) -> None:
    kept, anew = node_of(Rebound(DevRuntime), GENESIS), node_of(DevRuntime, GENESIS)
    for steps in blocks:
        for number, (name, to, value) in enumerate(steps):
            call = CALLS[name](kept.runtime_at(), to, value)
            extrinsic = submitted(kept, NAMES[number % len(NAMES)], call)
            if extrinsic is not None:
                anew.submit(extrinsic)
        assert kept.seal() == anew.seal()
    follower = node_of(Rebound(DevRuntime), GENESIS)
    for block in (kept.chain.at(number) for number in range(1, len(blocks) + 1)):
        assert block is not None
        follower.import_block(block.block)
    assert follower.best.state.root == kept.best.state.root


def submitted(node: Node[DevRuntime], name: str, call: RuntimeCall) -> bytes | None:
    transaction_hash = node.submit_call(pair(name), call)
    return next(each.extrinsic for each in node.pool.ready() if each.hash == transaction_hash)


def test_another_genesis_hash_in_the_state_is_seen_by_the_next_block() -> None:
    node = node_of(Rebound(DevRuntime), GENESIS)
    for _ in range(3):
        submitted(node, "Alice", call_of(node.runtime_at().template.do_something, something=1))
        node.seal()
    node.set_storage({node.runtime_at().system.block_hash.storage_key(0): bytes(32)})
    submitted(node, "Alice", call_of(node.runtime_at().template.do_something, something=2))
    assert len(node.seal().extrinsics) == 2


class Counting(Template):
    """Counts calls beside the state, as no pallet may."""

    def __init__(self, host: Host, config: Config, *, index: int, name: str | None = None) -> None:
        super().__init__(host, config, index=index, name=name)
        self.calls = 0
        self.told: tuple[int, ...] = ()


class Listing(Template):
    def __init__(self, host: Host, config: Config, *, index: int, name: str | None = None) -> None:
        super().__init__(host, config, index=index, name=name)
        self.heard: list[int] = []


def with_template(kind: type[Template]) -> Callable[[Overlay], DevRuntime]:
    class Other(DevRuntime):
        def __init__(self, storage: Overlay) -> None:
            super().__init__(storage)
            self.own = kind(self, Config(), index=99, name="Own")

    return Other


def test_numbers_of_a_pallets_own_are_again_what_they_were() -> None:
    make = Rebound(with_template(Counting))
    overlay = Overlay(GENESIS)
    overlay.reset(GENESIS)
    first: Any = make(overlay).pallet_at(99)
    first.calls, first.told, first.stray = 7, (1, 2), "late"
    overlay.reset(GENESIS)
    again: Any = make(overlay).pallet_at(99)
    assert again is first
    assert (again.calls, again.told, hasattr(again, "stray")) == (0, (), False)


def test_a_pallet_that_gets_attributes_loses_them() -> None:
    make = Rebound(DevRuntime)
    overlay = Overlay(GENESIS)
    overlay.reset(GENESIS)
    template: Any = make(overlay).template
    template.heard = [1]
    overlay.reset(GENESIS)
    assert make(overlay).template is template
    assert not hasattr(template, "heard")


def test_an_attribute_in_the_place_of_another_does_not_stay() -> None:
    make = Rebound(with_template(Counting))
    overlay = Overlay(GENESIS)
    overlay.reset(GENESIS)
    own: Any = make(overlay).pallet_at(99)
    told = own.told
    del own.told
    own.stray = told  # as many as before, and the same values
    overlay.reset(GENESIS)
    again: Any = make(overlay).pallet_at(99)
    assert (again.told, hasattr(again, "stray")) == ((), False)


def test_a_pallet_with_a_list_of_its_own_is_bound_anew() -> None:
    made = seen(Rebound(with_template(Listing)))
    assert len({id(each) for each in made}) == len(made)


def test_an_extension_with_a_dictionary_of_its_own_is_bound_anew() -> None:
    class Remembering(Extension):
        identifier = "Remembering"

        def __init__(self) -> None:
            self.met: dict[bytes, int] = {}

    class Other(DevRuntime):
        def __init__(self, storage: Overlay) -> None:
            super().__init__(storage)
            self.extensions = Pipeline([*self.extensions.extensions, Remembering()])

    assert keeps_nothing(DevRuntime(Overlay(GENESIS)))
    assert not keeps_nothing(Other(Overlay(GENESIS)))
    made = seen(Rebound(Other))
    assert len({id(each) for each in made}) == len(made)


def test_an_extension_inside_another_is_looked_at() -> None:
    class Inner(Extension):
        identifier = "Inner"

        def __init__(self) -> None:
            self.met: list[bytes] = []

    class Outer(Extension):
        identifier = "Outer"

        def __init__(self) -> None:
            self.inner = Inner()

    class Other(DevRuntime):
        def __init__(self, storage: Overlay) -> None:
            super().__init__(storage)
            self.extensions = Pipeline([*self.extensions.extensions, Outer()])

    assert not keeps_nothing(Other(Overlay(GENESIS)))


def test_what_a_part_holds_without_a_name_in_its_dictionary_is_not_trusted() -> None:
    class Slotted(Template):
        __slots__ = ("heard",)

    class OwnPipeline(Pipeline):
        """May do anything."""

    class Other(DevRuntime):
        def __init__(self, storage: Overlay) -> None:
            super().__init__(storage)
            self.extensions = OwnPipeline(self.extensions.extensions)

    assert not keeps_nothing(with_template(Slotted)(Overlay(GENESIS)))
    assert not keeps_nothing(Other(Overlay(GENESIS)))


def test_what_never_changes_is_fixed() -> None:
    for value in (1, b"x", "x", None, (1, (b"x",)), frozenset({1}), int, len, partial(max, 3), Config()):
        assert is_fixed(value)


def test_what_may_change_is_not_fixed() -> None:
    seen_so_far: list[int] = []

    def remembers(value: int) -> None:
        seen_so_far.append(value)

    def fills(value: int, into: list[int] = seen_so_far) -> None:
        into.append(value)

    for value in (
        [],
        {},
        set(),
        bytearray(),
        object(),
        (1, []),
        remembers,
        fills,
        seen_so_far.append,
        partial(max, []),
    ):
        assert not is_fixed(value)


def test_another_process_binds_its_own() -> None:
    make: Any = pickle.loads(pickle.dumps(Rebound(DevRuntime)))
    assert isinstance(make(Overlay(GENESIS)), DevRuntime)
