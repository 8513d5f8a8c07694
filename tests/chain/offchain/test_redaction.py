"""Secrets are left out of calls and answers, by name, by form and by what is known."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chain.offchain.host_call import HostCall, Plain
from chain.offchain.redaction import (
    Asked,
    learn_from,
    learn_from_answer,
    leaves,
    redacted_call,
    redacted_value,
    scrubbed,
    without_secrets,
)
from chain.offchain.secrecy import SECRET_STORAGE, Secrets

TOKEN = "a-secret-token"


def test_a_header_that_is_secret_by_name_is_known_everywhere_afterwards() -> None:
    secrets = Secrets()
    call = HostCall("http_add_header", (1, "Authorization", f"Bearer {TOKEN}"))
    learn_from(call, secrets)
    assert redacted_call(call, secrets).arguments == (1, "Authorization", "(redacted)")
    put = HostCall("local_set", (1, b"k", f"token={TOKEN}".encode()))
    assert redacted_call(put, secrets).arguments == (1, b"k", b"token=(redacted)")


def test_the_seed_of_a_key_is_learnt_and_that_of_development_is_none() -> None:
    secrets = Secrets()
    learn_from(HostCall("generate_key", (b"test", "sr25519", "//Alice")), secrets)
    assert scrubbed("//Alice", secrets) == "//Alice"
    learn_from(HostCall("generate_key", (b"test", "sr25519", "bottom drive obey lake")), secrets)
    assert scrubbed("bottom drive obey lake", secrets) == "(redacted)"


def test_headers_of_responses_that_carry_secrets_are_left_out() -> None:
    value = (("Set-Cookie", "session=1"), ("Content-Type", "text/plain"))
    shown = redacted_value(HostCall("http_headers", (1,)), value, Secrets())
    assert shown == (("Set-Cookie", "(redacted)"), ("Content-Type", "text/plain"))
    moved = (("Location", "http://a.example/?code=1&token=0123456789ab"), ("X-Auth-Key", "1"))
    shown = redacted_value(HostCall("http_headers", (1,)), moved, Secrets())
    assert shown == (("Location", "http://a.example/?code=1&token=(redacted)"), ("X-Auth-Key", "(redacted)"))
    secrets = Secrets()
    learn_from_answer(HostCall("http_headers", (1,)), moved, secrets)
    assert scrubbed("it is 0123456789ab", secrets) == "it is (redacted)"


def test_secrets_within_bytes_that_are_no_text_are_found() -> None:
    secrets = Secrets()
    secrets.learn(b"\x01\x02\x03\x04")
    secrets.learn(TOKEN)
    assert scrubbed(b"\xff\x00" + TOKEN.encode() + b"\xfe", secrets) == b"\xff\x00(redacted)\xfe"
    assert scrubbed((b"01020304", [1, None, True]), secrets) == (b"(redacted)", (1, None, True))


def test_what_is_stored_as_a_secret_is_left_out_and_known_everywhere_else() -> None:
    secrets, seed = Secrets(), bytes(range(200, 232))
    key = SECRET_STORAGE + b"of a round"
    stored = HostCall("local_set", (1, key, seed))
    learn_from(stored, secrets)
    assert redacted_call(stored, secrets).arguments == (1, key, b"(redacted)")
    assert redacted_value(HostCall("random_seed"), seed, secrets) == b"(redacted)"
    swapped = HostCall("local_compare_and_set", (1, key, None, seed))
    assert redacted_call(swapped, secrets).arguments == (1, key, None, b"(redacted)")
    assert scrubbed(f"the seed is {seed.hex()}", secrets) == "the seed is (redacted)"
    assert seed.hex() not in repr(stored)


def test_what_was_drawn_is_a_secret_wherever_it_is_kept() -> None:
    secrets, drawn = Secrets(), bytes(range(150, 182))
    seed = HostCall("random_seed")
    learn_from_answer(seed, drawn, secrets)
    assert redacted_value(seed, drawn, secrets) == b"(redacted)"
    stored = HostCall("local_set", (1, b"plain", b"of a round" + drawn))
    assert redacted_call(stored, secrets).arguments == (1, b"plain", b"of a round(redacted)")


@given(st.binary(min_size=6, max_size=40).filter(lambda value: value.strip(b"\0")))
def test_bytes_are_found_in_any_form_in_which_texts_have_them(value: bytes) -> None:
    secrets = Secrets()
    secrets.learn(value)
    for form in (value.hex(), value.hex().upper(), str(value), b64encode(value).decode()):
        assert form.strip("b'\"") not in secrets.scrubbed(f"it is {form}, no more")


def test_zeros_that_overwrite_a_secret_are_none() -> None:
    secrets = Secrets()
    over = HostCall("local_set", (1, SECRET_STORAGE + b"of a round", bytes(32)))
    assert redacted_call(over, secrets) == over
    assert redacted_value(HostCall("local_get", over.arguments[:2]), bytes(32), secrets) == bytes(32)
    secrets.learn(bytes(32))
    assert scrubbed("0x" + bytes(40).hex(), secrets) == "0x" + bytes(40).hex()


def test_a_secret_of_an_earlier_run_is_learnt_where_it_is_read() -> None:
    secrets, seed = Secrets(), bytes(range(100, 132))
    read = HostCall("local_get", (1, SECRET_STORAGE + b"of a round"))
    learn_from(read, secrets)
    learn_from_answer(read, None, secrets)
    other = HostCall("local_get", (1, b"plain"))
    assert redacted_value(other, seed, secrets) == seed
    assert redacted_value(read, seed, secrets) == b"(redacted)"
    learn_from_answer(read, seed, secrets)
    assert redacted_value(other, seed, secrets) == b"(redacted)"
    learn_from_answer(HostCall("local_get", (1, b"no secret")), b"as it is", secrets)
    assert scrubbed(b"as it is", secrets) == b"as it is"


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(0, 2**63) | st.binary() | st.text(),
    lambda inner: st.lists(inner, max_size=4).map(tuple),
    max_leaves=10,
)


@given(PLAIN)
def test_what_has_no_secret_stays_as_it_is(value: Plain) -> None:
    secrets = Secrets()
    secrets.learn(TOKEN + "-that-nothing-has")
    assert scrubbed(value, secrets) == value


@given(st.text(max_size=20), st.text(max_size=20))
def test_a_known_secret_is_in_nothing(before: str, after: str) -> None:
    secrets = Secrets()
    secrets.learn(TOKEN)
    for value in (before + TOKEN + after, (before + TOKEN + after).encode(errors="ignore")):
        shown = scrubbed(value, secrets)
        assert TOKEN not in str(shown)


@given(st.lists(st.binary(min_size=6, max_size=20), min_size=1, max_size=10), st.binary(max_size=60))
@settings(max_examples=25)
def test_however_much_is_known_it_is_in_nothing(known: list[bytes], between: bytes) -> None:
    secrets = Secrets()
    for value in known:
        secrets.learn(value)
    for number in range(300):
        secrets.learn(f"{number} are known besides")
    for value in known:
        if value.strip(b"\0"):
            shown = secrets.scrubbed(f"{value.hex()} . {between.hex()}{value.hex()}")
            assert value.hex() not in shown
            assert shown.count("(redacted)") >= 2


def test_the_oldest_are_forgotten_by_number_and_by_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chain.offchain.secrecy.KEPT", 4)
    secrets = Secrets()
    for number in range(5):
        secrets.learn(f"password {number}")
    secrets.learn("password 1")  # told again: the oldest no more
    secrets.learn("password 5")
    shown = [secrets.scrubbed(f"password {number}") for number in range(6)]
    assert [each == "(redacted)" for each in shown] == [False, True, False, True, True, True]
    for for_good in (False, True, False):
        secrets.learn("what an operator gave", for_good=for_good)
    for number in range(9):
        secrets.learn(f"another {number}")
    assert secrets.scrubbed("what an operator gave") == "(redacted)"
    for number in (4, 3, 5, 1):
        secrets.learn(f"password {number}")
    monkeypatch.setattr("chain.offchain.secrecy.KEPT_BYTES", 30)
    secrets.learn("password 6")
    assert secrets.scrubbed("password 4") == "password 4"
    assert secrets.scrubbed("password 1, password 6") == "(redacted), (redacted)"


def test_what_is_as_long_as_a_model_is_found_elsewhere_too() -> None:
    secrets, model = Secrets(), bytes(range(1, 256)) * 300
    stored = HostCall("local_set", (1, SECRET_STORAGE + b"model", model))
    learn_from(stored, secrets)
    assert redacted_call(stored, secrets).arguments[2] == b"(redacted)"
    assert secrets.scrubbed(f"it is {model.hex()}.") == "it is (redacted)."


IN_PIECES: dict[str, Callable[[bytes], Asked]] = {
    "body": lambda piece: (HostCall("http_write_body", (1, piece, None)), (0, None)),
    "response": lambda piece: (HostCall("http_read_body", (1, 4, None)), (0, piece)),
    "headers": lambda piece: (HostCall("http_add_header", (1, "X-Part", piece.decode("latin-1"))), (0, None)),
    "stored": lambda piece: (HostCall("local_set", (1, b"part", piece)), (0, None)),
    "read again": lambda piece: (HostCall("local_get", (1, b"part")), (0, piece)),
    "submitted": lambda piece: (HostCall("submit_unsigned", (piece,)), (0, bytes(32))),
    "refused": lambda piece: (
        HostCall("submit_unsigned", (b"",)),
        (1, "SubmissionRefused", (piece.decode("latin-1"),)),
    ),
    "artifacts": lambda piece: (HostCall("content_put", (piece,)), (0, "bafk")),
}
"""Ways to tell of a secret piece by piece."""

FORMS: tuple[Callable[[bytes], bytes], ...] = (bytes, lambda value: value.hex().encode(), b64encode)


def told(asked: list[Asked]) -> list[bytes]:
    """All that calls have, in order."""
    values = [leaf for _, leaf in leaves([(call.arguments, outcome) for call, outcome in asked])]
    return [
        each if isinstance(each, bytes) else each.encode("latin-1") for each in values if isinstance(each, bytes | str)
    ]


@pytest.mark.parametrize("way", IN_PIECES)
@given(
    data=st.data(),
    seed=st.integers(0, 99),
    before=st.binary(max_size=5),
    form=st.sampled_from(FORMS),
    after=st.binary(max_size=5),
)
@settings(max_examples=25)
def test_a_secret_in_pieces_is_in_none_of_them(
    way: str, data: st.DataObject, seed: int, before: bytes, form: Callable[[bytes], bytes], after: bytes
) -> None:
    secret, secrets = Random(seed).randbytes(32), Secrets()
    secrets.learn(secret)
    whole = form(before + secret + after)
    cuts = sorted(data.draw(st.lists(st.integers(1, len(whole) - 1), min_size=1, max_size=12, unique=True)))
    pieces = [whole[start:end] for start, end in zip([0, *cuts], [*cuts, len(whole)], strict=True)]
    asked = [IN_PIECES[way](piece) for piece in pieces]
    shown = without_secrets(asked, secrets)
    left = b"".join(each.replace(b"(redacted)", b"") for each in told(shown))
    beside = len(b"".join(told(asked))) - len(whole)
    assert len(left) <= beside + len(form(before)) + len(form(after)) + 6
    assert [call.name for call, _ in shown] == [call.name for call, _ in asked]


def test_bodies_of_two_requests_are_two_texts() -> None:
    secret, secrets = bytes(range(200, 232)), Secrets()
    secrets.learn(secret)
    parts = [(1, secret[:11]), (2, b"of another"), (1, secret[11:25]), (2, b" body"), (1, secret[25:] + b".")]
    asked: list[Asked] = [(HostCall("http_write_body", (number, piece, None)), None) for number, piece in parts]
    shown = [call.arguments[1] for call, _ in without_secrets(asked, secrets)]
    assert shown == [b"(redacted)", b"of another", b"(redacted)", b" body", b"(redacted)."]


def test_pieces_without_secrets_are_as_they_were() -> None:
    secrets = Secrets()
    secrets.learn(bytes(range(200, 232)))
    asked = [IN_PIECES[way](bytes((number, 200, 201))) for number, way in enumerate(IN_PIECES)]
    assert without_secrets(asked, secrets) == asked


def test_passwords_in_addresses_cookies_and_basic_credentials_are_known_elsewhere() -> None:
    secrets = Secrets()
    learn_from(
        HostCall("http_start", ("GET", "http://me:word%20of-mine@a.example/?key=prices&token=a%2Bb-4711-0815")), secrets
    )
    learn_from(
        HostCall("http_add_header", (1, "Authorization", "Basic " + b64encode(b"me:hunter2!").decode())), secrets
    )
    cookies = (("Set-Cookie", "session=0123456789abcdef; Path=/"), ("Content-Type", "text/plain; charset=utf-8"))
    learn_from_answer(HostCall("http_headers", (1,)), cookies, secrets)
    for secret in ("word of-mine", "word%20of-mine", "a+b-4711-0815", "hunter2!", "0123456789abcdef"):
        assert scrubbed(f"it is {secret}.", secrets) == "it is (redacted).", secret
    for plain in ("prices", "text/plain; charset=utf-8", "Path=/"):
        assert scrubbed(plain, secrets) == plain
