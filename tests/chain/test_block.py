"""chain.block against headers and bodies of Polkadot, Kusama, Rococo and Westend."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chain import block as blocks
from chain.block import (
    Block,
    Consensus,
    DigestItem,
    Header,
    Other,
    PreRuntime,
    RuntimeEnvironmentUpdated,
    Seal,
    extrinsics_root,
)
from chain.crypto.hashing import blake2_256
from chain.extrinsic import without_length_prefix
from chain.primitives import Hash
from chain.scale import DecodeError
from tests.vectors import files_of, load, unhex

HASHES = st.binary(min_size=32, max_size=32).map(Hash)
ENGINES = st.sampled_from([blocks.AURA, blocks.BABE, blocks.GRANDPA])
DIGESTS = st.lists(
    st.builds(Other, st.binary(max_size=40))
    | st.builds(Consensus, ENGINES, st.binary(max_size=40))
    | st.builds(Seal, ENGINES, st.binary(max_size=40))
    | st.builds(PreRuntime, ENGINES, st.binary(max_size=40))
    | st.builds(RuntimeEnvironmentUpdated),
    max_size=4,
).map(tuple)
HEADERS = st.builds(Header, HASHES, st.integers(0, 2**32 - 1), HASHES, HASHES, DIGESTS)
BLOCKS = st.builds(Block, HEADERS, st.lists(st.binary(max_size=80), max_size=4).map(tuple))


def block_vectors() -> list[dict[str, Any]]:
    return [vector for name in files_of("blocks") for vector in load(name)["vectors"]]


def shown(item: DigestItem) -> dict[str, str]:
    """A digest item as the vectors write it, with the data."""
    fields = {"kind": type(item).__name__}
    if isinstance(item, Consensus | Seal | PreRuntime):
        fields |= {"engine": item.engine.decode(), "data": "0x" + item.data.hex()}
    elif isinstance(item, Other):
        fields |= {"data": "0x" + item.data.hex()}
    return fields


def test_every_known_header_reads_and_writes_as_known_and_has_its_hash() -> None:
    for vector in block_vectors():
        encoded, fields = unhex(vector["header"]), vector["fields"]
        header = Header.decode(encoded)
        assert header.encoded == encoded, vector["id"]
        assert header.hash == unhex(vector["hash"]), vector["id"]
        assert header.number == fields["number"]
        for name in ("parent_hash", "state_root", "extrinsics_root"):
            assert getattr(header, name) == unhex(fields[name]), (vector["id"], name)
        assert len(header.digest) == len(fields["digest"])
        for item, known in zip(header.digest, fields["digest"], strict=True):
            assert agrees(shown(item), known), vector["id"]


def agrees(item: dict[str, str], known: dict[str, Any]) -> bool:
    """Whether an item is the known one; long data are known by their hash only."""
    if "data" in known or "data" not in item:
        return item == known
    data = unhex(item.pop("data"))
    return known == item | {"data_blake2_256": "0x" + blake2_256(data).hex()}


def test_every_known_body_has_the_root_in_its_header() -> None:
    load("blocks/westend_1_256.json")  # skips where the vectors are not beside this checkout
    known = [vector for vector in block_vectors() if "extrinsics" in vector]
    assert len(known) >= 256
    for vector in known:
        extrinsics = tuple(without_length_prefix(unhex(extrinsic)) for extrinsic in vector["extrinsics"])
        root = extrinsics_root(extrinsics, vector["extrinsics_root_state_version"])
        assert root == unhex(vector["fields"]["extrinsics_root"]), vector["id"]


def test_known_blocks_are_linked_by_parent_hashes() -> None:
    headers = [Header.decode(unhex(vector["header"])) for vector in load("blocks/westend_1_256.json")["vectors"]]
    linked = 0
    for parent, child in pairwise(headers):
        if child.number == parent.number + 1:
            assert child.parent_hash == parent.hash
            linked += 1
    assert linked >= 250


def test_known_bodies_and_headers_make_blocks_of_the_same_bytes() -> None:
    for vector in block_vectors():
        if "extrinsics" not in vector:
            continue
        body = b"".join(unhex(extrinsic) for extrinsic in vector["extrinsics"])
        encoded = unhex(vector["header"]) + bytes([len(vector["extrinsics"]) << 2]) + body
        block = Block.decode(encoded)
        assert block.encoded == encoded
        assert block.hash == unhex(vector["hash"])


@given(BLOCKS)
def test_decode_undoes_encode_and_takes_no_byte_more_or_less(block: Block) -> None:
    assert Block.decode(block.encoded) == block
    assert Header.decode(block.header.encoded) == block.header
    for decode, encoded in ((Block.decode, block.encoded), (Header.decode, block.header.encoded)):
        for damaged in (encoded + b"\0", encoded[:-1]):
            with pytest.raises(DecodeError):
                decode(damaged)


@given(st.binary(max_size=200))
def test_random_bytes_are_a_header_or_a_decode_error(data: bytes) -> None:
    for decode in (Header.decode, Block.decode):
        try:
            decoded = decode(data)
        except DecodeError:
            continue
        assert decoded.encoded == data


@given(HEADERS, st.binary(max_size=64))
def test_a_seal_changes_the_hash_and_can_be_taken_off(header: Header, signature: bytes) -> None:
    seal = Seal(blocks.AURA, signature)
    sealed = header.sealed(seal)
    assert sealed.hash != header.hash
    assert sealed.seals == (*header.seals, seal)
    assert sealed.unsealed == header.unsealed
    assert not header.unsealed.seals


def test_digest_items_have_the_indices_of_sp_runtime() -> None:
    assert {index: variant.__name__ for index, variant in DigestItem.variants.items()} == {
        0: "Other",
        4: "Consensus",
        5: "Seal",
        6: "PreRuntime",
        8: "RuntimeEnvironmentUpdated",
    }


def test_a_block_without_extrinsics_has_the_root_of_the_empty_trie() -> None:
    assert extrinsics_root(()) == extrinsics_root((), 1) == blake2_256(b"\0")


def test_state_version_one_changes_the_root_of_long_extrinsics_only() -> None:
    assert extrinsics_root((b"short",), 0) == extrinsics_root((b"short",), 1)
    assert extrinsics_root((bytes(100),), 0) != extrinsics_root((bytes(100),), 1)
