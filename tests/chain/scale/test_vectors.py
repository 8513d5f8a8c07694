"""The vectors that others made."""

from __future__ import annotations

from typing import Any

import pytest

from chain.scale import DecodeError, codec_of
from tests.chain.scale.notation import Types, value_of
from tests.vectors import files_of, load, unhex

FILES = [(load(name)["about"]["kind"], load(name)["vectors"]) for name in files_of("scale")]
VALUES = [vector for kind, vectors in FILES if kind == "scale" for vector in vectors]
FAILURES = [vector for kind, vectors in FILES if kind == "scale_fail" for vector in vectors]


def test_the_vectors_are_there() -> None:
    if not FILES:
        pytest.skip("the vectors are not beside this checkout")
    assert (len(VALUES), len(FAILURES)) == (83, 34)


@pytest.mark.parametrize("vector", VALUES, ids=lambda vector: vector["id"])
def test_value_encodes_and_decodes(vector: dict[str, Any]) -> None:
    types = Types()
    codec = codec_of(types.hint(vector["type"]))
    value = value_of(types, vector["type"], vector["value"])
    assert codec.encode(value) == unhex(vector["encoded"])
    assert codec.decode(unhex(vector["encoded"])) == value


@pytest.mark.parametrize("vector", FAILURES, ids=lambda vector: vector["id"])
def test_encoding_is_refused(vector: dict[str, Any]) -> None:
    codec = codec_of(Types().hint(vector["type"]))
    with pytest.raises(DecodeError):
        codec.decode(unhex(vector["encoded"]))
