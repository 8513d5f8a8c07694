"""Remarks, raw storage, and the runtime's own code."""

from __future__ import annotations

import pytest

from chain.block import RuntimeEnvironmentUpdated
from chain.crypto.hashing import blake2_256
from chain.primitives import AccountId, Hash
from chain.runtime_api import RuntimeVersion, TransactionSource, ValidTransaction
from chain.validity import InvalidTransaction
from pallets.frame.call import RuntimeCall, call_of
from pallets.frame.error import BadOrigin, PalletError
from pallets.frame.origin import NO_ORIGIN, ROOT, Signed
from pallets.frame.testing import MOCK_VERSION, MockRuntime, assert_noop, assert_ok, events_of, last_event
from pallets.frame.weight import DispatchClass, Pays, PostDispatchInfo, Weight
from pallets.system.calls import CODE, HEAP_PAGES
from pallets.system.errors import (
    FailedToExtractRuntimeVersion,
    InvalidSpecName,
    NothingAuthorized,
    SpecVersionNeedsToIncrease,
    Unauthorized,
)
from pallets.system.events import CodeUpdated, RejectedInvalidAuthorizedUpgrade, Remarked, UpgradeAuthorized
from tests.chain.test_runtime_code import wasm

ALICE = Signed(AccountId(b"\x01" * 32))
NEWER = wasm(RuntimeVersion("mock", "mock", 1, MOCK_VERSION.spec_version + 1, 1, (), 1, 1))
SAME = wasm(MOCK_VERSION)
OTHER = wasm(RuntimeVersion("other", "mock", 1, 99, 1, (), 1, 1))


def updated(chain: MockRuntime) -> list[object]:
    """What tells that the code was replaced."""
    return [chain.storage.get(CODE), chain.system.digest.get(), last_event(chain)]


def test_heap_pages_lie_under_their_key_and_are_told_in_the_digest() -> None:
    chain = MockRuntime()
    call = call_of(chain.system.set_heap_pages, pages=5)
    assert_ok(chain, ROOT, call)
    assert chain.storage.get(HEAP_PAGES) == (5).to_bytes(8, "little")
    assert chain.system.digest.get() == [RuntimeEnvironmentUpdated()]
    assert call.encode().hex() == "00010500000000000000"


def test_a_newer_runtime_of_the_same_name_takes_the_place_of_this_one() -> None:
    chain = MockRuntime()
    assert_ok(chain, ROOT, call_of(chain.system.set_code, code=NEWER))
    assert updated(chain) == [NEWER, [RuntimeEnvironmentUpdated()], CodeUpdated()]


@pytest.mark.parametrize(
    ("code", "error"),
    [
        (SAME, SpecVersionNeedsToIncrease),
        (OTHER, InvalidSpecName),
        (b"no wasm", FailedToExtractRuntimeVersion),
        (wasm(None), FailedToExtractRuntimeVersion),
    ],
)
def test_no_other_runtime_does_so_unless_nobody_checks(code: bytes, error: type[PalletError]) -> None:
    chain = MockRuntime()
    assert_noop(chain, ROOT, call_of(chain.system.set_code, code=code), error)
    assert_ok(chain, ROOT, call_of(chain.system.set_code_without_checks, code=code))
    assert chain.storage.get(CODE) == code


def test_a_replaced_runtime_uses_up_the_block() -> None:
    chain = MockRuntime()
    post = chain.dispatch(call_of(chain.system.set_code, code=NEWER), ROOT)
    assert post == PostDispatchInfo(chain.system.config.block_weights.max_block)


def test_anyone_may_bring_the_code_that_was_authorized_for_nothing() -> None:
    chain = MockRuntime()
    code_hash = Hash(blake2_256(NEWER))
    apply = call_of(chain.system.apply_authorized_upgrade, code=NEWER)
    assert_noop(chain, ALICE, apply, NothingAuthorized)
    assert_ok(chain, ROOT, call_of(chain.system.authorize_upgrade, code_hash=code_hash))
    assert last_event(chain) == UpgradeAuthorized(code_hash, check_version=True)
    assert_noop(chain, ALICE, call_of(chain.system.apply_authorized_upgrade, code=SAME), Unauthorized)
    assert chain.dispatch(apply, NO_ORIGIN).pays_fee is Pays.NO
    assert updated(chain) == [NEWER, [RuntimeEnvironmentUpdated()], CodeUpdated()]
    assert chain.system.authorized_upgrade.get() is None


def test_authorized_code_that_may_not_follow_is_rejected_once_and_for_nothing() -> None:
    chain = MockRuntime()
    code_hash = Hash(blake2_256(SAME))
    chain.dispatch(call_of(chain.system.authorize_upgrade, code_hash=code_hash), ROOT)
    post = chain.dispatch(call_of(chain.system.apply_authorized_upgrade, code=SAME), ALICE)
    assert post == PostDispatchInfo(pays_fee=Pays.NO)
    failure = chain.failure_of(SpecVersionNeedsToIncrease())
    assert last_event(chain) == RejectedInvalidAuthorizedUpgrade(code_hash, failure)
    assert chain.storage.get(CODE) is None
    assert chain.system.authorized_upgrade.get() is None


def test_authorized_code_may_come_unsigned_and_nothing_else_may() -> None:
    chain = MockRuntime()
    apply, source = call_of(chain.system.apply_authorized_upgrade, code=NEWER), TransactionSource.EXTERNAL
    refused = [apply, call_of(chain.system.remark, remark=b"")]
    for call in refused:
        with pytest.raises(InvalidTransaction, match="Call"):
            chain.system.validate_unsigned(source, call)
    code_hash = Hash(blake2_256(NEWER))
    chain.dispatch(call_of(chain.system.authorize_upgrade, code_hash=code_hash), ROOT)
    valid = chain.system.validate_unsigned(source, apply)
    assert valid == ValidTransaction(priority=2**64 - 1, provides=(code_hash,))


def test_any_code_may_be_authorized_without_checks() -> None:
    chain = MockRuntime()
    code_hash = Hash(blake2_256(OTHER))
    assert_ok(chain, ROOT, call_of(chain.system.authorize_upgrade_without_checks, code_hash=code_hash))
    assert_ok(chain, ALICE, call_of(chain.system.apply_authorized_upgrade, code=OTHER))
    assert chain.storage.get(CODE) == OTHER


def test_raw_storage_is_written_and_removed() -> None:
    chain = MockRuntime()
    pairs = [(b"ab", b"1"), (b"ac", b"2"), (b"b", b"3")]
    assert_ok(chain, ROOT, call_of(chain.system.set_storage, items=pairs))
    assert [chain.storage.get(key) for key, _ in pairs] == [b"1", b"2", b"3"]
    assert_ok(chain, ROOT, call_of(chain.system.kill_storage, keys=[b"b"]))
    assert_ok(chain, ROOT, call_of(chain.system.kill_prefix, prefix=b"a", subkeys=2))
    assert [chain.storage.get(key) for key, _ in pairs] == [None, None, None]


def test_a_remark_is_told_by_its_hash() -> None:
    chain = MockRuntime()
    assert_ok(chain, ALICE, call_of(chain.system.remark, remark=b"hello"))
    assert events_of(chain, Remarked) == []
    assert_ok(chain, ALICE, call_of(chain.system.remark_with_event, remark=b"hello"))
    assert last_event(chain) == Remarked(ALICE.who, Hash(blake2_256(b"hello")))
    assert_noop(chain, NO_ORIGIN, call_of(chain.system.remark_with_event, remark=b"hello"), BadOrigin)


def of_root(chain: MockRuntime) -> list[RuntimeCall]:
    system, code_hash = chain.system, Hash(bytes(32))
    return [
        call_of(system.set_heap_pages, pages=1),
        call_of(system.set_code, code=b""),
        call_of(system.set_code_without_checks, code=b""),
        call_of(system.set_storage, items=[]),
        call_of(system.kill_storage, keys=[]),
        call_of(system.kill_prefix, prefix=b"", subkeys=0),
        call_of(system.authorize_upgrade, code_hash=code_hash),
        call_of(system.authorize_upgrade_without_checks, code_hash=code_hash),
    ]


def test_only_root_touches_the_state_and_the_code() -> None:
    chain = MockRuntime()
    for call in of_root(chain):
        assert_noop(chain, ALICE, call, BadOrigin)
        assert call.info().dispatch_class is DispatchClass.OPERATIONAL
    assert [call.target.index for call in of_root(chain)] == [1, 2, 3, 4, 5, 6, 9, 10]


def test_weights_are_those_of_the_release() -> None:
    system = MockRuntime().system
    told = [
        (call_of(system.remark, remark=bytes(4)), Weight(1_629_680)),
        (call_of(system.remark_with_event, remark=bytes(3)), Weight(4_762_158)),
        (call_of(system.set_heap_pages, pages=1), Weight(102_836_000)),
        (call_of(system.set_storage, items=[(b"", b"")] * 2), Weight(1_565_000 + 2 * 100_733_648)),
        (call_of(system.kill_storage, keys=[b""] * 3), Weight(1_624_000 + 3 * 100_566_903)),
        (call_of(system.kill_prefix, prefix=b"", subkeys=2), Weight(2_964_000 + 2 * 126_340_742, 140)),
    ]
    assert [call.info().call_weight for call, _ in told] == [weight for _, weight in told]
