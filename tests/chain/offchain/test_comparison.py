"""Calls are compared in all that is not secret, and in that too where the secrets are there."""

from __future__ import annotations

import pytest

from chain.offchain.comparison import Comparison, is_like
from chain.offchain.host_call import HostCall, Plain
from chain.offchain.recording import Withheld
from chain.offchain.redaction import Place
from chain.offchain.secrecy import SECRET_STORAGE
from chain.offchain.vault import Vault

KEY = SECRET_STORAGE + b"of a round"


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
    assert Comparison(None).reason(recorded, asked, {}, lambda: asked) == reason


ANOTHER = "value has another secret than was recorded, or has it elsewhere"


def difference(vault: Vault | None, recorded: bytes, asked: bytes, *left_out: Withheld) -> str | None:
    """What differs where another value is stored."""
    places: dict[Place, Withheld] = dict.fromkeys([(2,)], left_out[0]) if left_out else {}
    shown = stored(b"(redacted)", KEY)
    return Comparison(vault).reason(stored(recorded, KEY), stored(asked, KEY), places, lambda: shown)


def withheld(digest: bytes, salt: bytes = b"") -> Withheld:
    """What was left out."""
    return Withheld(digest, 10, "a value", salt)


def test_a_secret_is_compared_by_its_digest_where_there_is_a_vault() -> None:
    vault, salt = Vault(), b"salt of a digest"
    secret = withheld(vault.digest(b"the secret"))
    assert difference(vault, b"(redacted)", b"the secret", secret) is None
    assert difference(vault, b"(redacted)", b"no secret", secret) == ANOTHER
    assert difference(vault, b"(redacted)", b"1", withheld(vault.digest(b"1", salt), salt)) is None
    assert difference(vault, b"(redacted)", b"1", withheld(vault.digest(b"1"), salt)) == ANOTHER
    assert difference(None, b"(redacted)", b"whatever", secret) is None


def test_without_a_vault_what_stands_around_a_secret_is_compared() -> None:
    assert difference(None, b"it is (redacted).", b"it is nothing.", withheld(b"digest")) is None
    assert difference(None, b"it is (redacted).", b"it was nothing.", withheld(b"digest")) == ANOTHER


def test_a_reason_has_what_may_be_shown_alone() -> None:
    assert difference(None, b"(redacted)", b"as version 1 has it") is None
    reason = difference(None, b"plain", b"\x01\x02\x03\x04\x05\x06\x07\x08")
    assert reason == "value differs from byte 0 on, 0x2872656461637465 not 0x706c61696e"


@pytest.mark.parametrize(
    ("shown", "value", "same"),
    [
        ("a (redacted) b", "a \n b", True),
        ("a (redacted) b", "a b", False),
        ("a(redacted)a", "a", False),
        ("(redacted), (redacted), (redacted)", "one, two, three, four", True),
        ("(redacted), (redacted), (redacted)", "one, two", False),
        ("(redacted)a" * 2000 + "b", "a" * 5000, False),
        (b"\xff(redacted)", b"\xff\x00\x80", True),
        (b"(redacted)", "(redacted)", False),
        (None, None, True),
        (1, 2, False),
    ],
)
def test_what_was_left_out_may_be_anything(shown: Plain, value: Plain, same: bool) -> None:
    assert is_like(shown, value) is same
