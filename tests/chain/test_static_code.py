"""Static modules: another implementation of Wasm takes them, and reads in their memory what they answer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chain.runtime_api import RuntimeVersion
from chain.runtime_code import custom_sections, embedded_version
from chain.static_code import Choice, static_module

wasmtime = pytest.importorskip("wasmtime")

VERSION = RuntimeVersion("lab", "lab-node", 1, 7, 2, ((b"\1" * 8, 5), (b"\2" * 8, 300)), 3, 1)


def call(module: bytes, name: str, argument: bytes = b"") -> bytes:
    """What a function of the module answers, asked as a Substrate host asks."""
    engine = wasmtime.Engine()
    store = wasmtime.Store(engine)
    compiled = wasmtime.Module(engine, module)
    (needed,) = compiled.imports
    assert (needed.module, needed.name) == ("env", "memory")
    memory = wasmtime.Memory(store, wasmtime.MemoryType(wasmtime.Limits(needed.type.limits.min + 1, None)))
    exports = wasmtime.Instance(store, compiled, [memory]).exports(store)
    heap = exports["__heap_base"].value(store)
    assert heap % 16 == 0
    memory.write(store, argument, heap)
    packed = exports[name](store, heap, len(argument)) % 2**64
    pointer, length = packed & 0xFFFFFFFF, packed >> 32
    assert 1024 <= pointer <= pointer + length <= heap
    return bytes(memory.read(store, pointer, pointer + length))


@given(
    answers=st.dictionaries(st.sampled_from(["Core_version", "b", "c_d"]), st.binary(max_size=200), min_size=1),
    big=st.integers(0, 200_000),
)
def test_functions_answer_what_they_were_given(answers: dict[str, bytes], big: int) -> None:
    whole = {**answers, "large": bytes(big)}
    module = static_module(whole, VERSION)
    assert {name: call(module, name) for name in whole} == whole
    assert static_module(whole, VERSION) == module


@given(
    numbers=st.dictionaries(st.integers(0, 2**31 - 1), st.binary(max_size=9), max_size=4),
    otherwise=st.binary(max_size=9),
    asked=st.integers(0, 2**32 - 1),
)
def test_a_choice_answers_by_number(numbers: dict[int, bytes], otherwise: bytes, asked: int) -> None:
    module = static_module({"at": Choice(numbers, otherwise)}, VERSION)
    for number in (*numbers, asked):
        assert call(module, "at", number.to_bytes(4, "little")) == numbers.get(number, otherwise)


@pytest.mark.parametrize("argument", [b"", b"\1\0\0", b"\1\0\0\0\0"])
def test_a_choice_traps_where_it_is_not_asked_with_a_number(argument: bytes) -> None:
    module = static_module({"at": Choice({1: b"one"}, b"")}, VERSION)
    with pytest.raises(wasmtime.Trap, match="unreachable"):
        call(module, "at", argument)


def test_equal_answers_stand_there_once() -> None:
    once = static_module({"a": bytes(1000)}, VERSION)
    twice = static_module({"a": bytes(1000), "b": bytes(900)}, VERSION)
    assert len(twice) < len(once) + 40


def test_the_version_is_read_from_the_code() -> None:
    module = static_module({"a": b""}, VERSION)
    assert embedded_version(module) == VERSION
    assert [name for name, _ in custom_sections(module)] == ["runtime_version", "runtime_apis"]
