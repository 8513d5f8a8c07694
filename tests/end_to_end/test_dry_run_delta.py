"""`dev_dryRun` tells differences as chopsticks does: by jsondiffpatch's deltas, which that library takes."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import Any

import pytest

from chain.crypto.development import pair
from chain.extrinsic import with_length_prefix
from chain.node.sealing import SealingMode
from chain.rpc.hexadecimal import to_hex
from chain.rpc.trials import delta
from runtime.dev import UNIT
from runtime.notebook import devnet
from tests.end_to_end.test_chopsticks import FOLDER, LIBRARIES

CASES: list[tuple[Any, Any]] = [
    ({"a": 1}, {"a": 1}),
    ({"a": 1, "b": None}, {"a": 2, "c": None}),
    ({"a": {"b": {"c": "x"}}}, {"a": {"b": {"c": "y", "d": []}}}),
    ({"a": []}, {"a": [1, 2, {"b": 3}]}),
    ({"a": [1, 2, {"b": 3}]}, {"a": []}),
    ({"a": [{"b": 1}, {"b": 2}]}, {"a": [{"b": 1}, {"b": 5}, {"b": 6}]}),
    ({"a": [{"b": 1}, {"b": 2}, {"b": 3}]}, {"a": [{"b": 9}]}),
    ({"a": {"b": 1}}, {"a": [1]}),
    ({"a": None}, {"a": {"b": 1}}),
]


def judged(cases: list[dict[str, Any]]) -> list[dict[str, bool]]:
    node = shutil.which("node")
    if node is None:
        pytest.skip("there is no `node` on this machine")
    if not (LIBRARIES / "peer.stamp").exists():
        pytest.skip("chopsticks is not installed; `make peers` does it")
    program = str(FOLDER / "patch_delta.mjs")
    done = subprocess.run([node, program], input=json.dumps(cases), capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    found: list[dict[str, bool]] = json.loads(done.stdout)
    return found


def test_its_deltas_are_jsondiffpatchs() -> None:
    found = judged([{"old": old, "new": new, "delta": delta(old, new)} for old, new in CASES])
    assert found == [{"isSame": True, "isPatched": True}] * len(CASES)


def test_the_delta_of_a_dry_run_leads_from_old_to_new() -> None:
    with devnet(sealing=SealingMode.MANUAL) as net:
        net.new_block()
        call = net.tx.Balances.transfer_keep_alive(dest="0x" + "77" * 32, value=UNIT)
        found = net.rpc("dev_dryRun", {"extrinsic": to_hex(with_length_prefix(call.signed(pair("Alice"))))})
    old = found["old"]
    old["system"]["events"] = []  # as chopsticks does before it compares
    assert judged([{key: found[key] for key in ("old", "new", "delta")}]) == [{"isSame": True, "isPatched": True}]
