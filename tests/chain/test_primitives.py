"""Enumerations number their variants, and make them dataclasses when they are needed."""

from __future__ import annotations

import dataclasses
import inspect

import pytest

from chain.primitives import U32, Enumeration


class Shape(Enumeration):
    """An enum of shapes."""


class Point(Shape):
    """Nothing to say."""


class Circle(Shape, index=4):
    """One field."""

    radius: U32


class Box(Shape):
    """Two fields, one with a default."""

    width: U32
    height: U32 = 1


def test_variants_are_numbered_in_order_or_as_told() -> None:
    assert Shape.variants == {0: Point, 4: Circle, 5: Box}


def test_a_variant_is_a_frozen_dataclass() -> None:
    assert Box(2) == Box(width=2, height=1)
    assert (repr(Box(2)), hash(Point()) == hash(Point())) == ("Box(width=2, height=1)", True)
    with pytest.raises(dataclasses.FrozenInstanceError):
        Circle(3).radius = 4  # type: ignore[misc]  # the mistake
    match Circle(3):
        case Circle(radius):
            assert radius == 3


def test_what_is_asked_of_the_class_is_answered_before_there_is_a_value() -> None:
    class Late(Shape):
        size: U32

    assert [field.name for field in dataclasses.fields(Late)] == ["size"]
    assert list(inspect.signature(Late).parameters) == ["size"]


def test_the_enum_itself_has_no_values() -> None:
    with pytest.raises(TypeError, match="Shape is no variant"):
        Shape()


def test_an_index_is_given_once_and_fits_a_byte() -> None:
    with pytest.raises(TypeError, match=r"variant index 4 is already Circle's"):

        class Again(Shape, index=4):
            pass

    with pytest.raises(TypeError, match="does not fit a byte"):

        class Large(Shape, index=256):
            pass
