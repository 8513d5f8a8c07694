"""The types of a runtime as a portable registry, made of the annotations that declare them.

Every distinct type has one number. Types that only a runtime knows (its call, its event) are reserved first and
defined when their parts are known, so that a call may hold calls.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import Annotated, Any, TypeVar, get_origin

from chain.metadata import portable
from chain.metadata.portable import PortableType, TypeDef, TypeParameter
from chain.primitives import RustBound, RustType
from chain.scale import Codec, DeclarationError, Scope, shape_of
from chain.scale import shapes as scale
from runtime.metadata.rust_names import rust_annotation, rust_identifier, rust_type_of, variant_name
from runtime.metadata.source_docs import field_docs, lines

M = TypeVar("M")

RUNTIME = "runtime"
"""The crate in the paths of types that each runtime has its own of."""

Definition = tuple[tuple[str, ...], tuple[TypeParameter, ...], TypeDef, tuple[str, ...]]
"""Path, parameters, what the type is made of, docs."""

NO_CODEC: Codec[Any] = Codec(
    name="described only",
    encode=lambda _: b"",
    decode=lambda _: None,
    read=lambda _, offset: (None, offset),
    min_size=0,
    max_size=None,
    default=lambda: None,
    is_immutable=True,
)
"""Stands in a scope for types that are described and never encoded here."""


class TypeRegistry:
    """Numbers the types that it is asked about.

    stand_ins: annotations that are described as others
    crate: of the runtime, where paths say `runtime`
    """

    def __init__(self, stand_ins: Mapping[Any, Any], crate: str = "runtime") -> None:
        self._crate = crate
        self._definitions: list[Definition | None] = []
        self._numbers: dict[Definition, int] = {}
        self._stand_ins = stand_ins
        self._special: dict[Any, int | Callable[[], int]] = {}
        self._open: dict[Any, int | None] = {}
        self._primitives: dict[str, int] = {}
        self._bytes: dict[tuple[str, int], int] = {}
        """These are the types that are met most."""
        self._asked: dict[tuple[Any, int], tuple[int, Scope | None]] = {}
        """Numbers of what was asked, by annotation and identity of the scope, which stays alive here."""

    # Asking

    def number(self, hint: Any, scope: Scope | None = None) -> int:
        """The number of the type that an annotation declares; raises DeclarationError where it declares none."""
        if not _is_hashable(hint):
            return self._of(shape_of(hint, self.scope(scope or Scope())))
        asked = self._asked.get((hint, id(scope)))
        if asked is None:
            shape = shape_of(self._stand_ins.get(hint, hint), self.scope(scope or Scope()))
            asked = self._asked[hint, id(scope)] = self._of(shape), scope
        return asked[0]

    def scope(self, scope: Scope) -> Scope:
        """A pallet's scope, with the types that are not described by their annotations."""
        known = dict.fromkeys((*self._special, *self._stand_ins), NO_CODEC)
        return Scope(constants=scope.constants, types={**scope.types, **known}, associated=scope.associated)

    def types(self) -> tuple[PortableType, ...]:
        """All types so far, each at its number."""
        found = []
        for number, definition in enumerate(self._definitions):
            if definition is None:
                raise TypeError(f"type {number} was reserved and never defined")
            found.append(PortableType(number, *definition))
        return tuple(found)

    # Types that annotations do not describe

    def describe(self, hint: Any, made: Callable[[], int]) -> None:
        """Describe a type by a function that is called when the type is first met."""
        self._special[hint] = made

    def reserve(self, hint: Any) -> int:
        """A number for a type that is defined later."""
        self._definitions.append(None)
        number = self._special[hint] = len(self._definitions) - 1
        return number

    def define(
        self,
        number: int,
        path: tuple[str, ...],
        definition: TypeDef,
        parameters: Iterable[TypeParameter] = (),
        docs: tuple[str, ...] = (),
    ) -> None:
        """What a reserved type is."""
        self._definitions[number] = (path, tuple(parameters), definition, docs)

    def add(
        self,
        definition: TypeDef,
        path: tuple[str, ...] = (),
        parameters: Iterable[TypeParameter] = (),
        docs: tuple[str, ...] = (),
    ) -> int:
        """The number of a type that is already taken apart."""
        whole = (path, tuple(parameters), definition, docs)
        number = self._numbers.get(whole)
        if number is None:
            self._definitions.append(whole)
            number = self._numbers[whole] = len(self._definitions) - 1
        return number

    def parameters(self, rust: RustType, fields: Mapping[str, int], scope: Scope | None = None) -> list[TypeParameter]:
        """The parameters that a RustType lists; `fields` are the numbers of the fields' types."""
        return [
            TypeParameter(
                name,
                None
                if meaning is None
                else fields[meaning]
                if isinstance(meaning, str)
                else self.number(meaning, scope),
            )
            for name, meaning in rust.parameters
        ]

    def fields(
        self, cls: type[Any], fields: Iterable[scale.Field], *, unnamed: bool = False
    ) -> tuple[portable.Field, ...]:
        """The fields of a record or variant, with names unless they have none in Rust, and docs."""
        docs = field_docs(cls)
        return tuple(
            portable.Field(
                None if unnamed else rust_identifier(field.name),
                self._of(field.shape),
                written_type(cls, field.name),
                docs.get(field.name, ()),
            )
            for field in fields
        )

    # From shapes

    def _of(self, shape: scale.Shape) -> int:
        if isinstance(shape, scale.Opaque):
            return self._opaque(shape)
        number = self._plain(shape)
        for newtype in _marks_of(shape.hint, RustType):
            number = self._newtype(newtype, number)
        return number

    def _opaque(self, shape: scale.Opaque) -> int:
        if shape.hint in self._stand_ins:
            return self.number(shape.hint)
        made = self._special.get(shape.hint)
        if made is None:
            raise DeclarationError(shape.hint, "metadata cannot describe it: TypeRegistry.describe says what it is")
        if callable(made):
            made = self._special[shape.hint] = made()
        return made

    def _newtype(self, rust: RustType, inner: int) -> int:
        definition = portable.CompositeType((portable.Field(None, inner),))
        return self.add(definition, self._path(rust), self.parameters(rust, {}))

    def _plain(self, shape: scale.Shape) -> int:
        match shape:
            case scale.Unit():
                return self.add(portable.TupleType(()))
            case scale.Boolean():
                return self._primitive("BOOL")
            case scale.Integer():
                return self._primitive(f"{'I' if shape.signed else 'U'}{shape.bits}")
            case scale.CompactInteger():
                return self.add(portable.CompactType(self._primitive(f"U{shape.bits}")))
            case scale.Text():
                return self._primitive("STR")
            case scale.FixedBytes():
                return self._fixed_bytes(shape)
            case scale.ByteString() | scale.Sequence() | scale.Mapping() | scale.SetOf():
                return self._collection(shape)
            case scale.Record():
                return self._named(shape, lambda: self._record(shape))
            case scale.Variants():
                return self._named(shape, lambda: self._variants(shape))
            case scale.PlainEnum():
                return self._plain_enum(shape)
            case scale.Recursion():
                return self._again(shape)
        return self._anonymous(shape)

    def _anonymous(self, shape: scale.Shape) -> int:
        match shape:
            case scale.Option():
                return self._choice("Option", [("None", None, None), ("Some", "T", self._of(shape.item))])
            case scale.ResultOf():
                return self._choice("Result", [("Ok", "T", self._of(shape.ok)), ("Err", "E", self._of(shape.error))])
            case scale.OptionalBoolean():
                cases = tuple(portable.Variant(name, (), index) for index, name in enumerate(("None", "True", "False")))
                return self.add(portable.VariantType(cases), ("OptionBool",))
            case scale.TupleOf():
                return self.add(portable.TupleType(tuple(self._of(item) for item in shape.items)))
            case scale.Array():
                return self.add(portable.ArrayType(shape.length, self._of(shape.item)))
            case scale.Bits():
                order = "Msb0" if shape.msb_first else "Lsb0"
                named = self.add(portable.CompositeType(()), ("bitvec", "order", order))
                return self.add(portable.BitSequenceType(self._primitive(f"U{shape.store}"), named))
        raise DeclarationError(shape.hint, "metadata has no form for it")

    def _primitive(self, kind: str) -> int:
        number = self._primitives.get(kind)
        if number is None:
            number = self._primitives[kind] = self.add(portable.PrimitiveType(portable.PrimitiveKind[kind]))
        return number

    def _fixed_bytes(self, shape: scale.FixedBytes) -> int:
        number = self._bytes.get((shape.name, shape.length))
        if number is None:
            number = self._bytes[shape.name, shape.length] = self._named_bytes(shape)
        return number

    def _named_bytes(self, shape: scale.FixedBytes) -> int:
        array = self.add(portable.ArrayType(shape.length, self._primitive("U8")))
        path = _NAMED_BYTES.get(shape.name)
        if path is None:
            return array
        field = portable.Field(None, array, f"[u8; {shape.length}]")
        return self.add(portable.CompositeType((field,)), path)

    def _choice(self, name: str, cases: list[tuple[str, str | None, int | None]]) -> int:
        variants = tuple(
            portable.Variant(case, () if inner is None else (portable.Field(None, inner),), index)
            for index, (case, _, inner) in enumerate(cases)
        )
        parameters = [TypeParameter(parameter, inner) for _, parameter, inner in cases if parameter is not None]
        return self.add(portable.VariantType(variants), (name,), parameters)

    # Collections

    def _collection(self, shape: scale.ByteString | scale.Sequence | scale.Mapping | scale.SetOf) -> int:
        match shape:
            case scale.ByteString():
                parameters, bounded = [("T", self._primitive("U8"))], "bounded_vec::BoundedVec"
                inner = self.add(portable.SequenceType(parameters[0][1]))
            case scale.Sequence():
                parameters, bounded = [("T", self._of(shape.item))], "bounded_vec::BoundedVec"
                inner = self.add(portable.SequenceType(parameters[0][1]))
            case scale.Mapping():
                parameters = [("K", self._of(shape.key)), ("V", self._of(shape.value))]
                bounded = "bounded_btree_map::BoundedBTreeMap"
                pair = self.add(portable.TupleType(tuple(number for _, number in parameters)))
                inner = self._wrapped(("BTreeMap",), parameters, self.add(portable.SequenceType(pair)))
            case scale.SetOf():
                parameters, bounded = [("T", self._of(shape.item))], "bounded_btree_set::BoundedBTreeSet"
                items = self.add(portable.SequenceType(parameters[0][1]))
                inner = self._wrapped(("BTreeSet",), parameters, items)
        otherwise = _marks_of(shape.hint, RustBound)
        if not otherwise and shape.bound is None:
            return inner
        path = otherwise[0].path if otherwise else f"bounded_collections::{bounded}"
        return self._wrapped(tuple(path.split("::")), [*parameters, ("S", None)], inner)

    def _wrapped(self, path: tuple[str, ...], parameters: list[tuple[str, Any]], inner: int) -> int:
        named = [TypeParameter(name, number) for name, number in parameters]
        return self.add(portable.CompositeType((portable.Field(None, inner),)), path, named)

    # Named types

    def _path(self, rust: RustType) -> tuple[str, ...]:
        crate, *rest = rust.path.split("::")
        return (self._crate if crate == RUNTIME and rest else crate, *rest)

    def _named(self, shape: scale.Record | scale.Variants, made: Callable[[], Definition]) -> int:
        self._open[shape.hint] = None
        path, parameters, definition, docs = made()
        reserved = self._open.pop(shape.hint)
        if reserved is None:
            return self.add(definition, path, parameters, docs)
        self.define(reserved, path, definition, parameters, docs)
        self._special[shape.hint] = reserved
        return reserved

    def _again(self, shape: scale.Recursion) -> int:
        reserved = self._open[shape.hint]
        if reserved is None:
            self._definitions.append(None)
            reserved = self._open[shape.hint] = len(self._definitions) - 1
        return reserved

    def _record(self, shape: scale.Record) -> Definition:
        rust = rust_type_of(shape.cls)
        fields = self.fields(shape.cls, shape.fields, unnamed=rust.unnamed)
        own = {parameter.name: self._of(parameter.shape) for parameter in shape.parameters}
        numbers = own | {field.name: each.type_id for field, each in zip(shape.fields, fields, strict=True)}
        parameters = self.parameters(rust, numbers) or [TypeParameter(*each) for each in own.items()]
        return self._path(rust), tuple(parameters), portable.CompositeType(fields), _docs(shape)

    def _variants(self, shape: scale.Variants) -> Definition:
        rust = rust_type_of(shape.cls)
        definition = portable.VariantType(self.cases(shape, unnamed=rust.unnamed))
        return self._path(rust), tuple(self.parameters(rust, {})), definition, _docs(shape)

    def cases(self, shape: scale.Variants, *, unnamed: bool = False) -> tuple[portable.Variant, ...]:
        """The variants of an enum, in order of index."""
        return tuple(
            portable.Variant(
                _variant_name(variant),
                self.fields(variant.cls, variant.fields, unnamed=unnamed),
                variant.index,
                lines(variant.docs),
            )
            for variant in shape.variants
        )

    def enum(self, cls: type[Any], path: tuple[str, ...], scope: Scope) -> int:
        """The number of an enum under a path that its class does not tell."""
        shape = shape_of(cls, self.scope(scope))
        if isinstance(shape, scale.PlainEnum):
            return self.add(self._members(shape), path, docs=_docs(shape))
        if isinstance(shape, scale.Variants):
            return self.add(portable.VariantType(self.cases(shape)), path, docs=_docs(shape))
        raise DeclarationError(cls, "it is no enum")

    def _plain_enum(self, shape: scale.PlainEnum) -> int:
        rust = rust_type_of(shape.cls)
        return self.add(self._members(shape), self._path(rust), self.parameters(rust, {}), _docs(shape))

    def _members(self, shape: scale.PlainEnum) -> portable.VariantType:
        docs = field_docs(shape.cls)
        return portable.VariantType(
            tuple(
                portable.Variant(variant_name(member.name), (), index, docs.get(member.name, ()))
                for index, member in shape.members.items()
            )
        )


_NAMED_BYTES: Mapping[str, tuple[str, ...]] = {
    "AccountId": ("sp_core", "crypto", "AccountId32"),
    "Hash": ("primitive_types", "H256"),
}


def _variant_name(variant: scale.Variant) -> str:
    """The class's own word for it, or its name."""
    own = vars(variant.cls).get("__rust__")
    return own.path if isinstance(own, RustType) else rust_identifier(variant.name)


def written_type(cls: type[Any], field: str) -> str | None:
    """How the source writes a field's type, in Rust's words."""
    for each in cls.__mro__:
        written = inspect.get_annotations(each).get(field)
        if isinstance(written, str):
            return rust_annotation(written)
    return None


def _docs(shape: scale.Record | scale.Variants | scale.PlainEnum) -> tuple[str, ...]:
    return () if shape.docs == shape.cls.__name__ else lines(shape.docs)


def _marks_of(hint: Any, kind: type[M]) -> list[M]:
    """The marks of a kind in an annotation, the innermost first."""
    marks = hint.__metadata__ if get_origin(hint) is Annotated else ()
    return [mark for mark in marks if isinstance(mark, kind)]


def _is_hashable(hint: Any) -> bool:
    try:
        hash(hint)
    except TypeError:
        return False
    return True
