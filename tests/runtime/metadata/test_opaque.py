"""Metadata as bytes: made late, kept, and hashed into what is signed."""

from __future__ import annotations

import subprocess
import sys

import pytest

from chain.metadata import decode_metadata, encode_metadata, version_of
from chain.metadata.metadata import Metadata
from chain.primitives import Hash
from chain.state.overlay import Overlay
from chain.validity import Invalid, InvalidTransaction, Unknown, UnknownTransaction
from pallets import balances, sudo, system
from pallets.frame.call import call_of
from runtime.apis import METADATA_VERSIONS
from runtime.construct import Runtime
from runtime.dev import VERSION, DevRuntime, genesis_state
from runtime.extensions.standard import standard_extensions
from runtime.metadata import metadata_of
from runtime.signing import signed
from tests.runtime.blocks import ALICE, BOB, DevChain, transfer

CHAIN = DevChain()


class Untokened(DevRuntime):
    """The same runtime, without anything to show amounts with."""

    token = None


def test_building_a_runtime_loads_no_metadata() -> None:
    program = "import sys, runtime.devnet as d; d.dev_node(); assert 'runtime.metadata' not in sys.modules"
    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.mark.parametrize("version", METADATA_VERSIONS)
def test_each_version_is_made_once_and_reads_back(version: int) -> None:
    made = CHAIN.runtime().metadata_at_version(version)
    assert made is not None
    assert CHAIN.runtime().metadata_at_version(version) is made
    records = decode_metadata(made)
    assert version_of(records) == version
    assert encode_metadata(records) == made


@pytest.mark.parametrize("version", [0, 13, 17, 2**32 - 1])
def test_a_version_that_there_is_not_is_none(version: int) -> None:
    assert CHAIN.runtime().metadata_at_version(version) is None


@pytest.mark.parametrize("version", METADATA_VERSIONS)
def test_all_that_a_chain_holds_is_read_and_written_by_its_metadata(version: int) -> None:
    chain = DevChain()
    runtime = chain.runtime()
    sudid = call_of(runtime.sudo.sudo, call=transfer(runtime, BOB, 5))
    refused = call_of(runtime.template.cause_error)
    block = chain.seal((ALICE, transfer(runtime, BOB, 10**12)), (BOB, refused), (ALICE, sudid))
    metadata = Metadata.decode(runtime.metadata_at_version(version) or b"")
    described = 0
    for key, value in chain.states[-1].items():
        item = metadata.storage.find(key)
        if item is not None:
            codec = metadata.codecs[item.value_type]
            assert codec.encode(codec.decode(value)) == value, item
            described += 1
    assert described > 20
    for extrinsic in block.extrinsics:
        assert metadata.extrinsics.encode(metadata.extrinsics.decode(extrinsic)) == extrinsic
    for pallet in metadata.view.pallets:
        for each in pallet.constants:
            assert metadata.codecs[each.type_id].encode(metadata.codecs[each.type_id].decode(each.value)) == each.value


def test_runtimes_of_one_class_with_other_constants_are_told_apart() -> None:
    class Chosen(Runtime):
        def __init__(self, deposit: int) -> None:
            super().__init__(Overlay(genesis_state()))
            self.system = system.System(self, system.Config(version=VERSION), index=0)
            balances.Balances(self, balances.Config(account_store=self.system, existential_deposit=deposit), index=4)
            sudo.Sudo(self, sudo.Config(dispatcher=self), index=6)
            self.extensions = CHAIN.runtime().extensions

    assert metadata_of(Chosen(5), 14) != metadata_of(Chosen(6), 14)
    assert metadata_of(Chosen(5), 14) is metadata_of(Chosen(5), 14)


# CheckMetadataHash


def test_a_transaction_signed_with_the_hash_of_the_metadata_is_applied() -> None:
    draft = CHAIN.begin()
    runtime = draft.runtime
    remark = call_of(runtime.system.remark, remark=b"")
    transaction = signed(runtime, ALICE, remark, CheckMetadataHash=1)
    assert draft.apply(transaction) is None


def test_a_transaction_signed_without_the_hash_cannot_claim_it() -> None:
    draft = CHAIN.begin()
    runtime = draft.runtime
    remark = call_of(runtime.system.remark, remark=b"")
    honest = signed(runtime, ALICE, remark, CheckMetadataHash=0)
    mode = len(honest) - len(remark.encode()) - 1
    assert honest[mode] == 0
    with pytest.raises(InvalidTransaction) as refused:
        draft.apply(honest[:mode] + b"\1" + honest[mode + 1 :])
    assert refused.value.variant is Invalid.BAD_PROOF


def test_a_hash_of_other_metadata_is_no_proof() -> None:
    draft = CHAIN.begin()
    runtime = draft.runtime
    other = DevRuntime(runtime.storage)
    other.extensions = standard_extensions(other.system, other.transaction_payment, lambda: Hash(bytes(32)))
    transaction = signed(other, ALICE, call_of(other.system.remark, remark=b""), CheckMetadataHash=1)
    with pytest.raises(InvalidTransaction) as refused:
        draft.apply(transaction)
    assert refused.value.variant is Invalid.BAD_PROOF


def test_a_runtime_without_a_token_knows_no_hash() -> None:
    runtime = Untokened(CHAIN.overlay())
    assert runtime.metadata_hash() is None
    with pytest.raises(UnknownTransaction) as refused:
        signed(runtime, ALICE, call_of(runtime.system.remark, remark=b""), CheckMetadataHash=1)
    assert refused.value.variant is Unknown.CANNOT_LOOKUP
