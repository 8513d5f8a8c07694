"""Python's clients of Substrate, as their registry ships them, do on a devnet what their users do."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from chain.crypto import development, ss58
from chain.state.overlay import Overlay
from runtime.dev import EXISTENTIAL_DEPOSIT, genesis_state, local_genesis, runtime_factory
from tests.end_to_end.client_expectations import ROUND
from tests.end_to_end.devnets import CHECKOUT, running_devnet
from tests.end_to_end.round_scenario import write_scenario

DRIVERS = Path(__file__).parent / "python"
CLIENTS = {
    "substrateinterface": ("scalecodec", "substrate"),
    "async_substrate_interface": ("cyscale", "async_substrate"),
}
"""By module: the folder that it is installed in, and what its programs are called."""

ENDOWMENT = dict(local_genesis()["Balances"].balances)
SCHEMES = ("sr25519", "ed25519", "ecdsa")
Findings = dict[str, Any]


@pytest.fixture(scope="module", params=CLIENTS)
def client(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    if not (CHECKOUT / f".venv-{CLIENTS[name][0]}" / name).is_dir():
        pytest.skip(f"{name} is not installed; `make peers` does it")
    return name


@pytest.fixture(scope="module")
def found(client: str) -> Findings:
    with running_devnet("--idle", "0.3") as url:
        return run(client, "drive", url)


def run(client: str, what: str, *arguments: str) -> Findings:
    """What a program found that uses a client."""
    folder, driver = CLIENTS[client]
    path = os.pathsep.join((str(CHECKOUT / f".venv-{folder}"), str(DRIVERS)))
    command = [sys.executable, str(DRIVERS / f"{what}_{driver}_interface.py"), *arguments]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=120, env={**os.environ, "PYTHONPATH": path}, check=False
    )
    assert done.returncode == 0, done.stderr
    findings: Findings = json.loads(done.stdout)
    return findings


def test_it_connects_and_is_told_what_the_chain_is(found: Findings) -> None:
    assert found["chain"] == [
        "Development",
        "palletlab",
        {"tokenSymbol": "UNIT", "tokenDecimals": 12, "ss58Format": 42},
    ]
    assert found["version"] == "palletlab"


def test_it_reads_the_metadata(found: Findings) -> None:
    pallets = runtime_factory()(Overlay(genesis_state())).pallets
    assert found["metadata"] == sorted(pallet.name for pallet in pallets)


def test_it_reads_constants(found: Findings) -> None:
    assert found["constants"] == [EXISTENTIAL_DEPOSIT, 42, "palletlab"]


def test_it_reads_storage_one_value_many_and_page_by_page(found: Findings) -> None:
    alice, bob = (ENDOWMENT[development.account(name)] for name in ("Alice", "Bob"))
    assert found["value"] == alice
    assert found["multi"] == [alice, bob]
    assert found["map"] == sorted(ss58.encode(account) for account in ENDOWMENT)


def test_it_reads_the_state_of_an_old_block(found: Findings) -> None:
    assert found["old"] == [1, 1]


def test_it_asks_for_nonce_and_fee(found: Findings) -> None:
    assert found["nonce"] == 0
    assert found["fee"] > 0


@pytest.mark.parametrize("kind", ["heads", "finalized", "storage"])
def test_it_is_told_of_every_block(kind: str, found: Findings) -> None:
    first = found["subscriptions"][kind][0]
    assert found["subscriptions"][kind] == [first, first + 1, first + 2]


@pytest.mark.parametrize("tip", [0, 5])
@pytest.mark.parametrize("era", ["immortal", "mortal"])
@pytest.mark.parametrize("scheme", SCHEMES)
def test_its_transactions_are_final_and_cost_what_was_said(scheme: str, era: str, tip: int, found: Findings) -> None:
    is_success, is_final, fee, events = found["sent"][f"{scheme} {era} tip {tip}"]
    assert (is_success, is_final) == (True, True)
    assert events == ["Withdraw", "Transfer", "TransactionFeePaid", "ExtrinsicSuccess"]
    # a planck for each byte: mortal eras and ecdsa signatures have one more
    longer = (era == "mortal") + (scheme == "ecdsa")
    assert fee == found["fee"] + longer + tip


def test_it_sends_a_batch(found: Findings) -> None:
    completed = ["ItemCompleted", "ItemCompleted", "BatchCompleted"]
    assert found["batch"] == [*completed, "TransactionFeePaid", "ExtrinsicSuccess"]


def test_it_names_the_error_of_a_call_that_failed(found: Findings) -> None:
    is_success, error = found["failed"]["origin"]
    assert (is_success, error["type"], error["name"]) == (False, "System", "BadOrigin")
    is_success, error = found["failed"]["module"]
    assert (is_success, error["type"], error["name"]) == (False, "Module", "RequireSudo")


REASONS = {
    "bad signature": "Transaction has a bad signature",
    "stale": "Transaction is outdated",
    "poor": "Inability to pay some fees (e.g. account balance too low)",
}


@pytest.mark.parametrize("why", REASONS)
def test_it_is_told_why_a_transaction_is_refused(why: str, found: Findings) -> None:
    refusal = str(found["refused"][why])  # one client raises the error object, the other the text of the whole reply
    assert f"'code': 1010, 'message': 'Invalid Transaction', 'data': '{REASONS[why]}'" in refusal


def test_a_transaction_of_the_future_waits(found: Findings) -> None:
    assert found["refused"]["future"] is True


def test_http_serves_as_well(client: str, found: Findings) -> None:
    if client == "async_substrate_interface":
        assert "http" not in found  # it speaks WebSocket only
    else:
        assert found["http"] == "Development"


def test_it_takes_a_federated_round_to_its_settlement(client: str, tmp_path: Path) -> None:
    with running_devnet("--manual", "--unsafe-rpc") as url:
        assert run(client, "round", url, str(write_scenario(tmp_path))) == ROUND
