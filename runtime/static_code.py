"""A runtime's `:code`: Wasm that answers what its readers ask, its version and its metadata.

Clients know a runtime by the hash of this, and tools that fork a chain read metadata by running it. It executes no
block: that the pallets here do. It is another one whenever the version or the metadata is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from weakref import WeakKeyDictionary

from chain.state.overlay import Overlay
from chain.static_code import Answers, Choice, static_module
from chain.trie.trie import Trie
from runtime.code_cache import CodeCache
from runtime.construct import Runtime

CODE: Final = b":code"

_made: WeakKeyDictionary[type[Runtime], tuple[Answers, bytes]] = WeakKeyDictionary()
"""The last module of each runtime class, with what it answers."""


def static_code(runtime: Runtime) -> bytes:
    """The code of a runtime. The first time takes as long as its metadata, a second or so."""
    answers = _answers(runtime)
    kind = type(runtime)
    known = _made.get(kind)
    if known is None or known[0] != answers:
        known = _made[kind] = (answers, static_module(answers, runtime.version))
    return known[1]


def with_code(state: Trie, make_runtime: Callable[[Overlay], Runtime], known: CodeCache | None = None) -> Trie:
    """The state with the code of its runtime in it.

    known: where to look for it first, and where to keep it
    """
    runtime = make_runtime(Overlay(state))
    code = static_code(runtime) if known is None else known.code(runtime, lambda: static_code(runtime))
    return state.updated({CODE: code})


def _answers(runtime: Runtime) -> dict[str, bytes | Choice]:
    def at_version(version: int) -> bytes:
        return runtime.call("Metadata_metadata_at_version", version.to_bytes(4, "little"))

    versions = runtime.metadata_versions()
    answers: dict[str, bytes | Choice] = {
        name: runtime.call(name, b"") for name in ("Core_version", "Metadata_metadata", "Metadata_metadata_versions")
    }
    answers["Metadata_metadata_at_version"] = Choice({each: at_version(each) for each in versions}, at_version(0))
    return answers
