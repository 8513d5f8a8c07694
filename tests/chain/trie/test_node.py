from __future__ import annotations

from itertools import chain

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chain.crypto.hashing import blake2_256
from chain.trie.node import (
    EMPTY,
    EMPTY_ROOT,
    HashedValue,
    KeyTooLongError,
    Node,
    TrieDecodeError,
    decode,
    encode,
    reference,
)
from tests.vectors import files_of, load, unhex

NIBBLE_COUNTS = [0, 1, 2, 5, 14, 15, 16, 30, 31, 62, 63, 64, 269, 270, 317, 318, 573, 600, 65535]
"""Around the number that a header of 4, 5 or 6 bits holds, and around each byte more."""

PARTIALS = st.builds(lambda count, nibble: bytes([nibble]) * count, st.sampled_from(NIBBLE_COUNTS), st.integers(0, 15))
VALUES = st.binary(max_size=70) | st.binary(min_size=32, max_size=32).map(HashedValue)
CHILDREN = st.lists(st.none() | st.binary(min_size=1, max_size=32), min_size=16, max_size=16).filter(any).map(tuple)
NODES = st.one_of(
    st.just(Node()),
    st.builds(Node, PARTIALS, VALUES),
    st.builds(Node, PARTIALS, st.none() | VALUES, CHILDREN),
)


@given(NODES)
def test_nodes_survive_encoding(node: Node) -> None:
    assert decode(encode(node)) == node


@given(NODES, st.binary(min_size=1, max_size=3))
def test_no_byte_may_follow_a_node(node: Node, more: bytes) -> None:
    with pytest.raises(TrieDecodeError, match="too many"):
        decode(encode(node) + more)


@given(NODES, st.data())
def test_no_byte_may_be_missing_from_a_node(node: Node, data: st.DataObject) -> None:
    encoding = encode(node)
    with pytest.raises(TrieDecodeError):
        decode(encoding[: data.draw(st.integers(0, len(encoding) - 1))])


@given(st.binary(max_size=120))
@example(b"")
@example(b"\x7f" + b"\xff" * 119)
def test_what_decodes_encodes_to_the_same_bytes(encoding: bytes) -> None:
    try:
        node = decode(encoding)
    except TrieDecodeError:
        return
    assert encode(node) == encoding


def test_nodes_of_real_proofs_encode_to_the_same_bytes() -> None:
    checked = 0
    for vector in chain.from_iterable(load(name)["vectors"] for name in files_of("proofs")):
        nodes = {blake2_256(unhex(node)): unhex(node) for node in vector["nodes"]}
        pending = [unhex(vector["root"])]
        while pending:
            encoding = nodes.get(pending.pop())
            if encoding is not None:
                node = decode(encoding)
                assert encode(node) == encoding
                pending += [child for child in node.children if child is not None and len(child) == 32]
                checked += 1
    assert checked > 1000 or not files_of("proofs")


@pytest.mark.parametrize(
    ("encoding", "reason"),
    [
        ("", "the bytes end within the header at byte 0"),
        ("01", "header 0x01 is of no kind at byte 0"),
        ("0f", "header 0x0f is of no kind at byte 0"),
        ("41ff00", "the nibble before an odd partial key is not zero at byte 1"),
        ("4201", "no length: .* at byte 2"),
        ("4101", "no length: .* at byte 2"),
        ("7f", "the bytes end within the number of nibbles at byte 1"),
        ("7f" + "ff" * 258, "a partial key of more than 65535 nibbles at byte 257"),
        ("40", "no length: .* at byte 1"),
        ("4008", "the bytes end within the value at byte 2"),
        ("400100", "no length: .* shortest form at byte 1"),
        ("4003000000", "no length: .* at byte 1"),
        ("400301000000", "no length: .* shortest form at byte 1"),
        ("20", "the bytes end within the hash of the value at byte 1"),
        ("800000", "a branch without children at byte 1"),
        ("8001", "the bytes end within the bitmap of the children at byte 2"),
        ("80010000", "a reference of 0 bytes to a child at byte 3"),
        ("80010084", "a reference of 33 bytes to a child at byte 3"),
        ("0000", "1 bytes too many at byte 1"),
    ],
)
def test_malformed_nodes_are_refused_with_reason_and_place(encoding: str, reason: str) -> None:
    with pytest.raises(TrieDecodeError, match=reason):
        decode(bytes.fromhex(encoding))


def test_the_empty_trie_has_the_known_root() -> None:
    assert encode(Node()) == EMPTY
    assert EMPTY_ROOT.hex() == "03170a2e7597b7b7e3d84c05391d139a62b157e78786d8c082f29dcf4c111314"


def test_a_node_is_named_by_itself_below_32_bytes_and_by_its_hash_from_there() -> None:
    assert reference(b"x" * 31) == b"\x7c" + b"x" * 31
    assert reference(b"x" * 32) == b"\x80" + blake2_256(b"x" * 32)


def test_a_partial_key_has_at_most_65535_nibbles() -> None:
    with pytest.raises(KeyTooLongError, match="65536 nibbles"):
        encode(Node(bytes(65536), b""))
