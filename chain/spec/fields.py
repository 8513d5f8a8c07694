"""Reading a specification's JSON: every refusal has the path of the value."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import NoReturn

from chain.spec.errors import SpecError

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


def parsed(text: bytes | str) -> dict[str, Json]:
    """The JSON object that the text is; raises SpecError, also for keys given twice."""
    try:
        found = json.loads(text, object_pairs_hook=_without_doubles)
    except SpecError:
        raise
    except RecursionError:
        raise SpecError("", "the specification is nested too deeply") from None
    except ValueError as error:  # UTF-8, syntax, and numbers of thousands of digits
        raise SpecError("", f"the specification is no JSON: {error}") from None
    return as_object(found, "")


def as_object(value: Json, path: str) -> dict[str, Json]:
    """A JSON object."""
    return value if isinstance(value, dict) else _refuse(path, "an object", value)


def as_text(value: Json, path: str) -> str:
    """A string."""
    return value if isinstance(value, str) else _refuse(path, "a string", value)


def as_bytes(value: Json, path: str) -> bytes:
    """Bytes, written `0x…`."""
    text = as_text(value, path)
    digits = text.removeprefix("0x")
    try:
        data = bytes.fromhex(digits)
    except ValueError:
        data = None
    if data is None or text == digits or 2 * len(data) != len(digits):
        raise SpecError(path, f"must be 0x and hexadecimal digits, two a byte, not {_told(text)}")
    return data


def as_pairs(value: Json, path: str) -> dict[bytes, bytes]:
    """An object of storage keys and values, both written `0x…`."""
    pairs = as_object(value, path)
    return {as_bytes(key, path): as_bytes(each, f"{path}.{_short(key)}") for key, each in pairs.items()}


def refuse_others(value: Mapping[str, Json], known: tuple[str, ...], path: str) -> None:
    """Raise where there is another field than these."""
    for name in sorted(value.keys() - set(known)):
        raise SpecError(f"{path}.{name}" if path else name, f"unknown; there are {', '.join(known)}")


def _refuse(path: str, expected: str, value: Json) -> NoReturn:
    what = f"a specification is {expected}" if not path else f"must be {expected}"
    raise SpecError(path, f"{what}, not {_told(value)}")


def _told(value: Json) -> str:
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "an array"
    return _short(json.dumps(value, ensure_ascii=False))


def _short(text: str) -> str:
    return text if len(text) <= 70 else f"{text[:70]}…"


def _without_doubles(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found: dict[str, Json] = {}
    for key, value in pairs:
        if key in found:
            raise SpecError(_short(key), "given twice")
        found[key] = value
    return found
