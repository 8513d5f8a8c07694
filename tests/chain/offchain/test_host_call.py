"""The boundary: calls and outcomes as bytes, what is refused, and that nothing secret is shown."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chain.content.cid import CidError
from chain.content.store import ContentError, ContentMissing
from chain.offchain.capability import Capability, CapabilityDenied
from chain.offchain.errors import (
    HOST_ERRORS,
    BadHostCall,
    HttpDeadlineReached,
    LimitExceeded,
    SubmissionRefused,
    put_together,
    taken_apart,
)
from chain.offchain.host import Host
from chain.offchain.host_call import (
    HOST_FUNCTIONS,
    HostCall,
    Plain,
    decode_outcome,
    encode_error,
    encode_value,
    packed,
)
from chain.offchain.lent_node import LendsNothing, LentNode, UnseenNode
from chain.primitives import AccountId

plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.binary() | st.text(),
    lambda inner: st.lists(inner, max_size=3).map(tuple),
    max_leaves=8,
)

OF_TYPE: dict[type, st.SearchStrategy[Any]] = {
    bytes: st.binary(),
    str: st.text(),
    int: st.integers(0, 2**64 - 1),
    type(None): st.none(),
    tuple: st.just((1, 2)),
}


@st.composite
def calls(draw: st.DrawFn) -> HostCall:
    name = draw(st.sampled_from(sorted(HOST_FUNCTIONS)))
    types = HOST_FUNCTIONS[name].parameters.values()
    return HostCall(
        name,
        tuple(draw(OF_TYPE[draw(st.sampled_from([each for each in kinds if each is not list]))]) for kinds in types),
    )


@given(calls())
def test_every_call_is_its_bytes(call: HostCall) -> None:
    assert HostCall.decode(call.encode()) == call


@given(plain)
def test_every_value_is_its_bytes(value: Plain) -> None:
    assert decode_outcome(encode_value(value)) == value


def test_the_bytes_are_stated_and_stay() -> None:
    assert HostCall("local_get", (1, b"k")).encode() == b"\x92\xa9local_get\x92\x01\xc4\x01k"
    assert encode_value(True) == b"\x92\x00\xc3"
    assert encode_error(ContentMissing("bafy")) == b"\x93\x01\xaeContentMissing\x92\xa4bafy\xb1not in this store"


ERRORS = [
    BadHostCall("no"),
    CapabilityDenied(Capability.HTTP),
    CidError("x", "too short"),
    ContentMissing("bafy"),
    HttpDeadlineReached(),
    LimitExceeded("bytes of output", 7),
    SubmissionRefused("full"),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_errors_cross_with_their_type_and_words(error: BaseException) -> None:
    with pytest.raises(type(error)) as raised:
        decode_outcome(encode_error(error))
    assert (type(raised.value), str(raised.value)) == (type(error), str(error))


def test_every_kind_of_error_can_be_put_together_again() -> None:
    for kind in HOST_ERRORS:
        name, _ = taken_apart(kind.__new__(kind)) if kind is HttpDeadlineReached else (kind.__name__, ())
        assert name == kind.__name__
    assert isinstance(put_together("NoSuchError", ["x"]), BadHostCall)
    assert isinstance(put_together("LimitExceeded", ["x"]), BadHostCall)
    assert isinstance(put_together("CapabilityDenied", ["NOTHING_LIKE_IT"]), BadHostCall)
    assert taken_apart(RuntimeError("a bug")) == ("BadHostCall", ["RuntimeError: a bug"])

    class Special(ContentError):
        """An error of a store that only this node knows."""

    assert taken_apart(Special("bafy", "gone")) == ("ContentError", ["bafy", "gone"])


@given(st.binary(max_size=40))
def test_bytes_that_are_no_call_or_outcome_are_refused(data: bytes) -> None:
    for decode in (HostCall.decode, decode_outcome):
        try:
            decode(data)
        except HOST_ERRORS:
            continue


@pytest.mark.parametrize(
    ("call", "why"),
    [
        (HostCall("no_such_call"), "there is no host call no_such_call"),
        (HostCall("local_get", (1,)), "local_get takes kind, key, not 1 values"),
        (HostCall("local_get", (1, "k")), "key of local_get is bytes, not str"),
        (HostCall("timestamp", (1,)), "timestamp takes nothing, not 1 values"),
    ],
)
def test_a_call_that_is_none_says_why(call: HostCall, why: str) -> None:
    with pytest.raises(BadHostCall) as refused:
        call.checked()
    assert str(refused.value) == why


def test_what_is_not_plain_cannot_cross() -> None:
    for value in (object(), 2**70, 1.5 + 2j):
        with pytest.raises(BadHostCall, match="cannot cross"):
            packed(value)  # type: ignore[arg-type]  # what the test is about


def test_the_host_answers_every_call_and_nothing_else() -> None:
    public = {name for name in vars(Host) if not name.startswith("_")} - {"answer", "close"}
    assert public == set(HOST_FUNCTIONS)


def test_who_is_lent_nothing_is_told_what_it_lacks() -> None:
    node = LentNode(AccountId(bytes(32)), None, LendsNothing())
    with pytest.raises(CapabilityDenied, match="no HTTP"):
        node.http_start("GET", "http://example.org")
    with pytest.raises(BadHostCall):
        LendsNothing().answer(HostCall("state_get", (b"k",)))


SHOWN = [
    (HostCall("generate_key", (b"aura", "sr25519", "hunter two phrase")), "hunter"),
    (HostCall("http_add_header", (1, "Authorization", "Bearer hunter")), "hunter"),
    (HostCall("http_add_header", (1, "X-Api-Key", "hunter")), "hunter"),
    (HostCall("http_add_header", (1, "Cookie", "session=hunter")), "hunter"),
    (HostCall("http_start", ("GET", "https://me:hunter@example.org/?a=1&access_token=hunter")), "hunter"),
]


@pytest.mark.parametrize(("call", "secret"), SHOWN)
def test_no_secret_is_shown_or_recorded(call: HostCall, secret: str) -> None:
    assert secret not in repr(call)
    assert secret.encode() not in call.redacted().encode()
    assert "(redacted)" in repr(call)


def test_what_is_no_secret_is_shown() -> None:
    assert (
        repr(HostCall("http_start", ("GET", "https://example.org/?a=1")))
        == "http_start('GET', 'https://example.org/?a=1')"
    )
    assert repr(HostCall("local_set", (1, b"k", bytes(40)))) == f"local_set(1, 0x6b, 0x{'00' * 32}…)"
    assert repr(HostCall("no_such_call", (1,))) == "HostCall('no_such_call', 1 values)"


def test_a_node_is_seen_by_whoever_looks_at_anything_of_it() -> None:
    looks: list[Callable[[LentNode], object]] = [
        lambda node: node.account,
        lambda node: node.data,
        lambda node: node.timestamp(),
        lambda node: node.fork_get(b"k"),
        repr,
    ]
    for look in looks:
        node = UnseenNode(AccountId(bytes(32)), "rows", LendsNothing())
        assert not node.is_seen
        with suppress(CapabilityDenied):
            look(node)
        assert node.is_seen
        assert (node.account, node.data) == (bytes(32), "rows")
    with pytest.raises(AttributeError, match="a node lends no clock"):
        _ = UnseenNode(AccountId(bytes(32)), None, LendsNothing()).clock
