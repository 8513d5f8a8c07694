"""What a node with validators asks its runtime: whose turn it is, who votes, and the keys for both.

The answers of AuraApi, GrandpaApi and SessionKeys.
"""

from __future__ import annotations

from typing import Any, TypeVar

from chain.primitives import U64
from chain.scale import DecodeError, codec_of
from pallets.aura import Aura, AuthorityId
from pallets.frame.pallet import Pallet
from pallets.grandpa import Grandpa
from pallets.grandpa.types import AuthorityList
from pallets.session.keys import KeyTypeId
from runtime.construct import Runtime

P = TypeVar("P", bound=Pallet[Any])

_NONE = b"\0"


class NoKeystore(RuntimeError):
    """The runtime shall make keys, and nobody lent it a place to keep them."""

    def __init__(self) -> None:
        super().__init__("no keys are made without a keystore: set the runtime's `keystore`")


def pallet_of_kind(runtime: Runtime, kind: type[P]) -> P:
    """The runtime's pallet of that class."""
    return next(pallet for pallet in runtime.pallets if isinstance(pallet, kind))


def slot_duration(runtime: Runtime) -> bytes:
    """Milliseconds of a slot."""
    return codec_of(U64).encode(pallet_of_kind(runtime, Aura).config.slot_duration)


def aura_authorities(runtime: Runtime) -> bytes:
    """Who may author blocks."""
    return codec_of(tuple[AuthorityId, ...]).encode(pallet_of_kind(runtime, Aura).authorities.get())


def grandpa_authorities(runtime: Runtime) -> bytes:
    """Who may vote, with their weights."""
    return codec_of(AuthorityList).encode(pallet_of_kind(runtime, Grandpa).read_authorities())


def current_set_id(runtime: Runtime) -> bytes:
    """The number of the current set of authorities."""
    return codec_of(U64).encode(pallet_of_kind(runtime, Grandpa).current_set_id.get())


def generate_session_keys(runtime: Runtime, seed: bytes | None) -> bytes:
    """Make one key of each kind in the keystore, all from one seed; the public keys, one after the other."""
    keystore = runtime.keystore
    if keystore is None and runtime.session_keys:
        raise NoKeystore
    try:
        uri = None if seed is None else seed.decode()
    except UnicodeDecodeError as error:
        raise DecodeError("seed", error.start, "a seed is a secret URI in UTF-8") from None
    made = [] if keystore is None else [keystore.generate(kind, uri) for kind in runtime.session_keys]
    return codec_of(bytes).encode(b"".join(made))


def decode_session_keys(runtime: Runtime, encoded: bytes) -> bytes:
    """The single public keys with their types; None where they are too short. What follows them is not looked at."""
    keys, offset = list[tuple[bytes, bytes]](), 0
    for kind in runtime.session_keys:
        key = encoded[offset : offset + kind.size]
        if len(key) != kind.size:
            return _NONE
        keys.append((key, kind.key_type))
        offset += kind.size
    return codec_of(list[tuple[bytes, KeyTypeId]] | None).encode(keys)
