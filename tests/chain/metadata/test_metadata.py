"""The entry: pallets, constants, errors and custom values by name."""

from __future__ import annotations

import pytest

from chain.metadata import Metadata, ModuleError, NotInMetadata
from tests.chain.metadata.samples import SAMPLES, metadata_of, sample


@pytest.mark.parametrize("name", SAMPLES)
def test_every_constant_decodes_and_encodes_back(name: str) -> None:
    metadata = sample(name)
    for pallet in metadata.view.pallets:
        for constant in pallet.constants:
            value = metadata.constant(pallet.name, constant.name)
            assert metadata.codecs[constant.type_id].encode(value) == constant.value


def test_constants_are_values_by_name() -> None:
    metadata = metadata_of("metadata/v15-polkadot.json")

    assert metadata.constant("System", "SS58Prefix") == 0
    assert metadata.constant("System", "Version")["spec_name"] == "polkadot"
    with pytest.raises(NotInMetadata, match=r"no constant System\.Prefix"):
        metadata.constant("System", "Prefix")
    with pytest.raises(NotInMetadata, match="no pallet Sistem; near it: System"):
        metadata.constant("Sistem", "SS58Prefix")


def test_an_error_has_the_pallet_and_name_of_its_index() -> None:
    metadata = metadata_of("metadata/v14-node-template.json")
    docs = ("Account liquidity restrictions prevent withdrawal",)

    assert metadata.module_error(5, 1) == ModuleError("Balances", "LiquidityRestrictions", docs)
    assert metadata.module_error(5, b"\1\0\0\0").name == "LiquidityRestrictions"
    with pytest.raises(NotInMetadata, match="no pallet with index 99"):
        metadata.module_error(99, 0)
    with pytest.raises(NotInMetadata, match="no error of Balances with index 200"):
        metadata.module_error(5, 200)
    with pytest.raises(NotInMetadata, match="no error of Balances with index -1"):
        metadata.module_error(5, b"")


def test_custom_values_decode_where_their_type_is_there() -> None:
    metadata = sample("v15-custom-values")

    assert metadata.custom_value("Foo") == {"a": 42, "b": "Have a great day!"}
    with pytest.raises(NotInMetadata, match="no type 4294967295"):
        metadata.custom_value("InvalidTypeId")
    with pytest.raises(NotInMetadata, match="no custom value Fo; near it: Foo"):
        metadata.custom_value("Fo")


def test_the_records_and_the_view_are_of_the_same_version() -> None:
    for name in SAMPLES:
        metadata = Metadata.decode(SAMPLES[name])
        assert metadata.view.version == SAMPLES[name][4]
        assert len(metadata.view.pallets) == len(metadata.records.pallets)
