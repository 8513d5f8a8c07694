"""The solochain template of 2025, extrinsic by extrinsic: our pallets do to its state what its own runtime did.

System's calls and the block around the extrinsics are the executive's; their changes are taken from the vector.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from chain.extrinsic import Id, SignedExtrinsic, split, without_length_prefix
from chain.primitives import AccountId, Balance
from chain.scale import Scope, codec_of, encode, read_compact
from pallets.frame.call import RuntimeCall
from pallets.frame.error import DispatchError, DispatchFailure
from pallets.frame.event import EventRecord
from pallets.frame.layout import storage_prefix
from pallets.frame.origin import NO_ORIGIN, Signed
from pallets.frame.weight import DispatchClass, DispatchInfo, PostDispatchInfo, Weight
from tests.pallets.template_runtime import State, TemplateRuntime, changed, load_state, state_of
from tests.vectors import load, unhex

VECTOR = "golden/golden-solochain-template-2025.json"

EXTENSION_WEIGHT = Weight(487_630_000, 8675)
"""Of all transaction extensions: what is left of each queried weight when the call's is taken away."""

SYSTEM = 0


def steps() -> Iterator[tuple[str, State, Any]]:
    """Each extrinsic, with the state that it meets."""
    golden = load(VECTOR)
    state = {unhex(key): unhex(value) for key, value in golden["genesis"].items()}
    for block in golden["blocks"]:
        state = changed(state, block["initialize"].items())
        for step in block["steps"]:
            yield f"block {block['number']}: {step['name']}", state, step
            state = changed(state, step["diff"].items())
        state = changed(state, block["finalize"].items())


def runtime_at(state: State) -> TemplateRuntime:
    runtime = TemplateRuntime()
    load_state(runtime, state)
    return runtime


def ours(state: State) -> State:
    """The part of the state that these pallets answer for."""
    pallets = ("Timestamp", "Balances", "TransactionPayment", "Sudo", "Template")
    prefixes = (storage_prefix("System", "Account"), *(storage_prefix(name, "")[:16] for name in pallets))
    return {key: value for key, value in state.items() if key.startswith(prefixes)}


def event_bytes(state: State) -> bytes:
    raw = state.get(storage_prefix("System", "Events"), b"\0")
    return raw[read_compact(raw, 0)[1] :]


def apply(runtime: TemplateRuntime, call: RuntimeCall, signer: AccountId | None, length: int) -> bytes:
    """What the executive does with an extrinsic, its weight aside; the ApplyExtrinsicResult."""
    payment, info = runtime.transaction_payment, info_of(call)
    fee = 0
    if signer is not None:
        runtime.system.inc_account_nonce(signer)
        fee = payment.compute_fee(length, info, tip=0)
        payment.withdraw_fee(signer, fee)
    result, post = b"\0\0", PostDispatchInfo()
    try:
        post = runtime.dispatch(call, NO_ORIGIN if signer is None else Signed(signer))
    except DispatchError as error:
        result = b"\0\1" + encode(DispatchFailure, runtime.failure_of(error))
    if signer is not None:
        actual = payment.compute_actual_fee(length, info, post, tip=0)
        payment.correct_and_deposit_fee(signer, fee, actual, tip=0)
    return result


def info_of(call: RuntimeCall) -> DispatchInfo:
    bare = call.info()
    return DispatchInfo(bare.call_weight, EXTENSION_WEIGHT, bare.dispatch_class, bare.pays_fee)


def opened(runtime: TemplateRuntime, extrinsic: bytes) -> tuple[RuntimeCall, AccountId | None]:
    envelope = split(without_length_prefix(extrinsic))
    if not isinstance(envelope, SignedExtrinsic):
        return runtime.decode_call(envelope.data[envelope.offset :]), None
    assert isinstance(envelope.address, Id)
    data, at = envelope.data, envelope.offset
    assert data[at] == 0  # immortal
    _, at = read_compact(data, at + 1)  # nonce
    tip, at = read_compact(data, at)
    assert (tip, data[at]) == (0, 0)  # no tip, no metadata hash
    return runtime.decode_call(data[at + 1 :]), envelope.address.account


def is_ours(step: Any) -> bool:
    """Whether the call is of one of these pallets: told by the first bytes after a fixed-size extra."""
    extrinsic = without_length_prefix(unhex(step["extrinsic"]))
    envelope = split(extrinsic)
    if not isinstance(envelope, SignedExtrinsic):
        return True
    _, at = read_compact(extrinsic, envelope.offset + 1)
    return extrinsic[read_compact(extrinsic, at)[1] + 1] != SYSTEM


OURS = [(name, state, step) for name, state, step in steps() if is_ours(step)]
SIGNED = [(name, state, step) for name, state, step in OURS if step["queryInfo"]]


def names(cases: list[tuple[str, State, Any]]) -> list[str]:
    return [name for name, _, _ in cases]


@pytest.mark.parametrize(("_name", "state", "step"), OURS, ids=names(OURS))
def test_an_extrinsic_has_the_result_the_events_and_the_changes_of_the_real_runtime(
    _name: str, state: State, step: Any
) -> None:
    runtime = runtime_at(state)
    extrinsic = unhex(step["extrinsic"])
    call, signer = opened(runtime, extrinsic)

    assert apply(runtime, call, signer, len(extrinsic)) == unhex(step["applyResult"])

    after = changed(state, step["diff"].items())
    assert ours(state_of(runtime)) == ours(after)
    made, expected = event_bytes(state_of(runtime)), event_bytes(after)
    assert expected.startswith(made)
    # the executive's own event is the last
    last, end = codec_of(EventRecord, Scope(types=runtime.compiled.types)).read(expected, len(made))
    assert (end, last.event.pallet) == (len(expected), "System")
    runtime.balances.try_state()


@pytest.mark.parametrize(("_name", "state", "step"), SIGNED, ids=names(SIGNED))
def test_weight_class_and_fee_are_those_that_the_real_runtime_tells(_name: str, state: State, step: Any) -> None:
    runtime = runtime_at(state)
    extrinsic = unhex(step["extrinsic"])
    call, _ = opened(runtime, extrinsic)
    told = codec_of(tuple[Weight, DispatchClass, Balance])
    info = info_of(call)
    fee = runtime.transaction_payment.compute_fee(len(extrinsic), info, tip=0)
    assert (info.total_weight, info.dispatch_class, fee) == told.decode(unhex(step["queryInfo"]))
