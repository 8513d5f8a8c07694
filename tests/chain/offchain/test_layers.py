"""Layers: what is not lent does not pass, limits hold, the ledger has it all, others stand between in their order."""

from __future__ import annotations

import pytest

from chain.crypto.signatures import Scheme, verify
from chain.offchain.capability import Capability, CapabilityDenied
from chain.offchain.errors import KeyUnavailable, LimitExceeded, RunStopped, SubmissionRefused
from chain.offchain.hook import EncodedCall
from chain.offchain.host_call import Answers, HostCall, Plain
from chain.offchain.layers import size_of
from chain.offchain.node_key import NodeKey
from chain.offchain.participant import Participant
from chain.offchain.run import WorkerLimits
from tests.chain.offchain.lending import ALICE, FakeNodeSide, lent, run_of


def test_layers_are_asked_in_their_order_and_see_what_was_let_through() -> None:
    asked = list[tuple[str, str]]()

    class Seeing:
        def __init__(self, name: str, below: Answers) -> None:
            self.name, self.below = name, below

        def answer(self, call: HostCall) -> Plain:
            asked.append((self.name, call.name))
            return self.below.answer(call)

    who = Participant(ALICE, capabilities=Capability.STORAGE_READ)
    node = lent(who, layers=(lambda _run, below: Seeing("first", below), lambda _run, below: Seeing("second", below)))
    node.local_get(b"k")
    with pytest.raises(CapabilityDenied):
        node.local_set(b"k", b"v")
    assert asked == [("first", "local_get"), ("second", "local_get")]


def test_a_layer_may_answer_in_the_hosts_place() -> None:
    class Always:
        def answer(self, call: HostCall) -> Plain:
            return b"from the layer" if call.name == "local_get" else None

    assert lent(layers=(lambda _run, _below: Always(),)).local_get(b"k") == b"from the layer"


@pytest.mark.parametrize(
    ("limits", "what"),
    [
        (WorkerLimits(host_calls=2), "host calls"),
        (WorkerLimits(bytes_out=20), "bytes of output"),
    ],
)
def test_limits_hold_from_the_first_call_beyond_them(limits: WorkerLimits, what: str) -> None:
    node = lent(run=run_of(Participant(ALICE), limits))
    node.local_get(b"1")
    node.local_get(b"2")
    for _ in range(2):
        with pytest.raises(LimitExceeded, match=what):
            node.local_set(b"3", bytes(10))


def test_so_many_submissions_and_no_more() -> None:
    side = FakeNodeSide()
    node = lent(run=run_of(Participant(ALICE), WorkerLimits(submissions=2)), side=side)
    node.submit_signed(EncodedCall(b"1"))
    node.submit_unsigned(EncodedCall(b"2"))
    with pytest.raises(LimitExceeded, match="2 submissions"):
        node.submit_authorized(EncodedCall(b"3"))
    assert side.submitted == [(f"signed by {ALICE.public.hex()}", b"1"), ("LOCAL", b"\x042")]


def test_a_run_that_shall_end_gets_no_answer_and_is_no_exception_that_pallets_catch() -> None:
    run = run_of(Participant(ALICE))
    node = lent(run=run)
    run.stop.ask("the node closes")
    run.stop.ask("something later")
    with pytest.raises(RunStopped, match="the node closes"):
        node.timestamp()
    assert not issubclass(RunStopped, Exception)


def test_time_is_over_at_the_next_call() -> None:
    run = run_of(Participant(ALICE), WorkerLimits(wall_seconds=0.0))
    run.started = 0.0
    with pytest.raises(RunStopped, match="it ran for 0 seconds"):
        lent(run=run).timestamp()


def test_the_ledger_counts_calls_bytes_and_what_the_pool_said() -> None:
    class Refusing(FakeNodeSide):
        def request_block(self) -> bool:
            raise SubmissionRefused("a stand-in for a pool that is full")

    run = run_of(Participant(ALICE))
    node = lent(run=run, side=Refusing())
    cid = node.content_put(b"12345")
    assert node.content_get(cid) == b"12345"
    hashed = node.submit_signed(EncodedCall(b"abc"))
    record = run.record
    assert (record.host_calls, record.content_put, record.content_got, record.accepted) == (3, 5, 5, [hashed])
    assert (record.bytes_out, record.bytes_in) == (5 + len(cid) + 3, len(cid) + 5 + 32)
    with pytest.raises(SubmissionRefused):
        node.request_block()
    assert record.refused == 1


def test_sizes_are_those_of_the_content() -> None:
    assert size_of((b"12", "é", 7, None, True, ((b"1",),))) == 2 + 2 + 8 + 0 + 0 + 1


def test_a_key_of_the_keystore_signs_and_one_that_is_not_there_does_not() -> None:
    side = FakeNodeSide()
    node = lent(side=side)
    key = node.generate_key(b"test", Scheme.SR25519)
    signature = node.sign(key, b"message")
    assert signature is not None
    assert verify(Scheme.SR25519, signature, b"message", key.public)
    node.submit_signed(EncodedCall(b"1"), key)
    assert side.submitted == [(f"signed by {key.public.hex()}", b"1")]
    unknown = NodeKey(b"test", Scheme.SR25519, bytes(32))
    assert node.sign(unknown, b"message") is None
    with pytest.raises(KeyUnavailable):
        node.submit_signed(EncodedCall(b"1"), unknown)
    with pytest.raises(KeyUnavailable) as refused:
        node.generate_key(b"test", Scheme.ED25519, "nosuch hunter//words")
    assert "hunter" not in str(refused.value)
