"""One suite for both ways to a chain: in this process, and over WebSocket and HTTP."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from io import StringIO

import pytest
from rich.console import Console

from chain.client.client import Client
from chain.client.connect import connect
from chain.client.errors import (
    CallError,
    CallFailed,
    MissingExtra,
    NotConnected,
    NotIncluded,
    RequestRefused,
    TransactionRefused,
    UnknownBlock,
)
from chain.crypto.keys import KeyPair
from chain.crypto.signatures import Scheme
from chain.node.impersonation import Impersonator
from chain.node.sealing import SealingMode
from chain.node.service import Node
from chain.primitives import Hash
from chain.scale import EncodeError
from runtime.dev import EXISTENTIAL_DEPOSIT, UNIT, DevRuntime
from runtime.notebook import LocalClient, devnet
from tests.runtime.served_node import served_node

NewNet = Callable[[SealingMode], Client]


@pytest.fixture(params=["process", "ws", "http"])
def new_net(request: pytest.FixtureRequest) -> Iterator[NewNet]:
    """Makes clients, by one of the ways."""
    with ExitStack() as stack:

        def new(sealing: SealingMode) -> Client:
            if request.param == "process":
                return stack.enter_context(devnet(sealing=sealing))
            url = stack.enter_context(served_node(sealing)).url
            return stack.enter_context(devnet(url.replace("ws", request.param, 1)))

        yield new


@pytest.fixture
def net(new_net: NewNet) -> Client:
    return new_net(SealingMode.INSTANT)


@pytest.fixture
def alice(net: Client) -> KeyPair:
    return net.keys.Alice


@pytest.fixture
def bob(net: Client) -> KeyPair:
    return net.keys.Bob


def test_a_transfer_is_signed_submitted_included_and_told(net: Client, alice: KeyPair, bob: KeyPair) -> None:
    before = net.balance(alice), net.balance(bob)
    call = net.tx.Balances.transfer_keep_alive(dest=bob, value=net.unit)
    result = call.submit(alice)
    assert (result.block.number, result.index, result.is_success, result.error) == (1, 1, True, None)
    assert net.balance(alice) == before[0] - net.unit - result.fee
    assert net.balance(bob) == before[1] + net.unit
    assert [(event.pallet, event.name) for event in result.events] == [
        ("Balances", "Withdraw"),
        ("Balances", "Transfer"),
        ("TransactionPayment", "TransactionFeePaid"),
        ("System", "ExtrinsicSuccess"),
    ]
    assert result.events[1].fields == {"from": alice.account, "to": bob.account, "amount": net.unit}
    assert result.signer == net.address(alice)
    assert result.checked() is result
    assert result.hash == result.block.extrinsics[1].hash


@pytest.mark.parametrize("scheme", Scheme)
def test_every_scheme_signs(net: Client, alice: KeyPair, scheme: Scheme) -> None:
    key = KeyPair.from_uri("//Somebody", scheme)
    net.tx.Balances.transfer_keep_alive(dest=key, value=10 * net.unit).submit(alice).checked()
    result = net.tx.System.remark_with_event(remark=b"I am here").submit(key).checked()
    assert result.events[1].fields["sender"] == key.account


def test_accounts_are_keys_bytes_addresses_or_digits(net: Client, bob: KeyPair) -> None:
    forms = (bob, bob.account, net.address(bob), f"0x{bob.account.hex()}", {"Id": bob.account})
    calls = {net.tx.Balances.transfer_keep_alive(each, 5).data for each in forms}
    assert len(calls) == 1
    assert len({str(net.query.System.Account(each)) for each in forms[:4]}) == 1


def test_options_and_mortal_transactions_with_tips(net: Client, alice: KeyPair) -> None:
    net.new_block(3)
    result = net.tx.System.remark(b"").submit(alice, mortal=64, tip=7).checked()
    assert result.decoded.extensions is not None
    assert result.decoded.extensions["ChargeTransactionPayment"] == 7
    assert result.decoded.extensions["CheckMortality"] != "Immortal"
    net.tx.System.remark(b"").submit(alice, mortal=65_536).checked()


def test_the_fee_is_known_beforehand(net: Client, alice: KeyPair, bob: KeyPair) -> None:
    call = net.tx.Balances.transfer_keep_alive(bob, net.unit)
    fee = call.fee(alice, tip=0)
    assert abs(call.submit(alice).fee - fee) < fee / 100  # the signature's random bytes aside, the same


def test_a_failed_call_has_its_error_by_name(net: Client, alice: KeyPair, bob: KeyPair) -> None:
    result = net.tx.Balances.force_set_balance(who=bob, new_free=5).submit(alice)
    assert result.error == CallError(None, "BadOrigin")
    assert not result.is_success
    assert result.fee > 0
    with pytest.raises(CallFailed, match=r"Balances\.force_set_balance failed: BadOrigin"):
        result.checked()


def test_a_pallets_error_has_its_docs(net: Client, bob: KeyPair) -> None:
    result = net.tx.Sudo.set_key(new=bob).submit(bob)
    assert result.error is not None
    assert (result.error.pallet, result.error.name) == ("Sudo", "RequireSudo")
    assert result.error.docs


def test_a_call_is_an_argument_of_another(net: Client, alice: KeyPair, bob: KeyPair) -> None:
    inner = net.tx.Balances.force_set_balance(who=bob, new_free=77 * net.unit)
    net.tx.Sudo.sudo(call=inner).submit(alice).checked()
    assert net.balance(bob) == 77 * net.unit


def test_what_the_pool_refuses_is_refused_with_the_reason(net: Client, alice: KeyPair) -> None:
    remark = net.tx.System.remark(b"")
    remark.submit(alice).checked()
    with pytest.raises(TransactionRefused, match=r"Invalid Transaction: Transaction is outdated \(1010\)"):
        remark.submit(alice, nonce=0)
    with pytest.raises(TransactionRefused, match="Inability to pay some fees"):
        remark.submit(KeyPair.from_uri("//Pauper"))


def test_a_transaction_too_early_is_waited_for_no_longer_than_asked(net: Client, alice: KeyPair) -> None:
    with pytest.raises(NotIncluded, match="its nonce may be above"):
        net.tx.System.remark(b"").submit(alice, nonce=5, timeout=0.05)


def test_sealing_by_hand(new_net: NewNet) -> None:
    net = new_net(SealingMode.MANUAL)
    waiting = net.tx.System.remark(b"").send(net.keys.Alice)
    with pytest.raises(NotIncluded, match=r"net\.new_block\(\) makes one"):
        waiting.wait(timeout=0.05)
    block = net.new_block()
    assert waiting.wait().block == block
    assert net.new_block(3).number == 4
    assert net.finalized == net.head


def test_storage_by_name_at_any_block(net: Client, alice: KeyPair, bob: KeyPair) -> None:
    net.tx.Balances.transfer_keep_alive(bob, net.unit).submit(alice)
    account = net.query.System.Account
    assert account(bob)["data"]["free"] - account(bob, at=0)["data"]["free"] == net.unit
    assert account(bob, at=net.head) == account(bob, at=net.head.hash) == account(bob, at=f"0x{net.head.hash.hex()}")
    assert net.query.System.Number() == 1
    assert account.many([[alice], [bob]]) == [account(alice), account(bob)]
    assert account(b"\7" * 32)["nonce"] == 0  # the default
    with pytest.raises(UnknownBlock, match="no block 99"):
        account(bob, at=99)
    with pytest.raises(UnknownBlock, match="no hexadecimal digit"):
        account(bob, at="latest")
    with pytest.raises(RequestRefused, match="UnknownBlock"):
        account(bob, at=Hash(bytes(32)))


def test_the_entries_of_a_map(net: Client) -> None:
    entries = net.query.System.Account.entries()
    assert len(entries) == 6
    assert net.keys.Alice.account in {entry.keys[0] for entry in entries}
    assert [entry.key for entry in entries] == sorted(entry.key for entry in entries)
    frame = entries.frame()
    assert frame["key"].is_unique
    assert net.address(net.keys.Alice) in set(frame["key"])
    assert set(frame["data.free"]) == {1_000_000 * UNIT}
    assert list(net.query.System.BlockHash.entries().frame().columns) == ["key", "value"]


def test_wrong_keys_are_told(net: Client, bob: KeyPair) -> None:
    with pytest.raises(EncodeError, match=r"System\.Account: it has 1 keys, not 0"):
        net.query.System.Account()
    with pytest.raises(EncodeError, match=r"System\.Number: it has no keys"):
        net.query.System.Number(5)
    with pytest.raises(EncodeError, match="mistyped"):
        net.query.System.Account(net.address(bob)[:-1] + "z")


def test_wrong_arguments_are_told_when_the_call_is_composed(net: Client, bob: KeyPair) -> None:
    transfer = net.tx.Balances.transfer_keep_alive
    with pytest.raises(EncodeError, match="value is missing; its arguments are dest, value"):
        transfer(dest=bob)
    with pytest.raises(EncodeError, match="it has no amount"):
        transfer(dest=bob, value=1, amount=1)
    with pytest.raises(EncodeError, match="dest is given twice"):
        transfer(bob, dest=bob)
    with pytest.raises(EncodeError, match="3 arguments"):
        transfer(bob, 1, 2)
    with pytest.raises(EncodeError, match=r"transfer_keep_alive\.value: -1 does not fit u128"):
        transfer(bob, -1)


def test_constants_apis_and_currency(net: Client) -> None:
    assert net.const.Balances.ExistentialDeposit == EXISTENTIAL_DEPOSIT
    assert net.api.Core.version()["spec_name"] == "palletlab"
    assert net.api.AccountNonceApi.account_nonce(account=net.keys.Alice) == net.nonce(net.keys.Alice) == 0
    assert (net.unit, net.planck("0.5"), net.tokens(1_500_000_000_000)) == (UNIT, UNIT // 2, "1.5 UNIT")


def test_names_complete_and_wrong_ones_are_told_with_near_ones(net: Client) -> None:
    assert {"Balances", "System", "Sudo"} <= set(dir(net.tx))
    assert dir(net.tx.Timestamp) == ["set"]
    assert "Account" in dir(net.query.System)
    assert "ExistentialDeposit" in dir(net.const.Balances)
    assert "Core" in dir(net.api)
    assert dir(net.keys) == ["Alice", "Bob", "Charlie", "Dave", "Eve", "Ferdie"]
    assert "version" in dir(net.api.Core)
    with pytest.raises(AttributeError, match=r"no call Balances\.transfr; near it: Balances\.transfer"):
        _ = net.tx.Balances.transfr
    with pytest.raises(AttributeError, match="no pallet Balanzes"):
        _ = net.tx.Balanzes
    with pytest.raises(AttributeError, match="no development key Mallory"):
        _ = net.keys.Mallory
    assert not hasattr(net.tx, "_repr_latex_")


def test_help_is_that_of_the_metadata(net: Client) -> None:
    transfer = net.tx.Balances.transfer_keep_alive
    assert transfer.__doc__ == "\n".join(net.runtime().metadata.calls.variant("Balances", "transfer_keep_alive").docs)
    assert str(inspect.signature(transfer)) == "(dest, value)"
    assert net.query.System.Account.__doc__
    assert repr(net.query.System.Account) == "<storage System.Account(AccountId32) -> AccountInfo>"


def test_blocks_extrinsics_and_events_are_tables(net: Client, alice: KeyPair, bob: KeyPair) -> None:
    for _ in range(3):
        net.tx.Balances.transfer_keep_alive(bob, net.unit).submit(alice)
    assert list(net.blocks().frame()["number"]) == [0, 1, 2, 3]
    assert list(net.blocks(2).frame()["extrinsics"]) == [2, 2]
    transfers = net.events(pallet="Balances", name="Transfer").frame()
    assert list(transfers["block"]) == [1, 2, 3]
    assert list(transfers["fields.amount"]) == [net.unit] * 3
    assert set(transfers["fields.to"]) == {net.address(bob)}
    extrinsics = net.extrinsics(3).frame()
    assert list(extrinsics["call"]) == ["set", "transfer_keep_alive"]
    assert list(extrinsics["signer"]) == [None, net.address(alice)]
    assert [each.call.name for each in net.extrinsics().where(lambda each: each.signer is not None)] == [
        "transfer_keep_alive"
    ] * 3
    assert len(net.events(99).frame()) == 0


def test_amounts_stay_exact_in_frames(net: Client, alice: KeyPair, bob: KeyPair) -> None:
    amount = 2**80 + 1
    net.tx.Sudo.sudo(call=net.tx.Balances.force_set_balance(bob, amount)).submit(alice).checked()
    frame = net.query.System.Account.entries().frame()
    assert amount in set(frame["data.free"])


def test_what_notebooks_and_consoles_show(net: Client, alice: KeyPair, bob: KeyPair) -> None:
    call = net.tx.Balances.transfer_keep_alive(bob, 5)
    assert repr(call) == f"Balances.transfer_keep_alive(dest={{'Id': '{net.address(bob)}'}}, value=5)"
    result = call.submit(alice)
    shown: list[object] = [net, net.tx, net.tx.Balances, net.query.System.Account, net.head, result, call, net.events()]
    for each in shown:
        html = each._repr_html_()  # type: ignore[attr-defined]  # all have it, and nothing else in common
        assert html.startswith("<")
        assert "&lt;" in html or "<table>" in html or "<code>" in html
    text = StringIO()
    Console(width=200, file=text).print(net.blocks())
    assert "2 blocks" in text.getvalue()
    assert "succeeded" in repr(result)
    assert repr(net.head).startswith("<block 1, 0x")


def test_a_closed_client_says_so(net: Client) -> None:
    net.close()
    net.close()
    if "http" in net.url:
        return  # there every request may begin a connection
    with pytest.raises(NotConnected):
        net.endpoint.chain()


def test_subscriptions_are_followed_while_other_things_are_asked(net: Client, alice: KeyPair) -> None:
    if net.url.startswith("http:"):
        with pytest.raises(RequestRefused, match="Subscriptions are not available over HTTP"):
            net.rpc.follow("chain_subscribeNewHeads")
        return
    heads = net.rpc.follow("chain_subscribeNewHeads")
    assert next(heads)["number"] == "0x0"
    for _ in range(3):
        net.tx.System.remark(b"").submit(alice)
    assert [next(heads)["number"] for _ in range(3)] == ["0x1", "0x2", "0x3"]


def test_any_method_by_its_name(net: Client) -> None:
    assert net.rpc("system_health")["peers"] == 0
    with pytest.raises(RequestRefused, match="no_such_method"):
        net.rpc("no_such_method")


@pytest.mark.parametrize("scheme", ["ws", "http"])
def test_a_node_that_is_gone_is_told_at_once(scheme: str) -> None:
    with served_node() as served:
        net = connect(served.url.replace("ws", scheme, 1))
        assert net.endpoint.chain() == "Development"
    with net:
        for _ in range(2):
            with pytest.raises(NotConnected, match=f"no connection to {scheme}://"):
                net.endpoint.chain()


@pytest.mark.parametrize("url", ["ws://127.0.0.1:1", "http://127.0.0.1:1", "ftp://x", "127.0.0.1:9944", "http://"])
def test_no_node_is_one_sentence(url: str) -> None:
    with pytest.raises(NotConnected, match=r"no connection to .*`palletlab dev` starts a node"):
        connect(url, timeout=2)


def test_frames_without_pandas_say_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pandas", None)
    with devnet() as net, pytest.raises(MissingExtra, match=r"pip install 'palletlab\[notebook\]'"):
        net.blocks().frame()


def test_a_chain_in_this_process_is_controlled_in_place() -> None:
    with devnet() as net:
        alice, bob = net.keys.Alice, net.keys.Bob
        before, balance = net.control.snapshot(), net.balance(bob)
        transfer = net.tx.Balances.transfer_keep_alive(bob, net.unit)
        for _ in range(2):  # the same chain twice: what the client remembers of blocks is found by their hash
            transfer.submit(alice).checked()
            assert (net.balance(bob), net.head.number) == (balance + net.unit, 1)
            net.control.revert(before)
            assert (net.balance(bob), net.head.number) == (balance, 0)
        tried = net.control.dry_run(transfer.signed(alice))
        assert any(change.item == "System.Account" for change in tried.changes)
        assert net.balance(bob) == balance
        with net.control.edited() as runtime:
            runtime.balances.total_issuance.put(7)
        assert net.query.Balances.TotalIssuance() == 7


def test_a_call_in_the_name_of_an_account_whose_key_nobody_has() -> None:
    with devnet() as net:
        whale = Impersonator.of(net.keys.Charlie.account)
        remark = net.tx.System.remark_with_event(remark=b"me")
        with pytest.raises(TransactionRefused, match="bad signature"):
            remark.submit(whale)
        net.control.impersonation.allow(whale.account)
        assert remark.submit(whale).checked().signer == net.address(net.keys.Charlie)


def test_the_plugins_client_is_of_the_plugins_chain(
    dev_net: LocalClient[DevRuntime], dev_chain: Node[DevRuntime]
) -> None:
    result = dev_net.tx.System.remark(b"").submit(dev_net.keys.Alice).checked()
    assert dev_chain.best.hash == result.block.hash
