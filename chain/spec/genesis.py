"""The genesis in a specification.

{"raw": {"top": {"0x…": "0x…"}, "childrenDefault": {"0x…": {"0x…": "0x…"}}}}    every key and value
{"runtimeGenesis": {"code": "0x…", "patch": {…}}}                                over a runtime's default config
{"runtimeGenesis": {"code": "0x…", "config": {…}}}                               a whole config
{"runtimeGenesis": {"code": "0x…", "preset": "development"}}                     one that the runtime has itself
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from chain.record import record
from chain.runtime_code import embedded_version
from chain.spec.errors import SpecError
from chain.spec.fields import Json, as_bytes, as_object, as_pairs, as_text, refuse_others
from chain.state.child import is_child_key, state_with_children
from chain.trie.node import HashedValue
from chain.trie.stripped import StrippedTrie
from chain.trie.trie import Trie

CODE: Final = b":code"

_SOURCES: Final = ("patch", "config", "preset")


@record
class RawGenesis:
    """A state as it is.

    top: a `HashedValue` where only the hash of the value is known
    children: child tries by name, without the prefix of their keys
    """

    top: Mapping[bytes, bytes | HashedValue]
    children: Mapping[bytes, Mapping[bytes, bytes]]

    def state(self, version: int) -> Trie:
        """The state of block zero under a state version, 0 or 1."""
        known = {key: value for key, value in self.top.items() if isinstance(value, bytes)}
        if len(known) < len(self.top):
            return StrippedTrie.of(self.top)
        state = Trie.from_items(known, version)
        return state_with_children(state, self.children) if self.children else state

    @property
    def state_version(self) -> int | None:
        """What the runtime's code says; None where there is none, or its version cannot be read."""
        code = self.top.get(CODE)
        version = embedded_version(code) if isinstance(code, bytes) else None
        return None if version is None else min(version.state_version, 1)


@record
class RuntimeGenesis:
    """What a runtime makes a state of.

    code: its Wasm; empty where the specification leaves it to the program
    source: "patch", "config" or "preset"; value: that
    """

    code: bytes
    source: str
    value: Json


Genesis = RawGenesis | RuntimeGenesis


def read_genesis(value: Json) -> Genesis:
    """The genesis of a specification; raises SpecError."""
    genesis = as_object(value, "genesis")
    if "stateRootHash" in genesis:
        raise SpecError(
            "genesis.stateRootHash", "gives the root alone; a specification with all keys and values is needed"
        )
    if "runtime" in genesis:
        raise SpecError(
            "genesis.runtime", "the old form, which only its runtime reads; convert it with that node's --raw"
        )
    refuse_others(genesis, ("raw", "runtimeGenesis"), "genesis")
    if len(genesis) != 1:
        raise SpecError("genesis", "must have either raw or runtimeGenesis")
    if "raw" in genesis:
        return _read_raw(as_object(genesis["raw"], "genesis.raw"))
    return _read_runtime(as_object(genesis["runtimeGenesis"], "genesis.runtimeGenesis"))


def genesis_json(genesis: Genesis) -> dict[str, Json]:
    """The genesis as it stands in a specification; raises ValueError where a value is not known."""
    if isinstance(genesis, RuntimeGenesis):
        return {"runtimeGenesis": {"code": _hex(genesis.code), genesis.source: genesis.value}}
    children: dict[str, Json] = {_hex(name): _pairs(pairs) for name, pairs in sorted(genesis.children.items())}
    return {"raw": {"top": _pairs(genesis.top), "childrenDefault": children}}


def raw_genesis(state: Trie) -> RawGenesis:
    """Every key and value of a state."""
    top = {key: value for key, value in state.items() if not is_child_key(key)}
    start = len(b":child_storage:default:")
    return RawGenesis(top, {key[start:]: dict(child.items()) for key, child in sorted(state.children.items())})


def _read_raw(raw: Mapping[str, Json]) -> RawGenesis:
    refuse_others(raw, ("top", "childrenDefault"), "genesis.raw")
    if "top" not in raw:
        raise SpecError("genesis.raw.top", "missing")
    children = as_object(raw.get("childrenDefault", {}), "genesis.raw.childrenDefault")
    return RawGenesis(
        as_pairs(raw["top"], "genesis.raw.top"),
        {
            as_bytes(name, "genesis.raw.childrenDefault"): as_pairs(pairs, f"genesis.raw.childrenDefault.{name[:70]}")
            for name, pairs in children.items()
        },
    )


def _read_runtime(genesis: Mapping[str, Json]) -> RuntimeGenesis:
    path = "genesis.runtimeGenesis"
    refuse_others(genesis, ("code", *_SOURCES), path)
    given = [source for source in _SOURCES if source in genesis]
    if len(given) != 1:
        raise SpecError(path, f"must have one of {', '.join(_SOURCES)}")
    [source] = given
    value = genesis[source]
    checked: Json = as_text(value, f"{path}.{source}") if source == "preset" else as_object(value, f"{path}.{source}")
    return RuntimeGenesis(as_bytes(genesis.get("code", "0x"), f"{path}.code"), source, checked)


def _pairs(pairs: Mapping[bytes, bytes | HashedValue] | Mapping[bytes, bytes]) -> dict[str, Json]:
    written: dict[str, Json] = {}
    for key, value in sorted(pairs.items()):
        if not isinstance(value, bytes):
            raise ValueError(f"of the value of 0x{key.hex()} only the hash is known")
        written[_hex(key)] = _hex(value)
    return written


def _hex(data: bytes) -> str:
    return f"0x{data.hex()}"
