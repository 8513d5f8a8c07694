"""A state's code says which runtime it is for."""

from __future__ import annotations

from chain.state.overlay import Overlay
from pallets.system.calls import CODE
from runtime.dev import VERSION, DevRuntime, genesis_state
from runtime.generations import Generations, with_spec_version


def test_the_code_in_the_state_chooses_the_runtime() -> None:
    state = genesis_state()
    generations: Generations[DevRuntime] = Generations(DevRuntime)
    newer = with_spec_version(DevRuntime, 101)
    generations.add(b"new", newer)
    assert type(generations(Overlay(state))) is DevRuntime
    assert type(generations(Overlay(state.updated({CODE: b"other"})))) is DevRuntime
    assert type(generations(Overlay(state.updated({CODE: b"new"})))) is newer
    generations.remove(b"new")
    assert type(generations(Overlay(state.updated({CODE: b"new"})))) is DevRuntime


def test_code_that_a_block_has_just_written_does_not_execute_that_block() -> None:
    generations: Generations[DevRuntime] = Generations(DevRuntime)
    generations.add(b"new", with_spec_version(DevRuntime, 101))
    storage = Overlay(genesis_state())
    storage.put(CODE, b"new")
    assert type(generations(storage)) is DevRuntime


def test_another_version_reaches_the_state_calls_extensions_and_metadata() -> None:
    newer = with_spec_version(DevRuntime, 101)
    runtime = newer(Overlay(genesis_state()))
    assert runtime.version.spec_version == runtime.system.config.version.spec_version == 101
    assert DevRuntime(Overlay(genesis_state())).version == VERSION
    values = runtime.extensions.values({})
    assert runtime.extensions.implicit(values).startswith((101).to_bytes(4, "little"))
    assert (newer.__name__, newer.__module__) == ("DevRuntime", "runtime.dev")
