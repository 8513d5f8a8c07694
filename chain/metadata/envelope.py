"""The envelope of metadata: the word `meta`, a byte for the version, the metadata of that version."""

from __future__ import annotations

from typing import Any, Final

from chain.metadata.v14 import MetadataV14
from chain.metadata.v15 import MetadataV15
from chain.metadata.v16 import MetadataV16
from chain.scale import DecodeError, codec_of

PREFIX: Final = b"meta"

RuntimeMetadata = MetadataV14 | MetadataV15 | MetadataV16

_VERSIONS: Final[dict[int, type[Any]]] = {14: MetadataV14, 15: MetadataV15, 16: MetadataV16}
_NUMBERS: Final = {cls: number for number, cls in _VERSIONS.items()}


def encode_metadata(metadata: RuntimeMetadata) -> bytes:
    """The metadata with its envelope; raises EncodeError."""
    return PREFIX + bytes([_NUMBERS[type(metadata)]]) + codec_of(type(metadata)).encode(metadata)


def decode_metadata(data: bytes) -> RuntimeMetadata:
    """The metadata that the whole of `data` is the envelope of; raises DecodeError."""
    start = len(PREFIX) + 1
    if data[: start - 1] != PREFIX:
        raise DecodeError("Metadata", 0, f"it begins with 0x{data[: start - 1].hex()}, not with the word `meta`")
    version = data[start - 1] if len(data) >= start else None
    if version not in _VERSIONS:
        raise DecodeError("Metadata", start - 1, f"its version is {version}; 14, 15 and 16 can be read")
    metadata: RuntimeMetadata
    metadata, end = codec_of(_VERSIONS[version]).read(data, start)
    if end < len(data):
        raise DecodeError("Metadata", end, f"{len(data) - end} bytes are left over")
    return metadata


def version_of(metadata: RuntimeMetadata) -> int:
    """14, 15 or 16."""
    return _NUMBERS[type(metadata)]
