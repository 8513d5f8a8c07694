"""A changed key is told as the pallet's author knows it."""

from __future__ import annotations

from chain.primitives import AccountId
from pallets.frame.call import call_of
from pallets.frame.origin import Signed
from pallets.frame.state_diff import Change, state_diff
from pallets.frame.testing import MockRuntime, assert_ok
from tests.pallets.frame.tally import Config, Tally

ALICE = AccountId(b"\x01" * 32)


class Mock(MockRuntime):
    def __init__(self) -> None:
        super().__init__()
        self.tally = Tally(self, Config(), index=3)


def test_values_entries_and_counters_are_named_and_decoded() -> None:
    runtime = Mock()
    tally, storage = runtime.tally, runtime.storage
    tally.total.put(4)
    before = storage.committed()
    assert_ok(runtime, Signed(ALICE), call_of(tally.add, value=3))
    keys = [tally.total.storage_key(), tally.by_account.storage_key(ALICE), tally.by_account.layout.counter_key]
    found = state_diff(runtime, [*keys, *keys], before.get, storage.get)
    assert set(found) == {
        Change(keys[0], "Tally.Total", "", "4", "7"),
        Change(keys[1], "Tally.ByAccount", repr(ALICE), "nothing", "3"),
        Change(keys[2], "Tally.CounterForByAccount", "", "nothing", "1"),
    }
    assert [change.storage_key for change in found] == sorted(keys)
    assert "Tally.Total: 4 became 7" in [str(change) for change in found]
    assert f"Tally.ByAccount[{ALICE!r}]: nothing became 3" in [str(change) for change in found]


def test_what_is_equal_is_left_out() -> None:
    storage = Mock().storage
    assert state_diff(Mock(), [b"a"], storage.get, storage.get) == ()


def test_unknown_keys_and_undecodable_values_are_shown_as_bytes() -> None:
    runtime = Mock()
    total = runtime.tally.total.storage_key()
    entry = runtime.tally.by_account.layout.prefix + b"\x07"
    after = {b":code": b"\x01", b"\xff": b"\x02", total: b"\x03", entry: bytes(4)}
    found = state_diff(runtime, after, dict[bytes, bytes]().get, after.get)
    assert {(change.item, change.key, change.before, change.after) for change in found} == {
        (":code", "", "nothing", "0x01"),
        ("0xff", "", "nothing", "0x02"),
        ("Tally.Total", "", "nothing", "0x03, which is no u32"),
        ("Tally.ByAccount", "0x07", "nothing", "0"),
    }
