"""Code that was made before is found again, and never where anything is another."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from time import time
from types import ModuleType

import pytest

from chain.state.overlay import Overlay
from chain.trie.trie import Trie
from runtime.code_cache import KEPT, SETTLED_SECONDS, CodeCache, key_of
from runtime.dev import VERSION, DevRuntime
from runtime.static_code import CODE, static_code, with_code

RUNTIME = DevRuntime(Overlay(Trie.empty()))


@pytest.fixture(autouse=True)
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is an hour later than the last edit of this checkout."""
    monkeypatch.setattr("runtime.code_cache.time", lambda: time() + 3600)


def counted() -> tuple[list[int], Callable[[], bytes]]:
    """A maker of code, and a number for each time that it was called."""
    calls = list[int]()

    def make() -> bytes:
        calls.append(len(calls))
        return b"code %d" % len(calls)

    return calls, make


@pytest.fixture
def edited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A module that is imported, and may be edited."""
    file = tmp_path / "edited.py"
    file.write_text("A = 1\n")
    module = ModuleType("edited")
    module.__file__ = str(file)
    monkeypatch.setitem(sys.modules, "edited", module)
    return file


def test_code_is_made_once(tmp_path: Path) -> None:
    calls, make = counted()
    assert [CodeCache(tmp_path / "a" / "b").code(RUNTIME, make) for _ in range(3)] == [b"code 1"] * 3
    assert calls == [0]


def test_a_node_starts_with_the_code_that_it_would_make(tmp_path: Path) -> None:
    state, made = Trie.empty(1), static_code(RUNTIME)
    for _ in range(2):
        assert with_code(state, DevRuntime, CodeCache(tmp_path)).get(CODE) == made
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("damage", [lambda data: data[:-1], lambda data: data[:20], lambda _: b"", lambda d: d + b"x"])
def test_a_damaged_file_is_made_again(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    calls, make = counted()
    cache = CodeCache(tmp_path)
    cache.code(RUNTIME, make)
    (file,) = tmp_path.iterdir()
    file.write_bytes(damage(file.read_bytes()))
    assert [cache.code(RUNTIME, make) for _ in range(2)] == [b"code 2"] * 2
    assert len(calls) == 2


def test_an_edit_anywhere_makes_other_code(edited: Path) -> None:
    before = key_of(RUNTIME)
    assert before == key_of(DevRuntime(Overlay(Trie.empty())))
    edited.write_text("A = 2\n")
    assert None is not key_of(RUNTIME) != before


def test_a_source_that_may_have_been_another_is_not_relied_on(edited: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = edited.stat().st_mtime

    def old_but_the_edited(path: str | Path) -> os.stat_result:
        found = os.stat(path)
        return found if str(path) == str(edited) else os.stat_result((*found[:8], 0, 0))

    monkeypatch.setattr("runtime.code_cache.stat", old_but_the_edited)
    for age, is_known in ((0.0, False), (SETTLED_SECONDS - 1, False), (SETTLED_SECONDS + 1, True)):
        monkeypatch.setattr("runtime.code_cache.time", lambda age=age: now + age)
        assert (key_of(RUNTIME) is not None) is is_known


def test_another_version_or_class_has_other_code(monkeypatch: pytest.MonkeyPatch) -> None:
    class Other(DevRuntime):
        pass

    keys = {key_of(RUNTIME), key_of(Other(Overlay(Trie.empty())))}
    monkeypatch.setattr(DevRuntime, "version", replace(VERSION, spec_version=VERSION.spec_version + 1))
    keys.add(key_of(DevRuntime(Overlay(Trie.empty()))))
    assert len(keys) == 3


def test_a_class_that_is_in_no_file_is_never_found_again(monkeypatch: pytest.MonkeyPatch) -> None:
    class Typed(DevRuntime):
        pass

    monkeypatch.setitem(sys.modules, "at_a_prompt", ModuleType("at_a_prompt"))
    Typed.__module__ = "at_a_prompt"
    assert key_of(Typed(Overlay(Trie.empty()))) is None


def test_where_nothing_can_be_kept_code_is_made_each_time(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    for folder in (None, tmp_path / "file", tmp_path / "file" / "below"):
        calls, make = counted()
        assert [CodeCache(folder).code(RUNTIME, make) for _ in range(2)] == [b"code 1", b"code 2"]
        assert len(calls) == 2


def test_the_oldest_go(tmp_path: Path, edited: Path) -> None:
    _, make = counted()
    for number in range(KEPT + 3):
        edited.write_text(f"A = {number}\n")
        CodeCache(tmp_path / "kept").code(RUNTIME, make)
    assert len(list((tmp_path / "kept").iterdir())) == KEPT


@pytest.mark.parametrize(
    ("variables", "folder"),
    [
        ({"PALLETLAB_CACHE": "/here"}, Path("/here")),
        ({"PALLETLAB_CACHE": ""}, None),
        ({"XDG_CACHE_HOME": "/caches"}, Path("/caches/palletlab/code")),
        ({"HOME": "/home/me"}, Path("/home/me/.cache/palletlab/code")),
    ],
)
def test_the_folder_is_the_users_choice(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], folder: Path | None
) -> None:
    for name in ("PALLETLAB_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert CodeCache.of_user()._folder == folder
