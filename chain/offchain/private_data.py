"""What an operator gives its node for workers, as a recording may have it: all of it but its secrets.

    kept, secrets = pickled(data)           # with a number in the place of each secret
    again = unpickled(kept, secrets)

What is secret in them is declared where they are (`chain/secret_fields.py`).
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Any

from chain.offchain.secret_search import SecretIndex
from chain.secret_fields import secrets_in


class NotPicklable(Exception):
    """Private data cannot be recorded; says why."""


def pickled(data: object, known: Callable[[bytes], bool] = lambda _value: False) -> tuple[bytes, list[bytes | str]]:
    """The data without their secrets, and these, by the number that stands for each. Raises NotPicklable.

    known: whether a value has a secret in it besides those that are declared
    """
    declared = set(secrets_in(data))
    index = SecretIndex()
    for each in declared:
        index.learn(_bytes(each))

    def is_secret(value: bytes | str) -> bool:
        if value in declared:
            return True
        plain = _bytes(value)
        return bool(index.spans(plain.decode("latin-1"))) or known(plain)

    stream = BytesIO()
    pickler = _Pickler(stream, is_secret)
    try:
        pickler.dump(data)
    except (pickle.PicklingError, TypeError, AttributeError, RecursionError) as error:
        raise NotPicklable(f"{type(error).__name__}: {error}") from None
    found = stream.getvalue()
    if index.spans(found.decode("latin-1")):
        raise NotPicklable("a secret of theirs stands where it cannot be taken out")
    return found, pickler.withheld


def unpickled(data: bytes, secrets: Sequence[bytes | str | None]) -> Any:  # whatever the operator gave
    """The data again; runs whatever code they name, and raises whatever that raises. Raises UnpicklingError too."""
    return _Unpickler(BytesIO(data), secrets).load()


class _Pickler(pickle.Pickler):
    """Puts numbers where secrets are."""

    def __init__(self, stream: BytesIO, is_secret: Callable[[bytes | str], bool]) -> None:
        super().__init__(stream, pickle.HIGHEST_PROTOCOL)
        self._is_secret = is_secret
        self._numbers: dict[bytes | str, int] = {}

    @property
    def withheld(self) -> list[bytes | str]:
        """The secrets, by their numbers."""
        return list(self._numbers)

    def persistent_id(self, value: object) -> int | None:
        if type(value) not in (bytes, str):
            return None
        assert isinstance(value, bytes | str)
        if value not in self._numbers and not self._is_secret(value):
            return None
        return self._numbers.setdefault(value, len(self._numbers))


class _Unpickler(pickle.Unpickler):
    """Puts secrets where numbers are."""

    def __init__(self, stream: BytesIO, secrets: Sequence[bytes | str | None]) -> None:
        super().__init__(stream)
        self._secrets = secrets

    def persistent_load(self, number: object) -> bytes | str:
        value = self._secrets[number] if isinstance(number, int) and 0 <= number < len(self._secrets) else None
        if value is None:
            raise pickle.UnpicklingError("it names a secret that is not there")
        return value


def _bytes(value: bytes | str) -> bytes:
    return value if isinstance(value, bytes) else value.encode(errors="replace")
