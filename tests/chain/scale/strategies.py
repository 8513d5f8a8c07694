"""Random types in the notation, and random values of them."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from chain.primitives import BitSequence, Err, Ok
from tests.chain.scale.notation import Notation, Types, kind_of, may_be_none

UNSIGNED = ["u8", "u16", "u32", "u64", "u128", "u256"]
SIGNED = ["i8", "i16", "i32", "i64", "i128", "i256"]
BIT_VECTORS = st.tuples(st.sampled_from(["u8", "u16", "u32", "u64"]), st.sampled_from(["lsb0", "msb0"]))
INDICES = st.lists(st.integers(0, 255), min_size=1, max_size=5, unique=True)

LEAVES: SearchStrategy[Notation] = st.one_of(
    st.sampled_from([*UNSIGNED, *SIGNED, "bool", "str", "bytes", "unit", "OptionBool"]),
    st.sampled_from(UNSIGNED).map(lambda width: {"compact": width}),
    st.integers(0, 40).map(lambda size: {"array": ["u8", size]}),
    st.sampled_from(["str", "bytes"]).flatmap(lambda kind: st.integers(0, 20).map(lambda n: {"bounded": [kind, n]})),
    BIT_VECTORS.map(lambda form: {"bitvec": list(form)}),
    INDICES.map(lambda indices: {"plain": indices}),
)


def _composites(inner: SearchStrategy[Notation]) -> SearchStrategy[Notation]:
    parts = st.lists(inner, max_size=5)
    sequences = st.one_of(inner.map(lambda item: {"vec": item}), inner.map(lambda item: {"list": item}))
    return st.one_of(
        sequences,
        inner.map(lambda item: {"option": item}),
        st.tuples(sequences, st.integers(0, 4)).map(lambda pair: {"bounded": list(pair)}),
        st.tuples(inner.filter(lambda item: item != "u8"), st.integers(1, 4)).map(lambda pair: {"array": list(pair)}),
        parts.map(lambda items: {"tuple": items}),
        parts.map(lambda items: {"struct": [[f"f{place}", item] for place, item in enumerate(items)]}),
        st.tuples(inner, inner).map(lambda pair: {"result": list(pair)}),
        st.tuples(INDICES, st.lists(st.none() | inner, min_size=5, max_size=5)).map(_enum),
    )


def _enum(drawn: tuple[list[int], list[Notation | None]]) -> Notation:
    indices, items = drawn
    return {"enum": [[f"V{index}", item, index] for index, item in zip(indices, items, strict=False)]}


def _without_lists(notation: Notation) -> bool:
    return '"list"' not in repr(notation).replace("'", '"')


NESTED = st.recursive(LEAVES, _composites, max_leaves=8)
KEYS = st.recursive(LEAVES, _composites, max_leaves=3).filter(_without_lists)
COLLECTIONS = st.one_of(
    KEYS.map(lambda item: {"set": item}), st.tuples(KEYS, NESTED).map(lambda pair: {"map": list(pair)})
)
NOTATIONS: SearchStrategy[Notation] = st.recursive(LEAVES | COLLECTIONS, _composites, max_leaves=8)
"""Any type."""


def values(types: Types, notation: Notation) -> SearchStrategy[Any]:
    """Python values of a type."""
    kind, parts = kind_of(notation)
    match kind:
        case "unit":
            return st.none()
        case "bool":
            return st.booleans()
        case "OptionBool":
            return st.none() | st.booleans()
        case "str":
            return st.text(max_size=20)
        case "bytes":
            return st.binary(max_size=80)
        case "compact":
            return st.integers(0, int(parts[1:])).flatmap(lambda bits: st.integers(0, (1 << bits) - 1))
        case "option":
            held = values(types, parts)
            return st.none() | (held.map(types.cls({"struct": [["held", parts]]})) if may_be_none(parts) else held)
        case "vec" | "list":
            return _items(types, parts, 0, 6).map(tuple if kind == "vec" else list)
        case "array" if parts[0] == "u8":
            return st.binary(min_size=parts[1], max_size=parts[1])
        case "array":
            return _items(types, parts[0], parts[1], parts[1]).map(tuple)
        case "bounded":
            return _bounded(types, parts[0], parts[1])
        case "tuple":
            return st.tuples(*[values(types, part) for part in parts])
        case "struct":
            return st.builds(types.cls(notation), **{name: values(types, part) for name, part in parts})
        case "plain":
            return st.sampled_from(list(types.cls(notation)))
        case "enum":
            variants = {variant.__name__: variant for variant in types.cls(notation).variants.values()}
            return st.one_of(
                [
                    st.just(variants[name]()) if part is None else values(types, part).map(variants[name])
                    for name, part, *_ in parts
                ]
            )
        case "result":
            return values(types, parts[0]).map(Ok) | values(types, parts[1]).map(Err)
        case "set":
            return st.frozensets(values(types, parts), max_size=5)
        case "map":
            return st.dictionaries(values(types, parts[0]), values(types, parts[1]), max_size=5)
        case "bitvec":
            return st.lists(st.booleans(), max_size=70).map(lambda bits: BitSequence(tuple(bits)))
    bits, low = int(kind[1:]), -(1 << int(kind[1:]) - 1) if kind[0] == "i" else 0
    return st.integers(low, low + (1 << bits) - 1)


def _items(types: Types, notation: Notation, least: int, most: int) -> SearchStrategy[list[Any]]:
    return st.lists(values(types, notation), min_size=least, max_size=most)


def _bounded(types: Types, notation: Notation, bound: int) -> SearchStrategy[Any]:
    kind, parts = kind_of(notation)
    if kind == "str":
        return st.text(max_size=bound // 4)  # bounds count bytes, at most four a character
    if kind == "bytes":
        return st.binary(max_size=bound)
    return _items(types, parts, 0, bound).map(tuple if kind == "vec" else list)
