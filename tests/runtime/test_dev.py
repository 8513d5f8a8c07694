"""The development chain has what its clients ask for first: batches, shared accounts, delegates and assets."""

from __future__ import annotations

from chain.crypto.derived import multisig
from chain.extrinsic import Id
from pallets.frame.call import call_of
from pallets.multisig import MultisigExecuted
from pallets.proxy import ProxyExecuted
from pallets.system import ExtrinsicFailed
from pallets.utility import BatchCompleted
from runtime.dev import EXISTENTIAL_DEPOSIT, UNIT, deposit
from runtime.proxy_type import ProxyType
from tests.runtime.blocks import ALICE, BOB, CHARLIE, DevChain, transfer


def events(chain: DevChain) -> list[object]:
    """Of the newest block."""
    return [record.event.event for record in chain.runtime().system.events.get()]


def test_accounts_batch_share_delegate_and_make_assets() -> None:
    chain = DevChain()
    runtime = chain.runtime()
    both = multisig([ALICE.account, BOB.account], 2)
    pay = transfer(runtime, CHARLIE, UNIT)
    fund = call_of(runtime.balances.transfer_keep_alive, dest=Id(both), value=5 * UNIT)
    as_multi = runtime.multisig.as_multi_threshold_1
    chain.seal(
        (ALICE, call_of(runtime.utility.batch_all, calls=[fund, pay])),
        (ALICE, call_of(runtime.proxy.add_proxy, delegate=Id(BOB.account), proxy_type=ProxyType.ANY, delay=0)),
        (ALICE, call_of(runtime.assets.create, id=7, admin=Id(ALICE.account), min_balance=1)),
        (BOB, call_of(as_multi, other_signatories=[CHARLIE.account], call=call_of(runtime.system.remark, remark=b""))),
    )
    told = events(chain)
    assert not any(isinstance(each, ExtrinsicFailed) for each in told)
    assert BatchCompleted() in told
    chain.seal((BOB, call_of(runtime.proxy.proxy, real=Id(ALICE.account), force_proxy_type=None, call=pay)))
    assert any(isinstance(each, ProxyExecuted) for each in events(chain))
    data = chain.runtime().system.account.get(ALICE.account).data
    assert data.reserved == deposit(1, 8) + deposit(0, 33) + UNIT
    assert chain.runtime().balances.balance(both) == 5 * UNIT
    assert chain.runtime().balances.balance(CHARLIE.account) == 1_000_002 * UNIT


def test_two_of_two_move_what_is_theirs() -> None:
    chain = DevChain()
    runtime = chain.runtime()
    both = multisig([ALICE.account, BOB.account], 2)
    chain.seal((ALICE, call_of(runtime.balances.transfer_keep_alive, dest=Id(both), value=5 * UNIT)))
    pay = transfer(runtime, CHARLIE, UNIT)
    weight, approve = pay.info().call_weight, runtime.multisig.as_multi
    chain.seal((ALICE, call_of(approve, 2, [BOB.account], None, pay, weight)))
    (operation,) = chain.runtime().multisig.multisigs.iter_values()
    assert operation is not None
    chain.seal((BOB, call_of(approve, 2, [ALICE.account], operation.when, pay, weight)))
    assert any(isinstance(each, MultisigExecuted) for each in events(chain))
    assert chain.runtime().balances.balance(both) == 4 * UNIT


def test_deposits_are_for_entries_and_bytes() -> None:
    assert deposit(1, 0) == 100 * deposit(0, 1) == UNIT // 10
    assert deposit(0, 1) == EXISTENTIAL_DEPOSIT
