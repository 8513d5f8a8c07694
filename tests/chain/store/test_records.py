"""Records of blocks: decode is encode backwards, and what is cut or empty is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chain.primitives import Hash
from chain.scale import DecodeError
from chain.store.records import BlockRecord, Step
from chain.trie.difference import difference
from chain.trie.trie import Trie
from tests.chain.store.blocks import GENESIS

BEFORE, AFTER = Trie.from_items({b"a": b"1", b"b": b"2"}), Trie.from_items({b"a": b"3", b"c": bytes(40)})
CHANGE = difference(BEFORE, AFTER)


@given(since=st.integers(0, 2**64 - 1))
def test_a_record_is_read_as_it_was_written(since: int) -> None:
    record = BlockRecord(since, Hash(AFTER.root), GENESIS, CHANGE.encoded)
    assert BlockRecord.decode(record.encoded) == record
    assert record.state_version == 1
    assert Step.decode(record.encoded) == Step(since, GENESIS.header.parent_hash, CHANGE)


@given(length=st.integers(0, 400))
def test_a_cut_record_is_refused(length: int) -> None:
    encoded = BlockRecord(5, Hash(AFTER.root), GENESIS, CHANGE.encoded).encoded
    if length < len(encoded):
        with pytest.raises(DecodeError):
            Step.decode(encoded[:length])
