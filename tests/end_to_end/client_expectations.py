"""What every client finds on a fresh development chain, and what transfers do there."""

from __future__ import annotations

from typing import Any

from chain.crypto import development, ss58
from runtime.dev import TOKEN, UNIT

TRANSFER_EVENTS = [
    "Balances.Withdraw",
    "Balances.Transfer",
    "TransactionPayment.TransactionFeePaid",
    "System.ExtrinsicSuccess",
]

FAILURE_EVENTS = ["Balances.Withdraw", "TransactionPayment.TransactionFeePaid", "System.ExtrinsicFailed"]

ENDOWMENT = 1 << 60
"""Planck of every development account in block zero, as in the local preset of the solochain template."""

PROPERTIES = {"tokenSymbol": TOKEN.symbol, "tokenDecimals": TOKEN.decimals, "ss58Format": 42}

TIP = 7

FEE_DRIFT = 1000
"""Planck by which a fee may be off its estimate: the multiplier falls with every block that is not full."""


ROUND = {
    "drawn": [2, 2, 2],
    "outcome": "Published",
    "isModelPublished": True,
    "settled": [
        ["Aggregator", "Agreed", str(UNIT // 2), "0"],
        ["Aggregator", "Agreed", str(UNIT // 2), "0"],
        ["Client", "Contributed", str(7 * UNIT // 2), "0"],
        ["Client", "Contributed", str(7 * UNIT // 2), "0"],
        ["Validator", "Agreed", str(UNIT), "0"],
        ["Validator", "Agreed", str(UNIT), "0"],
    ],
}
"""How the round of `round_scenario` ends: of ten tokens clients have 70 percent, aggregators 10, validators 20."""


def address(name: str) -> str:
    """A development account as clients write it."""
    return ss58.encode(development.account(name))


def assert_transfer(found: dict[str, Any]) -> None:
    """Three tokens went to their receiver, for a fee as estimated and a tip."""
    assert found["events"] == TRANSFER_EVENTS
    assert found["error"] is None
    assert int(found["spent"]) == int(found["received"]) == 3 * UNIT
    assert int(found["tip"]) == TIP
    assert abs(int(found["fee"]) - TIP - int(found["estimated"])) < FEE_DRIFT
    assert found["nonces"] == 1


def assert_old_blocks(found: dict[str, Any]) -> None:
    """A token more after a transfer, none at the blocks before."""
    before, then, after, at_genesis = (int(found[name]) for name in ("before", "then", "after", "atGenesis"))
    assert (then, after) == (before, before + UNIT)
    assert at_genesis == ENDOWMENT


def assert_followed(found: dict[str, Any]) -> None:
    """Numbers of blocks one after the other, and a balance with one and then two tokens more."""
    for kind in ("best", "finalized"):
        first = found[kind][0]
        assert found[kind] == [first, first + 1, first + 2]
    first, second, third = map(int, found["balances"])
    assert (second - first, third - second) == (UNIT, 2 * UNIT)
