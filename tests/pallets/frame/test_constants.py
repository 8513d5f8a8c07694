"""Which fields of a config are constants, and what they are called."""

from __future__ import annotations

from typing import Annotated, Protocol

from chain.primitives import U8, U32
from pallets import balances, system
from pallets.frame.constants import ConstantName, constants_of
from pallets.frame.pallet import config


class Clock(Protocol):
    """An associated type."""


@config
class Config:
    """One of each."""

    clock: Clock
    max_recent: U32
    label: str = ""
    url: Annotated[str, ConstantName("URL")] = ""
    hidden: Annotated[U8, ConstantName(None)] = 0


def test_ints_and_marked_fields_are_constants() -> None:
    assert [(each.name, each.field) for each in constants_of(Config)] == [("MaxRecent", "max_recent"), ("URL", "url")]


def test_what_is_no_config_has_no_constants() -> None:
    assert constants_of(int) == ()


def test_pallets_tell_the_constants_of_frame() -> None:
    names = [each.name for each in constants_of(system.Config)]
    assert names == ["Version", "BlockWeights", "BlockLength", "BlockHashCount", "DbWeight", "SS58Prefix"]
    assert [each.name for each in constants_of(balances.Config)] == [
        "ExistentialDeposit",
        "MaxLocks",
        "MaxReserves",
        "MaxFreezes",
    ]
