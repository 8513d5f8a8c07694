"""Dispatch errors by name, with a real runtime's errors."""

from __future__ import annotations

from typing import Any

import pytest

from chain.client.dispatch_errors import call_error
from chain.client.errors import CallError
from tests.chain.metadata.samples import metadata_of


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("BadOrigin", "BadOrigin"),
        ({"Token": "FundsUnavailable"}, "Token.FundsUnavailable"),
        ({"Arithmetic": "Overflow"}, "Arithmetic.Overflow"),
        ({"Module": {"index": 250, "error": bytes(4)}}, "Module: the metadata has no pallet with index 250"),
    ],
)
def test_errors_of_the_runtime_itself(value: Any, expected: str) -> None:
    assert str(call_error(metadata_of("metadata/v15-polkadot.json"), value)) == expected


def test_every_error_of_every_pallet_is_found_by_its_numbers() -> None:
    metadata = metadata_of("metadata/v15-polkadot.json")
    found = 0
    for pallet in metadata.view.pallets:
        for variant in pallet.errors.variants if pallet.errors else ():
            value = {"Module": {"index": pallet.index, "error": bytes([variant.index, 0, 0, 0])}}
            docs = " ".join(variant.docs).strip()
            assert call_error(metadata, value) == CallError(pallet.name, variant.name, docs)
            found += 1
    assert found > 100
