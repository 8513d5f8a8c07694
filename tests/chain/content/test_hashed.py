"""Bytes that know their hashes find each once, and are otherwise the bytes that they are."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chain.content import hashed
from chain.content.hashed import HashedBytes
from chain.content.layout import cid_of_file
from chain.crypto.hashing import blake2_256


@given(st.binary() | st.builds(bytes, st.integers(2**18 - 1, 2**18 + 1)))
def test_hashes_are_those_of_the_bytes(data: bytes) -> None:
    known = HashedBytes.of(data)
    assert known == data
    assert hash(known) == hash(data)
    assert (known.cid, known.root) == (cid_of_file(data), blake2_256(data))


def test_hashes_are_found_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = list[bytes]()

    def counted(data: bytes) -> bytes:
        asked.append(data)
        return blake2_256(data)

    monkeypatch.setattr(hashed, "blake2_256", counted)
    known = HashedBytes.of(b"an update")
    assert {known.root, HashedBytes.of(known).root} == {blake2_256(b"an update")}
    assert len(asked) == 1
    assert HashedBytes.of(known) is known


def test_they_stay_themselves_on_the_way_to_another_process() -> None:
    known = HashedBytes.of(b"an update")
    for _ in range(2):  # without its root, and with it
        found = pickle.loads(pickle.dumps(known))
        assert bytes(found) == b"an update"
        assert (found.root, known.root) == (blake2_256(b"an update"),) * 2
