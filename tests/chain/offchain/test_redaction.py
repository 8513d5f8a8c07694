"""Secrets are left out of calls and answers, by name, by form and by what is known."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from chain.offchain.host_call import HostCall, Plain
from chain.offchain.redaction import learn_from, redacted_call, redacted_value, scrubbed
from chain.offchain.secrecy import Secrets

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


def test_secrets_within_bytes_that_are_no_text_are_found() -> None:
    secrets = Secrets()
    secrets.learn(b"\x01\x02\x03\x04")
    secrets.learn(TOKEN)
    assert scrubbed(b"\xff\x00" + TOKEN.encode() + b"\xfe", secrets) == b"\xff\x00(redacted)\xfe"
    assert scrubbed((b"01020304", [1, None, True]), secrets) == (b"(redacted)", (1, None, True))


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
