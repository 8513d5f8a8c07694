"""A codec: the functions between the values of one type and their bytes; and the scope that annotations refer to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MemberDescriptorType
from typing import Any, Generic, TypeVar

from chain.record import record
from chain.scale.errors import DeclarationError

T = TypeVar("T")


@dataclass(slots=True, eq=False, repr=False)
class Codec(Generic[T]):
    """Encodes and decodes the values of one type."""

    name: str
    """The type as in error texts: "Vec<u32>", "AccountInfo"."""

    encode: Callable[[T], bytes]
    """The bytes of a value; raises EncodeError."""

    decode: Callable[[bytes], T]
    """The value that the whole of the bytes encodes; raises DecodeError."""

    read: Callable[[bytes, int], tuple[T, int]]
    """The value that begins at an offset, and the offset after it; raises DecodeError."""

    min_size: int
    """The least bytes that a value takes."""

    max_size: int | None
    """The most bytes that a value takes (FRAME's MaxEncodedLen), None where there is no bound."""

    default: Callable[[], T]
    """FRAME's Default: zero, empty, None, the first variant; a new object at each call where it can be changed."""

    is_immutable: bool
    """Whether nobody can change a value of the type, so that one object may be shared."""

    def __repr__(self) -> str:
        return f"<codec of {self.name}>"


@record
class Scope:
    """What annotations refer to that is known later than they are."""

    constants: object | None = None
    """A pallet's configuration: `MaxLen(Config.max_recent)` is its attribute `max_recent`."""

    types: Mapping[Any, Codec[Any]] = field(default_factory=dict)
    """Codecs of types that annotations do not describe (a runtime's call), looked up before anything else."""

    associated: Mapping[str, type[Any]] = field(default_factory=dict)
    """Types of a pallet's configuration: `Annotated[Base, Config.kind]` is the one under `kind`."""

    def type_of(self, descriptor: MemberDescriptorType) -> type[Any]:
        """The type that `Config.name` stands for; raises DeclarationError where there is none."""
        found = self.associated.get(descriptor.__name__)
        if found is None:
            raise DeclarationError(descriptor, f"the configuration gives no type {descriptor.__name__}")
        return found

    def constant(self, descriptor: MemberDescriptorType) -> int:
        """The value that `Config.name` stands for; raises DeclarationError where it is no count."""
        if self.constants is None:
            raise DeclarationError(descriptor, "the bound is a configuration constant, and there is no configuration")
        value = getattr(self.constants, descriptor.__name__, None)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            kind = type(self.constants).__qualname__
            raise DeclarationError(descriptor, f"{descriptor.__name__} of {kind} is {value!r}, which is no bound")
        return value
