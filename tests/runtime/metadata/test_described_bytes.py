"""What the registry says of a type is what the type's own codec writes: read back through the metadata's codecs."""

from __future__ import annotations

from typing import Annotated, Any

from hypothesis import given
from hypothesis import strategies as st

from chain.metadata.codecs import Codecs
from chain.metadata.registry import Registry
from chain.primitives import (
    I64,
    U8,
    U32,
    U128,
    AccountId,
    BitFormat,
    BitSequence,
    Bytes4,
    Compact,
    Err,
    FixedU128,
    Hash,
    MaxLen,
    Ok,
    OptionBool,
)
from chain.scale import codec_of
from runtime.metadata.registry import TypeRegistry

Typed = tuple[Any, st.SearchStrategy[Any]]
"""An annotation, and the values of it."""

LEAVES: list[Typed] = [
    (U8, st.integers(0, 2**8 - 1)),
    (U128, st.integers(0, 2**128 - 1)),
    (I64, st.integers(-(2**63), 2**63 - 1)),
    (Compact[U32], st.integers(0, 2**32 - 1)),
    (Compact[U128], st.integers(0, 2**128 - 1)),
    (FixedU128, st.integers(0, 2**128 - 1)),
    (bool, st.booleans()),
    (str, st.text(max_size=4)),
    (bytes, st.binary(max_size=4)),
    (Bytes4, st.binary(min_size=4, max_size=4)),
    (AccountId, st.binary(min_size=32, max_size=32)),
    (Hash, st.binary(min_size=32, max_size=32)),
    (OptionBool, st.none() | st.booleans()),
    (Annotated[BitSequence, BitFormat(16, True)], st.lists(st.booleans(), max_size=20).map(tuple).map(BitSequence)),
]


# under names that type checkers take for values
list_of: Any = list
tuple_of: Any = tuple
dict_of: Any = dict
annotated: Any = Annotated
ok: Any = Ok
err: Any = Err


def containers(inner: st.SearchStrategy[Typed]) -> st.SearchStrategy[Typed]:
    """Lists, tuples, maps, choices and options of these."""
    numbers = st.integers(0, 255)
    return st.one_of(
        inner.map(lambda each: (list_of[each[0]], st.lists(each[1], max_size=3))),
        inner.map(lambda each: (annotated[list_of[each[0]], MaxLen(3)], st.lists(each[1], max_size=3))),
        inner.map(lambda each: (tuple_of[U8, each[0]], st.tuples(numbers, each[1]))),
        inner.map(lambda each: (tuple_of[each[0], None], st.tuples(each[1], st.none()))),
        inner.map(lambda each: (dict_of[U8, each[0]], st.dictionaries(numbers, each[1], max_size=3))),
        inner.map(lambda each: (ok[each[0]] | err[str], each[1].map(Ok) | st.text(max_size=3).map(Err))),
        inner.map(lambda each: (list_of[each[0]] | None, st.none() | st.lists(each[1], max_size=2))),
    )


@given(st.recursive(st.sampled_from(LEAVES), containers, max_leaves=4), st.data())
def test_bytes_are_read_and_written_by_what_the_registry_says(typed: Typed, data: st.DataObject) -> None:
    hint, values = typed
    registry = TypeRegistry({})
    number = registry.number(hint)
    written = codec_of(hint).encode(data.draw(values))
    described = Codecs(Registry(registry.types()))[number]
    assert described.encode(described.decode(written)) == written
