"""What is declared secret is found wherever it is in data."""

from __future__ import annotations

from dataclasses import dataclass, field

from chain.record import record
from chain.secret_fields import SECRET, secrets_in


@record
class Salted:
    """With a salt, and what is in it."""

    within: object
    salt: bytes | None = field(default=None, metadata=SECRET)


@dataclass
class Keys:
    """Several keys of one."""

    name: str
    keys: tuple[str, ...] = field(default=(), metadata=SECRET)


def test_secrets_are_found_at_any_depth() -> None:
    data = ({"a": [Salted(Keys("name", ("one", "two")), b"three")]}, 5, {Salted(None, b"four")}, Salted("none"))
    assert sorted(map(str, secrets_in(data))) == ["b'four'", "b'three'", "one", "two"]


def test_what_declares_nothing_has_none() -> None:
    assert list(secrets_in((None, 1, "text", b"bytes", [1, 2], Salted, object(), {"salt": b"salt"}))) == []


def test_data_that_hold_themselves_end() -> None:
    data: list[object] = [Salted(None, b"salt")]
    data.append(data)
    assert list(secrets_in(data)) == [b"salt"]
