"""polkadot-api, as npm has it, does with a development node what its users do."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from runtime.dev import EXISTENTIAL_DEPOSIT, UNIT, VERSION
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
from tests.end_to_end.node_programs import FOLDER, LIBRARIES, findings_of, run_node, step
from tests.end_to_end.round_scenario import write_scenario

COMMAND = ("--import", str(FOLDER / "websocket.mjs"), str(LIBRARIES / "polkadot-api" / "bin" / "cli.js"))
"""`papi`; Node 20 lacks the WebSocket that it expects."""

FORKING = ("--manual", "--unsafe-rpc", "--finality-lag", "50")

Findings = dict[str, Any]


@pytest.fixture(scope="module", params=["new", "legacy"])
def findings(request: pytest.FixtureRequest) -> Iterator[Findings]:
    """What it found by the new interface, and on a node that lists the legacy methods alone."""
    with running_devnet() as url:
        yield findings_of("papi.mjs", url, request.param) | {"asked": request.param}


def test_the_chain_is_known(findings: Findings) -> None:
    found = step(findings, "chain")
    assert found["name"] == ("Development" if findings["asked"] == "new" else "palletlab")  # it asks system_name
    assert found["properties"] == PROPERTIES
    assert found["isHeaderOfBlock"]
    assert (found["specName"], found["specVersion"]) == (VERSION.spec_name, VERSION.spec_version)
    assert found["genesisHash"] == step(findings, "storage")["genesisHash"]


def test_metadata_of_the_newest_version_is_read(findings: Findings) -> None:
    assert step(findings, "metadata")["version"] == 16


def test_constants_are_read(findings: Findings) -> None:
    assert step(findings, "constants") == {"existentialDeposit": str(EXISTENTIAL_DEPOSIT), "prefix": 42}


def test_storage_is_read_one_by_one_many_at_once_and_as_a_map(findings: Findings) -> None:
    found = step(findings, "storage")
    assert found["alice"] == str(ENDOWMENT)
    assert found["multi"] == [str(ENDOWMENT)] * 2
    assert len(found["accounts"]) == 12
    assert found["accounts"][address("Ferdie")] == str(ENDOWMENT)


@pytest.mark.parametrize("mortality", ["immortal", "mortal"])
@pytest.mark.parametrize("scheme", ["sr25519", "ed25519", "ecdsa"])
def test_a_transfer_is_signed_estimated_and_final(scheme: str, mortality: str, findings: Findings) -> None:
    found = step(findings, "transfers")[f"{scheme} {mortality}"]
    assert found["ok"]
    assert_transfer(found)


def test_a_signer_that_shows_amounts_by_another_token_is_refused(findings: Findings) -> None:
    found = step(findings, "metadataHash")
    assert found["12"]["ok"]
    assert found["10"]["error"] == {"type": "Invalid", "value": {"type": "BadProof"}}


def test_old_blocks_are_read_down_to_genesis(findings: Findings) -> None:
    assert_old_blocks(step(findings, "oldBlock"))


def test_blocks_storage_and_events_are_followed(findings: Findings) -> None:
    found = step(findings, "subscriptions")
    assert_followed(found)
    sent = [[address("Alice"), address("Eve"), str(value * UNIT)] for value in (1, 2)]
    assert found["events"] == sent


def test_a_map_is_followed_by_its_merkle_value(findings: Findings) -> None:
    before, after = map(int, step(findings, "entries")["entries"])
    assert after - before == UNIT


def test_a_transaction_is_watched_to_finality(findings: Findings) -> None:
    found = step(findings, "watched")
    assert found["types"] == ["signed", "broadcasted", "txBestBlocksState", "finalized"]
    assert found["ok"]
    assert found["isInBody"]


def test_failures_are_decoded(findings: Findings) -> None:
    found = step(findings, "failing")
    assert all(outcome["events"] == FAILURE_EVENTS for outcome in found.values())
    assert {name: outcome["error"] for name, outcome in found.items()} == {
        "token": {"type": "Token", "value": {"type": "FundsUnavailable"}},
        "arithmetic": {"type": "Arithmetic", "value": {"type": "Underflow"}},
        "module": {"type": "Module", "value": {"type": "Sudo", "value": {"type": "RequireSudo"}}},
    }


def test_a_batch_is_dispatched(findings: Findings) -> None:
    found = step(findings, "batch")["batch"]
    withdrawn, *dispatched, paid, succeeded = found["events"]
    assert found["ok"]
    assert [withdrawn, paid, succeeded] == [TRANSFER_EVENTS[0], *TRANSFER_EVENTS[2:]]
    assert dispatched == [*["Balances.Transfer", "Utility.ItemCompleted"] * 2, "Utility.BatchCompleted"]


def test_a_transaction_ahead_of_its_nonce_waits_for_the_one_before(findings: Findings) -> None:
    found = step(findings, "future")
    assert found["isWaiting"]
    assert found["later"]["ok"]


def test_refusals_are_told_with_their_reason(findings: Findings) -> None:
    found = step(findings, "refused")
    assert found == {
        "badSignature": {"type": "Invalid", "value": {"type": "BadProof"}},
        "stale": {"type": "Invalid", "value": {"type": "Stale"}},
        "tooLowBalance": {"type": "Invalid", "value": {"type": "Payment"}},
    }


def test_a_transaction_is_watched_from_a_fork_that_loses_to_the_one_that_wins() -> None:
    with running_devnet(*FORKING) as url:
        found = findings_of("papi_forks.mjs", url)
    assert found["told"] == ["broadcasted", found["lost"], "in no block", found["won"], "finalized"]
    # on the lost fork, on the other, on the lost one that is forgotten but pinned, at the end
    assert found["gained"] == [5, 0, 5, 5]


def test_a_federated_round_is_taken_to_its_settlement(tmp_path: Path) -> None:
    with running_devnet("--manual", "--unsafe-rpc") as url:
        assert findings_of("papi_round.mjs", url, str(write_scenario(tmp_path))) == ROUND


@pytest.fixture
def url() -> Iterator[str]:
    with running_devnet() as url:
        yield url


def test_types_are_generated_compiled_and_fit_the_chain(url: str, tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text('{"name": "generated", "private": true, "type": "module"}')
    (tmp_path / "node_modules").symlink_to(LIBRARIES)
    run_node(*COMMAND, "add", "palletlab", "--wsUrl", url, "--skip-codegen", cwd=tmp_path)
    config = tmp_path / ".papi" / "polkadot-api.json"
    options = {"noDescriptorsPackage": True}  # it would be installed from the registry
    config.write_text(json.dumps({**json.loads(config.read_text()), "options": options}))
    assert "Compilation successful" in run_node(*COMMAND, "generate", cwd=tmp_path)
    typed = run_node(str(FOLDER / "papi_typed.mjs"), url, str(tmp_path / ".papi" / "descriptors" / "dist" / "index.js"))
    assert json.loads(typed) == {"free": str(ENDOWMENT), "isCompatible": True}
