"""Every CID in a state is found, wherever it stands."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from chain.content.cid import Codec, cid_of
from chain.content.roots import named_in

ONE, TWO = cid_of(b"one"), cid_of(b"two", Codec.DAG_PB)


@given(st.binary(max_size=80), st.binary(max_size=80), st.binary(max_size=80))
def test_cids_are_found_between_any_bytes(before: bytes, between: bytes, after: bytes) -> None:
    value = before + ONE.encode() + between + TWO.encode() + after
    assert {ONE, TWO} <= set(named_in([b"", value]))


def test_a_cid_within_other_letters_is_found() -> None:
    assert list(named_in([b"b" * 70 + ONE.encode() + b"a" * 70])) == [ONE]


def test_what_only_looks_like_a_cid_is_not_named() -> None:
    assert list(named_in([b"b" * 59, ONE.upper().encode(), ONE.encode()[:58], b"bafybmi" + ONE.encode()[7:]])) == []
