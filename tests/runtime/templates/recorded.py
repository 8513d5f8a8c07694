"""Chains that compiled runtimes made: their genesis without code, and blocks with what each step changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from chain.block import Block, Header
from chain.extrinsic import without_length_prefix
from chain.state.overlay import Overlay
from chain.trie.node import HashedValue
from chain.trie.stripped import StrippedTrie
from chain.trie.trie import Trie
from runtime.templates.node_template import NodeTemplate
from runtime.templates.solochain import Solochain
from tests.vectors import load, unhex

CODE = b":code"

Changes = dict[bytes, bytes | None]
"""What a step did to the state; None where it removed a value."""

State = dict[bytes, bytes]
"""All pairs of a state."""

MakeRuntime = Callable[[Overlay], Solochain | NodeTemplate]

RUNTIMES: dict[str, MakeRuntime] = {"solochain-template-2025": Solochain, "node-template-2023": NodeTemplate}
"""Compositions by the recording that they execute."""


@dataclass(frozen=True)
class Step:
    """One extrinsic of a block, and what the real runtime said and did."""

    name: str
    extrinsic: bytes
    validity: bytes | None
    """TransactionValidity, of `validate_transaction` before it was applied; None of inherents."""
    info: bytes | None
    """RuntimeDispatchInfo: weight, class, fee."""
    result: bytes
    """ApplyExtrinsicResult."""
    changes: Changes


@dataclass(frozen=True)
class RecordedBlock:
    """One block."""

    begun: Header
    """The header that it was begun with: no roots yet."""
    initialized: Changes
    steps: tuple[Step, ...]
    finalized: Changes
    header: Header
    events: bytes
    """System.Events at its end."""

    @property
    def block(self) -> Block:
        """As a node imports it."""
        return Block(self.header, tuple(step.extrinsic for step in self.steps))

    def after(self, state: State) -> State:
        """The state after it, by what was recorded alone."""
        for changes in (self.initialized, *(step.changes for step in self.steps), self.finalized):
            state = changed(state, changes)
        return state


def changed(state: State, changes: Changes) -> State:
    """A state with these changes made."""
    merged = {**state, **changes}
    return {key: value for key, value in merged.items() if value is not None}


@dataclass(frozen=True)
class Recording:
    """A chain from its genesis on."""

    genesis: Trie
    """Its state; of the code only the hash."""
    code_hash: bytes
    root: bytes
    hash: bytes
    version: bytes
    """RuntimeVersion."""
    extensions: tuple[str, ...]
    blocks: tuple[RecordedBlock, ...]

    def before(self, number: int, make: MakeRuntime) -> Trie:
        """The state in which a block is executed: made by executing those before it."""
        return _states(self, make)[number - 1]


_STATES: dict[tuple[bytes, MakeRuntime], list[Trie]] = {}


def _states(recording: Recording, make: MakeRuntime) -> list[Trie]:
    known = _STATES.get((recording.hash, make))
    if known is None:
        known = [recording.genesis]
        for recorded in recording.blocks:
            overlay = Overlay(known[-1])
            make(overlay).execute_block(recorded.block)
            known.append(overlay.committed())
        _STATES[recording.hash, make] = known
    return known


@cache
def recording(name: str) -> Recording:
    """A file of vectors/golden."""
    golden = load(f"golden/golden-{name}.json")
    top: dict[bytes, bytes | HashedValue] = {unhex(key): unhex(value) for key, value in golden["genesis"].items()}
    top[CODE] = HashedValue(unhex(golden["codeBlake2_256"]))
    return Recording(
        genesis=StrippedTrie.of(top),
        code_hash=unhex(golden["codeBlake2_256"]),
        root=unhex(golden["genesisStateRoot"]),
        hash=unhex(golden["genesisHash"]),
        version=unhex(golden["runtimeVersionScale"]),
        extensions=tuple(golden["signedExtensions"]),
        blocks=tuple(map(_block, golden["blocks"])),
    )


def _block(block: Mapping[str, Any]) -> RecordedBlock:
    return RecordedBlock(
        begun=Header.decode(unhex(block["initHeader"])),
        initialized=_changes(block["initialize"]),
        steps=tuple(map(_step, block["steps"])),
        finalized=_changes(block["finalize"]),
        header=Header.decode(unhex(block["header"])),
        events=unhex(block["eventsScale"]),
    )


def _step(step: Mapping[str, Any]) -> Step:
    return Step(
        name=step["name"],
        extrinsic=without_length_prefix(unhex(step["extrinsic"])),
        validity=step["validate"] and unhex(step["validate"]),
        info=step["queryInfo"] and unhex(step["queryInfo"]),
        result=unhex(step["applyResult"]),
        changes=_changes(step["diff"]),
    )


def _changes(diff: Mapping[str, str | None]) -> Changes:
    return {unhex(key): None if value is None else unhex(value) for key, value in diff.items()}


class Watched:
    """A runtime over a state, whose changes are told step by step."""

    def __init__(self, state: Trie, make: MakeRuntime) -> None:
        self.overlay = Overlay(state)
        self.runtime = make(self.overlay)
        self._before: dict[bytes, bytes | None] = {}

    def changes(self) -> Changes:
        """What changed since this was asked last."""
        now = dict(self.overlay.changes)
        before, base = self._before, self.overlay.base
        self._before = now
        return {key: value for key, value in now.items() if value != (before[key] if key in before else base.get(key))}
