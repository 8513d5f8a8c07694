"""The values that pallets ask each other with."""

from __future__ import annotations

from enum import IntEnum

import pytest

from chain.extrinsic import Address20, Address32, Id, MultiAddress, Raw
from chain.primitives import AccountId
from chain.scale import encode
from pallets.frame.error import CannotLookup, DispatchError
from pallets.frame.traits import (
    Fungible,
    RuntimeFreezeReason,
    RuntimeHoldReason,
    freeze_reason,
    hold_reason,
    lookup,
)
from tests.pallets.template_runtime import runtime_with


class Reason(IntEnum):
    """As a pallet declares its own."""

    BONDED = 0
    ESCROW = 1


def test_a_reason_is_the_pallets_index_and_the_pallets_own() -> None:
    pallet = runtime_with().template
    assert hold_reason(pallet, Reason.ESCROW) == RuntimeHoldReason(7, 1)
    assert freeze_reason(pallet, Reason.BONDED) == RuntimeFreezeReason(7, 0)


def test_a_reason_is_encoded_as_a_composite_enum() -> None:
    assert encode(RuntimeHoldReason, RuntimeHoldReason(7, 1)) == b"\x07\x01"


def test_balances_is_a_currency() -> None:
    currency: Fungible = runtime_with().balances
    assert currency.issuance() == 0


def test_only_an_account_is_looked_up() -> None:
    who = AccountId(bytes(32))
    assert lookup(Id(who)) == who


@pytest.mark.parametrize("address", [Raw(b""), Address32(bytes(32)), Address20(bytes(20))])
def test_other_addresses_name_no_account(address: MultiAddress) -> None:
    with pytest.raises(DispatchError) as refused:
        lookup(address)
    assert refused.value.failure == CannotLookup()
