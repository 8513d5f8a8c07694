"""SCALE, the byte form of every value on a Substrate chain, compiled from Python annotations.

`codec_of(hint)` derives what an annotation declares, generates Python source for it over `struct` and slices, and
compiles that once; nothing is interpreted per value. Decoding is strict (a value has one encoding) and bounded (a
length that lies allocates nothing).

Read in this order: `codec` and `errors` (what callers see), `compact` (lengths), `shapes`, `declarations`, `leaves`
and `derive` (annotation to tree), `sizes`, `defaults`, `order` and `exact` (what the tree tells), `source`, `run`,
`records`, `reader`, `writer` and `generate` (tree to functions, with `refusals`, `requirements` and `explain` for
what they refuse), `depth` (recursion), `bits`, `compiled` (the cache and the entry points).
"""

from chain.scale.codec import Codec, Scope
from chain.scale.compact import encode_compact, read_compact
from chain.scale.compiled import codec_of, decode, encode
from chain.scale.derive import shape_of
from chain.scale.errors import DeclarationError, DecodeError, EncodeError

__all__ = [
    "Codec",
    "DeclarationError",
    "DecodeError",
    "EncodeError",
    "Scope",
    "codec_of",
    "decode",
    "encode",
    "encode_compact",
    "read_compact",
    "shape_of",
]
