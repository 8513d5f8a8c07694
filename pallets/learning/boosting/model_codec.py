"""The canonical bytes of a boosted model; one model has one encoding.

    "PLB\\x01" ‖ classes u16 ‖ start i32 of each column ‖ the canonical encoding of the trees as a regressor

Integers are little endian; the number of columns follows from the classes.
"""

from __future__ import annotations

from struct import Struct

from pallets.learning.boosting.model import BoostedModel, BoostingError, columns_of
from pallets.learning.decoding import DecodeError, read_header
from pallets.learning.forest import MAX_CLASSES
from pallets.learning.forest_codec import ForestDecodeError, decode_forest, encode_forest

_MAGIC = b"PLB\x01"
_HEADER = Struct("<H")
_START = Struct("<i")


class BoostedDecodeError(DecodeError):
    """Bytes are no canonical boosted model."""

    what = "boosted model encoding"


def encode_boosted(model: BoostedModel) -> bytes:
    """The canonical bytes."""
    return encode_head(model) + encode_forest(model.forest)


def decode_boosted(data: bytes) -> BoostedModel:
    """The model of its canonical bytes; raises BoostedDecodeError for anything else, trailing bytes included."""
    classes, start, size = decode_head(data)
    try:
        return BoostedModel(classes, start, decode_forest(data[size:]))
    except ForestDecodeError as error:
        raise BoostedDecodeError(size + error.offset, error.reason) from None
    except BoostingError as error:
        raise BoostedDecodeError(len(_MAGIC), str(error)) from None


def encode_head(model: BoostedModel) -> bytes:
    """The bytes before the trees."""
    return _MAGIC + _HEADER.pack(model.classes) + b"".join(map(_START.pack, model.start))


def decode_head(data: bytes) -> tuple[int, tuple[int, ...], int]:
    """The classes, the start of each column, and where the trees begin; raises BoostedDecodeError."""
    (classes,) = read_header(data, _HEADER, _MAGIC, BoostedDecodeError)
    if classes == 1 or classes > MAX_CLASSES:
        raise BoostedDecodeError(len(_MAGIC), f"{classes} classes, not 0 or 2 to {MAX_CLASSES}")
    begins = len(_MAGIC) + _HEADER.size
    ends = begins + columns_of(classes) * _START.size
    if len(data) < ends:
        raise BoostedDecodeError(len(data), "ends within the starts of the columns")
    return classes, tuple(score for (score,) in _START.iter_unpack(data[begins:ends])), ends
