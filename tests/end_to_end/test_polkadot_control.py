"""@polkadot/api, as npm has it, controls a development node by the methods that it knows of chopsticks."""

from __future__ import annotations

from typing import Any

import pytest

from runtime.dev import UNIT
from tests.end_to_end.client_expectations import address
from tests.end_to_end.devnets import running_devnet
from tests.end_to_end.node_programs import findings_of, step

Findings = dict[str, Any]


@pytest.fixture(scope="module")
def findings() -> Findings:
    with running_devnet("--manual", "--unsafe-rpc", "--impersonation") as url:
        return findings_of("control.mjs", url)


def test_blocks_are_made_and_left_behind(findings: Findings) -> None:
    assert step(findings, "blocks") == {"made": 2, "parent": True}


def test_the_next_block_comes_at_the_date_that_was_travelled_to(findings: Findings) -> None:
    found = step(findings, "time")
    assert found["wanted"] == found["moment"] == found["now"]


def test_storage_is_set_by_item_and_by_key(findings: Findings) -> None:
    assert step(findings, "storage") == {"typed": str(5 * UNIT), "removed": "0"}


def test_a_dry_run_has_chopsticks_forms(findings: Findings) -> None:
    expected = {"bySignature": UNIT, "byAddress": UNIT, "raw": True, "after": "0"}
    assert step(findings, "dryRun") == expected


def test_an_extrinsic_with_chopsticks_mock_signature_passes_while_its_account_is_impersonated(
    findings: Findings,
) -> None:
    found = step(findings, "impersonation")
    assert "bad signature" in found["before"]
    assert "bad signature" in found["after"]
    assert (found["free"], found["transferred"]) == (str(3 * UNIT), True)
    assert (bytes.fromhex(found["engine"][2:]), found["accounts"]) == (b"fake", [address("Bob")])


def test_a_snapshot_brings_the_head_back(findings: Findings) -> None:
    assert step(findings, "snapshots") == {"isBack": True}
