"""chain.crypto.mnemonic: Substrate's seeds from BIP-39 phrases."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chain.crypto import mnemonic
from chain.crypto.mnemonic import DEVELOPMENT_PHRASE, MnemonicError
from tests.vectors import load, unhex

ENTROPIES = st.sampled_from([16, 20, 24, 28, 32]).flatmap(lambda n: st.binary(min_size=n, max_size=n))


@pytest.mark.parametrize("vector", load("keys/mnemonic.json")["vectors"], ids=lambda vector: vector["mnemonic"][:20])
def test_every_phrase_has_the_known_entropy_and_seed(vector: dict[str, str]) -> None:
    phrase, password = vector["mnemonic"], vector["password"]
    assert mnemonic.seed_of(phrase, password) == unhex(vector["mini_secret"])
    if "entropy" in vector:
        assert mnemonic.entropy_of(phrase) == unhex(vector["entropy"])
        assert mnemonic.phrase_of(unhex(vector["entropy"])) == phrase
    if "seed64" in vector:
        assert mnemonic.stretched(phrase, password) == unhex(vector["seed64"])


def test_the_development_seed_is_what_the_phrase_gives() -> None:
    assert mnemonic.seed_of(DEVELOPMENT_PHRASE) == mnemonic.stretched(DEVELOPMENT_PHRASE)[:32]


@given(ENTROPIES)
def test_a_phrase_stands_for_its_entropy(entropy: bytes) -> None:
    assert mnemonic.entropy_of(mnemonic.phrase_of(entropy)) == entropy


@given(st.text(max_size=80) | st.lists(st.sampled_from(DEVELOPMENT_PHRASE.split()), max_size=25).map(" ".join))
def test_a_text_is_a_phrase_or_a_mnemonic_error(text: str) -> None:
    try:
        entropy = mnemonic.entropy_of(text)
    except MnemonicError:
        return
    assert mnemonic.phrase_of(entropy) == " ".join(text.split())


@pytest.mark.parametrize("words", [12, 15, 18, 21, 24])
def test_generated_phrases_are_valid_and_differ(words: int) -> None:
    first, second = mnemonic.generate(words), mnemonic.generate(words)
    assert first != second
    assert len(first.split()) == len(second.split()) == words
    assert len(mnemonic.seed_of(first)) == 32


@pytest.mark.parametrize(
    ("phrase", "message"),
    [
        ("", "a phrase has 12, 15, 18, 21 or 24 words, not 0"),
        (DEVELOPMENT_PHRASE.replace("lake", "loch"), "word 4 of the phrase is not in the English BIP-39 list"),
        ("bottom " * 12, "the checksum of the phrase does not fit: a word is wrong or out of order"),
    ],
)
def test_a_refusal_says_what_is_wrong(phrase: str, message: str) -> None:
    with pytest.raises(MnemonicError) as refusal:
        mnemonic.entropy_of(phrase)
    assert str(refusal.value) == message


def test_lengths_without_a_phrase_are_refused() -> None:
    with pytest.raises(MnemonicError, match="a phrase has 12, 15, 18, 21 or 24 words, not 13"):
        mnemonic.generate(13)
    with pytest.raises(MnemonicError, match="entropy is 16, 20, 24, 28 or 32 bytes, not 17"):
        mnemonic.phrase_of(bytes(17))
