"""Every signed field is checked, and refused with the error that Substrate names for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from chain.crypto import development
from chain.crypto.keys import KeyPair
from chain.crypto.signatures import Scheme
from chain.era import Era
from chain.extrinsic import Id, Raw, encode_bare, encode_signed, signing_payload
from chain.primitives import AccountId
from chain.runtime_api import TransactionSource
from chain.validity import Invalid, InvalidTransaction, TransactionInvalid, Unknown, UnknownTransaction
from pallets import balances
from pallets.frame.call import call_of
from pallets.frame.weight import Weight
from runtime.dev import UNIT, DevRuntime, dev_genesis, genesis_state
from runtime.extensions.check import CheckNonZeroSender
from runtime.extensions.extension import Transaction
from runtime.signing import signed
from tests.runtime.blocks import ALICE, BOB, DevChain, transfer

POOR = KeyPair.from_uri("//Poor")


def chain_with_a_poor_account() -> DevChain:
    genesis = dev_genesis()
    endowed = (*genesis["Balances"].balances, (POOR.account, 10**9))
    chain = DevChain(genesis_state({**genesis, "Balances": balances.Genesis(balances=endowed)}))
    chain.seal()
    return chain


CHAIN = chain_with_a_poor_account()
BEST = CHAIN.headers[-1].hash

Make = Callable[[DevRuntime], bytes]


def with_payload(change: Callable[[bytes, bytes, bytes], bytes], mode: int = 0) -> Make:
    """A transfer signed over another payload than the runtime's; in mode 1 that has the hash of the metadata."""

    def make(runtime: DevRuntime) -> bytes:
        values = runtime.extensions.values({"CheckMetadataHash": mode})
        extra, implicit = runtime.extensions.encode(values), runtime.extensions.implicit(values)
        call = transfer(runtime, BOB, 1).encode()
        return encode_signed(Id(ALICE.account), ALICE.signature(change(call, extra, implicit)), extra, call)

    return make


def swapped(implicit: bytes, start: int, length: int) -> bytes:
    """The implicit bytes with a field replaced."""
    return implicit[:start] + bytes(byte ^ 1 for byte in implicit[start : start + length]) + implicit[start + length :]


# implicit: spec version u32 ‖ transaction version u32 ‖ genesis hash ‖ era's block hash ‖ optional metadata hash
REFUSED: dict[str, tuple[Make, TransactionInvalid]] = {
    "a wrong signature": (
        lambda runtime: signed(runtime, ALICE, transfer(runtime, BOB, 1))[:-1] + b"\x08",  # two planck
        InvalidTransaction(Invalid.BAD_PROOF),
    ),
    "another spec version": (
        with_payload(lambda call, extra, implicit: signing_payload(call, extra, swapped(implicit, 0, 4))),
        InvalidTransaction(Invalid.BAD_PROOF),
    ),
    "another transaction version": (
        with_payload(lambda call, extra, implicit: signing_payload(call, extra, swapped(implicit, 4, 4))),
        InvalidTransaction(Invalid.BAD_PROOF),
    ),
    "another chain": (
        with_payload(lambda call, extra, implicit: signing_payload(call, extra, swapped(implicit, 8, 32))),
        InvalidTransaction(Invalid.BAD_PROOF),
    ),
    "a call that the runtime does not have": (
        lambda _: encode_bare(b"\xfe\x00"),
        InvalidTransaction(Invalid.CALL),
    ),
    "a call with bytes left over": (
        lambda runtime: encode_bare(transfer(runtime, BOB, 1).encode() + b"\0"),
        InvalidTransaction(Invalid.CALL),
    ),
    "an address that names no account": (
        lambda runtime: encode_signed(
            Raw(b"alice"), ALICE.signature(b""), runtime.extensions.encode(runtime.extensions.values({})), b"\0\0\0"
        ),
        UnknownTransaction(Unknown.CANNOT_LOOKUP),
    ),
    "a sender without an account": (
        lambda runtime: signed(runtime, KeyPair.from_uri("//Nobody"), transfer(runtime, BOB, 1)),
        InvalidTransaction(Invalid.PAYMENT),
    ),
    "a sender who cannot pay": (
        lambda runtime: signed(runtime, POOR, transfer(runtime, BOB, 1)),
        InvalidTransaction(Invalid.PAYMENT),
    ),
    "a tip that nobody could pay": (
        lambda runtime: signed(runtime, ALICE, transfer(runtime, BOB, 1), tip=10**30),
        InvalidTransaction(Invalid.PAYMENT),
    ),
    "an era that is over": (
        lambda runtime: signed(runtime, ALICE, transfer(runtime, BOB, 1), CheckMortality=Era(4, 3)),
        InvalidTransaction(Invalid.ANCIENT_BIRTH_BLOCK),
    ),
    "the hash of other metadata": (
        with_payload(lambda call, extra, implicit: signing_payload(call, extra, swapped(implicit, 73, 32)), mode=1),
        InvalidTransaction(Invalid.BAD_PROOF),
    ),
    "more weight than any block has": (
        lambda runtime: signed(
            runtime,
            ALICE,
            call_of(runtime.sudo.sudo_unchecked_weight, transfer(runtime, BOB, 1), weight=Weight(3 * 10**12, 0)),
        ),
        InvalidTransaction(Invalid.EXHAUSTS_RESOURCES),
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_refused_by_pool_and_block_with_the_same_error_and_nothing_changed(what: str) -> None:
    make, expected = REFUSED[what]
    runtime = CHAIN.begin().runtime
    before = dict(runtime.storage.changes)
    with pytest.raises(TransactionInvalid) as in_block:
        runtime.apply_extrinsic(make(runtime))
    assert runtime.storage.changes == before
    with pytest.raises(TransactionInvalid) as in_pool:
        CHAIN.runtime().validate_transaction(TransactionSource.EXTERNAL, make(CHAIN.runtime()), BEST)
    assert (in_block.value.encoded, in_pool.value.encoded) == (expected.encoded, expected.encoded)


def test_a_replayed_nonce_is_stale_and_a_later_one_future() -> None:
    chain = DevChain()
    draft = chain.begin()
    extrinsic = signed(draft.runtime, ALICE, transfer(draft.runtime, BOB, 1))
    draft.apply(extrinsic)
    with pytest.raises(InvalidTransaction) as stale:
        draft.apply(extrinsic)
    with pytest.raises(InvalidTransaction) as future:
        draft.apply(signed(draft.runtime, ALICE, transfer(draft.runtime, BOB, 1), nonce=5))
    assert (stale.value.variant, future.value.variant) == (Invalid.STALE, Invalid.FUTURE)


def test_a_pool_learns_tags_longevity_and_priority() -> None:
    runtime = CHAIN.runtime()

    def valid(**options: Any) -> tuple[tuple[bytes, ...], tuple[bytes, ...], int, int]:
        extrinsic = signed(runtime, ALICE, transfer(runtime, BOB, 1), block_hash=BEST, **options)
        found = runtime.validate_transaction(TransactionSource.EXTERNAL, extrinsic, BEST)
        return found.requires, found.provides, found.longevity, found.priority

    def tag(nonce: int) -> bytes:
        return ALICE.account + nonce.to_bytes(4, "little")

    requires, provides, longevity, priority = valid()
    assert (requires, provides, longevity) == ((), (tag(0),), 2**64 - 1 - 2)
    assert valid(nonce=3)[:2] == ((tag(2),), (tag(3),))
    assert valid(CheckMortality=Era.mortal(8, 1))[2] == 7  # of block 2, where it would be included
    assert valid(tip=9)[3] == priority * 10


def test_the_account_of_zeros_is_a_bad_signer() -> None:
    runtime = CHAIN.runtime()
    call = transfer(runtime, BOB, 1)
    with pytest.raises(InvalidTransaction) as caught:
        CheckNonZeroSender().check(None, Transaction(AccountId(bytes(32)), call, call.info(), 100))
    assert caught.value.variant is Invalid.BAD_SIGNER


def test_a_full_block_takes_no_more_and_says_so() -> None:
    draft = CHAIN.begin()
    runtime = draft.runtime
    remark = call_of(runtime.system.remark, remark=bytes(3_000_000))
    assert draft.call(ALICE, remark) is None
    before = dict(runtime.storage.changes)
    with pytest.raises(InvalidTransaction) as caught:
        draft.call(BOB, remark)
    assert caught.value.variant is Invalid.EXHAUSTS_RESOURCES
    assert runtime.storage.changes == before


@pytest.mark.parametrize("scheme", list(Scheme))
def test_each_scheme_signs(scheme: Scheme) -> None:
    key = development.pair("Alice", scheme)
    genesis = {"Balances": balances.Genesis(balances=((key.account, 100 * UNIT),))}
    chain = DevChain(genesis_state(genesis))
    draft = chain.begin()
    assert draft.call(key, transfer(draft.runtime, BOB, UNIT)) is None
    chain.end(draft)
    assert chain.runtime().balances.balance(BOB.account) == UNIT


def test_weight_that_was_not_used_is_given_back() -> None:
    draft = CHAIN.begin()
    system = draft.runtime.system
    assert draft.call(ALICE, transfer(draft.runtime, BOB, 1)) is None
    normal = system.block_weight.get().normal
    info = transfer(draft.runtime, BOB, 1).info()
    base = system.config.block_weights.per_class[0].base_extrinsic
    length = (system.all_extrinsics_len.get() or 0) - len(draft.extrinsics[0]) - 1
    assert normal == info.call_weight + base + Weight(0, length)


def test_what_many_transactions_sign_is_found_at_once_as_for_each() -> None:
    runtime = CHAIN.runtime()
    at_once = runtime.extensions.implicit_at_once()
    mortal = {"CheckMortality": Era.mortal(64, 0)}
    for explicit in ({}, {}, mortal, {"CheckMetadataHash": 1}, {"CheckNonce": 5}, mortal, {**mortal, "CheckNonce": 6}):
        values = runtime.extensions.values(explicit)
        assert at_once(values) == runtime.extensions.implicit(values)


def test_what_one_transaction_may_not_sign_does_not_stand_for_another() -> None:
    runtime = CHAIN.runtime()
    at_once = runtime.extensions.implicit_at_once()
    good, ancient = (runtime.extensions.values({"CheckMortality": era}) for era in (Era.mortal(64, 0), Era(4, 3)))
    expected = runtime.extensions.implicit(good)
    for values in (good, ancient, ancient, good):
        if values is good:
            assert at_once(values) == expected
        else:
            with pytest.raises(InvalidTransaction, match="AncientBirthBlock"):
                at_once(values)
