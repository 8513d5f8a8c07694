"""The compiled layout of a storage item: its prefix, key codecs and hashers, value codec and default."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar

from chain.crypto.hashing import Hasher, twox_128
from chain.scale import Codec
from chain.scale.compiled import encoder_that_keeps
from chain.state.overlay import Unencoded
from pallets.frame.error import PalletError

COUNTER_PREFIX = "CounterFor"


def pallet_prefix(pallet: str) -> bytes:
    """twox128(pallet), with which all its keys begin."""
    return twox_128(pallet.encode())


def storage_prefix(pallet: str, name: str) -> bytes:
    """twox128(pallet) ‖ twox128(item)."""
    return pallet_prefix(pallet) + twox_128(name.encode())


class Remembered(dict[bytes, Any]):
    """Decodes each value once: for values that nobody can change. Called like the decoder that it stands for.

    A block reads an account several times; looking up its bytes takes a tenth of decoding them.
    """

    __slots__ = ("_codec",)

    LIMIT: ClassVar[int] = 4096

    def __init__(self, codec: Codec[Any]) -> None:
        super().__init__()
        self._codec = codec

    def __missing__(self, data: bytes) -> Any:
        if len(self) >= self.LIMIT:
            self.clear()
        value = self[data] = self._codec.decode(data)
        return value

    def __call__(self, data: bytes) -> Any:
        return self[data]


class _Hashed(dict[Any, bytes]):
    """Hashes each key part once: who takes part in one thing after the other stands in the keys of all of them."""

    __slots__ = ("_codec", "_hasher")

    LIMIT: ClassVar[int] = 1024

    def __init__(self, codec: Codec[Any], hasher: Hasher) -> None:
        super().__init__()
        self._codec = codec
        self._hasher = hasher

    def __missing__(self, part: Any) -> bytes:
        if len(self) >= self.LIMIT:
            self.clear()
        hashed = self[part] = self._hasher.hash(self._codec.encode(part))
        return hashed


class ItemLayout:
    """How one storage item of one pallet stands in the state.

    parts: codec and hasher of each key part, none for a plain value
    value: codec of the value without its `| None`
    default: encoded value that stands for the absent one, None for OptionQuery
    missing: the error that reading an absent entry raises (ResultQuery)
    element, max_elements: of a list value, the codec of one element and its bound (2^32 - 1 where it has none)
    """

    __slots__ = (
        "_hashed",
        "absent",
        "counter_key",
        "decode",
        "element",
        "encode",
        "key_memo",
        "max_elements",
        "missing",
        "name",
        "pallet",
        "parts",
        "prefix",
        "query_default",
        "stored",
        "value",
    )

    def __init__(
        self,
        pallet: str,
        name: str,
        parts: tuple[tuple[Codec[Any], Hasher], ...],
        value: Codec[Any],
        *,
        optional: bool,
        default: bytes | None,
        missing: type[PalletError] | None,
        element: Codec[Any] | None,
        max_elements: int,
        encoded_late: bool = False,
    ) -> None:
        self.pallet, self.name = pallet, name
        self.prefix = storage_prefix(pallet, name)
        self.counter_key = storage_prefix(pallet, COUNTER_PREFIX + name)
        self.parts = parts
        self._hashed = [_Hashed(codec, hasher) for codec, hasher in parts]
        """By the parts of keys of several parts; a map remembers its whole keys itself."""
        self.value = value
        # the codec's functions are not asked for before somebody calls them, when they are compiled
        self.encode: Callable[[Any], bytes] = lambda each: value.encode(each)
        self.decode: Callable[[bytes], Any] = lambda data: value.decode(data)
        if value.is_immutable:
            self.decode = known = Remembered(value)
            # most of what is written is read again soon
            self.encode = encoder_that_keeps(value, known, Remembered.LIMIT) or value.encode
        self.stored: Callable[[Any], bytes | Unencoded] = self.encode
        """What is written of a value."""
        if encoded_late:
            if not value.is_immutable:
                raise TypeError(f"{pallet}.{name}: a value that may be changed is encoded when it is written")
            self.stored = partial(partial, self.encode)
        self.query_default = default
        self.missing = missing
        self.element = element
        self.max_elements = max_elements
        self.key_memo: dict[object, bytes] = {}
        self.absent = self._absent_reader(optional)

    def _absent_reader(self, optional: bool) -> Callable[[], Any]:
        missing, default, decode = self.missing, self.query_default, self.decode
        if missing is not None:
            error = missing

            def refuse() -> Any:
                raise error()

            return refuse
        if optional:
            return _none
        if default is None:
            return self.value.default
        encoded = default
        if self.value.is_immutable:
            shared = decode(encoded)
            return lambda: shared
        return lambda: decode(encoded)

    def storage_key(self, key: Any) -> bytes:
        """The whole storage key of one entry."""
        if len(self.parts) == 1:
            codec, hasher = self.parts[0]
            return self.prefix + hasher.hash(codec.encode(key))
        return self.prefix_key(key)

    def prefix_key(self, key: tuple[Any, ...]) -> bytes:
        """The storage key that all entries with these leading key parts begin with."""
        return self.prefix + b"".join([hashed[part] for part, hashed in zip(key, self._hashed, strict=False)])

    def decode_key(self, stored: bytes) -> Any:
        """The key (a tuple where it has several parts) that a storage key was made of.

        Raises TypeError for hashers that forget the key: iterate over values there.
        """
        offset, decoded = len(self.prefix), []
        for codec, hasher in self.parts:
            if not hasher.reversible:
                raise TypeError(f"{self.pallet}.{self.name}: {hasher.name} forgets its keys; use iter_values")
            part, offset = codec.read(stored, offset + hasher.digest_length)
            decoded.append(part)
        return decoded[0] if len(decoded) == 1 else tuple(decoded)

    def encode_element(self, element: object) -> bytes:
        """One element of a list value."""
        if self.element is None:
            raise TypeError(f"{self.pallet}.{self.name} is not a list; it cannot be appended to")
        return self.element.encode(element)


def _none() -> None:
    return None
