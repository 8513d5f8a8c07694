"""What a method's answer should be; each function raises BadAnswer where it is something else."""

from __future__ import annotations

from chain.client.errors import BadAnswer
from chain.extrinsic import without_length_prefix
from chain.primitives import Hash
from chain.rpc.hexadecimal import read_hex
from chain.rpc.parameters import Json
from chain.scale import DecodeError


def bytes_of(method: str, found: Json) -> bytes:
    """The bytes that an answer is, as `0x` and digits."""
    if isinstance(found, str) and found.startswith("0x"):
        try:
            return read_hex(found)
        except ValueError as error:
            raise BadAnswer(method, str(error)) from None
    raise BadAnswer(method, f"{found!r} is no bytes: 0x and hexadecimal digits")


def hash_of(method: str, found: Json) -> Hash:
    """The hash that an answer is."""
    data = bytes_of(method, found)
    if len(data) != 32:
        raise BadAnswer(method, f"a hash has 32 bytes, not {len(data)}")
    return Hash(data)


def extrinsic_of(method: str, found: Json) -> bytes:
    """The extrinsic that an answer is, without its length."""
    try:
        return without_length_prefix(bytes_of(method, found))
    except DecodeError as error:
        raise BadAnswer(method, str(error)) from None


def member(method: str, found: Json, name: str) -> Json:
    """A member of an answer that is an object."""
    if not isinstance(found, dict) or name not in found:
        raise BadAnswer(method, f"the answer has no {name}")
    return found[name]


def list_of(method: str, found: Json) -> list[Json]:
    """An answer that is a list."""
    if not isinstance(found, list):
        raise BadAnswer(method, "the answer is no list where there should be one")
    return found


def pair_of(method: str, found: Json) -> tuple[Json, Json]:
    """An answer that is a pair."""
    items = list_of(method, found)
    if len(items) != 2:
        raise BadAnswer(method, "a change is no pair of key and value")
    return items[0], items[1]


def number_of(method: str, found: Json) -> int:
    """An answer that is a whole number, or the text of one."""
    if isinstance(found, str) and found.isascii() and found.isdigit() and len(found) < 100:
        return int(found)
    if isinstance(found, int) and not isinstance(found, bool):
        return found
    raise BadAnswer(method, f"{found!r} is no whole number")
