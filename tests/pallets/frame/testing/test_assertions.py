"""A call that must fail fails with its error and leaves the state root; otherwise the difference is told, decoded."""

from __future__ import annotations

import pytest

from chain.primitives import AccountId
from pallets.frame.call import RuntimeCall, call_of
from pallets.frame.error import BadOrigin, ModuleFailure
from pallets.frame.origin import ROOT, Signed
from pallets.frame.testing import assert_err, assert_noop, assert_ok, assert_storage_noop, mount
from tests.pallets.frame.tally import Config, Odd, Refused, Tally

ALICE = AccountId(b"\x01" * 32)


def tally() -> tuple[Tally, RuntimeCall, RuntimeCall]:
    made = mount(Tally, Config())
    return made, call_of(made.add, value=3), call_of(made.refuse)


def test_a_call_that_must_succeed_says_why_it_did_not() -> None:
    pallet, add, refuse = tally()
    assert_ok(pallet.host, Signed(ALICE), add)
    with pytest.raises(AssertionError, match=r"^Tally.refuse\(\) was refused: Refused: Refused$"):
        assert_ok(pallet.host, ROOT, refuse)


def test_a_failing_call_leaves_the_root() -> None:
    pallet, add, refuse = tally()
    root = pallet.storage.root()
    assert_noop(pallet.host, Signed(ALICE), refuse, Refused)
    assert_noop(pallet.host, Signed(ALICE), refuse, ModuleFailure(8, b"\0\0\0\0"))
    assert_noop(pallet.host, ROOT, add, BadOrigin)
    assert pallet.storage.root() == root


def test_another_error_or_success_is_told() -> None:
    pallet, add, refuse = tally()
    with pytest.raises(AssertionError, match=r"^Tally.refuse\(\) failed with Refused \(Refused\), not with Odd$"):
        assert_err(pallet.host, ROOT, refuse, Odd)
    with pytest.raises(AssertionError, match=r"not with ModuleFailure\(pallet=8, error=b'\\x01"):
        assert_err(pallet.host, ROOT, refuse, ModuleFailure(8, b"\1\0\0\0"))
    with pytest.raises(AssertionError, match=r"^Tally.add\(value=3\) succeeded; expected Odd$"):
        assert_noop(pallet.host, Signed(ALICE), add, Odd)


def test_a_changed_state_is_told_with_roots_and_decoded_differences() -> None:
    pallet, _, _ = tally()
    pallet.total.put(1)
    before = pallet.storage.root().hex()

    def change() -> None:
        with assert_storage_noop(pallet.host):
            pallet.total.put(2)
            pallet.by_account.insert(ALICE, 1)

    with pytest.raises(AssertionError) as caught:
        change()
    after = pallet.storage.root().hex()
    first, *changes = str(caught.value).splitlines()
    assert first == f"storage changed: state root 0x{before} became 0x{after}"
    assert sorted(changes) == [
        f"  Tally.ByAccount[{ALICE!r}]: nothing became 1",
        "  Tally.CounterForByAccount: nothing became 1",
        "  Tally.Total: 1 became 2",
    ]


def test_writing_what_was_there_is_no_change() -> None:
    pallet, _, _ = tally()
    pallet.total.put(1)
    with assert_storage_noop(pallet.host):
        pallet.total.put(2)
        pallet.total.put(1)
        pallet.by_account.remove(ALICE)
