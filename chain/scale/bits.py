"""Bit sequences: the number of bits in compact form, then words of 8 to 64 bits, little-endian.

Rust's decoder drops set bits behind the last one; ours refuses them, so that a value has one encoding.
"""

from __future__ import annotations

from typing import Final

from chain.primitives import BitSequence
from chain.scale.compact import encode_compact, read_compact
from chain.scale.errors import DecodeError, short_input

MAX_BITS: Final = 2**29 - 1
"""The most bits in a sequence (bitvec's limit on 32-bit machines, and so in Wasm)."""


def encode_bits(value: BitSequence, store: int, msb_first: bool) -> bytes:
    """The bytes of a bit sequence in words of `store` bits."""
    text = "".join("1" if bit else "0" for bit in value.bits)
    words = [text[start : start + store].ljust(store, "0") for start in range(0, len(text), store)]
    packed = [int(word if msb_first else word[::-1], 2).to_bytes(store // 8, "little") for word in words]
    return encode_compact(len(text)) + b"".join(packed)


def read_bits(data: bytes, offset: int, store: int, msb_first: bool, name: str) -> tuple[BitSequence, int]:
    """The bit sequence at `offset`, and the offset after it; raises DecodeError."""
    count, start = read_compact(data, offset)
    if count > MAX_BITS:
        raise DecodeError(name, offset, f"{count} bits are more than a sequence can have")
    size = store // 8
    end = start + (count + store - 1) // store * size
    if end > len(data):
        raise short_input(name, start, end - start, data)
    words = [int.from_bytes(data[at : at + size], "little") for at in range(start, end, size)]
    texts = [f"{word:0{store}b}" for word in words]
    text = "".join(texts if msb_first else [word[::-1] for word in texts])
    if "1" in text[count:]:
        raise DecodeError(name, end - size, "a bit behind the last one is set")
    return BitSequence(tuple(bit == "1" for bit in text[:count])), end
