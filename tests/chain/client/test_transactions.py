"""Extrinsics that are composed here by name are those that others made of the same call, key and options."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from chain.client.blocks import ExtrinsicView
from chain.client.endpoint import Version
from chain.client.runtimes import KnownRuntime
from chain.client.transactions import CallMaker
from chain.client.values import Values
from chain.crypto.keys import KeyPair
from chain.crypto.signatures import Scheme
from chain.extrinsic import with_length_prefix
from chain.metadata import Metadata
from chain.primitives import Hash
from tests.chain.metadata.samples import metadata_of
from tests.vectors import load, unhex

CASES = [(name, place) for name, count in (("v14-node-template", 18), ("v15-polkadot", 24)) for place in range(count)]


@pytest.fixture
def messages(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """What is signed; sr25519 signs otherwise each time, so the signature is the vector's: the key's secret here."""
    signed = list[bytes]()

    def sign(key: KeyPair, message: bytes) -> bytes:
        signed.append(message)
        return key.secret

    monkeypatch.setattr(KeyPair, "sign", sign)
    return signed


def key_of(vector: dict[str, Any]) -> KeyPair:
    key = KeyPair.from_uri(vector["suri"], Scheme(vector["scheme"]))
    assert key.account == unhex(vector["account"])
    return replace(key, secret=unhex(vector["signature"])[1:])


class FakeChain:
    """A chain that is as the vector says."""

    def __init__(self, metadata: Metadata, vector: dict[str, Any]) -> None:
        version = Version("node", vector["spec_version"], vector["transaction_version"])
        self._runtime = KnownRuntime(version, metadata, Values(metadata))
        self._vector = vector

    def runtime(self) -> KnownRuntime:
        return self._runtime

    def best_number(self) -> int:
        return int(self._vector["era_current"] or 1)

    def hash_of(self, block: int) -> Hash:
        return Hash(unhex(self._vector["block_hash" if block else "genesis_hash"]))

    def nonce(self, who: KeyPair) -> int:
        return int(self._vector["nonce"])

    def send(self, extrinsic: bytes) -> Hash:
        raise NotImplementedError

    def included(self, transaction: Hash, since: int, timeout: float) -> ExtrinsicView:
        raise NotImplementedError

    def fee(self, extrinsic: bytes) -> int:
        raise NotImplementedError


@pytest.mark.parametrize(("name", "place"), CASES)
def test_the_bytes_are_those_of_other_wallets(messages: list[bytes], name: str, place: int) -> None:
    content = load(f"extrinsics/{name}.json")
    assert len(content["vectors"]) == sum(each[0] == name for each in CASES)
    vector, metadata = content["vectors"][place], metadata_of(content["about"]["metadata"])
    call = metadata.calls.decode(unhex(vector["call"]))
    assert (call.pallet, call.name) == (vector["pallet"], vector["call_name"])
    composed = CallMaker(FakeChain(metadata, vector), call.pallet, call.name)(**call.arguments)
    assert composed.data == unhex(vector["call"])
    options: dict[str, Any] = {}
    if vector["metadata_hash_mode"] == 1:
        options = {
            "extensions": {"CheckMetadataHash": {"mode": "Enabled"}},
            "implicit": {"CheckMetadataHash": {"Some": unhex(vector["metadata_hash"])}},
        }
    extrinsic = composed.signed(key_of(vector), tip=vector["tip"], mortal=vector["era_period"], **options)
    assert messages == [unhex(vector["signed_bytes"])]
    assert with_length_prefix(extrinsic) == unhex(vector["extrinsic"])
