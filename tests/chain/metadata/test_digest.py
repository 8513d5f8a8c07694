"""Digests of metadata, against what wallets and other implementations compute."""

from __future__ import annotations

from typing import Any

import pytest

from chain.crypto.blake3 import blake3_256
from chain.metadata import Metadata, metadata_digest
from chain.metadata.digest import tree_root
from tests.chain.metadata.samples import SAMPLES
from tests.vectors import load, unhex

VECTORS = load("metadata/digest_polkadot.json")["vectors"]


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["id"] for vector in VECTORS])
def test_a_digest_is_that_of_other_implementations(vector: dict[str, Any]) -> None:
    metadata = Metadata.decode(unhex(load(vector["metadata"])["vectors"][0]["hex"]))

    digest = metadata_digest(
        metadata,
        spec_version=vector["spec_version"],
        spec_name=vector["spec_name"],
        ss58_prefix=vector["base58_prefix"],
        decimals=vector["decimals"],
        token_symbol=vector["token_symbol"],
    )

    assert digest == unhex(vector["digest"])


def test_every_argument_changes_the_digest() -> None:
    metadata = Metadata.decode(SAMPLES["v15-custom-values"])
    given: tuple[int, str, int, int, str] = (1, "name", 42, 12, "UNIT")
    others: list[Any] = [
        (2, *given[1:]),
        (1, "nome", *given[2:]),
        (1, "name", 0, *given[3:]),
        (1, "name", 42, 0, "UNIT"),
    ]

    digests = {metadata_digest(metadata, *each) for each in [given, *others, (*given[:4], "UNITS")]}

    assert len(digests) == 6


def test_the_tree_joins_from_the_back() -> None:
    first, second, third = (bytes([number]) * 32 for number in range(3))

    assert tree_root([]) == bytes(32)
    assert tree_root([first]) == first
    assert tree_root([first, second]) == blake3_256(first + second)
    assert tree_root([first, second, third]) == blake3_256(blake3_256(second + third) + first)
