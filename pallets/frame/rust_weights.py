"""Weight expressions of Rust, reduced to formulas.

    Weight::from_parts(14_674_000, 990)
        .saturating_add(Weight::from_parts(14_648_188, 0).saturating_mul(u.into()))
        .saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(u.into())))

Everything that benchmarking writes is a sum of products of numbers and components; since nothing in it is taken
away, saturating in every step and saturating once at the end are the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, TypeVar

from chain.record import record
from pallets.frame.rust_tokens import END, Token, Tokens
from pallets.frame.weight import U64_MAX, Weight
from pallets.frame.weight_info import PARITYDB, ROCKSDB, DbWeight, WeightTerm

T = TypeVar("T")

Components = tuple[str, ...]
"""Components whose product a number is multiplied with, in the order of the alphabet; () is one."""

MAX_NESTING: Final = 64
"""Brackets inside brackets that are followed; benchmarking writes four."""

_INTEGERS: Final = frozenset({"u8", "u16", "u32", "u64", "u128", "usize"})

_DATABASES: Final[dict[str, DbWeight]] = {"RocksDbWeight": ROCKSDB, "ParityDbWeight": PARITYDB}

_CONSTANTS: Final[dict[str, int]] = {
    "WEIGHT_REF_TIME_PER_SECOND": 10**12,
    "WEIGHT_REF_TIME_PER_MILLIS": 10**9,
    "WEIGHT_REF_TIME_PER_MICROS": 10**6,
    "WEIGHT_REF_TIME_PER_NANOS": 10**3,
}
"""frame_support::weights::constants."""


@record
class Number:
    """A sum of components' products: what stands before each."""

    terms: tuple[tuple[Components, int], ...]


@record
class Sum:
    """A weight: computing time, proof, reads and writes of the runtime's database, by components' product."""

    terms: tuple[tuple[Components, tuple[int, int, int, int]], ...]


@record
class Database:
    """What reads and writes are counted with; None is the database that the runtime has."""

    weight: DbWeight | None


Value = Number | Sum | Database


def constant(number: int) -> Number:
    """A number that depends on nothing."""
    return Number((((), number),))


def terms_of(value: Sum) -> tuple[WeightTerm, ...]:
    """A weight's summands, those that depend on nothing first."""
    return tuple(
        WeightTerm(Weight(min(ref_time, U64_MAX), min(proof_size, U64_MAX)), reads, writes, components)
        for components, (ref_time, proof_size, reads, writes) in sorted(value.terms)
    )


@dataclass(slots=True)
class WeightExpression:
    """Reads one expression; raises RustSourceError at what is no part of a generated weight."""

    tokens: Tokens
    components: Components
    _nesting: int = 0

    def weight(self) -> Sum:
        """The expression that comes, as a weight."""
        start = self.tokens.next
        return self._as_sum(self._sum(), start)

    def _sum(self) -> Value:
        self._nesting += 1
        if self._nesting > MAX_NESTING:
            raise self.tokens.error(f"brackets nested deeper than {MAX_NESTING}")
        start = self.tokens.next
        value = self._product()
        while self.tokens.taken("+"):
            value = self._added(value, self._product(), start)
        self._nesting -= 1
        return value

    def _product(self) -> Value:
        start = self.tokens.next
        value = self._cast()
        while self.tokens.taken("*"):
            value = self._multiplied(value, self._cast(), start)
        return value

    def _cast(self) -> Value:
        """A value with its methods, and what it is cast to: a number stays what it was."""
        value = self._methods()
        while self.tokens.taken("as"):
            kind = self.tokens.take()
            if kind.text not in _INTEGERS and kind.text != "Weight":
                raise self.tokens.error(f"a cast to `{kind.text}`", kind)
        return value

    def _methods(self) -> Value:
        value = self._first()
        while self.tokens.taken("."):
            token = self.tokens.next
            name = self.tokens.name()
            value = self._method(value, name, self._arguments(), token)
        return value

    def _first(self) -> Value:
        token = self.tokens.next
        if token.kind == "number":
            self.tokens.take()
            return constant(_integer(token.text))
        if self.tokens.taken("("):
            value = self._sum()
            self.tokens.expect(")")
            return value
        path = self._path()
        if self.tokens.comes("("):
            return self._function(path, self._arguments(), token)
        return self._named(path, token)

    def _path(self) -> list[str]:
        """`T::DbWeight::get`, also where the first part is `<T as frame_system::Config>`."""
        path = []
        if self.tokens.taken("<"):
            while not self.tokens.taken(">"):
                if self.tokens.next.kind == END:
                    raise self.tokens.error("`<` is never closed")
                self.tokens.take()
            self.tokens.expect("::")
        path.append(self.tokens.name())
        while self.tokens.taken("::"):
            path.append(self.tokens.name())
        return path

    def _arguments(self) -> list[Value]:
        self.tokens.expect("(")
        arguments: list[Value] = []
        while not self.tokens.taken(")"):
            arguments.append(self._sum())
            if not self.tokens.taken(","):
                self.tokens.expect(")")
                break
        return arguments

    def _named(self, path: list[str], token: Token) -> Value:
        if len(path) == 1 and path[0] in self.components:
            return Number((((path[0].lstrip("_"),), 1),))
        if path[-1] in _CONSTANTS:
            return constant(_CONSTANTS[path[-1]])
        raise self.tokens.error(f"`{'::'.join(path)}` is no component of this weight", token)

    def _function(self, path: list[str], arguments: list[Value], token: Token) -> Value:
        shown = f"`{'::'.join(path)}` of {len(arguments)}"
        owner, name = path[-2:] if len(path) > 1 else ("", path[0])
        match owner, name, arguments:
            case "Weight", "from_parts", [ref_time, proof_size]:
                return _joined(self._as_number(ref_time, token), self._as_number(proof_size, token))
            case "Weight", "from_ref_time", [ref_time]:
                return _joined(self._as_number(ref_time, token), Number(()))
            case "Weight", "from_proof_size", [proof_size]:
                return _joined(Number(()), self._as_number(proof_size, token))
            case "Weight", "zero", []:
                return Sum(())
            case "DbWeight", "get", []:
                return Database(None)
            case _, "get", [] if owner in _DATABASES:
                return Database(_DATABASES[owner])
            case _, "from", [number] if owner in _INTEGERS:
                return number
        raise self.tokens.error(f"{shown} is not known in a weight", token)

    def _method(self, value: Value, name: str, arguments: list[Value], token: Token) -> Value:
        if isinstance(value, Database):
            return self._accesses(value, name, arguments, token)
        match name, arguments:
            case "into", []:
                return value
            case "saturating_add", [other]:
                return self._added(value, other, token)
            case "saturating_mul", [other]:
                return self._multiplied(value, other, token)
        raise self.tokens.error(f"`.{name}` of {len(arguments)} is not known in a weight", token)

    def _accesses(self, database: Database, name: str, arguments: list[Value], token: Token) -> Sum:
        counts = [self._as_number(argument, token) for argument in arguments]
        match name, counts:
            case "reads", [count]:
                return _accesses(database, count, Number(()))
            case "writes", [count]:
                return _accesses(database, Number(()), count)
            case "reads_writes", [reads, writes]:
                return _accesses(database, reads, writes)
        raise self.tokens.error(f"`.{name}` of {len(arguments)} is nothing that a database weighs", token)

    def _added(self, left: Value, right: Value, token: Token) -> Value:
        if isinstance(left, Number) and isinstance(right, Number):
            return Number(_collected((*left.terms, *right.terms), lambda one, other: one + other))
        both = (*self._as_sum(left, token).terms, *self._as_sum(right, token).terms)
        return Sum(_collected(both, _added_parts))

    def _multiplied(self, left: Value, right: Value, token: Token) -> Value:
        factor = self._as_number(right, token)
        if isinstance(left, Number):
            products = [(_times(one, by), part * times) for one, part in left.terms for by, times in factor.terms]
            return Number(_collected(products, lambda one, other: one + other))
        scaled = [
            (_times(one, by), (parts[0] * times, parts[1] * times, parts[2] * times, parts[3] * times))
            for one, parts in self._as_sum(left, token).terms
            for by, times in factor.terms
        ]
        return Sum(_collected(scaled, _added_parts))

    def _as_number(self, value: Value, token: Token) -> Number:
        if not isinstance(value, Number):
            raise self.tokens.error(f"`{token.text}` works on a number here, not on a weight", token)
        return value

    def _as_sum(self, value: Value, token: Token) -> Sum:
        """A weight; a number alone is computing time, as it was before weights had two dimensions."""
        if isinstance(value, Number):
            return _joined(value, Number(()))
        if isinstance(value, Database):
            raise self.tokens.error("a database is no weight", token)
        return value


Parts = tuple[int, int, int, int]


def _joined(ref_time: Number, proof_size: Number) -> Sum:
    parts: list[tuple[Components, Parts]] = [(each, (value, 0, 0, 0)) for each, value in ref_time.terms]
    parts += [(each, (0, value, 0, 0)) for each, value in proof_size.terms]
    return Sum(_collected(parts, _added_parts))


def _accesses(database: Database, reads: Number, writes: Number) -> Sum:
    parts: list[tuple[Components, Parts]]
    if database.weight is None:
        parts = [(each, (0, 0, count, 0)) for each, count in reads.terms]
        parts += [(each, (0, 0, 0, count)) for each, count in writes.terms]
    else:
        parts = [(each, (database.weight.read * count, 0, 0, 0)) for each, count in reads.terms]
        parts += [(each, (database.weight.write * count, 0, 0, 0)) for each, count in writes.terms]
    return Sum(_collected(parts, _added_parts))


def _times(one: Components, other: Components) -> Components:
    return tuple(sorted(one + other))


def _added_parts(one: Parts, other: Parts) -> Parts:
    return (one[0] + other[0], one[1] + other[1], one[2] + other[2], one[3] + other[3])


def _collected(terms: Iterable[tuple[Components, T]], add: Callable[[T, T], T]) -> tuple[tuple[Components, T], ...]:
    found: dict[Components, T] = {}
    for components, value in terms:
        found[components] = add(found[components], value) if components in found else value
    return tuple(found.items())


def _integer(text: str) -> int:
    for suffix in ("u128", "usize", "u8", "u16", "u32", "u64"):
        text = text.removesuffix(suffix)
    digits = text.replace("_", "")
    return int(digits, 16) if digits.startswith("0x") else int(digits)
