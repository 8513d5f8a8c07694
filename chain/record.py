"""Records: frozen, slotted dataclasses that cost little to declare and little to make.

    @record
    class AccountData:
        free: Balance = 0
        reserved: Balance = 0

is to a type checker and to its users what `@dataclass(frozen=True, slots=True)` makes of the class: `fields`,
`replace`, pattern matching, equality, hash, repr and pickling are the same. It differs in two costs. A chain
declares hundreds of records and a process uses some of them, so each method is written when it is first called
(chain/record_methods.py), and the fields are made out when somebody asks for them: 0.03 instead of 0.5 ms a class until
then. And making an object takes half the time.
"""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable, Iterable, Mapping
from types import FunctionType, MemberDescriptorType
from typing import Any, ParamSpec, TypeGuard, TypeVar, dataclass_transform

from chain.record_methods import WRITTEN, write_eq, write_hash, write_init, write_maker

P = ParamSpec("P")
T = TypeVar("T")


@dataclass_transform(frozen_default=True, field_specifiers=(dataclasses.field,))
def record(cls: type[T]) -> type[T]:
    """Make a class of annotated fields a record."""
    return _slotted(cls, kw_only=False)


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(dataclasses.field,))
def keyword_record(cls: type[T]) -> type[T]:
    """As `record`, with fields that are given by name only."""
    return _slotted(cls, kw_only=True)


def maker_of(cls: Callable[P, T]) -> Callable[P, T]:
    """What is called as the class of a record, and makes one in half the time: without Python's way to `__init__`.

    The class itself, where making one is more than setting fields.
    """
    init = vars(cls).get("__init__")
    is_plain = init is _late_init or _is_written(init)
    made = write_maker(cls) if is_plain else None
    return cls if made is None else made


def record_in_place(cls: type[Any]) -> None:
    """Make a record of a class that is in use already, and so has no slots."""
    late = _LateFields(cls, kw_only=False)
    for name in late.names:
        default = cls.__dict__.get(name)
        if isinstance(default, dataclasses.Field):
            delattr(cls, name)
            if default.default is not dataclasses.MISSING:
                setattr(cls, name, default.default)
    for name, value in _members(cls, late).items():
        setattr(cls, name, value)


def is_frozen(cls: Any) -> bool:
    """Whether the objects of a dataclass, or of a record, cannot be changed."""
    return cls.__setattr__ is _refuse_set or bool(cls.__dataclass_params__.frozen)


# Declaring


def _slotted(cls: type[T], kw_only: bool) -> type[T]:
    """The class made anew, with slots for its fields in the place of their defaults."""
    late = _LateFields(cls, kw_only)
    names = [*_inherited_names(cls), *late.names]
    taken = {slot for base in cls.__mro__[1:-1] for slot in _slots_of(base)}
    dropped = {*names, "__dict__", "__weakref__"}
    members: dict[str, Any] = {name: value for name, value in cls.__dict__.items() if name not in dropped}
    members |= _members(cls, late)
    members["__slots__"] = tuple(name for name in dict.fromkeys(names) if name not in taken)
    members["__qualname__"] = cls.__qualname__
    kind: Any = type(cls)
    made: type[T] = kind(cls.__name__, cls.__bases__, members)
    return made


def _members(cls: type[Any], late: _LateFields) -> dict[str, Any]:
    """What a record has beside what its class declares."""
    own = cls.__dict__
    members: dict[str, Any] = {name: value for name, value in _METHODS.items() if name not in own}
    members |= {"__dataclass_fields__": late, "__dataclass_params__": _PARAMETERS, "__signature__": _LATE_SIGNATURE}
    if "__match_args__" not in own:
        members["__match_args__"] = _LATE_MATCH_ARGS
    if not own.get("__doc__"):
        members["__doc__"] = cls.__name__
    return members


def _inherited_names(cls: type[Any]) -> Iterable[str]:
    for base in reversed(cls.__mro__[1:]):
        fields = base.__dict__.get("__dataclass_fields__", {})
        yield from fields.names if isinstance(fields, _LateFields) else _names(fields)


def _names(fields: Mapping[str, dataclasses.Field[Any]]) -> Iterable[str]:
    """Without what stands for the class's own variables."""
    return [name for name, field in fields.items() if getattr(field, _KIND) is _KIND_OF_FIELDS]


def _slots_of(base: type[Any]) -> Iterable[str]:
    slots = base.__dict__.get("__slots__", ())
    return (slots,) if isinstance(slots, str) else slots


class _LateFields:
    """The fields of a record, made out when they are first asked for.

    names: those that the class itself declares
    """

    def __init__(self, cls: type[Any], kw_only: bool) -> None:
        self._annotations: dict[str, Any] = inspect.get_annotations(cls)
        self._kw_only = kw_only
        given = ((name, getattr(cls, name, dataclasses.MISSING)) for name in self._annotations)
        # a slot is what a base has in the place of a default
        self._defaults = {
            name: default
            for name, default in given
            if default is not dataclasses.MISSING and not isinstance(default, MemberDescriptorType)
        }
        # of these dataclass has to say whether they declare a field, and whether that may have its default
        hashes = [type(default).__hash__ for default in self._defaults.values()]
        self._is_clear = all(map(_is_field, self._annotations.values())) and None not in hashes
        self.names: Iterable[str] = self._annotations if self._is_clear else _names(self._told_by_dataclass(cls))

    def __get__(self, instance: object, owner: type[Any]) -> dict[str, dataclasses.Field[Any]]:
        cls = next((each for each in owner.__mro__ if each.__dict__.get("__dataclass_fields__") is self), None)
        if cls is None:  # another thread has made them out meanwhile
            found: dict[str, dataclasses.Field[Any]] = owner.__dataclass_fields__
            return found
        fields: dict[str, dataclasses.Field[Any]] = {}
        for base in reversed(cls.__mro__[1:]):
            fields |= getattr(base, "__dataclass_fields__", {})
        fields |= dict(self._made_here()) if self._is_clear else self._told_by_dataclass(cls)
        cls.__dataclass_fields__ = fields  # type: ignore[attr-defined]  # in the place of this
        return fields

    def _made_here(self) -> Iterable[tuple[str, dataclasses.Field[Any]]]:
        for name, annotation in self._annotations.items():
            default = self._defaults.get(name, dataclasses.MISSING)
            field = default if isinstance(default, dataclasses.Field) else dataclasses.field(default=default)
            field.name, field.type = name, annotation
            field.kw_only = self._kw_only if field.kw_only is dataclasses.MISSING else field.kw_only
            setattr(field, _KIND, _KIND_OF_FIELDS)
            yield name, field

    def _told_by_dataclass(self, cls: type[Any]) -> dict[str, dataclasses.Field[Any]]:
        """What dataclass finds in a class of the same annotations and defaults; raises as it does."""
        members = {"__module__": cls.__module__, "__doc__": "-", "__annotations__": self._annotations, **self._defaults}
        twin: Any = type(cls.__name__, (), members)
        dataclasses.dataclass(init=False, repr=False, eq=False, match_args=False, kw_only=self._kw_only)(twin)
        fields: dict[str, dataclasses.Field[Any]] = twin.__dataclass_fields__
        return fields


def _is_field(annotation: object) -> bool:
    """Whether an annotation surely declares a field."""
    return isinstance(annotation, str) and "ClassVar" not in annotation and "KW_ONLY" not in annotation


class _LateMatchArgs:
    """The fields that patterns may give by position."""

    def __get__(self, instance: object, owner: type[Any]) -> tuple[str, ...]:
        return tuple(field.name for field in dataclasses.fields(owner) if field.init and not field.kw_only)


class _LateSignature:
    """Answers `inspect.signature` of a record, whose `__init__` may not be written yet."""

    def __get__(self, instance: object, owner: Any) -> inspect.Signature:
        signature = inspect.signature(_written(owner, "__init__"))
        return signature.replace(parameters=list(signature.parameters.values())[1:])


@dataclasses.dataclass(repr=False, eq=False)
class _Plain:
    """Has the parameters that all records say they were made with, and a field."""

    field: int


_PARAMETERS = vars(_Plain)["__dataclass_params__"]
_KIND = "_field_type"
"""Where a field has what tells it from a ClassVar."""

_KIND_OF_FIELDS = getattr(vars(_Plain)["__dataclass_fields__"]["field"], _KIND)
_LATE_MATCH_ARGS, _LATE_SIGNATURE = _LateMatchArgs(), _LateSignature()


# Methods that are written when they are first called


def _late_init(self: Any, *arguments: Any, **named: Any) -> None:
    _written(type(self), "__init__")(self, *arguments, **named)


def _late_eq(self: Any, other: object) -> Any:
    return _written(type(self), "__eq__")(self, other)


def _late_hash(self: Any) -> int:
    found: int = _written(type(self), "__hash__")(self)
    return found


def _is_written(method: object) -> TypeGuard[FunctionType]:
    return isinstance(method, FunctionType) and method.__code__.co_filename == WRITTEN


def _written(cls: type[Any], name: str) -> Callable[..., Any]:
    """A method of a record, or of a class that derives from one."""
    for owner in cls.__mro__:
        found = owner.__dict__.get(name)
        if found is _METHODS[name]:
            found = _WRITERS[name](owner)
            setattr(owner, name, found)
            return found
        if _is_written(found):
            return found  # another thread has written it meanwhile
    method: Callable[..., Any] = getattr(cls, name)
    return method


# Methods that are the same for all


def _repr(self: Any) -> str:
    shown = (f"{field.name}={getattr(self, field.name)!r}" for field in dataclasses.fields(self) if field.repr)
    return f"{type(self).__qualname__}({', '.join(shown)})"


def _refuse_set(_self: object, name: str, _value: object) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_delete(_self: object, name: str) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")


def _replace(self: Any, /, **changes: Any) -> Any:
    return dataclasses.replace(self, **changes)


def _reduce(self: Any) -> tuple[Callable[..., object], tuple[Any, ...]]:
    values = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
    return _rebuilt, (type(self), values)


def _rebuilt(cls: Any, values: dict[str, Any]) -> object:
    made = object.__new__(cls)
    for name, value in values.items():
        object.__setattr__(made, name, value)
    return made


_WRITERS: Mapping[str, Callable[[Any], FunctionType]] = {
    "__init__": write_init,
    "__eq__": write_eq,
    "__hash__": write_hash,
}

_METHODS: Mapping[str, Callable[..., Any]] = {
    "__init__": _late_init,
    "__eq__": _late_eq,
    "__hash__": _late_hash,
    "__repr__": _repr,
    "__setattr__": _refuse_set,
    "__delattr__": _refuse_delete,
    "__replace__": _replace,
    "__reduce__": _reduce,
}
