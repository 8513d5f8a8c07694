"""The types that every Substrate chain shares: integers of a width, hashes, accounts, bounds, results.

An annotation is the declaration. `U32` is an `int` to a type checker and to Python; the codec compiler, the
metadata and hypothesis read the width and the range from its `Annotated` part. Values are plain Python
values: an `AccountId` is 32 bytes, a `Balance` is an int.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Final, Generic, NewType, TypeVar, dataclass_transform

from chain.bounds import Interval, Len, MaxLen
from chain.record import record, record_in_place

__all__ = ["MaxLen"]  # bounded collections: `Annotated[list[U32], MaxLen(16)]`

T = TypeVar("T")
E = TypeVar("E")


@record
class Width:
    """Marks an int as a fixed-width little-endian integer."""

    bits: int
    signed: bool = False


@record
class CompactForm:
    """Marks an unsigned integer as written in SCALE's compact form."""


@record
class RustType:
    """What a type is called in Rust, which metadata tells; the bytes are those of the Python type.

    On a class it stands as `__rust__ = RustType("pallet_pools::types::Pool")`, on a variant of an enum as
    `__rust__ = RustType("None")`. In an annotation it makes a newtype:
    `Annotated[U128, RustType("sp_arithmetic::fixed_point::FixedU128")]`.

    unnamed: the fields have no names in Rust
    parameters: name and meaning of each type parameter: the name of a field or type variable, an annotation, or None
    """

    path: str
    unnamed: bool = False
    parameters: tuple[tuple[str, Any], ...] = ()


@record
class RustBound:
    """What a list is called in Rust that is bounded otherwise than by a constant of its pallet."""

    path: str


U8 = Annotated[int, Width(8), Interval(ge=0, le=2**8 - 1)]
U16 = Annotated[int, Width(16), Interval(ge=0, le=2**16 - 1)]
U32 = Annotated[int, Width(32), Interval(ge=0, le=2**32 - 1)]
U64 = Annotated[int, Width(64), Interval(ge=0, le=2**64 - 1)]
U128 = Annotated[int, Width(128), Interval(ge=0, le=2**128 - 1)]
U256 = Annotated[int, Width(256), Interval(ge=0, le=2**256 - 1)]
I8 = Annotated[int, Width(8, signed=True), Interval(ge=-(2**7), le=2**7 - 1)]
I16 = Annotated[int, Width(16, signed=True), Interval(ge=-(2**15), le=2**15 - 1)]
I32 = Annotated[int, Width(32, signed=True), Interval(ge=-(2**31), le=2**31 - 1)]
I64 = Annotated[int, Width(64, signed=True), Interval(ge=-(2**63), le=2**63 - 1)]
I128 = Annotated[int, Width(128, signed=True), Interval(ge=-(2**127), le=2**127 - 1)]
I256 = Annotated[int, Width(256, signed=True), Interval(ge=-(2**255), le=2**255 - 1)]

Compact = Annotated[T, CompactForm()]
"""`Compact[U32]`: the same value, written in compact form."""

WEAKLY = RustBound("bounded_collections::weak_bounded_vec::WeakBoundedVec")
"""Marks a bounded list that may be found longer than it may be written, as when its bound has shrunk."""

BY_RUNTIME = RustBound("bounded_collections::bounded_vec::BoundedVec")
"""Marks a list whose bound the runtime knows: one entry for each reason, say."""

AccountId = NewType("AccountId", bytes)
"""32 bytes: a public key, or the hash of one, or derived."""

Hash = NewType("Hash", bytes)
"""32 bytes, Blake2b-256 unless said otherwise."""

FIXED_LENGTHS: Final[dict[Any, int]] = {AccountId: 32, Hash: 32}
"""Bytes in a value of each distinct byte type."""

Bytes4 = Annotated[bytes, Len(4, 4)]
Bytes8 = Annotated[bytes, Len(8, 8)]
Bytes20 = Annotated[bytes, Len(20, 20)]
Bytes32 = Annotated[bytes, Len(32, 32)]
Bytes64 = Annotated[bytes, Len(64, 64)]
Bytes65 = Annotated[bytes, Len(65, 65)]

BlockNumber = U32
Nonce = U32
Balance = U128
Moment = U64
"""Milliseconds since 1970."""

FixedU128 = Annotated[U128, RustType("sp_arithmetic::fixed_point::FixedU128")]
"""A fraction in parts of 10^18."""

Perbill = Annotated[U32, RustType("sp_arithmetic::per_things::Perbill")]
"""A share in parts of 10^9."""


@record
class OneByte:
    """Marks an optional bool as parity-scale-codec's one-byte form: 0 none, 1 true, 2 false."""


OptionBool = Annotated[bool | None, OneByte()]


@record
class Ok(Generic[T]):
    """The good half of a `Result`."""

    value: T


@record
class Err(Generic[E]):
    """The bad half of a `Result`."""

    error: E


Result = Ok[T] | Err[E]


@record
class BitFormat:
    """How a bit sequence is stored: bits per word (8 to 64), and which bit of a word is the first."""

    store: int = 8
    msb_first: bool = False


@record
class BitSequence:
    """Bits, the first one first; `Annotated[BitSequence, BitFormat(32)]` chooses the stored form."""

    bits: tuple[bool, ...] = ()


class _LateDataclass(type):
    """Makes a variant the record that it is declared as when that is first asked for.

    A runtime declares hundreds of events and errors, and a process sees a few of them; making a dataclass takes
    half a millisecond.
    """

    def __getattr__(cls, name: str) -> Any:
        if name in _OF_DATACLASSES and cls.__dict__.get("_is_late"):
            _become_record(cls)
            return getattr(cls, name)
        raise AttributeError(f"{cls.__name__} has no {name}")


_OF_DATACLASSES: Final = frozenset({"__dataclass_fields__", "__dataclass_params__", "__match_args__", "__signature__"})


def _become_record(cls: type[Any]) -> None:
    cls._is_late = False
    record_in_place(cls)


@dataclass_transform(frozen_default=True)
class Enumeration(metaclass=_LateDataclass):
    """A SCALE enum whose variants are classes.

    A direct subclass is the enum; each subclass of that is a variant, a frozen record of its annotations.
    Variants are numbered in order of definition unless `index=` says otherwise:

        class MultiAddress(Enumeration): ...
        class Id(MultiAddress): account: AccountId            # 0
        class Raw(MultiAddress, index=2): data: bytes         # 2

    A base made with `family=True` is neither: its direct subclasses are enums (pallet events are such a family).
    Raises TypeError at definition where an index is used twice or leaves a byte.
    """

    variants: ClassVar[dict[int, type[Any]]]
    """On the enum: its variants by index."""

    index: ClassVar[int]
    """On a variant: the byte that stands for it."""

    uninhabited: ClassVar[bool] = False
    """On an enum that has no variants, that this is no mistake."""

    _role: ClassVar[str] = "family"
    _is_late: ClassVar[bool] = False

    def __init__(self, *fields: Any, **named: Any) -> None:
        """Called for the first value of a variant; those that follow find the record's own."""
        if not type(self)._is_late:
            raise TypeError(f"{type(self).__name__} is no variant")
        _become_record(type(self))
        self.__init__(*fields, **named)  # type: ignore[misc]  # it is another one now

    def __init_subclass__(cls, *, index: int | None = None, family: bool = False) -> None:
        parent_role = cls._role
        if family:
            return
        if parent_role == "family":
            cls._role, cls.variants = "enum", {}
            return
        cls._role, cls._is_late = "variant", True
        cls.index = max(cls.variants, default=-1) + 1 if index is None else index
        if not 0 <= cls.index <= 255:
            raise TypeError(f"{cls.__qualname__}: variant index {cls.index} does not fit a byte")
        if cls.index in cls.variants:
            taken = cls.variants[cls.index].__qualname__
            raise TypeError(f"{cls.__qualname__}: variant index {cls.index} is already {taken}'s")
        cls.variants[cls.index] = cls


class Void(Enumeration):
    """A type without values: what has a part of it cannot be made, and is refused whatever its bytes are."""

    __rust__ = RustType("sp_core::Void")

    uninhabited = True
