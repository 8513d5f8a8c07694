"""A value is computed once for each object, without keeping anybody waiting."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Thread

import pytest

from chain.once import once


@dataclass(frozen=True)
class Square:
    """A frozen object with a property that is dear."""

    side: int
    computed: list[int] = field(default_factory=list)
    meanwhile: Callable[[], object] = lambda: None

    @once
    def area(self) -> int:
        """How large it is."""
        self.computed.append(self.side)
        self.meanwhile()
        return self.side**2


def test_it_is_computed_when_it_is_first_asked_for_and_once_for_each_object() -> None:
    computed = list[int]()
    two, three = Square(2, computed), Square(3, computed)
    assert computed == []
    assert [two.area, three.area, two.area, three.area] == [4, 9, 4, 9]
    assert computed == [2, 3]


def test_another_object_does_not_wait_for_it() -> None:
    def ask_another() -> None:
        thread = Thread(target=lambda: found.append(Square(5).area), daemon=True)
        thread.start()
        thread.join(20.0)

    found = list[int]()
    assert Square(2, meanwhile=ask_another).area == 4
    assert found == [25]


def test_what_fails_is_computed_again() -> None:
    problems = [ZeroDivisionError()]

    def fail_once() -> None:
        if problems:
            raise problems.pop()

    square = Square(2, meanwhile=fail_once)
    with pytest.raises(ZeroDivisionError):
        _ = square.area
    assert square.area == 4


def test_the_class_has_what_it_says() -> None:
    assert isinstance(Square.area, once)
    assert Square.area.__doc__ == "How large it is."
