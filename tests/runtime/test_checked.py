"""A checked extrinsic is remembered for as long as nothing that it depends on is another."""

from __future__ import annotations

import pytest

from chain.crypto.development import account, pair
from chain.extrinsic import Id
from chain.node.signature_cache import SignatureCache
from chain.primitives import U8
from chain.scale import codec_of
from chain.state.overlay import Overlay
from chain.trie.trie import Trie
from chain.validity import Invalid, InvalidTransaction
from pallets.frame.call import RuntimeCall, call_of
from runtime.checked import check
from runtime.dev import UNIT, DevRuntime, genesis_state
from runtime.extensions.extension import Extension
from runtime.extensions.pipeline import Pipeline
from runtime.signing import signed

STATE = genesis_state()


class OtherRuntime(DevRuntime):
    """The same calls in a class of their own."""


def on(state: Trie, signatures: SignatureCache, kind: type[DevRuntime] = DevRuntime) -> DevRuntime:
    return kind(Overlay(state), signatures)


def transfer(runtime: DevRuntime) -> RuntimeCall:
    return call_of(runtime.balances.transfer_keep_alive, dest=Id(account("Bob")), value=UNIT)


def test_what_was_checked_is_not_decoded_again() -> None:
    signatures = SignatureCache()
    runtime = on(STATE, signatures)
    extrinsic = signed(runtime, pair("Alice"), transfer(runtime))
    assert check(on(STATE, signatures), extrinsic) is check(runtime, extrinsic)
    assert (signatures.verifications, signatures.hits) == (1, 1)


def test_on_a_chain_with_another_genesis_it_is_checked_anew_and_refused() -> None:
    signatures = SignatureCache()
    runtime = on(STATE, signatures)
    extrinsic = signed(runtime, pair("Alice"), transfer(runtime))
    check(runtime, extrinsic)
    elsewhere = STATE.updated({runtime.system.block_hash.storage_key(0): bytes(32)})
    with pytest.raises(InvalidTransaction) as refused:
        check(on(elsewhere, signatures), extrinsic)
    assert refused.value.variant is Invalid.BAD_PROOF


def test_another_runtime_decodes_for_itself() -> None:
    signatures = SignatureCache()
    runtime = on(STATE, signatures)
    extrinsic = signed(runtime, pair("Alice"), transfer(runtime))
    first, other = check(runtime, extrinsic), check(on(STATE, signatures, OtherRuntime), extrinsic)
    assert first is not other
    assert signatures.verifications == 1


def test_arguments_that_a_pallet_could_change_are_decoded_each_time() -> None:
    signatures = SignatureCache()
    runtime = on(STATE, signatures)
    extrinsic = signed(runtime, pair("Alice"), call_of(runtime.system.kill_storage, keys=[b"key"]))
    assert check(runtime, extrinsic) is not check(runtime, extrinsic)
    assert signatures.verifications == 1


def test_a_good_signature_is_none_for_a_runtime_that_reads_another_call_of_the_same_bytes() -> None:
    class Wider(DevRuntime):
        """With an extension more, so that the call begins a byte later."""

        def __init__(self, storage: Overlay, signatures: SignatureCache | None = None) -> None:
            super().__init__(storage, signatures)
            self.extensions = Pipeline([*self.extensions.extensions, OneByteMore()])

    signatures = SignatureCache()
    runtime, wider = on(STATE, signatures), on(STATE, signatures, Wider)
    remark = call_of(runtime.system.remark, remark=b"\0")
    assert wider.decode_call(remark.encode()[1:]) == call_of(wider.system.set_storage, items=[])
    extrinsic = signed(runtime, pair("Alice"), remark)
    check(runtime, extrinsic)
    with pytest.raises(InvalidTransaction) as refused:
        check(wider, extrinsic)
    assert refused.value.variant is Invalid.BAD_PROOF


class OneByteMore(Extension):
    identifier = "OneByteMore"
    explicit = codec_of(U8)
