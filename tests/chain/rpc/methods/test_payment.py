"""What a transaction would cost, as the runtime says."""

from __future__ import annotations

import pytest

from chain.crypto import development
from chain.extrinsic import with_length_prefix
from chain.rpc.context import ChainInformation, Services
from chain.rpc.namespaces import standard_methods
from chain.rpc.protocol import Connection
from runtime.dev import DevRuntime
from runtime.devnet import dev_node
from runtime.signing import signed
from tests.chain.rpc.served_chain import Client, to_hex
from tests.runtime.blocks import transfer

NODE = dev_node()


@pytest.fixture
def client() -> Client:
    services = Services(NODE, ChainInformation(properties={}), is_unsafe_allowed=True)
    return Client(Connection(standard_methods(), services))


def transaction(runtime: DevRuntime, nonce: int = 0) -> str:
    alice = development.pair("Alice")
    call = transfer(runtime, development.pair("Bob"), 5)
    return to_hex(with_length_prefix(signed(runtime, alice, call, nonce=nonce, block_hash=NODE.best.hash)))


def test_the_fee_is_told_in_decimals_and_its_parts_in_hexadecimal(client: Client) -> None:
    extrinsic = transaction(NODE.runtime_at())
    cost = client.call("payment_queryInfo", extrinsic, None)
    parts = client.call("payment_queryFeeDetails", extrinsic)["inclusionFee"]
    assert cost["class"] == "normal"
    assert cost["weight"].keys() == {"ref_time", "proof_size"}
    assert int(cost["partialFee"]) == sum(int(part, 16) for part in parts.values())
    assert parts.keys() == {"baseFee", "lenFee", "adjustedWeightFee"}
    assert int(parts["lenFee"], 16) == len(extrinsic) // 2 - 1


def test_what_pays_nothing_has_no_parts(client: Client) -> None:
    bare = to_hex(with_length_prefix(b"\x04\x01\x00\x04"))  # Timestamp.set(1)
    assert client.call("payment_queryFeeDetails", bare) == {"inclusionFee": None}
    assert client.call("payment_queryInfo", bare)["class"] == "mandatory"


LENGTHS = ["0x", "0x0c01"]
CONTENTS = ["0x0484", "0x04ff", "0x0804ff"]
"""Whose length is right, and which no runtime can read."""


@pytest.mark.parametrize("wrong", LENGTHS)
def test_what_has_another_length_than_it_says_is_refused(wrong: str, client: Client) -> None:
    assert refusal(client, "payment_queryInfo", wrong)[:2] == (2, "Unable to query dispatch info.")
    assert refusal(client, "system_dryRun", wrong)[:2] == (2, "Unable to dry run extrinsic")


@pytest.mark.parametrize("wrong", CONTENTS)
def test_what_the_runtime_cannot_read_is_refused_as_a_panic_is(wrong: str, client: Client) -> None:
    panic = "Execution failed: Runtime panicked: Bad input data provided to {}: "
    code, message, data = refusal(client, "payment_queryInfo", wrong)
    assert (code, message) == (1, "Unable to query dispatch info.")
    assert data.startswith(f"Client error: {panic.format('query_info')}")
    code, message, data = refusal(client, "system_dryRun", wrong)
    assert (code, message) == (1, "Unable to dry run extrinsic.")
    assert data.startswith(f"Client error: {panic.format('apply_extrinsic')}")
    for method in ("author_submitExtrinsic", "author_submitAndWatchExtrinsic"):
        code, message, data = refusal(client, method, wrong)
        assert code == 1002
        assert message.startswith(f"Verification Error: Runtime error: {panic.format('validate_transaction')}")
        assert data.startswith(f'RuntimeApi("{panic.format("validate_transaction")}')
    call = "TaggedTransactionQueue_validate_transaction"
    code, message, _ = refusal(client, "state_call", call, f"0x02{wrong[2:]}{'00' * 32}")
    assert code == 4003
    assert message.startswith(f"Client error: {panic.format('validate_transaction')}")


def refusal(client: Client, method: str, *params: object) -> tuple[int, str, str]:
    error = client.send(method, *params)["error"]
    return error["code"], error["message"], error.get("data", "")


def test_a_dry_run_tells_how_it_would_end_and_keeps_nothing(client: Client) -> None:
    before = client.call("state_getKeys", "0x")
    assert client.call("system_dryRun", transaction(NODE.runtime_at())) == "0x0000"
    assert client.call("system_dryRunAt", transaction(NODE.runtime_at(), nonce=1)) == "0x010002"
    assert client.call("state_getKeys", "0x") == before


def test_session_keys_of_a_runtime_without_any_are_no_bytes(client: Client) -> None:
    assert client.call("author_rotateKeys") == "0x"
    assert client.call("author_hasSessionKeys", "0x") is True


def test_no_development_account_earns_from_blocks_and_fees() -> None:
    """Clients' own tests compare balances of the development accounts exactly."""
    node = dev_node()
    charlie, dave = development.pair("Charlie"), development.pair("Dave")

    def balances() -> dict[str, int]:
        runtime = node.runtime_at()
        return {name: runtime.balances.total_balance(development.account(name)) for name in development.NAMES}

    before = balances()
    runtime = node.runtime_at()
    call = transfer(runtime, dave, 5)
    node.submit(signed(runtime, charlie, call, tip=7, block_hash=node.best.hash))
    node.seal()
    node.seal()
    changed = {name for name, free in balances().items() if free != before[name]}
    assert changed == {"Charlie", "Dave"}
    assert balances()["Dave"] == before["Dave"] + 5
