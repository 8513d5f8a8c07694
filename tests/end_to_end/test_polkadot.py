"""@polkadot/api, as npm has it, does with a development node what its users do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from runtime.dev import EXISTENTIAL_DEPOSIT, VERSION
from tests.end_to_end.client_expectations import (
    ENDOWMENT,
    FAILURE_EVENTS,
    PROPERTIES,
    ROUND,
    TRANSFER_EVENTS,
    address,
    assert_followed,
    assert_old_blocks,
    assert_transfer,
)
from tests.end_to_end.devnets import running_devnet
from tests.end_to_end.node_programs import findings_of, step
from tests.end_to_end.round_scenario import write_scenario

STATUSES = ["Ready", "InBlock", "Finalized"]

Findings = dict[str, Any]


@pytest.fixture(scope="module")
def findings() -> Findings:
    with running_devnet("--unsafe-rpc") as url:
        return findings_of("polkadot.mjs", url)


def test_the_chain_is_known_by_websocket_and_http(findings: Findings) -> None:
    found = step(findings, "chain")
    assert (found["name"], found["overHttp"]) == ("Development", "Development")
    assert (found["tokens"], found["decimals"]) == ([PROPERTIES["tokenSymbol"]], [PROPERTIES["tokenDecimals"]])
    assert found["isSyncing"] is False
    assert (found["specName"], found["metadata"]) == (VERSION.spec_name, 16)


def test_constants_are_read(findings: Findings) -> None:
    assert step(findings, "constants") == {"existentialDeposit": str(EXISTENTIAL_DEPOSIT), "prefix": 42}


def test_storage_is_read_one_by_one_many_at_once_page_by_page_and_as_a_map(findings: Findings) -> None:
    found = step(findings, "storage")
    assert found["alice"] == str(ENDOWMENT)
    assert found["multi"] == [str(ENDOWMENT)] * 2
    assert (found["page"], len(found["accounts"])) == (5, 12)
    assert found["accounts"][address("Ferdie")] == str(ENDOWMENT)
    assert (found["size"], found["hash"]) == (80, 66)
    assert found["genesisHash"] == step(findings, "chain")["genesisHash"]


def test_a_proof_is_read(findings: Findings) -> None:
    found = step(findings, "proof")
    assert found["at"] == 66
    assert found["nodes"] > 1


def assert_watched(statuses: list[str]) -> None:
    """Its submitter was told of a transaction until it was final.

    The client asks for the block's events before it tells `InBlock`; it tells `Finalized` alone if that comes first.
    """
    assert statuses in (STATUSES, [STATUSES[0], STATUSES[-1]])


@pytest.mark.parametrize("mortality", ["immortal", "mortal"])
@pytest.mark.parametrize("scheme", ["sr25519", "ed25519", "ecdsa"])
def test_a_transfer_is_signed_estimated_watched_and_final(scheme: str, mortality: str, findings: Findings) -> None:
    found = step(findings, "transfers")[f"{scheme} {mortality}"]
    assert_watched(found["statuses"])
    assert_transfer(found)


def test_old_blocks_are_read_down_to_genesis(findings: Findings) -> None:
    found = step(findings, "oldBlock")
    assert_old_blocks(found)
    assert found["methods"] == ["Timestamp.set", "Balances.transferKeepAlive"]


def test_blocks_and_storage_are_followed(findings: Findings) -> None:
    found = step(findings, "subscriptions")
    assert_followed(found)
    assert found["all"] == found["best"]


def test_derived_queries_work(findings: Findings) -> None:
    found = step(findings, "derives")
    assert found["account"] == address("Alice")
    assert all(found[name] is True for name in ("isHead", "available", "free", "extrinsics"))


def test_every_derived_query_of_chain_balances_and_accounts_is_answered(findings: Findings) -> None:
    found = step(findings, "everyDerive")
    subscriptions = {f"subscribe{which}{what}" for which in ("New", "Finalized") for what in ("Heads", "Blocks")}
    numbers = {"bestNumber", "bestNumberFinalized", "bestNumberLag"}
    assert set(found["chain"]) == subscriptions | numbers | {"getBlock", "getBlockByNumber", "getHeader"}
    assert set(found["balances"]) == {"account", "all", "votingBalance", "votingBalances"}
    assert {"accountId", "flags", "identity", "indexes", "info"} <= set(found["accounts"])


def test_a_batch_is_dispatched(findings: Findings) -> None:
    found = step(findings, "batch")
    _, *dispatched, _, succeeded = found["events"]
    assert (found["error"], succeeded) == (None, TRANSFER_EVENTS[-1])
    assert dispatched == [*["Balances.Transfer", "Utility.ItemCompleted"] * 2, "Utility.BatchCompleted"]


def test_failures_are_decoded(findings: Findings) -> None:
    found = step(findings, "failing")
    assert {name: (each["error"], each["events"]) for name, each in found.items()} == {
        "token": ({"Token": "FundsUnavailable"}, FAILURE_EVENTS),
        "module": ({"section": "sudo", "name": "RequireSudo"}, FAILURE_EVENTS),
    }


def test_a_transaction_ahead_of_its_nonce_waits_for_the_one_before(findings: Findings) -> None:
    found = step(findings, "future")
    assert found["statuses"][0] == "Future"
    assert_watched(found["statuses"][1:])
    assert found["error"] is None


def test_a_transaction_is_tried_without_being_sent(findings: Findings) -> None:
    assert step(findings, "pending") == {"pending": 0, "dryRun": {"Ok": {"Ok": []}}}


def test_refusals_are_told_with_their_reason(findings: Findings) -> None:
    found = step(findings, "refused")
    assert {name: (each["code"], each["data"]) for name, each in found.items()} == {
        "badSignature": (1010, "Transaction has a bad signature"),
        "stale": (1010, "Transaction is outdated"),
        "tooLowBalance": (1010, "Inability to pay some fees (e.g. account balance too low)"),
        "malformedHash": (-32602, "parameter 1, blockHash: 2 bytes of hexadecimal digits, not 32"),
    }


def test_a_federated_round_is_taken_to_its_settlement(tmp_path: Path) -> None:
    with running_devnet("--manual", "--unsafe-rpc") as url:
        assert findings_of("polkadot_round.mjs", url, str(write_scenario(tmp_path))) == ROUND
