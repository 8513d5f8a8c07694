"""View functions have FRAME's ids, answer in SCALE what a direct call answers, and write nothing."""

from __future__ import annotations

from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chain.crypto.hashing import twox_128
from chain.primitives import U32, U64, AccountId, Balance, MaxLen
from chain.scale import codec_of
from pallets.frame.declaration import DeclarationMistakes
from pallets.frame.guard import WriteRefused
from pallets.frame.pallet import Pallet, config
from pallets.frame.storage import StorageMap, StorageValue
from pallets.frame.testing import MockRuntime
from pallets.frame.view import ViewFunctionInput, ViewFunctionNotFound, view_function

ALICE, BOB = AccountId(b"\1" * 32), AccountId(b"\2" * 32)


@config
class Config:
    """Nothing."""


class Points(Pallet[Config]):
    """Counts points."""

    of: StorageMap[AccountId, Balance | None]
    asked: StorageValue[U32]

    @view_function
    def points_of(self, who: AccountId) -> Balance | None:
        """How many an account has."""
        return self.of.get(who)

    @view_function
    def best(self) -> list[tuple[AccountId, Balance]]:
        """All accounts, best first."""
        pairs = [(who, points or 0) for who, points in self.of.iter()]
        return sorted(pairs, key=lambda pair: (-pair[1], pair[0]))

    @view_function
    def count(self) -> U32:
        """Counts the question, which it may not."""
        self.asked.put(self.asked.get() + 1)
        return self.asked.get()

    @view_function(signature="has_name(BoundedVec<u8,T::Limit>,u64) -> bool")
    def has_name(self, name: Annotated[bytes, MaxLen(4)], until: U64) -> bool:
        """Whether it knows a name."""
        return name == b"Kim" and until > 3


class Mock(MockRuntime):
    def __init__(self) -> None:
        super().__init__()
        self.points = Points(self, Config(), index=1)
        self.other = Points(self, Config(), index=2, name="Other")
        self.points.of.insert(ALICE, 5)


@pytest.mark.parametrize(
    ("name", "signature"),
    [
        ("points_of", "points_of(T::AccountId) -> Option<BalanceOf<T>>"),
        ("best", "best() -> Vec<(T::AccountId,BalanceOf<T>)>"),
        ("count", "count() -> u32"),
        ("has_name", "has_name(BoundedVec<u8,T::Limit>,u64) -> bool"),
    ],
)
def test_an_id_is_made_of_the_pallets_name_and_the_signature_in_rust(name: str, signature: str) -> None:
    (view,) = (each for each in Points.declaration.view_functions if each.name == name)
    assert view.signature == signature
    assert view.identifier("Other") == twox_128(b"Other") + twox_128(signature.encode())


def ask(runtime: MockRuntime, pallet: str, name: str, *arguments: tuple[Any, Any]) -> bytes:
    view = next(each for each in Points.declaration.view_functions if each.name == name)
    encoded = b"".join(codec_of(hint).encode(value) for hint, value in arguments)
    return runtime.execute_view_function(view.identifier(pallet), encoded)


@given(st.dictionaries(st.sampled_from([ALICE, BOB]), st.integers(0, 2**128 - 1)))
def test_the_answer_is_that_of_the_direct_call(points: dict[AccountId, int]) -> None:
    runtime = Mock()
    for who, value in points.items():
        runtime.other.of.insert(who, value)
    for who in (ALICE, BOB):
        direct = codec_of(Balance | None).encode(runtime.other.points_of(who))
        assert ask(runtime, "Other", "points_of", (AccountId, who)) == direct
    assert ask(runtime, "Other", "best") == codec_of(list[tuple[AccountId, Balance]]).encode(runtime.other.best())


def test_several_arguments_are_decoded_in_order() -> None:
    assert ask(Mock(), "Points", "has_name", (bytes, b"Kim"), (U64, 4)) == b"\1"
    assert ask(Mock(), "Points", "has_name", (bytes, b"Kim"), (U64, 3)) == b"\0"


def test_a_view_function_that_writes_is_refused_and_undone() -> None:
    runtime = Mock()
    with pytest.raises(WriteRefused, match=r"Points\.count may only read and wrote 0x"):
        ask(runtime, "Points", "count")
    assert not runtime.points.asked.exists()


def test_an_unknown_id_and_bytes_that_are_no_arguments_are_refused() -> None:
    runtime = Mock()
    with pytest.raises(ViewFunctionNotFound, match="no pallet has the view function 0x0000"):
        runtime.execute_view_function(bytes(32), b"")
    for data in (b"", bytes(31), bytes(33)):
        with pytest.raises(ViewFunctionInput, match=r"Points\.points_of: "):
            runtime.execute_view_function(Points.declaration.view_functions[0].identifier("Points"), data)


def test_planted_mistakes_are_reported_together() -> None:
    def silent(_self: Any) -> None:
        """Answers nothing."""

    def vague(_self: Any) -> dict[int, int]:
        return {}

    def untyped(_self: Any, what) -> U32:  # type: ignore[no-untyped-def]  # that is the mistake
        return 1 if what else 0

    members = {"__module__": __name__, **{each.__name__: view_function(each) for each in (silent, vague, untyped)}}
    with pytest.raises(DeclarationMistakes) as caught:
        type("Mistaken", (Pallet,), members)
    assert [mistake.text for mistake in caught.value.mistakes] == [
        "silent: a view function says what it answers",
        "vague: its signature in Rust cannot be told; give it: @view_function(signature=…)",
        "untyped: parameter what has no type: write what: U32, or whatever it is",
    ]
