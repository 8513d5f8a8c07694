"""Annotations resolved by our own means; typing's is the oracle."""

from __future__ import annotations

import sys
from typing import Annotated, ClassVar, Generic, TypeVar, get_type_hints

import pytest

from chain.annotations import class_hints, resolved
from chain.primitives import U32, AccountId, Compact
from pallets.federated_round import Config
from pallets.system import Config as SystemConfig

T = TypeVar("T")
MODULE = vars(sys.modules[__name__])


class Parent(Generic[T]):
    """Plain names, generics, unions, marks, nothing at all."""

    kinds: ClassVar[int] = 1
    who: AccountId
    size: U32 | None
    value: T
    nothing: None
    marked: Annotated[list[Compact[U32]], "a mark"]


class Child(Parent[U32]):
    """Says one again, and refers to what stands within it."""

    class Inner:
        """Named in this class alone."""

    who: AccountId
    own: dict[str, Inner]


@pytest.mark.parametrize("cls", [Parent, Child, Config, SystemConfig])
def test_hints_are_those_of_typing(cls: type) -> None:
    assert class_hints(cls) == get_type_hints(cls, include_extras=True)


def test_a_nearer_name_goes_before_the_modules() -> None:
    assert resolved("AccountId", MODULE) is AccountId
    assert resolved("AccountId", MODULE, {"AccountId": str}) is str
    assert resolved("list[AccountId]", MODULE, {"AccountId": str}) == list[str]


def test_what_is_no_text_is_itself() -> None:
    assert resolved(U32, {}) is U32


@pytest.mark.parametrize("written", ["Unheard", "list[Unheard]", "pallets.Unheard"])
def test_an_unknown_name_is_told_as_python_tells_it(written: str) -> None:
    with pytest.raises(NameError, match="is not defined"):
        resolved(written, MODULE)
