"""The checks of origins and their combinations hold to the truth table of FRAME's."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chain.primitives import AccountId
from pallets.frame.collective_origin import (
    EnsureMember,
    EnsureMembers,
    EnsureProportionAtLeast,
    EnsureProportionMoreThan,
    Member,
    Members,
)
from pallets.frame.ensure_origin import (
    AsEnsureOriginWithArg,
    EitherOf,
    EitherOfDiverse,
    EnsureAuthorized,
    EnsureFrom,
    EnsureNever,
    EnsureNone,
    EnsureOrigin,
    EnsureRoot,
    EnsureRootWithSuccess,
    EnsureSigned,
    EnsureSignedBy,
    Left,
    MapSuccess,
    Right,
    TryMapSuccess,
)
from pallets.frame.error import BadOrigin
from pallets.frame.origin import AUTHORIZED, NO_ORIGIN, ROOT, FromPallet, Origin, Signed

ALICE, BOB = AccountId(b"\1" * 32), AccountId(b"\2" * 32)
COUNCIL, OTHER = 9, 10
TWO_OF_THREE = FromPallet(COUNCIL, Members(2, 3))
ORIGINS: tuple[Origin, ...] = (
    ROOT,
    NO_ORIGIN,
    AUTHORIZED,
    Signed(ALICE),
    Signed(BOB),
    TWO_OF_THREE,
    FromPallet(COUNCIL, Members(1, 2)),
    FromPallet(COUNCIL, Member(BOB)),
    FromPallet(OTHER, Members(2, 3)),
)
NO = BadOrigin


def even(who: AccountId) -> int | None:
    return who[0] if who[0] % 2 == 0 else None


TABLE: dict[str, tuple[EnsureOrigin[Any], tuple[object, ...]]] = {
    # root, none, authorized, Alice, Bob, 2 of 3, 1 of 2, one member, 2 of 3 elsewhere
    "root": (EnsureRoot(), (None, NO, NO, NO, NO, NO, NO, NO, NO)),
    "root with success": (EnsureRootWithSuccess(7), (7, NO, NO, NO, NO, NO, NO, NO, NO)),
    "none": (EnsureNone(), (NO, None, NO, NO, NO, NO, NO, NO, NO)),
    "authorized": (EnsureAuthorized(), (NO, NO, None, NO, NO, NO, NO, NO, NO)),
    "signed": (EnsureSigned(), (NO, NO, NO, ALICE, BOB, NO, NO, NO, NO)),
    "signed by": (EnsureSignedBy((BOB,)), (NO, NO, NO, NO, BOB, NO, NO, NO, NO)),
    "never": (EnsureNever(), (NO,) * 9),
    "from": (EnsureFrom(COUNCIL, Member), (NO, NO, NO, NO, NO, NO, NO, Member(BOB), NO)),
    "member": (EnsureMember(COUNCIL), (NO, NO, NO, NO, NO, NO, NO, BOB, NO)),
    "members": (EnsureMembers(COUNCIL, 2), (NO, NO, NO, NO, NO, (2, 3), NO, NO, NO)),
    "more than half": (EnsureProportionMoreThan(COUNCIL, 1, 2), (NO, NO, NO, NO, NO, None, NO, NO, NO)),
    "at least half": (EnsureProportionAtLeast(COUNCIL, 1, 2), (NO, NO, NO, NO, NO, None, None, NO, NO)),
    "at least two thirds": (EnsureProportionAtLeast(COUNCIL, 2, 3), (NO, NO, NO, NO, NO, None, NO, NO, NO)),
    "either": (EitherOf(EnsureSignedBy((ALICE,)), EnsureMember(COUNCIL)), (NO, NO, NO, ALICE, NO, NO, NO, BOB, NO)),
    "either, the first first": (
        EitherOf(EnsureRootWithSuccess(1), EnsureRootWithSuccess(2)),
        (1, NO, NO, NO, NO, NO, NO, NO, NO),
    ),
    "either, diverse": (
        EitherOfDiverse(EnsureRoot(), EnsureSigned()),
        (Left(None), NO, NO, Right(ALICE), Right(BOB), NO, NO, NO, NO),
    ),
    "mapped": (MapSuccess(EnsureSigned(), lambda who: who[0]), (NO, NO, NO, 1, 2, NO, NO, NO, NO)),
    "mapped, if it can be": (TryMapSuccess(EnsureSigned(), even), (NO, NO, NO, NO, 2, NO, NO, NO, NO)),
}


def outcome(check: EnsureOrigin[Any], origin: Origin) -> object:
    try:
        return check.ensure_origin(origin)
    except BadOrigin:
        return NO


@pytest.mark.parametrize("name", TABLE)
def test_a_check_grants_what_the_truth_table_says(name: str) -> None:
    check, expected = TABLE[name]
    assert tuple(outcome(check, origin) for origin in ORIGINS) == expected


@pytest.mark.parametrize("name", TABLE)
def test_the_successful_origin_passes(name: str) -> None:
    check = TABLE[name][0]
    origin = check.successful_origin()
    if name in ("never", "from"):
        assert origin is None
    elif name == "mapped, if it can be":
        assert origin is not None  # the account of zeros, which is even
        assert check.ensure_origin(origin) == 0
    else:
        assert origin is not None
        check.ensure_origin(origin)


@pytest.mark.parametrize("name", TABLE)
def test_with_an_argument_the_check_is_the_same(name: str) -> None:
    check = TABLE[name][0]
    with_argument = AsEnsureOriginWithArg(check)
    assert with_argument.successful_origin("asset 3") == check.successful_origin()
    for origin in ORIGINS:
        try:
            found: object = with_argument.ensure_origin(origin, "asset 3")
        except BadOrigin:
            found = NO
        assert found == outcome(check, origin)


def test_root_may_always_pass_where_it_is_asked_for() -> None:
    assert EnsureSigned().ensure_origin_or_root(ROOT) is None
    assert EnsureSigned().ensure_origin_or_root(Signed(BOB)) == BOB
    with pytest.raises(BadOrigin):
        EnsureSigned().ensure_origin_or_root(NO_ORIGIN)


BASIC: list[EnsureOrigin[Any]] = [check for check, _ in TABLE.values()]


@given(st.sampled_from(BASIC), st.sampled_from(BASIC), st.sampled_from(ORIGINS))
def test_either_passes_exactly_where_one_of_both_does(
    left: EnsureOrigin[Any], right: EnsureOrigin[Any], origin: Origin
) -> None:
    first, second = outcome(left, origin), outcome(right, origin)
    assert outcome(EitherOf(left, right), origin) == (second if first is NO else first)
    diverse = outcome(EitherOfDiverse(left, right), origin)
    assert diverse == (Left(first) if first is not NO else NO if second is NO else Right(second))
