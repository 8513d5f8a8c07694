"""The metadata of a runtime as bytes, made when it is first asked for and kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final
from weakref import WeakKeyDictionary

from chain.metadata import RuntimeMetadata, encode_metadata
from chain.metadata.digest import metadata_digest
from chain.metadata.metadata import Metadata
from chain.primitives import Hash
from chain.scale import codec_of
from pallets.frame.constants import constants_of
from runtime.apis import Token
from runtime.metadata.description import Description, describe
from runtime.metadata.versions import metadata_v14, metadata_v15, metadata_v16
from runtime.parts import RuntimeParts

_VERSIONS: Final[Mapping[int, Callable[[Description], RuntimeMetadata]]] = {
    14: metadata_v14,
    15: metadata_v15,
    16: metadata_v16,
}

DIGEST_VERSION: Final = 15
"""Of the metadata that polkadot-sdk makes the digest of."""

_digests: WeakKeyDictionary[type[RuntimeParts], dict[tuple[Any, ...], Hash]] = WeakKeyDictionary()

_last_described: WeakKeyDictionary[type[RuntimeParts], tuple[tuple[Any, ...], Description]] = WeakKeyDictionary()
"""What the versions are made of, which takes most of the time: who asks for one often asks for the others."""

_known: WeakKeyDictionary[type[RuntimeParts], dict[tuple[Any, ...], bytes]] = WeakKeyDictionary()
"""By runtime class, then by what its objects may differ in."""


def metadata_of(runtime: RuntimeParts, version: int) -> bytes | None:
    """The metadata of a version in its envelope; None where there is no such version."""
    made = _VERSIONS.get(version)
    if made is None:
        return None
    known = _known.setdefault(type(runtime), {})
    differing = (runtime.version, *_what_may_differ(runtime))
    metadata = known.get((version, *differing))
    if metadata is None:
        metadata = known[(version, *differing)] = encode_metadata(made(_described(runtime, differing)))
    return metadata


def _described(runtime: RuntimeParts, differing: tuple[Any, ...]) -> Description:
    last = _last_described.get(type(runtime))
    if last is None or last[0] != differing:
        last = _last_described[type(runtime)] = differing, describe(runtime)
    return last[1]


def metadata_hash_of(runtime: RuntimeParts, token: Token) -> Hash:
    """The digest of the runtime's metadata (RFC 78)."""
    known = _digests.setdefault(type(runtime), {})
    place = (token, runtime.version, *_what_may_differ(runtime))
    digest = known.get(place)
    if digest is None:
        version, prefix = runtime.version, runtime.system.config.ss58_prefix
        metadata = Metadata(_VERSIONS[DIGEST_VERSION](describe(runtime)))
        digest = metadata_digest(
            metadata, version.spec_version, version.spec_name, prefix, token.decimals, token.symbol
        )
        known[place] = digest
    return digest


def _what_may_differ(runtime: RuntimeParts) -> list[Any]:
    """Two objects of a runtime class may have been given other configs, pallets and extensions."""
    found: list[Any] = [each.identifier for each in runtime.extensions.extensions]
    for pallet in runtime.pallets:
        found.append(pallet.layout)
        for constant in constants_of(type(pallet.config)):
            value = getattr(pallet.config, constant.field)
            found.append(codec_of(constant.hint, pallet.layout.scope).encode(value))
    return found
