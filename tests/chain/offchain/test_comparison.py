"""Calls are compared in all that is not secret, and in that too where the secrets are there."""

from __future__ import annotations

import pytest

from chain.offchain.comparison import Comparison, is_like
from chain.offchain.host_call import HostCall, Plain
from chain.offchain.recording import Withheld
from chain.offchain.redaction import Place
from chain.offchain.secrecy import SECRET_STORAGE, Secrets
from chain.offchain.vault import Vault

KEY = SECRET_STORAGE + b"of a round"


def withheld(digest: bytes, salt: bytes = b"") -> dict[Place, Withheld]:
    """What was left out of the value that is stored."""
    return {(2,): Withheld(digest, 10, "a value", salt)}


def stored(value: bytes, key: bytes = b"plain") -> HostCall:
    return HostCall("local_set", (1, key, value))


@pytest.mark.parametrize(
    ("recorded", "asked", "reason"),
    [
        (stored(b"one"), stored(b"one"), None),
        (stored(b"one"), stored(b"two"), "value differs from byte 0 on, 0x74776f not 0x6f6e65"),
        (stored(b"one"), stored(b"ones"), "value has 4 bytes, not 3"),
        (stored(b"one"), HostCall("timestamp"), "timestamp is asked for, not local_set"),
        (HostCall("sleep_until", (5,)), HostCall("sleep_until", (6,)), "deadline is 6, not 5"),
        (HostCall("http_wait", ((1, 2), None)), HostCall("http_wait", ((1,), None)), "requests has 1 values, not 2"),
        (HostCall("http_wait", ((1, 2), None)), HostCall("http_wait", ((1, 3), None)), "requests is 3, not 2"),
    ],
)
def test_what_differs_is_named(recorded: HostCall, asked: HostCall, reason: str | None) -> None:
    assert Comparison(None, Secrets()).reason(recorded, asked, {}) == reason


ANOTHER = "value has another secret than was recorded, or has it elsewhere"


def test_a_secret_is_compared_by_its_digest_where_there_is_a_vault() -> None:
    vault = Vault()
    recorded = stored(b"(redacted)", KEY)
    digests = withheld(vault.digest(b"the secret"))
    comparison = Comparison(vault, Secrets())
    assert comparison.reason(recorded, stored(b"the secret", KEY), digests) is None
    assert comparison.reason(recorded, stored(b"no secret", KEY), digests) == ANOTHER
    salt = b"salt of a digest"
    assert comparison.reason(recorded, stored(b"1", KEY), withheld(vault.digest(b"1", salt), salt)) is None
    assert comparison.reason(recorded, stored(b"1", KEY), withheld(vault.digest(b"1"), salt)) == ANOTHER
    assert Comparison(None, Secrets()).reason(recorded, stored(b"whatever", KEY), digests) is None


def test_without_a_vault_what_stands_around_a_secret_is_compared() -> None:
    comparison = Comparison(None, Secrets())
    digests = withheld(b"digest")
    assert comparison.reason(stored(b"it is (redacted)."), stored(b"it is nothing."), digests) is None
    assert comparison.reason(stored(b"it is (redacted)."), stored(b"it was nothing."), digests) == ANOTHER


def test_a_reason_shows_no_secret() -> None:
    secrets = Secrets()
    secrets.learn(b"\x01\x02\x03\x04\x05\x06\x07\x08")
    reason = Comparison(None, secrets).reason(stored(b"plain"), stored(b"\x01\x02\x03\x04\x05\x06\x07\x08"), {})
    assert reason is not None
    assert "0x0102" not in reason


@pytest.mark.parametrize(
    ("shown", "value", "same"),
    [
        ("a (redacted) b", "a \n b", True),
        ("a (redacted) b", "a b", False),
        (b"\xff(redacted)", b"\xff\x00\x80", True),
        (b"(redacted)", "(redacted)", False),
        (None, None, True),
        (1, 2, False),
    ],
)
def test_what_was_left_out_may_be_anything(shown: Plain, value: Plain, same: bool) -> None:
    assert is_like(shown, value) is same
