"""From annotations to shapes: which SCALE type an annotation declares.

`Annotated` parts that are not SCALE's (hypothesis's bounds on an integer, say) are left to whom they concern.
"""

from __future__ import annotations

import enum
import types
from dataclasses import dataclass, field, is_dataclass, replace
from functools import reduce
from operator import or_
from typing import Annotated, Any, Final, NewType, TypeVar, Union, get_args, get_origin

from chain.bounds import Len, MaxLen, length_of
from chain.primitives import (
    FIXED_LENGTHS,
    BitFormat,
    BitSequence,
    CompactForm,
    Enumeration,
    Err,
    Ok,
    OneByte,
    Width,
)
from chain.scale.codec import Scope
from chain.scale.declarations import documentation, field_hints, path_of, type_parameters
from chain.scale.errors import DeclarationError
from chain.scale.leaves import bits_of, integer_of, plain_enum, with_bound, with_length
from chain.scale.order import order_of
from chain.scale.shapes import (
    Boolean,
    ByteString,
    CompactInteger,
    Field,
    FixedBytes,
    Integer,
    Mapping,
    Opaque,
    Option,
    OptionalBoolean,
    PlainEnum,
    Record,
    Recursion,
    ResultOf,
    Sequence,
    SetOf,
    Shape,
    Text,
    TupleOf,
    Unit,
    Variant,
    Variants,
)
from chain.scale.sizes import is_immutable

MAX_NESTING: Final = 32
"""The most classes within classes: a generic class that contains ever larger forms of itself would never end."""


def shape_of(hint: Any, scope: Scope | None = None) -> Shape:
    """The SCALE type that `hint` declares; raises DeclarationError where it declares none."""
    return Derivation(scope or Scope()).shape(hint)


@dataclass(slots=True)
class Derivation:
    """One walk from an annotation to its shape; keeps what of the scope the shape depends on."""

    scope: Scope
    constants: dict[types.MemberDescriptorType, int] = field(default_factory=dict)
    """The configuration constants that were read."""
    associated: dict[types.MemberDescriptorType, type[Any]] = field(default_factory=dict)
    """The configuration types that were used."""
    named: set[Any] = field(default_factory=set)
    """The classes and distinct types that stand in the shape: those that a scope could have replaced."""
    enclosing: list[Any] = field(default_factory=list)

    def shape(self, hint: Any) -> Shape:
        """The shape of `hint`, itself or inside those being walked."""
        hint = type(None) if hint is None else hint
        if isinstance(hint, type | NewType) or get_origin(hint) is not None:
            self.named.add(_hashable(hint))
            codec = self.scope.types.get(hint)
            if codec is not None:
                return Opaque(name=codec.name, hint=hint, codec=codec)
        if get_origin(hint) is Annotated:
            base, *marks = get_args(hint)
            return self._annotated(hint, base, marks)
        if isinstance(hint, NewType):
            return self._distinct(hint)
        if get_origin(hint) in (Union, types.UnionType):
            return self._union(hint)
        if isinstance(hint, type) and not get_args(hint):
            return self._class(hint)
        return self._parametrised(hint)

    def _annotated(self, hint: Any, base: Any, marks: list[Any]) -> Shape:
        kinds = {type(mark): mark for mark in marks}
        if types.MemberDescriptorType in kinds:
            descriptor = kinds[types.MemberDescriptorType]
            self.associated[descriptor] = self.scope.type_of(descriptor)
            return self.shape(self.associated[descriptor])
        if BitFormat in kinds:
            return bits_of(hint, kinds[BitFormat])
        if OneByte in kinds:
            return OptionalBoolean(name="OptionBool", hint=hint)
        shape = integer_of(hint, kinds[Width]) if Width in kinds else self.shape(base)
        if CompactForm in kinds:
            if not isinstance(shape, Integer) or shape.signed:
                raise DeclarationError(hint, f"only unsigned integers have a compact form, not {shape.name}")
            return CompactInteger(name=f"Compact<{shape.name}>", hint=hint, bits=shape.bits)
        bounds = [bound for mark in marks if (bound := length_of(mark)) is not None]
        return self._bounded(hint, shape, bounds) if bounds else _declared_by(hint, shape)

    def _bounded(self, hint: Any, shape: Shape, bounds: list[Len | MaxLen]) -> Shape:
        for bound in bounds:
            if isinstance(bound, Len) and bound.min_length == bound.max_length:
                return with_length(hint, shape, self._limit(bound.min_length))
        if any(isinstance(bound, Len) and self._limit(bound.min_length) for bound in bounds):
            raise DeclarationError(hint, "a SCALE type has a largest or a fixed length, not a least one")
        limits = [bound.max_length for bound in bounds if bound.max_length is not None]
        most = min(map(self._limit, limits), default=None)
        return _declared_by(hint, shape) if most is None else with_bound(hint, shape, most)

    def _limit(self, limit: Any) -> int:
        if isinstance(limit, types.MemberDescriptorType):
            self.constants[limit] = self.scope.constant(limit)
            return self.constants[limit]
        if type(limit) is not int or limit < 0:
            raise DeclarationError(limit, "a bound is a number or a configuration constant (`Config.name`)")
        return limit

    def _distinct(self, hint: NewType) -> Shape:
        if hint in FIXED_LENGTHS:
            return FixedBytes(name=hint.__name__, hint=hint, length=FIXED_LENGTHS[hint])
        return _declared_by(hint, self.shape(hint.__supertype__))

    def _union(self, hint: Any) -> Shape:
        members = [member for member in get_args(hint) if member is not type(None)]
        if len(members) < len(get_args(hint)):
            item = self.shape(reduce(or_, members))
            if isinstance(item, Unit | Option | OptionalBoolean):
                raise DeclarationError(hint, f"None would be both no value and a value of {item.name}")
            return Option(name=f"Option<{item.name}>", hint=hint, item=item)
        halves = {get_origin(member): member for member in members}
        if halves.keys() != {Ok, Err} or len(members) != 2:
            raise DeclarationError(hint, "a choice is `T | None`, `Ok[T] | Err[E]` or an Enumeration")
        ok, error = self.shape(get_args(halves[Ok])[0]), self.shape(get_args(halves[Err])[0])
        return ResultOf(name=f"Result<{ok.name}, {error.name}>", hint=hint, ok=ok, error=error)

    def _class(self, cls: type[Any]) -> Shape:
        if cls is type(None):
            return Unit(name="()", hint=cls)
        if cls is bool:
            return Boolean(name="bool", hint=cls)
        if cls is str:
            return Text(name="str", hint=cls, bound=None)
        if cls is bytes:
            return ByteString(name="Vec<u8>", hint=cls, bound=None)
        if cls is BitSequence:
            return bits_of(cls, BitFormat())
        if cls is int:
            raise DeclarationError(cls, "an integer needs a width: U8 to U256, I8 to I256")
        if issubclass(cls, enum.Enum):
            return plain_enum(cls)
        if issubclass(cls, Enumeration):
            return self._variants(cls)
        if is_dataclass(cls) and cls not in (Ok, Err):
            return self._record(cls)
        raise DeclarationError(cls, "it is neither a SCALE primitive, a dataclass, an Enum nor an Enumeration")

    def _parametrised(self, hint: Any) -> Shape:
        origin, parameters = get_origin(hint), get_args(hint)
        if origin is tuple:
            return self._tuple(hint, parameters)
        if origin is list:
            item = self.shape(parameters[0])
            return Sequence(name=f"Vec<{item.name}>", hint=hint, item=item, bound=None, container=list)
        if origin in (set, frozenset):
            item = _key(hint, self.shape(parameters[0]))
            return SetOf(name=f"BTreeSet<{item.name}>", hint=hint, item=item, bound=None, container=origin)
        if origin is dict:
            key, value = _key(hint, self.shape(parameters[0])), self.shape(parameters[1])
            return Mapping(name=f"BTreeMap<{key.name}, {value.name}>", hint=hint, key=key, value=value, bound=None)
        if isinstance(origin, type) and is_dataclass(origin) and origin not in (Ok, Err):
            return self._record(hint)
        if isinstance(hint, TypeVar):
            raise DeclarationError(hint, "nothing says what the type variable stands for")
        raise DeclarationError(hint, "no SCALE type corresponds to it")

    def _tuple(self, hint: Any, parameters: tuple[Any, ...]) -> Shape:
        if len(parameters) == 2 and parameters[1] is Ellipsis:
            item = self.shape(parameters[0])
            return Sequence(name=f"Vec<{item.name}>", hint=hint, item=item, bound=None, container=tuple)
        items = tuple(self.shape(parameter) for parameter in parameters)
        inside = ", ".join(item.name for item in items) + ("," if len(items) == 1 else "")
        return TupleOf(name=f"({inside})", hint=hint, items=items)

    def _record(self, hint: Any) -> Shape:
        cls: type[Any] = get_origin(hint) or hint
        if hint in self.enclosing:
            return Recursion(name=cls.__name__, hint=hint)
        self._enter(hint)
        fields = self._fields(field_hints(hint))
        parameters = self._fields(type_parameters(hint))
        self.enclosing.pop()
        inside = ", ".join(parameter.shape.name for parameter in parameters)
        return Record(
            name=f"{cls.__name__}<{inside}>" if inside else cls.__name__,
            hint=hint,
            cls=cls,
            fields=fields,
            parameters=parameters,
            path=path_of(cls),
            docs=documentation(cls),
        )

    def variant(self, cls: type[Enumeration]) -> Shape:
        """The shape of its enum without the other variants."""
        enum = next(base for base in cls.__mro__ if "variants" in base.__dict__)
        return self._enum(enum, [cls])

    def _variants(self, cls: type[Enumeration]) -> Shape:
        if cls.__bases__ and "variants" not in cls.__dict__:
            raise DeclarationError(cls, "it is a variant or a family; the type is the enum that its variants belong to")
        if cls in self.enclosing:
            return Recursion(name=cls.__name__, hint=cls)
        if not cls.variants and not cls.uninhabited:
            raise DeclarationError(cls, "it has no variants")
        return self._enum(cls, [variant for _, variant in sorted(cls.variants.items())])

    def _enum(self, cls: type[Enumeration], chosen: list[type[Any]]) -> Shape:
        self._enter(cls)
        variants = tuple(
            Variant(each.index, each.__name__, each, self._fields(field_hints(each)), documentation(each))
            for each in chosen
        )
        self.enclosing.pop()
        return Variants(
            name=cls.__name__, hint=cls, cls=cls, variants=variants, path=path_of(cls), docs=documentation(cls)
        )

    def _enter(self, hint: Any) -> None:
        if len(self.enclosing) >= MAX_NESTING:
            raise DeclarationError(self.enclosing[0], f"types inside it nest more than {MAX_NESTING} deep")
        self.enclosing.append(hint)

    def _fields(self, hints: list[tuple[str, Any]]) -> tuple[Field, ...]:
        return tuple(Field(name, self.shape(hint)) for name, hint in hints)


def _declared_by(hint: Any, shape: Shape) -> Shape:
    """The shape with `hint` in place of its own; classes keep theirs, which recursion refers to."""
    return shape if isinstance(shape, Record | Variants | PlainEnum | Recursion | Opaque) else replace(shape, hint=hint)


def _hashable(hint: Any) -> Any:
    try:
        hash(hint)
    except TypeError:
        raise DeclarationError(hint, "a part of the annotation cannot be hashed") from None
    return hint


def _key(hint: Any, shape: Shape) -> Shape:
    """The shape, where its values can be keys of a dict or items of a set; raises DeclarationError else."""
    order_of(shape)
    if not is_immutable(shape):
        raise DeclarationError(hint, f"values of {shape.name} can be changed, so they cannot be keys")
    return shape
