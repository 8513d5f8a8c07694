"""Encoders that keep the values which are exactly what decoding gives."""

from __future__ import annotations

from enum import IntEnum
from typing import Any, cast

from chain.primitives import U32, Compact
from chain.record import record
from chain.scale import codec_of
from chain.scale.compiled import encoder_that_keeps


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


def kept_of(hint: Any, *values: object, limit: int = 10) -> list[object] | None:
    kept = dict[bytes, Any]()
    encode = encoder_that_keeps(codec_of(hint), kept, limit)
    if encode is None:
        return None
    for value in values:
        assert encode(value) == codec_of(hint).encode(value)
    return list(kept.values())


def test_a_record_of_integers_is_kept_where_every_part_has_the_declared_class() -> None:
    assert kept_of(Outer, Outer(1, Inner(2))) == [Outer(1, Inner(2))]
    assert kept_of(Outer, Outer(Number.ONE, Inner(2)), Outer(1, Inner(Number.ONE))) == []


def test_a_record_of_another_class_with_the_same_fields_is_encoded_and_not_kept() -> None:
    assert kept_of(Inner, Twin(2)) == []
    assert kept_of(Outer, Outer(1, cast(Inner, Twin(2)))) == []


def test_an_integer_is_kept_where_it_is_no_enum_member() -> None:
    assert kept_of(U32, Number.ONE) == []
    assert kept_of(U32, 1, 2) == [1, 2]


def test_what_holds_more_than_integers_is_never_kept() -> None:
    for hint in (bytes, bool, list[U32], tuple[U32, bool]):
        assert kept_of(hint) is None


def test_at_the_limit_keeping_starts_anew() -> None:
    assert kept_of(U32, 1, 2, 3, limit=2) == [3]
