"""dedot, as npm has it, does with a development node what its users do: by the new interface, and by the legacy one."""

from __future__ import annotations

from collections.abc import Iterator
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
from tests.end_to_end.node_programs import LIBRARIES, findings_of, run_node, step
from tests.end_to_end.round_scenario import write_scenario

COMMAND = str(LIBRARIES / "dedot" / "bin" / "dedot.mjs")

Findings = dict[str, Any]


@pytest.fixture(scope="module", params=["v2", "legacy"])
def findings(request: pytest.FixtureRequest) -> Iterator[Findings]:
    with running_devnet() as url:
        yield findings_of("dedot.mjs", url, request.param) | {"asked": request.param}


def test_the_chain_is_known(findings: Findings) -> None:
    found = step(findings, "chain")
    assert found["rpcVersion"] == findings["asked"]
    assert found["name"] == "Development"
    assert found["properties"] == PROPERTIES
    assert found["isHeaderOfBlock"]
    assert (found["specName"], found["specVersion"]) == (VERSION.spec_name, VERSION.spec_version)
    assert found["metadata"] == "V16"
    assert found["genesisHash"] == step(findings, "storage")["genesisHash"]


def test_constants_are_read(findings: Findings) -> None:
    assert step(findings, "constants") == {"existentialDeposit": str(EXISTENTIAL_DEPOSIT), "prefix": 42}


def test_storage_is_read_one_by_one_many_at_once_as_a_map_and_in_pages(findings: Findings) -> None:
    found = step(findings, "storage")
    assert found["alice"] == str(ENDOWMENT)
    assert found["multi"] == [str(ENDOWMENT)] * 2
    assert found["different"] == [str(ENDOWMENT), "number"]
    assert len(found["accounts"]) == 12
    assert found["accounts"][address("Ferdie")] == str(ENDOWMENT)
    assert found["page"] == (3 if findings["asked"] == "legacy" else 0)  # its other client has none


def test_runtime_apis_are_called(findings: Findings) -> None:
    assert step(findings, "calls") == {"nonce": 0, "specVersion": VERSION.spec_version}


@pytest.mark.parametrize("mortality", ["Immortal", "Mortal"])
@pytest.mark.parametrize("scheme", ["sr25519", "ed25519", "ecdsa"])
def test_a_transfer_is_signed_estimated_and_final(scheme: str, mortality: str, findings: Findings) -> None:
    found = step(findings, "transfers")[f"{scheme} {mortality}"]
    assert found["status"] == "Finalized"
    assert_transfer(found)


def test_old_blocks_are_read_down_to_genesis(findings: Findings) -> None:
    assert_old_blocks(step(findings, "oldBlock"))


def test_blocks_and_storage_are_followed(findings: Findings) -> None:
    assert_followed(step(findings, "subscriptions"))


def test_a_transaction_is_watched_to_finality(findings: Findings) -> None:
    first, *_, last = step(findings, "watched")["statuses"]
    assert (first, last) == ("Validated", "Finalized")


def test_failures_are_decoded(findings: Findings) -> None:
    found = step(findings, "failing")
    assert all(outcome["events"] == FAILURE_EVENTS for outcome in found.values())
    assert found["token"]["error"] == {"type": "Token", "value": "FundsUnavailable"}
    assert found["module"]["error"] == {"pallet": "Sudo", "name": "RequireSudo"}


def test_a_batch_is_dispatched(findings: Findings) -> None:
    found = step(findings, "batch")["batch"]
    withdrawn, *dispatched, paid, succeeded = found["events"]
    assert found["error"] is None
    assert [withdrawn, paid, succeeded] == [TRANSFER_EVENTS[0], *TRANSFER_EVENTS[2:]]
    assert dispatched == [*["Balances.Transfer", "Utility.ItemCompleted"] * 2, "Utility.BatchCompleted"]


def test_a_transaction_ahead_of_its_nonce_waits_for_the_one_before(findings: Findings) -> None:
    found = step(findings, "future")
    assert found["isWaiting"]
    assert found["later"]["events"] == TRANSFER_EVENTS


def test_refusals_are_told_with_their_reason(findings: Findings) -> None:
    texts = {
        "BadProof": "Transaction has a bad signature",
        "Stale": "Transaction is outdated",
        "Payment": "Inability to pay some fees (e.g. account balance too low)",
    }
    reasons = list(texts.values() if findings["asked"] == "legacy" else texts)
    assert step(findings, "refused") == dict(zip(("badSignature", "stale", "tooLowBalance"), reasons, strict=True))


def test_a_transaction_is_watched_from_a_fork_that_loses_to_the_one_that_wins() -> None:
    with running_devnet("--manual", "--unsafe-rpc", "--finality-lag", "50") as url:
        found = findings_of("dedot_forks.mjs", url)
    stages = ["Validated", "Broadcasting", found["lost"], "NoLongerInBestChain", found["won"], "Finalized"]
    assert found["told"] == stages


def test_a_federated_round_is_taken_to_its_settlement(tmp_path: Path) -> None:
    with running_devnet("--manual", "--unsafe-rpc") as url:
        assert findings_of("dedot_round.mjs", url, str(write_scenario(tmp_path))) == ROUND


def test_types_are_generated(tmp_path: Path) -> None:
    with running_devnet() as url:
        run_node(COMMAND, "chaintypes", "--wsUrl", url, "--output", str(tmp_path), "--chain", "palletlab", cwd=tmp_path)
    folder = tmp_path / "palletlab"
    assert "transferKeepAlive: GenericTxCall<" in (folder / "tx.d.ts").read_text()
    assert "existentialDeposit: bigint;" in (folder / "consts.d.ts").read_text()
    assert "RequireSudo: GenericPalletError;" in (folder / "errors.d.ts").read_text()
