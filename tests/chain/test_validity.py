"""Refusals carry Substrate's numbers and texts."""

import pickle

import pytest

from chain.validity import (
    Invalid,
    InvalidBlock,
    InvalidTransaction,
    TransactionInvalid,
    Unknown,
    UnknownTransaction,
)


def test_invalid_variants_have_their_scale_bytes() -> None:
    names = [InvalidTransaction(variant, 9 if variant is Invalid.CUSTOM else None) for variant in Invalid]
    assert [(error.name, error.encoded.hex()) for error in names] == [
        ("Call", "0000"),
        ("Payment", "0001"),
        ("Future", "0002"),
        ("Stale", "0003"),
        ("BadProof", "0004"),
        ("AncientBirthBlock", "0005"),
        ("ExhaustsResources", "0006"),
        ("Custom(9)", "000709"),
        ("BadMandatory", "0008"),
        ("MandatoryValidation", "0009"),
        ("BadSigner", "000a"),
        ("IndeterminateImplicit", "000b"),
        ("UnknownOrigin", "000c"),
    ]


def test_unknown_variants_have_their_scale_bytes() -> None:
    errors = [UnknownTransaction(variant, 255 if variant is Unknown.CUSTOM else None) for variant in Unknown]
    assert [(error.name, error.encoded.hex()) for error in errors] == [
        ("CannotLookup", "0100"),
        ("NoUnsignedValidator", "0101"),
        ("Custom(255)", "0102ff"),
    ]


def test_the_text_names_kind_variant_and_reason() -> None:
    assert str(InvalidTransaction(Invalid.STALE)) == "Invalid Transaction: Stale: Transaction is outdated"
    assert str(UnknownTransaction(Unknown.CUSTOM, 3)) == (
        "Unknown Transaction: Custom(3): UnknownTransaction custom error"
    )


def test_both_kinds_are_caught_as_transaction_invalid() -> None:
    for error in (InvalidTransaction(Invalid.CALL), UnknownTransaction(Unknown.CANNOT_LOOKUP)):
        with pytest.raises(TransactionInvalid) as caught:
            raise error
        assert caught.value.variant is error.variant


def test_a_custom_byte_belongs_to_custom_alone() -> None:
    with pytest.raises(ValueError, match="belongs to CUSTOM"):
        InvalidTransaction(Invalid.STALE, 1)
    with pytest.raises(ValueError, match="belongs to CUSTOM"):
        InvalidTransaction(Invalid.CUSTOM)
    with pytest.raises(ValueError, match="256 does not fit a byte"):
        UnknownTransaction(Unknown.CUSTOM, 256)


def test_a_refusal_crosses_a_process_boundary() -> None:
    copied = pickle.loads(pickle.dumps(InvalidTransaction(Invalid.CUSTOM, 7)))
    assert (copied.encoded, str(copied)) == (b"\x00\x07\x07", str(InvalidTransaction(Invalid.CUSTOM, 7)))


def test_an_invalid_block_says_which_rule_and_both_values() -> None:
    error = InvalidBlock("state root", expected=b"\x01\x02", actual=b"\x03")
    assert str(error) == "invalid block: state root: expected 0x0102, got 0x03"
    assert str(InvalidBlock("number", expected=4, actual=6)) == "invalid block: number: expected 4, got 6"
    assert str(InvalidBlock("the parent is known", actual=b"\x01")) == "invalid block: the parent is known: got 0x01"
    assert str(InvalidBlock("an extrinsic is invalid")) == "invalid block: an extrinsic is invalid"
