"""Blocks may be counted by another chain: what pallets store is dated by that."""

from __future__ import annotations

from chain.crypto.derived import pure_proxy
from chain.crypto.hashing import blake2_256
from chain.extrinsic import Id
from chain.primitives import BlockNumber, Hash
from pallets import balances, proxy
from pallets.frame.call import call_of
from pallets.frame.origin import Signed
from pallets.frame.testing import assert_noop, assert_ok
from pallets.frame.weight import Weight
from pallets.multisig import Timepoint
from tests.pallets.nested_runtime import ALICE, BOB, DevProxyType, NestedRuntime


class Relay:
    """A chain that this one follows."""

    def __init__(self) -> None:
        self.number = 1000

    def current_block_number(self) -> BlockNumber:
        return self.number


def test_multisigs_announcements_and_pure_accounts_follow_the_provider() -> None:
    relay = Relay()
    runtime = NestedRuntime(clock=relay)
    runtime.balances.build_genesis(balances.Genesis(balances=((ALICE, 50), (BOB, 50))))
    assert runtime.system.number.get() == 1
    assert_ok(runtime, Signed(ALICE), call_of(runtime.multisig.approve_as_multi, 2, [BOB], None, bytes(32), Weight()))
    assert [each.when for each in runtime.multisig.multisigs.iter_values() if each] == [Timepoint(1000, 0)]
    assert runtime.proxy.pure_account(ALICE, DevProxyType.ANY, 0) == pure_proxy(ALICE, 1000, 0, b"\0", 0)

    call = call_of(runtime.system.remark, remark=b"")
    assert_ok(runtime, Signed(ALICE), call_of(runtime.proxy.add_proxy, Id(BOB), DevProxyType.ANY, 5))
    announce = call_of(runtime.proxy.announce, Id(ALICE), Hash(blake2_256(call.encode())))
    assert_ok(runtime, Signed(BOB), announce)
    made = call_of(runtime.proxy.proxy_announced, Id(BOB), Id(ALICE), None, call)
    relay.number = 1004
    assert_noop(runtime, Signed(BOB), made, proxy.Unannounced)
    relay.number = 900  # it may not run backward, and one that does is not long ago
    assert_noop(runtime, Signed(BOB), made, proxy.Unannounced)
    relay.number = 1005
    assert_ok(runtime, Signed(BOB), made)
