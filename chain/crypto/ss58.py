"""SS58 addresses: base58 text of a network's prefix, an account and a checksum.

    one or two bytes of prefix ‖ payload ‖ first bytes of blake2_512("SS58PRE" ‖ prefix ‖ payload)

A payload of 32 or 33 bytes (account or ecdsa key) has two bytes of checksum, a shorter one (account index) has one.
Stricter than sp_core: a prefix below 64 in the two-byte form is refused, so an account has one address a network.
"""

from __future__ import annotations

from chain.crypto.hashing import blake2_512
from chain.primitives import AccountId

GENERIC_PREFIX = 42
"""Of addresses that belong to no network, and of development chains."""

MAX_PREFIX = 2**14 - 1
RESERVED_PREFIXES = frozenset({46, 47})
PAYLOAD_LENGTHS = frozenset({1, 2, 4, 8, 32, 33})

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_DIGIT_OF = {character: digit for digit, character in enumerate(_ALPHABET)}
_MAX_TEXT_LENGTH = 51
"""Base58 digits of the longest address: 2 + 33 + 2 bytes."""


class AddressError(ValueError):
    """A text is not an address, or a payload or prefix has none."""


def encode(payload: bytes, prefix: int = GENERIC_PREFIX) -> str:
    """The address of `payload` on the network `prefix`; raises AddressError."""
    if len(payload) not in PAYLOAD_LENGTHS:
        raise AddressError(f"an address holds 1, 2, 4, 8, 32 or 33 bytes, not {len(payload)}")
    data = _encode_prefix(prefix) + payload
    return _to_base58(data + _checksum(data, len(payload)))


def decode(address: str) -> tuple[int, bytes]:
    """Prefix and payload of an address; raises AddressError."""
    data = _from_base58(address)
    if len(data) < 3:
        raise AddressError(f"an address has at least 3 bytes, this one {len(data)}")
    prefix, start = _decode_prefix(data)
    length = len(data) - start - (2 if len(data) - start > 32 else 1)
    if length not in PAYLOAD_LENGTHS:
        raise AddressError(f"no payload fits an address of {len(data)} bytes")
    if data[start + length :] != _checksum(data[: start + length], length):
        raise AddressError("the checksum does not fit: the address is mistyped")
    return prefix, data[start : start + length]


def account_of(address: str) -> AccountId:
    """The account of an address of any network; raises AddressError."""
    _, payload = decode(address)
    if len(payload) != 32:
        raise AddressError(f"the address holds {len(payload)} bytes, an account has 32")
    return AccountId(payload)


def _checksum(data: bytes, payload_length: int) -> bytes:
    return blake2_512(b"SS58PRE" + data)[: 2 if payload_length >= 32 else 1]


def _encode_prefix(prefix: int) -> bytes:
    if not 0 <= prefix <= MAX_PREFIX or prefix in RESERVED_PREFIXES:
        raise AddressError(f"{prefix} is no address prefix: 0 to {MAX_PREFIX} without 46 and 47")
    if prefix < 64:
        return bytes([prefix])
    # of the 14 bits hh hhhh llll llll: 01 llllll, ll hhhhhh
    return bytes([prefix >> 2 & 0x3F | 0x40, prefix >> 8 | (prefix & 3) << 6])


def _decode_prefix(data: bytes) -> tuple[int, int]:
    """The prefix and its length."""
    if data[0] >= 128:
        raise AddressError(f"an address begins with a byte below 128, this one with {data[0]}")
    if data[0] < 64:
        prefix, length = data[0], 1
    else:
        prefix, length = (data[0] & 0x3F) << 2 | data[1] >> 6 | (data[1] & 0x3F) << 8, 2
        if prefix < 64:
            raise AddressError(f"the prefix {prefix} is written in two bytes, it has one")
    if prefix in RESERVED_PREFIXES:
        raise AddressError(f"the prefix {prefix} is reserved")
    return prefix, length


def _to_base58(data: bytes) -> str:
    number = int.from_bytes(data)
    digits = []
    while number:
        number, digit = divmod(number, 58)
        digits.append(_ALPHABET[digit])
    zeros = len(data) - len(data.lstrip(b"\0"))
    return "1" * zeros + "".join(reversed(digits))


def _from_base58(text: str) -> bytes:
    if len(text) > _MAX_TEXT_LENGTH:
        raise AddressError(f"an address has at most {_MAX_TEXT_LENGTH} characters, this one {len(text)}")
    number = 0
    for position, character in enumerate(text):
        digit = _DIGIT_OF.get(character)
        if digit is None:
            raise AddressError(f"{character!r} at position {position} is not a base58 character")
        number = number * 58 + digit
    zeros = len(text) - len(text.lstrip("1"))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8)
