"""A runtime API asked by name answers the bytes of the direct call, which are those of real runtimes."""

from __future__ import annotations

import pytest

from chain.block import Block
from chain.extrinsic import with_length_prefix
from chain.primitives import U32, AccountId, Balance, Bytes8
from chain.runtime_api import TransactionSource
from chain.scale import DecodeError, codec_of, encode
from chain.state.overlay import Overlay
from pallets.frame.call import call_of
from pallets.frame.guard import WriteRefused
from pallets.frame.pallet import Pallet, config
from pallets.frame.storage import StorageValue
from pallets.frame.view import view_function
from pallets.frame.weight import Weight
from pallets.transaction_payment.fees import FeeDetails
from runtime.dev import DevRuntime, genesis_state
from runtime.metadata.apis import APIS
from runtime.signing import signed
from runtime.state_call import METHODS, UnknownRuntimeMethod
from tests.runtime.blocks import ALICE, BOB, DevChain, time_of, transfer
from tests.runtime.templates.recorded import RUNTIMES, MakeRuntime, recording

every_recording = pytest.mark.parametrize(("name", "make"), RUNTIMES.items(), ids=RUNTIMES)


@every_recording
def test_asked_by_name_our_compositions_answer_what_the_real_runtimes_answered(name: str, make: MakeRuntime) -> None:
    recorded = recording(name)
    state = recorded.genesis
    assert make(Overlay(state)).call("Core_version", b"") == recorded.version
    for block in recorded.blocks:
        overlay = Overlay(state)
        runtime = make(overlay)
        assert runtime.call("Core_initialize_block", block.begun.encoded) == b"\0"
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


def test_every_method_is_described_in_the_metadata_with_as_many_arguments() -> None:
    for name, (arguments, _) in METHODS.items():
        api, _, method = name.partition("_")
        assert len(APIS[api].methods[method].inputs) == len(arguments), name


@pytest.mark.parametrize("method", METHODS)
def test_bytes_that_are_no_arguments_are_refused(method: str) -> None:
    runtime = DevRuntime(Overlay(genesis_state()))
    with pytest.raises(DecodeError):
        runtime.call(method, b"\xff" * 7)


def test_an_unknown_method_is_refused_by_name() -> None:
    with pytest.raises(UnknownRuntimeMethod, match="this runtime has no method Core_none; it has Core_version, "):
        DevRuntime(Overlay(genesis_state())).call("Core_none", b"")


def test_a_nonce_is_that_of_the_account() -> None:
    chain = DevChain()
    chain.seal((ALICE, call_of(chain.runtime().system.remark, b"")))
    assert chain.runtime().call("AccountNonceApi_account_nonce", AccountId(ALICE.account)) == b"\1\0\0\0"
