"""Whatever is changed of a transaction after it was signed, it is refused for the reason that the field gives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from chain.crypto import development
from chain.crypto.signatures import Scheme
from chain.era import Era
from chain.extrinsic import Id, encode_signed, signing_payload
from chain.primitives import Hash
from chain.runtime_api import TransactionSource
from chain.state.overlay import Overlay
from chain.validity import Invalid, InvalidTransaction, TransactionInvalid, Unknown, UnknownTransaction
from pallets.frame.call import call_of
from pallets.frame.origin import Signed
from runtime.dev import DevRuntime
from runtime.signing import signed
from runtime.templates.solochain import Solochain
from tests.runtime.blocks import ALICE, BOB, CHARLIE, DevChain, transfer
from tests.runtime.templates.recorded import recording

CHAIN = DevChain()
for _ in range(3):
    CHAIN.seal()
BEST: Hash = CHAIN.headers[-1].hash

BAD_PROOF, BAD_CALL = InvalidTransaction(Invalid.BAD_PROOF), InvalidTransaction(Invalid.CALL)

HONEST: dict[str, Any] = {
    "CheckMortality": Era.mortal(64, 3),
    "CheckNonce": 0,
    "ChargeTransactionPayment": 5,
    "CheckMetadataHash": 1,
}
"""A transaction that says something in every extension: mortal, with a tip, signed with the hash of the metadata."""


def built(
    runtime: DevRuntime,
    *,
    sent: dict[str, Any] | None = None,
    value: int = 1,
    signer: Any = ALICE,
    implicit: Callable[[bytes], bytes] = lambda honest: honest,
) -> bytes:
    """Alice's transfer of one, signed as `HONEST` says, and sent as the arguments say."""
    extensions, call = runtime.extensions, transfer(runtime, BOB, 1).encode()
    values = extensions.values(HONEST)
    extra = extensions.encode(values)
    signature = ALICE.signature(signing_payload(call, extra, implicit(extensions.implicit(values))))
    sent_extra = extensions.encode(extensions.values({**HONEST, **(sent or {})}))
    return encode_signed(Id(signer.account), signature, sent_extra, transfer(runtime, BOB, value).encode())


def other(start: int, length: int) -> Callable[[bytes], bytes]:
    """The implicit bytes with a field replaced."""
    return lambda honest: (
        honest[:start] + bytes(byte ^ 1 for byte in honest[start : start + length]) + honest[start + length :]
    )


# implicit: spec version u32 ‖ transaction version u32 ‖ genesis hash ‖ hash of the era's block ‖ 1 ‖ metadata hash
CHANGED: dict[str, tuple[dict[str, Any], TransactionInvalid]] = {
    "the era's length": ({"sent": {"CheckMortality": Era.mortal(32, 3)}}, BAD_PROOF),
    "an era whose block is unknown": (
        {"sent": {"CheckMortality": Era(64, 60)}},
        InvalidTransaction(Invalid.ANCIENT_BIRTH_BLOCK),
    ),
    "the nonce": ({"sent": {"CheckNonce": 1}}, BAD_PROOF),
    "the tip": ({"sent": {"ChargeTransactionPayment": 6}}, BAD_PROOF),
    "the mode, to no hash": ({"sent": {"CheckMetadataHash": 0}}, BAD_PROOF),
    "the mode, to one that there is not": ({"sent": {"CheckMetadataHash": 2}}, BAD_CALL),
    "an argument of the call": ({"value": 2}, BAD_PROOF),
    "the signer": ({"signer": CHARLIE}, BAD_PROOF),
    "the spec version": ({"implicit": other(0, 4)}, BAD_PROOF),
    "the transaction version": ({"implicit": other(4, 4)}, BAD_PROOF),
    "the genesis hash": ({"implicit": other(8, 32)}, BAD_PROOF),
    "the hash of the era's block": ({"implicit": other(40, 32)}, BAD_PROOF),
    "that there is a hash of the metadata": ({"implicit": other(72, 1)}, BAD_PROOF),
    "the hash of the metadata": ({"implicit": other(73, 32)}, BAD_PROOF),
}


def refusals(make: Callable[[DevRuntime], bytes]) -> tuple[bytes, bytes]:
    """Why a pool and a block refuse it; neither changes anything."""
    draft = CHAIN.begin().runtime
    extrinsic, before = make(draft), dict(draft.storage.changes)
    with pytest.raises(TransactionInvalid) as in_block:
        draft.apply_extrinsic(extrinsic)
    assert draft.storage.changes == before
    runtime = CHAIN.runtime()
    with pytest.raises(TransactionInvalid) as in_pool:
        runtime.validate_transaction(TransactionSource.EXTERNAL, extrinsic, BEST)
    assert runtime.storage.changes == {}
    return in_pool.value.encoded, in_block.value.encoded


def test_as_it_was_signed_it_is_valid() -> None:
    draft = CHAIN.begin().runtime
    extrinsic = built(draft)
    CHAIN.runtime().validate_transaction(TransactionSource.EXTERNAL, extrinsic, BEST)
    assert draft.apply_extrinsic(extrinsic) is None


@pytest.mark.parametrize("what", CHANGED)
def test_each_field_that_is_signed_is_refused_when_it_is_another(what: str) -> None:
    changes, expected = CHANGED[what]
    assert refusals(lambda runtime: built(runtime, **changes)) == (expected.encoded, expected.encoded)


def test_every_bit_of_a_signed_transaction_counts() -> None:
    """Ed25519, as its signatures are the same each time.

    0x84 ‖ address ‖ signature ‖ era, 2 bytes ‖ nonce ‖ tip ‖ mode ‖ call
    """
    key = development.pair("Alice", Scheme.ED25519)
    draft = CHAIN.begin().runtime
    draft.balances.transfer_keep_alive(Signed(ALICE.account), Id(key.account), 10**15)
    whole = signed(draft, key, transfer(draft, BOB, 1), CheckMortality=HONEST["CheckMortality"])
    call_at = len(whole) - len(transfer(draft, BOB, 1).encode())
    exact = {**dict.fromkeys(range(2, 34), BAD_PROOF), **dict.fromkeys(range(35, 99), BAD_PROOF), 0: BAD_CALL}
    exact |= dict.fromkeys(range(call_at + 3, len(whole) - 1), BAD_PROOF)  # whom it goes to
    possible = {
        each.encoded
        for each in (
            BAD_PROOF,
            BAD_CALL,
            InvalidTransaction(Invalid.ANCIENT_BIRTH_BLOCK),
            UnknownTransaction(Unknown.CANNOT_LOOKUP),
        )
    }
    before = dict(draft.storage.changes)
    for bit in range(8 * len(whole)):
        flipped = bytearray(whole)
        flipped[bit // 8] ^= 1 << bit % 8
        with pytest.raises(TransactionInvalid) as refused:
            draft.apply_extrinsic(bytes(flipped))
        expected = exact.get(bit // 8)
        if expected is None:  # a bit that says how long a field is changes what the rest means
            assert refused.value.encoded in possible, bit
        else:
            assert refused.value.encoded == expected.encoded, bit
    assert draft.storage.changes == before
    assert draft.apply_extrinsic(whole) is None


def test_the_solochain_template_takes_the_hash_of_its_metadata() -> None:
    runtime = Solochain(Overlay(recording("solochain-template-2025").genesis))
    remark = call_of(runtime.system.remark, remark=b"")
    with_hash = signed(runtime, ALICE, remark, CheckMetadataHash=1)
    best = recording("solochain-template-2025").hash
    runtime.validate_transaction(TransactionSource.EXTERNAL, with_hash, Hash(best))
    assert runtime.metadata_hash() is not None
