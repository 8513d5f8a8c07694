"""Secret phrases: English BIP-39 words, with Substrate's own way from the words to a seed.

BIP-39 stretches the phrase; Substrate stretches the entropy that the phrase stands for (substrate-bip39), so the
same words give other keys than in a Bitcoin wallet.
"""

from __future__ import annotations

import secrets
from functools import cache
from hashlib import pbkdf2_hmac, sha256

DEVELOPMENT_PHRASE = "bottom drive obey lake curtain smoke basket hold race lonely fit walk"
"""The phrase that everyone knows (sp_core::crypto::DEV_PHRASE)."""

_DEVELOPMENT_SEED = bytes.fromhex("fac7959dbfe72f052e5a0c3c8d6530f202b02fd8f9f5ca3580ec8deb7797479e")
"""`seed_of(DEVELOPMENT_PHRASE)`, known beforehand: loading the words and stretching takes 20 ms of a node's start."""

_ROUNDS = 2048
_WORD_BITS = 11
_WORD_COUNTS = (12, 15, 18, 21, 24)


class MnemonicError(ValueError):
    """A phrase is not a BIP-39 phrase; the message never repeats its words."""


def generate(words: int = 12) -> str:
    """A new random phrase of 12, 15, 18, 21 or 24 words."""
    if words not in _WORD_COUNTS:
        raise MnemonicError(f"a phrase has 12, 15, 18, 21 or 24 words, not {words}")
    return phrase_of(secrets.token_bytes(words * 4 // 3))


def phrase_of(entropy: bytes) -> str:
    """The phrase that stands for 16, 20, 24, 28 or 32 bytes of entropy."""
    words = len(entropy) * 3 // 4
    if len(entropy) % 4 or words not in _WORD_COUNTS:
        raise MnemonicError(f"entropy is 16, 20, 24, 28 or 32 bytes, not {len(entropy)}")
    checksum_bits = words // 3
    number = int.from_bytes(entropy) << checksum_bits | _checksum(entropy, checksum_bits)
    return " ".join(_words()[number >> _WORD_BITS * i & 0x7FF] for i in reversed(range(words)))


def entropy_of(phrase: str) -> bytes:
    """The 16 to 32 bytes that a phrase stands for.

    Raises MnemonicError: a wrong number of words, a word that is not in the list, a checksum that does not fit.
    """
    words = phrase.split()
    if len(words) not in _WORD_COUNTS:
        raise MnemonicError(f"a phrase has 12, 15, 18, 21 or 24 words, not {len(words)}")
    index_of = _index_of_words()
    number = 0
    for position, word in enumerate(words, start=1):
        if word not in index_of:
            raise MnemonicError(f"word {position} of the phrase is not in the English BIP-39 list")
        number = number << _WORD_BITS | index_of[word]
    checksum_bits = len(words) // 3
    entropy = (number >> checksum_bits).to_bytes(len(words) * 4 // 3)
    if number & ((1 << checksum_bits) - 1) != _checksum(entropy, checksum_bits):
        raise MnemonicError("the checksum of the phrase does not fit: a word is wrong or out of order")
    return entropy


def stretched(phrase: str, password: str = "") -> bytes:
    """64 bytes from a phrase and its password; the first 32 are the seed."""
    salt = b"mnemonic" + password.encode()
    return pbkdf2_hmac("sha512", entropy_of(phrase), salt, _ROUNDS)


def seed_of(phrase: str, password: str = "") -> bytes:
    """The seed (mini secret) of a phrase, 32 bytes. Raises MnemonicError."""
    if phrase == DEVELOPMENT_PHRASE and not password:
        return _DEVELOPMENT_SEED
    return stretched(phrase, password)[:32]


def _checksum(entropy: bytes, bits: int) -> int:
    return sha256(entropy).digest()[0] >> 8 - bits


@cache
def _words() -> tuple[str, ...]:
    from mnemonic import Mnemonic  # on first use: 16 ms

    return tuple(Mnemonic("english").wordlist)


@cache
def _index_of_words() -> dict[str, int]:
    return {word: index for index, word in enumerate(_words())}
