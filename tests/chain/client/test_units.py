"""Amounts are exact both ways."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chain.client.units import Currency

UNIT = Currency("UNIT", 12)


@given(st.integers(0, 2**128 - 1), st.integers(0, 24))
def test_what_is_shown_is_what_is_read(planck: int, decimals: int) -> None:
    currency = Currency("T", decimals)
    assert currency.planck(currency.tokens(planck).removesuffix(" T").replace(",", "")) == planck


@pytest.mark.parametrize(
    ("tokens", "planck"), [(2, 2 * 10**12), ("1.5", 15 * 10**11), ("0.000000000001", 1), (Decimal("1e-12"), 1)]
)
def test_tokens_in_planck(tokens: int | str | Decimal, planck: int) -> None:
    assert UNIT.planck(tokens) == planck


@pytest.mark.parametrize(
    ("planck", "shown"),
    [(0, "0 UNIT"), (1, "0.000000000001 UNIT"), (10**12, "1 UNIT"), (-15 * 10**14, "-1,500 UNIT")],
)
def test_planck_in_tokens(planck: int, shown: str) -> None:
    assert UNIT.tokens(planck) == shown


@pytest.mark.parametrize("tokens", ["", "x", "1.0000000000001", "NaN", "Infinity", "1e999999999"])
def test_what_is_no_amount_is_told(tokens: str) -> None:
    with pytest.raises(ValueError, match=r"no amount|no whole number of planck"):
        UNIT.planck(tokens)
