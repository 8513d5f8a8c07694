"""The version that a compiled runtime tells of itself, read from its code without running it.

Wasm is a header and sections; a Substrate runtime has two custom ones (sp_version::embed):

    \\0asm ‖ version, u32
    section = id, u8 ‖ size, LEB128 ‖ content;  of id 0 the content begins with a name and its length
        "runtime_version"   the RuntimeVersion, APIs left out
        "runtime_apis"      8 bytes of name ‖ u32 of version, for each API
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Final

from chain.primitives import U32, Bytes8
from chain.record import record
from chain.runtime_api import RuntimeVersion
from chain.scale import Codec, DecodeError, codec_of

MAGIC: Final = b"\0asm\1\0\0\0"
"""How Wasm of version 1 begins."""

COMPRESSED: Final = bytes.fromhex("52bc537646db8e05")
"""How code begins that is compressed with zstd (sp_maybe_compressed_blob)."""


def embedded_version(code: bytes) -> RuntimeVersion | None:
    """The version in the code's custom sections; None where there is none, or the code is compressed."""
    sections = dict(custom_sections(code))
    version, apis = sections.get("runtime_version"), sections.get("runtime_apis", b"")
    if version is None or len(apis) % 12:
        return None
    try:
        known = _version_codec().decode(version)
        listed = tuple(_api_codec().decode(apis[at : at + 12]) for at in range(0, len(apis), 12))
    except DecodeError:
        return None
    return RuntimeVersion(
        spec_name=known.spec_name,
        impl_name=known.impl_name,
        authoring_version=known.authoring_version,
        spec_version=known.spec_version,
        impl_version=known.impl_version,
        apis=tuple((api.name, api.version) for api in listed) or known.apis,
        transaction_version=known.transaction_version,
        state_version=known.state_version,
    )


def custom_sections(code: bytes) -> Iterator[tuple[str, bytes]]:
    """Names and contents of the custom sections, as far as the code is well-formed Wasm."""
    if not code.startswith(MAGIC):
        return
    at = len(MAGIC)
    while at < len(code):
        kind = code[at]
        size, start = _read_leb128(code, at + 1)
        if size is None or start + size > len(code):
            return
        at = start + size
        if kind == 0:
            length, named = _read_leb128(code, start)
            if length is None or named + length > at:
                return
            yield code[named : named + length].decode("utf-8", "replace"), code[named + length : at]


def _read_leb128(code: bytes, at: int) -> tuple[int | None, int]:
    """An unsigned number in groups of 7 bits, and where it ends; None where it does not, or is no u32."""
    value = 0
    for position in range(5):
        if at + position >= len(code):
            return None, at
        byte = code[at + position]
        value |= (byte & 127) << 7 * position
        if byte < 128:
            return value, at + position + 1
    return None, at


@record
class _Api:
    name: Bytes8
    version: U32


@cache
def _api_codec() -> Codec[_Api]:
    return codec_of(_Api)


@cache
def _version_codec() -> Codec[RuntimeVersion]:
    return codec_of(RuntimeVersion)
