"""Which encoded values are exactly what decoding gives."""

from __future__ import annotations

from enum import IntEnum

from chain.primitives import U32, Compact
from chain.record import record
from chain.scale import codec_of
from chain.scale.compiled import exactness


@record
class Inner:
    amount: Compact[U32]


@record
class Outer:
    count: U32
    inner: Inner


@record
class Twin:
    amount: Compact[U32]


class Number(IntEnum):
    ONE = 1


def test_a_record_of_integers_is_exact_where_every_part_has_the_declared_class() -> None:
    is_exact = exactness(codec_of(Outer))
    assert is_exact is not None
    assert is_exact(Outer(1, Inner(2)))
    assert not is_exact(Outer(Number.ONE, Inner(2)))
    assert not is_exact(Outer(1, Inner(Number.ONE)))
    assert not is_exact(Outer(1, Twin(2)))  # type: ignore[arg-type]  # encodes as well, and would come back as Inner


def test_an_integer_is_exact_where_it_is_no_enum_member() -> None:
    is_exact = exactness(codec_of(U32))
    assert is_exact is not None
    assert is_exact(1)
    assert not is_exact(Number.ONE)


def test_what_holds_more_than_integers_is_always_decoded() -> None:
    assert exactness(codec_of(bytes)) is None
    assert exactness(codec_of(bool)) is None
    assert exactness(codec_of(list[U32])) is None
    assert exactness(codec_of(tuple[U32, bool])) is None
