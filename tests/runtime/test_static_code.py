"""The development runtime's code: it answers as the runtime does, and is another one for another version."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chain.crypto.hashing import blake2_256
from chain.runtime_code import embedded_version
from chain.state.overlay import Overlay
from chain.trie.trie import Trie
from runtime.dev import VERSION, DevRuntime, genesis_state
from runtime.static_code import CODE, static_code, with_code
from tests.chain.test_static_code import call

ASKED = [
    ("Core_version", b""),
    ("Metadata_metadata", b""),
    ("Metadata_metadata_versions", b""),
    *(("Metadata_metadata_at_version", version.to_bytes(4, "little")) for version in (13, 14, 15, 16, 17, 2**32 - 1)),
]


@pytest.fixture(scope="module")
def runtime() -> DevRuntime:
    return DevRuntime(Overlay(Trie.empty()))


@pytest.mark.parametrize(("method", "argument"), ASKED)
def test_the_code_answers_as_the_runtime_does(runtime: DevRuntime, method: str, argument: bytes) -> None:
    assert call(static_code(runtime), method, argument) == runtime.call(method, argument)


def test_the_code_tells_its_version(runtime: DevRuntime) -> None:
    assert embedded_version(static_code(runtime)) == VERSION


def test_the_same_runtime_has_the_same_code(runtime: DevRuntime) -> None:
    assert static_code(DevRuntime(Overlay(Trie.empty()))) is static_code(runtime)


def test_another_version_has_another_code(runtime: DevRuntime, monkeypatch: pytest.MonkeyPatch) -> None:
    before = static_code(runtime)
    newer = replace(VERSION, spec_version=VERSION.spec_version + 1)
    monkeypatch.setattr(DevRuntime, "version", newer)
    after = static_code(DevRuntime(Overlay(Trie.empty())))
    assert blake2_256(after) != blake2_256(before)
    assert embedded_version(after) == newer


def test_code_is_in_a_state_where_it_is_asked_for() -> None:
    plain = genesis_state()
    state = with_code(plain, DevRuntime)
    assert plain.get(CODE) is None
    assert state.get(CODE) == static_code(DevRuntime(Overlay(plain)))
    assert genesis_state(with_code=True).root == state.root
