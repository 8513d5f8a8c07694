"""Books that do not balance are found, and the complaint names the account."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pallets import balances
from pallets.frame.traits import RuntimeFreezeReason, RuntimeHoldReason
from pallets.system import AccountData, AccountInfo
from tests.pallets.template_runtime import ALICE, TemplateRuntime, runtime_with
from tests.pallets.template_runtime import EXISTENTIAL_DEPOSIT as ED

REASON, FREEZE = RuntimeHoldReason(7, 0), RuntimeFreezeReason(7, 0)
NAME = "0x" + "01" * 32


def account(consumers: int, providers: int, free: int, reserved: int = 0, frozen: int = 0) -> AccountInfo:
    return AccountInfo(0, consumers, providers, 0, AccountData(free, reserved, frozen))


def give(info: AccountInfo) -> Callable[[TemplateRuntime], None]:
    def change(runtime: TemplateRuntime) -> None:
        runtime.system.account.insert(ALICE, info)
        runtime.balances.total_issuance.put(info.data.free + info.data.reserved)

    return change


def hold(*amounts: int) -> Callable[[TemplateRuntime], None]:
    def change(runtime: TemplateRuntime) -> None:
        give(account(1, 1, ED, reserved=5))(runtime)
        runtime.balances.holds.insert(ALICE, tuple(balances.IdAmount(REASON, amount) for amount in amounts))

    return change


WRONG: list[tuple[str, Callable[[TemplateRuntime], None]]] = [
    (f"accounts have {ED}, {ED + 1} is issued", lambda runtime: runtime.balances.total_issuance.put(ED + 1)),
    (f"{ED + 1} is inactive, {ED} is issued", lambda runtime: runtime.balances.inactive_issuance.put(ED + 1)),
    (f"{NAME}: has the existential deposit and no provider", give(account(0, 0, ED))),
    (f"{NAME}: has reserved or frozen funds and no consumer", give(account(0, 1, ED, reserved=1))),
    (f"{NAME}: has reserved or frozen funds and no consumer", give(account(0, 1, ED, frozen=1))),
    (f"{NAME}: 3 is dust", give(account(0, 1, 3))),
    (f"{NAME}: 6 on hold, 5 reserved", hold(6)),
    (f"{NAME}: a hold stands twice or is zero", hold(2, 2)),
    (f"{NAME}: a hold stands twice or is zero", hold(0)),
    (
        f"{NAME}: 0 frozen, the largest freeze is 4",
        lambda runtime: runtime.balances.freezes.insert(ALICE, (balances.IdAmount(FREEZE, 4),)),
    ),
]


def test_books_in_order_pass() -> None:
    runtime = runtime_with((ALICE, ED))
    runtime.balances.try_state()
    hold(2)(runtime)
    runtime.balances.try_state()


@pytest.mark.parametrize(("complaint", "change"), WRONG, ids=[complaint for complaint, _ in WRONG])
def test_what_is_wrong_is_named(complaint: str, change: Callable[[TemplateRuntime], None]) -> None:
    runtime = runtime_with((ALICE, ED))
    change(runtime)
    with pytest.raises(AssertionError, match=complaint):
        runtime.balances.try_state()
