"""The version in a compiled runtime is read without running it."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chain.runtime_api import RuntimeVersion
from chain.runtime_code import COMPRESSED, MAGIC, custom_sections, embedded_version
from chain.scale import encode

VERSION = RuntimeVersion("node", "node-rs", 1, 107, 2, ((b"abcdefgh", 3), (b"ijklmnop", 4)), 1, 1)


def leb128(number: int) -> bytes:
    """Seven bits a byte, lowest first."""
    head = number & 127
    return bytes([head]) if number < 128 else bytes([head | 128]) + leb128(number >> 7)


def section(kind: int, content: bytes) -> bytes:
    return bytes([kind]) + leb128(len(content)) + content


def custom(name: str, content: bytes) -> bytes:
    return section(0, leb128(len(name)) + name.encode() + content)


def wasm(version: RuntimeVersion | None, padding: int = 0) -> bytes:
    """A module that tells this version, as the Rust compiler leaves it; it can do nothing."""
    code = MAGIC + section(1, bytes(padding)) + custom("producers", b"rustc")
    if version is not None:
        told = RuntimeVersion(
            version.spec_name,
            version.impl_name,
            version.authoring_version,
            version.spec_version,
            version.impl_version,
            (),
            version.transaction_version,
            version.state_version,
        )
        apis = b"".join(name + number.to_bytes(4, "little") for name, number in version.apis)
        code += custom("runtime_apis", apis) + custom("runtime_version", encode(RuntimeVersion, told))
    return code


@pytest.mark.parametrize("padding", [0, 127, 128, 20_000])
def test_the_version_and_its_apis_are_found_behind_other_sections(padding: int) -> None:
    assert embedded_version(wasm(VERSION, padding)) == VERSION
    assert [name for name, _ in custom_sections(wasm(VERSION))] == ["producers", "runtime_apis", "runtime_version"]


def test_apis_that_stand_in_the_version_itself_are_told_too() -> None:
    assert embedded_version(MAGIC + custom("runtime_version", encode(RuntimeVersion, VERSION))) == VERSION


@pytest.mark.parametrize(
    "code",
    [
        b"",
        MAGIC,
        wasm(None),
        COMPRESSED + bytes(100),
        MAGIC + custom("runtime_version", b"\xff"),
        MAGIC + custom("runtime_apis", bytes(13)) + custom("runtime_version", encode(RuntimeVersion, VERSION)),
        MAGIC + b"\0\xff\xff\xff\xff\xff\x01",
        MAGIC + section(0, leb128(50) + b"name longer than its section"),
    ],
)
def test_code_without_a_version_tells_none(code: bytes) -> None:
    assert embedded_version(code) is None


@given(st.binary(max_size=60))
@example(b"\0")
def test_any_bytes_are_read_without_an_error(rest: bytes) -> None:
    assert embedded_version(MAGIC + rest) is None


@given(st.data())
def test_a_damaged_module_tells_a_version_or_none(data: st.DataObject) -> None:
    code = bytearray(wasm(VERSION))
    code[data.draw(st.integers(0, len(code) - 1))] = data.draw(st.integers(0, 255))
    found = embedded_version(bytes(code)[: data.draw(st.integers(0, len(code)))])
    assert found is None or isinstance(found, RuntimeVersion)
