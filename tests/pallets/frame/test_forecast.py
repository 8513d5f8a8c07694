"""The example pallet does in the kit what its text says."""

from __future__ import annotations

from chain.crypto.hashing import blake2_128_concat, twox_128
from chain.primitives import AccountId
from pallets.frame.call import call_of
from pallets.frame.error import BadOrigin
from pallets.frame.origin import ROOT, Signed
from pallets.frame.testing import assert_noop, assert_ok, events_of, last_event, mount, run_to_block
from tests.pallets.frame import forecast
from tests.pallets.frame.forecast import AlreadySubmitted, Config, Forecast, Genesis, Submitted

ALICE = AccountId(b"\x01" * 32)
BOB = AccountId(b"\x02" * 32)


class LastValue:
    def predict(self, recent: list[int]) -> int:
        return recent[-1] if recent else 0


def mounted(max_recent: int = 16, session: int = 600) -> Forecast:
    return mount(Forecast, Config(model=LastValue(), max_recent=max_recent, session=session))


def test_a_forecast_is_counted_remembered_and_told() -> None:
    pallet = mounted()
    assert_ok(pallet.host, Signed(ALICE), call_of(pallet.submit, value=7))
    assert (pallet.count.get(), pallet.last.get(ALICE), pallet.recent.get()) == (1, 1, [7])
    assert events_of(pallet.host, forecast.Event) == [Submitted(ALICE, 7)]


def test_a_second_forecast_in_the_same_block_is_refused_and_changes_nothing() -> None:
    pallet = mounted()
    assert_ok(pallet.host, Signed(ALICE), call_of(pallet.submit, value=7))
    assert_noop(pallet.host, Signed(ALICE), call_of(pallet.submit, value=8), AlreadySubmitted)
    run_to_block(pallet.host, 2)
    assert_ok(pallet.host, Signed(ALICE), call_of(pallet.submit, value=8))
    assert last_event(pallet.host) == Submitted(ALICE, 8)


def test_root_cannot_forecast() -> None:
    pallet = mounted()
    assert_noop(pallet.host, ROOT, call_of(pallet.submit, value=7), BadOrigin)


def test_the_bound_is_the_configured_one() -> None:
    pallet = mounted(max_recent=2)
    for block, value in enumerate((5, 6, 7), start=1):
        run_to_block(pallet.host, block)
        assert_ok(pallet.host, Signed(BOB), call_of(pallet.submit, value=value))
    assert pallet.recent.get() == [6, 7]


def test_the_count_restarts_with_the_session() -> None:
    pallet = mounted(session=3)
    assert_ok(pallet.host, Signed(ALICE), call_of(pallet.submit, value=7))
    run_to_block(pallet.host, 3)
    assert pallet.count.get() == 0


def test_genesis_writes_its_state_and_keys_are_substrates() -> None:
    pallet = mount(Forecast, Config(model=LastValue()), genesis=Genesis(recent=(1, 2)))
    storage = pallet.host.storage
    assert storage.get(twox_128(b"Forecast") + twox_128(b"Recent")) == bytes.fromhex("080100000002000000")
    pallet.last.insert(ALICE, 9)
    assert storage.get(twox_128(b"Forecast") + twox_128(b"Last") + blake2_128_concat(ALICE)) == b"\x09\0\0\0"


def test_two_instances_under_two_names_share_nothing() -> None:
    first = mounted()
    second = Forecast(first.host, Config(model=LastValue()), index=9, name="Second")
    assert_ok(first.host, Signed(ALICE), call_of(second.submit, value=3))
    assert (first.count.get(), second.count.get()) == (0, 1)
    assert_noop(first.host, Signed(ALICE), call_of(second.submit, value=3), AlreadySubmitted)
