"""A property that is computed once for each object, and holds no lock while it is.

`functools.cached_property` holds one until Python 3.12, and the same for all objects of a class: whoever asks the node
something while it computes keeps every other worker waiting.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar, overload

T = TypeVar("T")
V = TypeVar("V")


class once(Generic[T, V]):  # noqa: N801  (it is written as a decorator)
    """Decorates a method of a class whose objects have a `__dict__`; frozen ones may have it too."""

    def __init__(self, compute: Callable[[T], V]) -> None:
        self._compute = compute
        self._name = compute.__name__
        self.__doc__ = compute.__doc__

    @overload
    def __get__(self, found: None, owner: type[T]) -> once[T, V]: ...
    @overload
    def __get__(self, found: T, owner: type[T]) -> V: ...

    def __get__(self, found: T | None, owner: type[T]) -> V | once[T, V]:
        if found is None:
            return self
        value = vars(found)[self._name] = self._compute(found)  # where it is found before this, from now on
        return value
