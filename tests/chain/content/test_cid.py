"""CIDs are those of IPFS, and each artifact has one."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chain.content.cid import (
    CID_LENGTH,
    CidError,
    Codec,
    binary_of,
    cid_of,
    cid_of_binary,
    cid_of_digest,
    codec_of,
    digest_of,
)

KNOWN = {
    b"": "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku",
    b"hello world": "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e",
}
HELLO = KNOWN[b"hello world"]
EMPTY_DIRECTORY = "bafybeiczsscdsbs7ffqz55asqdf3smv6klcw3gofszvwlyarci47bgf354"


@pytest.mark.parametrize(("data", "cid"), KNOWN.items())
def test_known_artifacts_have_their_published_cid(data: bytes, cid: str) -> None:
    assert cid_of(data) == cid
    assert digest_of(cid) == sha256(data).digest()


@given(st.binary(max_size=200))
def test_the_cid_agrees_with_multiformats(data: bytes) -> None:
    multiformats = pytest.importorskip("multiformats", reason="the oracle `multiformats` is not installed")
    digest = multiformats.multihash.digest(data, "sha2-256")
    assert cid_of(data) == str(multiformats.CID("base32", 1, "raw", digest))


@pytest.mark.parametrize("codec", Codec)
@given(digest=st.binary(min_size=32, max_size=32))
def test_a_cid_gives_back_its_digest_and_codec(digest: bytes, codec: Codec) -> None:
    cid = cid_of_digest(digest, codec)
    assert len(cid) == CID_LENGTH
    assert digest_of(cid) == digest
    assert codec_of(cid) is codec
    assert cid_of_binary(binary_of(cid)) == cid


def test_the_empty_directory_of_ipfs_has_its_published_cid() -> None:
    assert cid_of(bytes.fromhex("0a020801"), Codec.DAG_PB) == EMPTY_DIRECTORY


@given(st.binary(max_size=40))
def test_bytes_that_are_no_cid_are_refused(binary: bytes) -> None:
    with pytest.raises(CidError):
        cid_of_binary(binary)


@given(st.integers(0, CID_LENGTH - 1), st.characters(codec="ascii"))
def test_a_changed_character_never_names_the_same_artifact(position: int, character: str) -> None:
    changed = HELLO[:position] + character + HELLO[position + 1 :]
    if changed == HELLO:
        return
    try:
        assert digest_of(changed) != digest_of(HELLO)
    except CidError:
        return


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "0 characters instead of 59"),
        (HELLO + "a", "60 characters instead of 59"),
        ("QmdfTbBqBPQ7VNxZEYEj14VmRuZBkqFbiwReogJgS1zR1n", "46 characters instead of 59"),
        (HELLO.upper(), "not lower-case base32 under the multibase letter b"),
        ("z" + HELLO[1:], "not lower-case base32 under the multibase letter b"),
        (HELLO[:-1] + "1", "not lower-case base32 under the multibase letter b"),
        (HELLO[:-1] + "é", "not lower-case base32 under the multibase letter b"),
        (HELLO[:-1] + "\n", "not lower-case base32 under the multibase letter b"),
        (HELLO[:-1] + "f", "its last character has bits beyond the digest"),
        ("bafybmi" + HELLO[7:], "begins with 0x01701620, which is not CIDv1 of raw or dag-pb under sha2-256"),
    ],
)
def test_any_other_spelling_is_refused_with_its_reason(text: str, reason: str) -> None:
    with pytest.raises(CidError) as caught:
        digest_of(text)
    assert caught.value.reason == reason


def test_a_long_text_is_cut_in_the_message() -> None:
    assert str(CidError("b" * 1000, "1000 characters")) == (
        f"not the CID of an artifact: '{'b' * 59}…': 1000 characters"
    )


def test_a_digest_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes, not 20"):
        cid_of_digest(b"\x00" * 20)
