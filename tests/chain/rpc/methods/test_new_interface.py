"""Whatever the parameters are, the methods of the new interface answer or refuse."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from chain.rpc.errors import INTERNAL_ERROR
from chain.rpc.namespaces import standard_methods
from tests.chain.rpc.served_chain import ServedChain, to_hex

METHODS = [name for name in standard_methods() if "_v1_" in name]

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5)
    | st.binary(max_size=40).map(to_hex),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)

QUERIES = st.lists(
    st.fixed_dictionaries(
        {"key": JSON | st.just("0x")},
        optional={
            "type": st.sampled_from(["value", "hash", "closestDescendantMerkleValue", "descendantsValues"]) | JSON,
            "returnType": st.sampled_from(["value", "hash"]) | JSON,
            "paginationStartKey": st.just("0x6d") | JSON,
            "childTrieKey": st.just(to_hex(b"child")) | JSON,
        },
    ),
    max_size=3,
)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(METHODS), st.data())
def test_no_parameters_make_a_method_fail(method: str, data: st.DataObject) -> None:
    chain = ServedChain()
    client = chain.client()
    follow = client.call("chainHead_v1_follow", True)
    likely: list[Any] = [follow, to_hex(chain.node.best.hash), "Echo_back", "1", [], 0]
    params = data.draw(st.lists(st.sampled_from(likely) | QUERIES | JSON, max_size=5))
    reply = client.send(method, *params)
    assert reply.get("error", {}).get("code") != INTERNAL_ERROR, reply
    chain.block()
    client.read()
