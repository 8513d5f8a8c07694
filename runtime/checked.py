"""From bytes to a transaction that may be applied: decoding, and the signature."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from chain.crypto.signatures import Claim
from chain.extrinsic import EXTENSION_VERSION, GeneralExtrinsic, SignedExtrinsic, signing_payload, split
from chain.record import maker_of, record
from chain.scale import DecodeError
from chain.scale.compact import compact_size
from chain.validity import Invalid, InvalidTransaction, Undecodable, Unknown, UnknownTransaction
from pallets.frame.call import RuntimeCall
from pallets.frame.weight import DispatchInfo
from runtime.extensions.extension import Transaction
from runtime.parts import RuntimeParts


@record
class CheckedExtrinsic:
    """A transaction whose signature is good, and what it carries for the extensions."""

    transaction: Transaction
    explicit: list[Any]


@record
class _Known:
    """Of an extrinsic with a good signature, what the signature depends on besides its bytes, and what was made of it.

    call_at: where the call begins, which runtimes with other extensions see elsewhere
    checked: None where a pallet might change it
    """

    runtime: type
    call_at: int
    implicit: bytes
    checked: CheckedExtrinsic | None


@record
class Unproven:
    """A transaction whose signature is still to be verified, and what to remember of it then."""

    checked: CheckedExtrinsic
    extrinsic: bytes
    claim: Claim
    known: _Known


@record
class CheckedBare:
    """A call that nobody signed and that carries nothing for the extensions: an inherent, or an unsigned one."""

    call: RuntimeCall
    info: DispatchInfo
    length: int


@record
class CheckedGeneral:
    """A transaction that nobody signed, and what it carries for the extensions, which say who it is from."""

    call: RuntimeCall
    info: DispatchInfo
    length: int
    explicit: list[Any]


Checked = CheckedExtrinsic | CheckedBare | CheckedGeneral

Implicit = Callable[[Sequence[Any]], bytes]
"""What is signed but not sent, of what a transaction carries for the extensions."""

_new_transaction, _new_checked = maker_of(Transaction), maker_of(CheckedExtrinsic)
_new_known, _new_unproven = maker_of(_Known), maker_of(Unproven)


def check(runtime: RuntimeParts, extrinsic: bytes) -> Checked:
    """Decode an extrinsic and check its signature, both once: the runtime's cache remembers.

    Raises what `read` raises, and InvalidTransaction: BadProof where the signature is not good.
    """
    found = read(runtime, extrinsic, runtime.extensions.implicit)
    if not isinstance(found, Unproven):
        return found
    if not runtime.signatures.is_good(*found.claim):
        raise InvalidTransaction(Invalid.BAD_PROOF)
    return proven(runtime, found)


def read(runtime: RuntimeParts, extrinsic: bytes, implicit: Implicit) -> Checked | Unproven:
    """Decode an extrinsic; `Unproven` where nobody knows of its signature yet.

    implicit: the extensions', or what does as they do
    Raises Undecodable, and UnknownTransaction: CannotLookup where the address names no account.
    """
    known = runtime.signatures.recall(extrinsic)
    if isinstance(known, _Known) and known.runtime is type(runtime):
        checked = known.checked
        if checked is not None and implicit(checked.explicit) == known.implicit:
            runtime.signatures.hits += 1
            return checked
    try:
        envelope = split(extrinsic)
        length = len(extrinsic) + compact_size(len(extrinsic))
        if isinstance(envelope, SignedExtrinsic):
            return _read_signed(runtime, envelope, length, known if isinstance(known, _Known) else None, implicit)
        if isinstance(envelope, GeneralExtrinsic):
            return _read_general(runtime, envelope, length)
        call = runtime.decode_call(extrinsic[envelope.offset :])
    except DecodeError as error:
        raise Undecodable(error) from error
    return CheckedBare(call, call.info(), length)


def proven(runtime: RuntimeParts, found: Unproven) -> CheckedExtrinsic:
    """The transaction, its signature having been found good."""
    runtime.signatures.keep(found.extrinsic, found.known)
    return found.checked


def _read_general(runtime: RuntimeParts, envelope: GeneralExtrinsic, length: int) -> CheckedGeneral:
    if envelope.extension_version != EXTENSION_VERSION:
        raise DecodeError("Extrinsic", 1, f"this runtime has extensions of version {EXTENSION_VERSION} alone")
    explicit, call_at = runtime.extensions.read(envelope.data, envelope.offset)
    call = runtime.decode_call(envelope.data[call_at:])
    return CheckedGeneral(call, call.info(), length, explicit)


def _read_signed(
    runtime: RuntimeParts, envelope: SignedExtrinsic, length: int, known: _Known | None, implicit: Implicit
) -> CheckedExtrinsic | Unproven:
    extensions, data, extra_at = runtime.extensions, envelope.data, envelope.offset
    explicit, call_at = extensions.read(data, extra_at)
    encoded_call = data[call_at:]
    call = runtime.decode_call(encoded_call)
    who = envelope.signer
    if who is None:
        raise UnknownTransaction(Unknown.CANNOT_LOOKUP)
    signed_too = implicit(explicit)
    checked = _new_checked(_new_transaction(who, call, extensions.info(explicit, call), length), explicit)
    # a pallet might change what is not immutable
    found = _new_known(type(runtime), call_at, signed_too, checked if call.target.arguments.is_immutable else None)
    # the same extrinsic may be good on one fork and bad on another, or under another runtime
    if known is not None and (known.call_at, known.implicit) == (call_at, signed_too):
        runtime.signatures.hits += 1
        runtime.signatures.keep(data, found)
        return checked
    payload = signing_payload(encoded_call, data[extra_at:call_at], signed_too)
    return _new_unproven(checked, data, (envelope.signature, payload, who), found)
