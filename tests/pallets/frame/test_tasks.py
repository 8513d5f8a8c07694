"""Tasks can be listed while they are valid, run once, and are refused when there is nothing to do."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from chain.primitives import U32, AccountId
from chain.scale import Codec, DecodeError
from pallets.frame.declaration import DeclarationMistakes
from pallets.frame.error import PalletError
from pallets.frame.pallet import Pallet, config
from pallets.frame.storage import StorageMap, StorageValue
from pallets.frame.tasks import InvalidTask, RuntimeTask, task
from pallets.frame.testing import MockRuntime
from pallets.frame.weight import Weight

ALICE = AccountId(b"\1" * 32)


@config
class Config:
    """Nothing."""


class Error(PalletError):
    """Why a task fails."""


class TooLarge(Error):
    """The number is above 99."""


def pay_weight(_who: AccountId, amount: U32) -> Weight:
    """Grows with the amount."""
    return Weight(amount)


class Sums(Pallet[Config]):
    """Has numbers that wait to be added up, and accounts that wait to be paid (as the FRAME example of tasks)."""

    number: StorageMap[U32, U32 | None]
    total: StorageValue[U32]
    unpaid: StorageMap[AccountId, U32 | None]

    def waiting(self) -> Iterable[tuple[U32]]:
        """The keys of numbers that are not in the total yet."""
        return ((key,) for key in self.number.iter_keys())

    def is_waiting(self, key: U32) -> bool:
        """Whether the number of this key is not in the total yet."""
        return self.number.contains_key(key)

    @task(7, items=waiting, condition=is_waiting, weight=Weight(10, 1))
    def add_to_total(self, key: U32) -> None:
        """Add one number."""
        value = self.number.take(key) or 0
        self.total.put(self.total.get() + value)
        if value > 99:
            raise TooLarge

    def debts(self) -> Iterable[tuple[AccountId, U32]]:
        """Who waits for how much."""
        return ((who, amount or 0) for who, amount in self.unpaid.iter())

    def is_due(self, who: AccountId, amount: U32) -> bool:
        """Whether the account waits for just this."""
        return self.unpaid.get(who) == amount

    @task(3, items=debts, condition=is_due, weight=pay_weight)
    def pay(self, who: AccountId, amount: U32) -> None:
        """Pay one."""
        self.unpaid.remove(who)


class Mock(MockRuntime):
    def __init__(self) -> None:
        super().__init__()
        self.sums = Sums(self, Config(), index=4)
        self.other = Sums(self, Config(), index=5, name="Other")
        self.sums.number.insert(1, 10)
        self.sums.number.insert(2, 100)
        self.other.unpaid.insert(ALICE, 30)


def test_valid_tasks_are_listed_by_pallet_and_task() -> None:
    runtime = Mock()
    listed = list(runtime.tasks)
    assert sorted(str(each) for each in listed) == [
        f"Other.pay(who={ALICE!r}, amount=30)",
        "Sums.add_to_total(key=1)",
        "Sums.add_to_total(key=2)",
    ]
    assert all(runtime.tasks.is_valid(each) for each in listed)
    assert [(each.task_index, each.weight) for each in listed] == [(7, Weight(10, 1))] * 2 + [(3, Weight(30))]


def test_a_task_is_done_once() -> None:
    runtime = Mock()
    first = runtime.tasks.of(runtime.sums.add_to_total, key=1)
    runtime.tasks.run(first)
    assert runtime.sums.total.get() == 10
    assert not runtime.tasks.is_valid(first)
    with pytest.raises(InvalidTask, match=r"Sums\.add_to_total\(key=1\) is nothing that is to be done"):
        runtime.tasks.run(first)
    assert runtime.sums.total.get() == 10


def test_a_task_that_fails_is_undone() -> None:
    runtime = Mock()
    with pytest.raises(TooLarge):
        runtime.tasks.run(runtime.tasks.of(runtime.sums.add_to_total, 2))
    assert (runtime.sums.total.get(), runtime.sums.number.get(2)) == (0, 100)


def test_another_instance_has_its_own_tasks() -> None:
    runtime = Mock()
    assert not runtime.tasks.is_valid(runtime.tasks.of(runtime.other.add_to_total, 1))
    assert runtime.tasks.is_valid(runtime.tasks.of(runtime.other.pay, ALICE, 30))


def test_a_task_has_the_bytes_of_runtime_task() -> None:
    runtime = Mock()
    codec: Codec[RuntimeTask] = type(runtime).compiled.types[RuntimeTask]
    # pallet index ‖ place among the tasks, which is not their task index ‖ arguments
    for made, encoded in (
        (runtime.tasks.of(runtime.sums.add_to_total, 2), "040002000000"),
        (runtime.tasks.of(runtime.other.pay, ALICE, 30), "0501" + "01" * 32 + "1e000000"),
    ):
        assert codec.encode(made).hex() == encoded
        assert codec.decode(bytes.fromhex(encoded)) == made


@pytest.mark.parametrize("encoded", ["", "04", "0402", "0900", "040002", "04000200000000"])
def test_bytes_that_are_no_task_are_refused(encoded: str) -> None:
    codec: Codec[RuntimeTask] = Mock.compiled.types[RuntimeTask]
    Mock()
    with pytest.raises(DecodeError):
        codec.decode(bytes.fromhex(encoded))


def test_two_tasks_of_one_index_are_a_mistake() -> None:
    def first(_self: Any) -> None:
        """A task."""

    def second(_self: Any) -> None:
        """Another."""

    marked: Any = task(1, items=Sums.waiting, condition=lambda _: True, weight=Weight())
    members = {"__module__": __name__, "first": marked(first), "second": marked(second)}
    with pytest.raises(DeclarationMistakes, match="second: task index 1 is first's"):
        type("Mistaken", (Pallet,), members)
