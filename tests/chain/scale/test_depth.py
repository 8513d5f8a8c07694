"""Recursive types: they work, and end where they nest too deep."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from chain.primitives import U8, Enumeration
from chain.scale import Codec, DecodeError, EncodeError, codec_of
from chain.scale.compiled import encoder_of_variant
from chain.scale.depth import MAX_DEPTH


@dataclass(frozen=True, slots=True)
class Tree:
    children: list[Tree]


@dataclass(frozen=True, slots=True)
class Chain:
    link: Chain | None


class Expression(Enumeration):
    pass


class Sum(Expression):
    left: Expression
    right: Expression


class Call(Expression):
    arguments: Arguments


class Number(Expression):
    value: U8


@dataclass(frozen=True, slots=True)
class Arguments:
    first: Expression | None
    named: dict[str, Expression]
    more: Arguments | None


def nested_tree(levels: int) -> Tree:
    tree = Tree([])
    for _ in range(levels):
        tree = Tree([tree])
    return tree


CASES = [
    (Tree, Tree([Tree([]), Tree([Tree([])])]), "0800040 0"),
    (Chain, Chain(Chain(None)), "0100"),
    (Expression, Sum(Number(1), Sum(Number(2), Number(3))), "00020100020202 03"),
    (
        Expression,
        Call(Arguments(Number(7), {"b": Number(1), "a": Call(Arguments(None, {}, None))}, Arguments(None, {}, None))),
        "01 01 0207 08 0461 01000000 0462 0201 01 000000",
    ),
    (Arguments, Arguments(Call(Arguments(None, {}, None)), {}, None), "01 01 000000 00 00"),
]


@pytest.mark.parametrize(("hint", "value", "encoded"), CASES)
def test_recursive_value_encodes_and_decodes(hint: type[Any], value: Any, encoded: str) -> None:
    codec: Codec[Any] = codec_of(hint)
    data = bytes.fromhex(encoded.replace(" ", ""))
    assert codec.encode(value) == data
    assert codec.decode(data) == value
    assert codec.read(data, 0) == (value, len(data))
    assert codec.max_size is None


def test_the_deepest_value_allowed_is_read_and_written() -> None:
    codec = codec_of(Tree)
    assert codec.decode(codec.encode(nested_tree(MAX_DEPTH - 1))) == nested_tree(MAX_DEPTH - 1)


@pytest.mark.parametrize("levels", [MAX_DEPTH, 5000])
def test_input_that_nests_deeper_is_refused(levels: int) -> None:
    with pytest.raises(DecodeError, match="nested more than 256 levels deep"):
        codec_of(Tree).decode(b"\x04" * levels + b"\x00")


@pytest.mark.parametrize("levels", [MAX_DEPTH, 400])
def test_values_that_nest_deeper_are_refused(levels: int) -> None:
    with pytest.raises(EncodeError, match="nested more than 256 levels deep"):
        codec_of(Tree).encode(nested_tree(levels))


def test_a_value_that_contains_itself_is_refused() -> None:
    tree = Tree([])
    tree.children.append(tree)
    with pytest.raises(EncodeError, match="nested more than 256 levels deep"):
        codec_of(Tree).encode(tree)


def test_refused_input_leaves_the_count_of_levels_as_it_was() -> None:
    codec = codec_of(Tree)
    for _ in range(MAX_DEPTH + 1):
        with pytest.raises(DecodeError):
            codec.decode(b"\x04" * 10)
        with pytest.raises(EncodeError):
            codec.encode(Tree([Tree([3])]))  # type: ignore[list-item]
    assert codec.decode(b"\x04\x00") == Tree([Tree([])])


@pytest.mark.parametrize(
    "value", [Number(1), Sum(Number(1), Sum(Number(2), Number(3))), Call(Arguments(None, {}, None))]
)
@pytest.mark.parametrize("prefix", [b"", b"\x05", b"two"])
def test_the_encoder_of_one_variant_writes_what_its_enum_does_behind_a_prefix(value: Expression, prefix: bytes) -> None:
    encode_it = encoder_of_variant(type(value), prefix=prefix)
    assert encode_it(value) == prefix + codec_of(Expression).encode(value)


def test_the_encoder_of_one_variant_refuses_another() -> None:
    with pytest.raises(EncodeError):
        encoder_of_variant(Number)(Sum(Number(1), Number(2)))
