"""Whole extrinsics of real runtimes: signed, bare and general; payloads that others signed."""

from __future__ import annotations

from typing import Any

import pytest

from chain.era import Era
from chain.extrinsic import extrinsic_hash, without_length_prefix
from chain.metadata import Call, DecodedExtrinsic, Metadata, NotInMetadata, Signer, era_of, era_value
from chain.scale import DecodeError, EncodeError
from tests.chain.metadata.samples import metadata_of, sample
from tests.vectors import load, unhex

VECTORS = [
    pytest.param(load(name)["about"]["metadata"], vector, id=f"{name}-{number}")
    for name in ("extrinsics/v14-node-template.json", "extrinsics/v15-polkadot.json")
    for number, vector in enumerate(load(name)["vectors"])
]
VARIANTS = {"ed25519": "Ed25519", "sr25519": "Sr25519", "ecdsa": "Ecdsa"}
REMARK = Call("System", "remark", {"remark": b"hello"})


@pytest.fixture
def node() -> Metadata:
    return metadata_of("metadata/v14-node-template.json")


def extra_of(vector: dict[str, Any], identifiers: tuple[str, ...]) -> dict[str, Any]:
    """What the vector's extensions put in, of the runtime's."""
    values = {
        "CheckMortality": era_value(Era.decode(unhex(vector["era"]))),
        "CheckNonce": vector["nonce"],
        "ChargeTransactionPayment": vector["tip"],
        "CheckMetadataHash": {"mode": "Enabled" if vector["metadata_hash_mode"] else "Disabled"},
    }
    return {name: value for name, value in values.items() if name in identifiers}


def additional_of(vector: dict[str, Any], identifiers: tuple[str, ...]) -> dict[str, Any]:
    """What the vector's extensions add to the payload."""
    digest = vector["metadata_hash"]
    values = {
        "CheckSpecVersion": vector["spec_version"],
        "CheckTxVersion": vector["transaction_version"],
        "CheckGenesis": vector["genesis_hash"],
        "CheckMortality": vector["block_hash"],
        "CheckMetadataHash": {"Some": digest} if digest else "None",
    }
    return {name: value for name, value in values.items() if name in identifiers}


@pytest.mark.parametrize(("path", "vector"), VECTORS)
def test_a_signed_extrinsic_decodes_and_encodes_back(path: str, vector: dict[str, Any]) -> None:
    metadata = metadata_of(path)
    identifiers = tuple(each.identifier for each in metadata.view.extrinsic.extensions)
    data = without_length_prefix(unhex(vector["extrinsic"]))

    decoded = metadata.extrinsics.decode(data)

    signature = unhex(vector["signature"])
    assert decoded.version == 4
    assert decoded.signer == Signer({"Id": unhex(vector["account"])}, {VARIANTS[vector["scheme"]]: signature[1:]})
    assert decoded.extensions == dict.fromkeys(identifiers) | extra_of(vector, identifiers)
    assert (decoded.call.pallet, decoded.call.name) == (vector["pallet"], vector["call_name"])
    assert metadata.calls.encode_call(decoded.call) == unhex(vector["call"])
    assert metadata.extrinsics.encode(decoded) == data
    assert extrinsic_hash(data) == unhex(vector["hash"])


@pytest.mark.parametrize(("path", "vector"), VECTORS)
def test_extensions_and_payload_are_those_that_were_signed(path: str, vector: dict[str, Any]) -> None:
    metadata = metadata_of(path)
    identifiers = tuple(each.identifier for each in metadata.view.extrinsic.extensions)
    extra, additional = extra_of(vector, identifiers), additional_of(vector, identifiers)

    assert metadata.extrinsics.extra(extra) == unhex(vector["extra"])
    assert metadata.extrinsics.additional(additional) == unhex(vector["additional"])
    call = metadata.calls.decode(unhex(vector["call"]))
    assert metadata.extrinsics.signing_payload(call, extra, additional) == unhex(vector["signed_bytes"])


@pytest.mark.parametrize("form", [4, 5])
def test_bare_extrinsics_are_their_call(node: Metadata, form: int) -> None:
    data = bytes([form]) + node.calls.encode_call(REMARK)

    assert node.extrinsics.decode(data) == DecodedExtrinsic(form, REMARK)
    assert node.extrinsics.encode(DecodedExtrinsic(form, REMARK)) == data


def test_a_general_extrinsic_has_the_extensions_of_the_set_that_it_names(node: Metadata) -> None:
    values = {"CheckMortality": "Immortal", "CheckNonce": 3, "ChargeTransactionPayment": 7}
    data = b"\x45\x00" + bytes([0, 3 << 2, 7 << 2]) + node.calls.encode_call(REMARK)

    decoded = node.extrinsics.decode(data)

    assert decoded.extension_version == 0
    assert decoded.extensions is not None
    assert {name: value for name, value in decoded.extensions.items() if value is not None} == values
    assert node.extrinsics.encode(decoded) == data
    with pytest.raises(DecodeError, match="Extrinsic at byte 1: the metadata has no set of extensions 9"):
        node.extrinsics.decode(b"\x45\x09" + data[2:])


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "Extrinsic at byte 0: it is empty"),
        (b"\x44", "Extrinsic at byte 0: 0x44 is none of the known forms"),
        (b"\x45", "Extrinsic at byte 1: the extension version is missing"),
        (b"\x84\x00", "MultiAddress::Id at byte 2: needs 32 bytes, 0 left"),
        (b"\x04\x00\x01\x00\x00", "Extrinsic at byte 4: 1 bytes are left over"),
    ],
)
def test_bytes_that_are_no_extrinsic_are_refused_with_their_place(node: Metadata, data: bytes, message: str) -> None:
    with pytest.raises(DecodeError, match=message):
        node.extrinsics.decode(data)


def test_a_missing_an_unknown_and_a_wrong_extension_are_named(node: Metadata) -> None:
    values = {"CheckMortality": "Immortal", "CheckNonce": 0, "ChargeTransactionPayment": 0}
    with pytest.raises(EncodeError, match=r"^extra: the value of CheckNonce is missing, a CheckNonce$"):
        node.extrinsics.extra({"CheckMortality": "Immortal"})
    with pytest.raises(EncodeError, match=r"^extra: there is no extension CheckTip, only CheckSpecVersion, "):
        node.extrinsics.extra({**values, "CheckTip": 1})
    with pytest.raises(EncodeError, match=r"^extra of CheckNonce: -1 does not fit u32$"):
        node.extrinsics.extra({**values, "CheckNonce": -1})
    with pytest.raises(NotInMetadata, match="the metadata has no set of extensions 1"):
        node.extrinsics.extra(values, version=1)


@pytest.mark.parametrize("era", [Era(0, 0), Era(4, 1), Era(64, 42), Era(65536, 65520)])
def test_an_era_and_its_value_are_the_same_bytes(node: Metadata, era: Era) -> None:
    value = era_value(era)

    mortality = next(each for each in node.view.extrinsic.extensions if each.identifier == "CheckMortality")
    assert node.codecs[mortality.type_id].encode(value) == era.encode()
    assert era_of(value) == era


def test_what_is_no_era_is_refused() -> None:
    with pytest.raises(DecodeError, match="'Mortal' is no era"):
        era_of("Mortal")
    with pytest.raises(DecodeError, match="is no era"):
        era_of({"Mortal300": 1})


def test_the_same_extrinsic_decodes_alike_by_v14_and_v15_of_one_runtime() -> None:
    chain = load("golden/golden-solochain-template-2025.json")
    older, newer = (sample(f"{chain['runtime']} V{version}") for version in (14, 15))
    for block in chain["blocks"]:
        for step in block["steps"]:
            data = without_length_prefix(unhex(step["extrinsic"]))
            decoded = newer.extrinsics.decode(data)
            assert older.extrinsics.decode(data) == decoded
            assert newer.extrinsics.encode(decoded) == data
