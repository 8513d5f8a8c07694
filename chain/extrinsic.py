"""The envelope of extrinsics: version, who signed, what was signed; what the call means is the runtime's to know.

    bare     04 ‖ call                                     inherents, unsigned transactions
    signed   84 ‖ address ‖ signature ‖ extra ‖ call       version 4
    general  45 ‖ extension version ‖ extra ‖ call         version 5: the extensions say who it is from

`extra` is the concatenation of what the transaction extensions put into the extrinsic. Bytes here have no length in
front, unless a name says so; blocks, pools and JSON-RPC have one. Source: sp_runtime::generic::UncheckedExtrinsic.
"""

from __future__ import annotations

from functools import cache
from typing import Final

from chain.crypto.hashing import blake2_256
from chain.crypto.signatures import Ed25519, MultiSignature, Sr25519
from chain.primitives import U32, AccountId, Bytes20, Bytes32, Compact, Enumeration, Hash
from chain.record import maker_of, record
from chain.scale import Codec, DecodeError, EncodeError, codec_of
from chain.scale.compact import encode_compact, read_compact

BARE: Final = 0x04
BARE_V5: Final = 0x05
GENERAL: Final = 0x45
SIGNED: Final = 0x84

EXTENSION_VERSION: Final = 0
"""The only version of extensions that general extrinsics have so far (sp_runtime::traits::ExtensionVersion)."""

MAX_SIGNED_BYTES: Final = 256
"""Longer payloads are hashed before they are signed (sp_runtime::generic::SignedPayload)."""

_SIGNED_BY_ID = b"\x84\x00"  # a signed extrinsic whose address is MultiAddress::Id
_SIGNATURE_AT = 34  # after version, variant of the address, account
_EXTRA_AT = 99  # after variant of the signature, 64 bytes


class MultiAddress(Enumeration):
    """How an extrinsic names an account (sp_runtime::MultiAddress).

    The index is `Compact[U32]`, the form of chains with a registry of indices; chains without one declare it as
    `Compact<()>`, no bytes at all. Neither accepts it from a signer.
    """


class Id(MultiAddress, index=0):
    """The account itself."""

    account: AccountId


class Index(MultiAddress, index=1):
    """A number that a registry of indices turns into an account."""

    index_of_account: Compact[U32]


class Raw(MultiAddress, index=2):
    """Bytes that the runtime knows how to read."""

    data: bytes


class Address32(MultiAddress, index=3):
    """32 bytes that are no account of this chain."""

    data: Bytes32


class Address20(MultiAddress, index=4):
    """20 bytes, as of Ethereum."""

    data: Bytes20


@record
class BareExtrinsic:
    """An extrinsic that nobody signed."""

    data: bytes
    """The whole extrinsic."""

    offset: int = 1
    """Where its call begins."""


@record
class SignedExtrinsic:
    """An extrinsic of version 4 with its signer."""

    data: bytes
    """The whole extrinsic."""

    offset: int
    """Where extra ‖ call begins."""

    signature_at: int
    """Where the signature begins."""

    signer: AccountId | None
    """The account that the address is; None where it is not `MultiAddress::Id`."""

    @property
    def address(self) -> MultiAddress:
        """Who signed, in the form that the extrinsic has."""
        return _address_codec().read(self.data, 1)[0]

    @property
    def signature(self) -> MultiSignature:
        """The signature, in the form that the extrinsic has."""
        data, begin = self.data, self.signature_at + 1
        if data[begin - 1] < 2:  # without the codec, as `split`
            return _OF_64_BYTES[data[begin - 1]](data[begin : begin + 64])
        return _signature_codec().read(data, self.signature_at)[0]


@record
class GeneralExtrinsic:
    """An extrinsic of version 5 whose extensions say who it is from."""

    data: bytes
    """The whole extrinsic."""

    extension_version: int

    offset: int = 2
    """Where extra ‖ call begins."""


_new_signed = maker_of(SignedExtrinsic)
_OF_64_BYTES: Final = (maker_of(Ed25519), maker_of(Sr25519))
"""Makes a signature, by the byte that says its scheme."""


def split(extrinsic: bytes) -> BareExtrinsic | SignedExtrinsic | GeneralExtrinsic:
    """What kind of extrinsic it is, and where its extra and call begin; raises DecodeError."""
    if extrinsic.startswith(_SIGNED_BY_ID) and len(extrinsic) >= _EXTRA_AT and extrinsic[_SIGNATURE_AT] < 2:
        # the common forms, without the codecs: of an account, by 64 bytes of Ed25519 or sr25519
        return _new_signed(extrinsic, _EXTRA_AT, _SIGNATURE_AT, AccountId(extrinsic[2:_SIGNATURE_AT]))
    if not extrinsic:
        raise DecodeError("Extrinsic", 0, "it is empty")
    form = extrinsic[0]
    if form == SIGNED:
        address, signature_at = _address_codec().read(extrinsic, 1)
        _, offset = _signature_codec().read(extrinsic, signature_at)
        return SignedExtrinsic(extrinsic, offset, signature_at, address.account if isinstance(address, Id) else None)
    if form in (BARE, BARE_V5):
        return BareExtrinsic(extrinsic)
    if form == GENERAL:
        if len(extrinsic) < 2:
            raise DecodeError("Extrinsic", 1, "the extension version is missing")
        return GeneralExtrinsic(extrinsic, extrinsic[1])
    raise DecodeError("Extrinsic", 0, f"0x{form:02x} is none of the known forms 0x04, 0x05, 0x45, 0x84")


def signing_payload(call: bytes, extra: bytes, additional: bytes) -> bytes:
    """What a signer of version 4 signs: call ‖ extra ‖ additional, or the Blake2b-256 of it from 257 bytes on.

    additional: what the extensions sign but do not send: spec version, transaction version, genesis, era's block
    """
    payload = call + extra + additional
    return payload if len(payload) <= MAX_SIGNED_BYTES else blake2_256(payload)


def encode_bare(call: bytes, version: int = 4) -> bytes:
    """An extrinsic that nobody signs, of version 4 or 5."""
    if version not in (BARE, BARE_V5):
        raise EncodeError("Extrinsic", f"bare extrinsics have version 4 or 5, not {version}")
    return bytes((version,)) + call


def encode_signed(address: MultiAddress, signature: MultiSignature, extra: bytes, call: bytes) -> bytes:
    """A signed extrinsic of version 4."""
    return b"\x84" + _address_codec().encode(address) + _signature_codec().encode(signature) + extra + call


def encode_general(extra: bytes, call: bytes, extension_version: int = EXTENSION_VERSION) -> bytes:
    """A general extrinsic of version 5; `extension_version` is a byte."""
    return bytes([GENERAL, extension_version]) + extra + call


def extrinsic_hash(extrinsic: bytes) -> Hash:
    """What an extrinsic is called by: the Blake2b-256 of it with its length."""
    return Hash(blake2_256(with_length_prefix(extrinsic)))


def signer_of(extrinsic: bytes) -> AccountId | None:
    """In whose name an extrinsic (without length prefix) is, however it is signed; None where it is in nobody's."""
    try:
        envelope = split(extrinsic)
    except DecodeError:
        return None
    return envelope.signer if isinstance(envelope, SignedExtrinsic) else None


def with_length_prefix(extrinsic: bytes) -> bytes:
    """The extrinsic as blocks, pools and JSON-RPC carry it."""
    return encode_compact(len(extrinsic)) + extrinsic


def without_length_prefix(data: bytes) -> bytes:
    """The extrinsic after its length; raises DecodeError where the length is not that of the rest."""
    length, offset = read_compact(data, 0)
    if length != len(data) - offset:
        raise DecodeError("Extrinsic", 0, f"the length says {length} bytes, {len(data) - offset} follow")
    return data[offset:]


@cache
def _address_codec() -> Codec[MultiAddress]:
    return codec_of(MultiAddress)


@cache
def _signature_codec() -> Codec[MultiSignature]:
    return codec_of(MultiSignature)
