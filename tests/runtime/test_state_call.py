"""A runtime API asked by name answers the bytes of the direct call, which are those of real runtimes."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress

import pytest

from chain.block import Block
from chain.extrinsic import with_length_prefix
from chain.metadata import MetadataV16, decode_metadata
from chain.offchain.hook import EncodedCall
from chain.primitives import U32, AccountId, Balance, Bytes8
from chain.runtime_api import CapabilityDenied, OffchainNode, TransactionSource, UnknownRuntimeMethod
from chain.scale import DecodeError, codec_of, encode
from chain.state.overlay import Overlay
from chain.trie.trie import Trie
from pallets.frame.call import RuntimeCall, call_of
from pallets.frame.guard import WriteRefused
from pallets.frame.pallet import Pallet, config
from pallets.frame.storage import StorageValue
from pallets.frame.view import view_function
from pallets.frame.weight import Weight
from pallets.transaction_payment.fees import FeeDetails
from runtime.apis import api_id
from runtime.construct import Runtime
from runtime.dev import DevRuntime, genesis_state
from runtime.genesis_builder import merged
from runtime.metadata.apis import APIS
from runtime.signing import signed
from runtime.state_call import METHODS, methods_of
from runtime.templates.old_node_template import OldNodeTemplate
from runtime.templates.solochain import Solochain
from runtime.validator_apis import NoKeystore
from tests.runtime.blocks import ALICE, BOB, DevChain, time_of, transfer
from tests.runtime.templates.recorded import CODE, RUNTIMES, MakeRuntime, recording

every_recording = pytest.mark.parametrize(("name", "make"), RUNTIMES.items(), ids=RUNTIMES)


@every_recording
def test_asked_by_name_our_compositions_answer_what_the_real_runtimes_answered(name: str, make: MakeRuntime) -> None:
    recorded = recording(name)
    state = recorded.genesis
    assert make(Overlay(state)).call("Core_version", b"") == recorded.version
    for block in recorded.blocks:
        overlay = Overlay(state)
        runtime = make(overlay)
        modes = (api_id("Core"), 5) in runtime.version.apis
        assert runtime.call("Core_initialize_block", block.begun.encoded) == (b"\0" if modes else b"")
        for step in block.steps:
            extrinsic = with_length_prefix(step.extrinsic)
            length = encode(U32, len(extrinsic))
            if step.info is not None:
                assert runtime.call("TransactionPaymentApi_query_info", extrinsic + length) == step.info, step.name
            assert runtime.call("BlockBuilder_apply_extrinsic", extrinsic) == step.result, step.name
        assert runtime.call("BlockBuilder_finalize_block", b"") == block.header.encoded
        again = Overlay(state)
        assert make(again).call("Core_execute_block", block.block.encoded) == b""
        assert again.root() == overlay.root() == block.header.state_root
        state = overlay.committed()


@config
class Config:
    """Nothing."""


class Answers(Pallet[Config]):
    value: StorageValue[U32]

    @view_function
    def plus(self, more: U32) -> U32:
        """The value and so much."""
        return self.value.get() + more

    @view_function
    def next(self) -> U32:
        """Counts, which it may not."""
        return self.value.mutate(lambda value: value + 1)


class Working(Pallet[Config]):
    def offchain_worker(self, now: U32, node: OffchainNode) -> None:
        assert node.data is None
        node.submit_signed(EncodedCall(b""))


class WithAnswers(DevRuntime):
    def __init__(self, storage: Overlay) -> None:
        super().__init__(storage)
        self.answers = Answers(self, Config(), index=60)


def ask(runtime: DevRuntime, data: bytes) -> bytes:
    return runtime.call("RuntimeViewFunction_execute_view_function", data)


def test_view_functions_are_asked_by_id() -> None:
    runtime = WithAnswers(Overlay(genesis_state()))
    runtime.answers.value.put(40)
    plus, counting = (each.identifier("Answers") for each in Answers.declaration.view_functions)
    # Ok ‖ length 4 ‖ the answer
    assert ask(runtime, plus + b"\x10" + encode(U32, 2)) == b"\0\x10" + encode(U32, runtime.answers.plus(2))
    assert ask(runtime, plus + b"\x08\0\0") == b"\1\2"  # Codec
    assert ask(runtime, bytes(32) + b"\0") == b"\1\1" + bytes(32)  # NotFound(id)
    with pytest.raises(WriteRefused):
        ask(runtime, counting + b"\0")
    assert runtime.answers.value.get() == 40


def test_what_writes_nothing_leaves_no_change() -> None:
    runtime = DevRuntime(Overlay(genesis_state()))
    extrinsic = with_length_prefix(signed(runtime, ALICE, transfer(runtime, BOB, 1)))
    best = DevChain().headers[-1].hash
    source = encode(TransactionSource, TransactionSource.LOCAL)
    runtime.call("TaggedTransactionQueue_validate_transaction", source + extrinsic + best)
    runtime.call("AccountNonceApi_account_nonce", ALICE.account)
    runtime.call("TransactionPaymentApi_query_info", extrinsic + bytes(4))
    assert runtime.storage.changes == {}


def test_fees_of_extrinsics_calls_weights_and_lengths() -> None:
    runtime = DevRuntime(Overlay(genesis_state()))
    made = transfer(runtime, BOB, 1)
    extrinsic = with_length_prefix(signed(runtime, ALICE, made))
    length = encode(U32, len(extrinsic))
    info, payment = made.info(), runtime.transaction_payment
    details = encode(FeeDetails, payment.fee_details(len(extrinsic), info, 0))
    assert runtime.call("TransactionPaymentApi_query_fee_details", extrinsic + length) == details
    assert runtime.call("TransactionPaymentCallApi_query_call_fee_details", made.encode() + length) == details
    by_call = runtime.call("TransactionPaymentCallApi_query_call_info", made.encode() + length)
    assert by_call == runtime.call("TransactionPaymentApi_query_info", extrinsic + length)
    weight = Weight(10**9, 5)
    fee = encode(Balance, payment.weight_to_fee(weight))
    assert runtime.call("TransactionPaymentApi_query_weight_to_fee", encode(Weight, weight)) == fee
    assert runtime.call("TransactionPaymentApi_query_length_to_fee", length) == encode(Balance, len(extrinsic))


def test_inherents_are_made_and_checked() -> None:
    runtime = DevRuntime(Overlay(genesis_state()))
    data = codec_of(dict[Bytes8, bytes]).encode({b"timstap0": time_of(1)})
    made = codec_of(list[bytes]).decode(runtime.call("BlockBuilder_inherent_extrinsics", data))
    assert made == list(runtime.inherent_extrinsics({b"timstap0": time_of(1)}))
    block = Block(DevChain().headers[-1], tuple(made)).encoded
    assert runtime.call("BlockBuilder_check_inherents", block + data) == b"\1\0\0"
    early = codec_of(dict[Bytes8, bytes]).encode({b"timstap0": bytes(8)})
    assert runtime.call("BlockBuilder_check_inherents", block + early) == b"\0\1\x04timstap0\x04\1"


def test_metadata_is_opaque_bytes() -> None:
    runtime = DevRuntime(Overlay(genesis_state()))
    versions = codec_of(list[U32]).decode(runtime.call("Metadata_metadata_versions", b""))
    for version in versions:
        found = codec_of(bytes | None).decode(runtime.call("Metadata_metadata_at_version", encode(U32, version)))
        assert found == runtime.metadata_at_version(version)
    assert runtime.call("Metadata_metadata_at_version", encode(U32, 99)) == b"\0"
    assert codec_of(bytes).decode(runtime.call("Metadata_metadata", b"")) == runtime.metadata_at_version(14)


def test_every_method_that_metadata_describes_is_answered_with_as_many_arguments() -> None:
    described = [(api, method) for api in APIS for method in APIS[api].methods]
    assert {f"{api}_{method}" for api, method in described} == METHODS.keys()
    for api, method in described:
        assert len(APIS[api].methods[method].inputs) == len(METHODS[f"{api}_{method}"][0]), method


@pytest.mark.parametrize("make", [DevRuntime, *RUNTIMES.values(), OldNodeTemplate])
def test_a_runtime_answers_the_methods_that_its_own_metadata_lists(make: Callable[[Overlay], Runtime]) -> None:
    runtime = make(Overlay(Trie.empty(1)))
    encoded = runtime.metadata_at_version(16)
    assert encoded is not None
    metadata = decode_metadata(encoded)
    assert isinstance(metadata, MetadataV16)
    listed = [f"{api.name}_{method.name}" for api in metadata.apis for method in api.methods]
    assert sorted(listed) == sorted(methods_of(runtime))


def test_what_a_version_does_not_list_is_not_answered() -> None:
    with pytest.raises(UnknownRuntimeMethod, match=r"^this runtime has no method AuraApi_authorities; it has Core_v"):
        DevRuntime(Overlay(genesis_state())).call("AuraApi_authorities", b"")


@pytest.mark.parametrize("method", METHODS)
def test_bytes_that_are_no_arguments_are_refused(method: str) -> None:
    with pytest.raises(DecodeError):
        Solochain(Overlay(recording("solochain-template-2025").genesis)).call(method, b"\xff" * 7)


WRITING = {
    "Core_execute_block",
    "Core_initialize_block",
    "BlockBuilder_apply_extrinsic",
    "BlockBuilder_finalize_block",
    "OffchainWorkerApi_offchain_worker",
    "GenesisBuilder_build_state",
}


@pytest.mark.parametrize("method", sorted(METHODS.keys() - WRITING))
def test_methods_that_answer_questions_write_nothing(method: str) -> None:
    runtime = Solochain(Overlay(recording("solochain-template-2025").genesis))
    remark = call_of(runtime.system.remark, b"").encode()
    hints = METHODS[method][0]
    data = b"".join(remark if hint is RuntimeCall else encode(hint, codec_of(hint).default()) for hint in hints)
    before = dict(runtime.storage.changes)
    with suppress(DecodeError, NoKeystore):
        runtime.call(method, data)
    assert runtime.storage.changes == before


def test_workers_that_are_asked_for_by_name_are_lent_nothing() -> None:
    runtime = DevRuntime(Overlay(genesis_state()))
    header = DevChain().headers[-1].encoded
    assert runtime.call("OffchainWorkerApi_offchain_worker", header) == b""

    class WithWorker(DevRuntime):
        def __init__(self, storage: Overlay) -> None:
            super().__init__(storage)
            self.working = Working(self, Config(), index=61)

    with pytest.raises(CapabilityDenied, match="no SUBMIT"):
        WithWorker(Overlay(genesis_state())).call("OffchainWorkerApi_offchain_worker", header)


def test_the_genesis_config_of_a_preset_builds_the_recorded_block_zero() -> None:
    recorded = recording("solochain-template-2025")
    runtime = Solochain(Overlay(Trie.empty(1)))
    names = codec_of(list[str]).decode(runtime.call("GenesisBuilder_preset_names", b""))
    assert names == ["development", "local_testnet"]
    presets = [
        codec_of(bytes | None).decode(runtime.call("GenesisBuilder_get_preset", encode(str | None, name)))
        for name in (None, "local_testnet")
    ]
    default, patch = (json.loads(preset or b"") for preset in presets)
    config = encode(bytes, json.dumps(merged(default, patch)).encode())
    assert runtime.call("GenesisBuilder_build_state", config) == b"\0"
    built = dict(runtime.storage.committed().items())
    assert built == {key: recorded.genesis.get(key) for key in iter(recorded.genesis.keys()) if key != CODE}
    assert runtime.call("GenesisBuilder_get_preset", encode(str | None, "nobody's")) == b"\0"


def test_a_genesis_config_that_is_refused_says_why_and_writes_nothing() -> None:
    runtime = DevRuntime(Overlay(Trie.empty(1)))
    refused = runtime.call("GenesisBuilder_build_state", encode(bytes, b'{"balances": {}, "sudo": {}}'))
    assert refused[:1] == b"\1"
    assert codec_of(str).decode(refused[1:]).endswith(": missing")
    whole = json.loads(codec_of(bytes | None).decode(runtime.call("GenesisBuilder_get_preset", b"\0")) or b"")
    whole["balances"]["balances"] = [["5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY", 1]]  # below the minimum
    refused = runtime.call("GenesisBuilder_build_state", encode(bytes, json.dumps(whole).encode()))
    assert refused[:1] == b"\1"
    assert codec_of(str).decode(refused[1:]).startswith("Balances: ")
    assert runtime.storage.changes == {}


def test_an_unknown_method_is_refused_by_name() -> None:
    with pytest.raises(UnknownRuntimeMethod, match="this runtime has no method Core_none; it has Core_version, "):
        DevRuntime(Overlay(genesis_state())).call("Core_none", b"")


def test_a_nonce_is_that_of_the_account() -> None:
    chain = DevChain()
    chain.seal((ALICE, call_of(chain.runtime().system.remark, b"")))
    assert chain.runtime().call("AccountNonceApi_account_nonce", AccountId(ALICE.account)) == b"\1\0\0\0"
