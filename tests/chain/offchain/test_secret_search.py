"""Secrets are found whole and in part, in every form, wherever they begin; what is none stays."""

from __future__ import annotations

from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable
from json import dumps
from random import Random
from urllib.parse import quote_from_bytes

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chain.offchain.secret_search import LONG, SecretIndex, merged, without

FORMS: dict[str, Callable[[bytes], str]] = {
    "bytes": lambda value: value.decode("latin-1"),
    "hex": bytes.hex,
    "capital hex": lambda value: value.hex().upper(),
    "base64": lambda value: b64encode(value).decode(),
    "base64 of addresses": lambda value: urlsafe_b64encode(value).decode(),
}
EDGE = 6
"""Characters at both ends together that Base64 shares with what stands beside, and fillings."""


def drawn(size: int, seed: int = 0) -> bytes:
    return Random(seed).randbytes(size)


def index_of(*values: bytes) -> SecretIndex:
    index = SecretIndex()
    for value in values:
        index.learn(value)
    return index


def found(index: SecretIndex, text: str) -> int:
    """Characters of a text that are secret."""
    return sum(end - start for start, end in index.spans(text))


@pytest.mark.parametrize("name", FORMS)
@given(value=st.integers(0, 999), size=st.integers(8, 80), before=st.binary(max_size=4), after=st.binary(max_size=4))
@settings(max_examples=25)
def test_a_secret_is_found_in_every_form_wherever_it_begins(
    name: str, value: int, size: int, before: bytes, after: bytes
) -> None:
    secret = drawn(size, value)
    text = FORMS[name](before + secret + after)
    assert found(index_of(secret), text) >= len(FORMS[name](secret)) - EDGE


@pytest.mark.parametrize("name", FORMS)
@given(value=st.integers(0, 999), size=st.integers(16, 64), start=st.integers(0, 32), before=st.binary(max_size=4))
@settings(max_examples=25)
def test_half_of_a_secret_is_found(name: str, value: int, size: int, start: int, before: bytes) -> None:
    secret, half = drawn(2 * size, value), size
    start = min(start, half)
    part = secret[start : start + half]
    assert found(index_of(secret), FORMS[name](before + part)) >= len(FORMS[name](part)) - EDGE


def test_a_few_bytes_that_are_alike_by_chance_are_no_find() -> None:
    secret = drawn(32)
    assert index_of(secret).spans(secret[:12].hex() + drawn(20, 1).hex()) == []
    account = drawn(32, 2)
    assert index_of(drawn(40) + account + drawn(50, 3)).spans(account.hex()) == []


PROGRAMS: tuple[Callable[[bytes], str], ...] = (
    repr,
    lambda value: dumps(value.decode(errors="replace")),
    quote_from_bytes,
    lambda value: str(int.from_bytes(value)),
    lambda value: str(int.from_bytes(value, "little")),
    lambda value: hex(int.from_bytes(value, "little")),
    lambda value: str(list(value)).strip("[]"),
)


@pytest.mark.parametrize("form", PROGRAMS)
def test_a_secret_is_found_as_programs_write_it(form: Callable[[bytes], str]) -> None:
    secret = drawn(20) + '"é'.encode()
    shown = form(secret).strip("b'\"")
    assert shown not in without(f"it is {form(secret)}.", index_of(secret).spans(f"it is {form(secret)}."), "")


@pytest.mark.parametrize("size", [LONG + 1, 5_000, 70_000])
@pytest.mark.parametrize("name", FORMS)
def test_a_long_secret_and_its_halves_are_found(name: str, size: int) -> None:
    secret = drawn(size)
    index = index_of(secret)
    for value in (secret, secret[: size // 2], secret[size // 2 :]):
        text = FORMS[name](b"x" + value)
        assert found(index, text) >= len(FORMS[name](value)) - EDGE


def test_fillings_are_no_secrets_of_their_own() -> None:
    index = index_of(drawn(8) + bytes(60), bytes(32))
    assert index.spans(bytes(200).hex()) == []
    assert index.spans(bytes(200).decode()) == []
    assert index_of(b"aaaaaaaa").spans("aaaaaaa") == []
    assert index_of(b"aaaaaaaa").spans("aaaaaaaa") == [(0, 8)]


def test_secrets_that_overlap_are_one_place() -> None:
    assert index_of(b"abcdefgh", b"efghijkl").spans("..abcdefghijkl..") == [(2, 14)]
    assert merged([(5, 8), (1, 3), (3, 4), (7, 9)]) == [(1, 3), (3, 4), (5, 9)]


@given(st.lists(st.binary(min_size=1, max_size=40), max_size=6, unique=True))
def test_what_is_forgotten_leaves_nothing(values: list[bytes]) -> None:
    index = index_of(*values)
    for value in values:
        index.forget(value)
    assert index.spans("".join(form(value) for value in values for form in FORMS.values())) == []


def test_what_is_learnt_between_two_looks_is_found_at_the_next_and_what_is_forgotten_at_none() -> None:
    first, second, third = (drawn(48, seed) for seed in range(3))
    text = " ".join(value.hex() for value in (first, second, third))
    index = index_of(first)
    assert found(index, text) == 2 * len(first)
    index.learn(second)
    index.learn(third)
    index.forget(third)  # before anybody looked
    assert found(index, text) == 2 * (len(first) + len(second))
    index.forget(first)
    assert index.spans(text) == [(97, 193)]


@given(st.binary(max_size=300))
def test_what_stands_elsewhere_stays(data: bytes) -> None:
    text = data.hex()
    assert without(text, index_of(drawn(32)).spans(text), "gone") == text


def test_a_pattern_without_end_takes_no_longer_than_other_texts() -> None:
    index = index_of(b"abc" * 200, b"xyz" * 100_000)
    for pattern in ("abc", "xyz"):
        text = pattern * 100_000
        assert found(index, text) > 0.9 * len(text)
