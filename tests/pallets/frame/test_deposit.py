"""A deposit grows and shrinks by the difference alone."""

from __future__ import annotations

import pytest

from pallets.balances import InsufficientBalance
from pallets.frame.deposit import change_deposit
from tests.pallets.nested_runtime import ALICE, endowed_runtime, reserved


def test_only_the_difference_is_reserved_or_freed() -> None:
    runtime = endowed_runtime()
    for old, new in ((0, 4), (4, 6), (6, 6), (6, 1), (1, 0)):
        change_deposit(runtime.balances, ALICE, old, new)
        assert reserved(runtime, ALICE) == new
    with pytest.raises(InsufficientBalance):
        change_deposit(runtime.balances, ALICE, 0, 11)
