"""Decoders that others wrote read our metadata unpatched, and find in it what the runtime declares."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from chain.crypto import development
from chain.extrinsic import Id
from chain.state.overlay import Overlay
from chain.trie.trie import Trie
from pallets.frame.call import call_of
from runtime.apis import API_VERSIONS, api_id
from runtime.dev import EXISTENTIAL_DEPOSIT, TOKEN, DevRuntime
from runtime.metadata.opaque import metadata_hash_of
from runtime.templates.solochain import Solochain
from tests.end_to_end.declared import declared
from tests.runtime.metadata import market

HERE = Path(__file__).parent
CHECKOUT = HERE.parent.parent
VERSIONS = (14, 15, 16)
NODE_LIBRARIES = ("@polkadot/types", "polkadot-api", "dedot")
PYTHON_LIBRARIES = {"scalecodec": (14,), "cyscale": (14, 15)}
"""Which versions of the metadata each of them knows."""

EXTENSIONS = [
    "CheckNonZeroSender",
    "CheckSpecVersion",
    "CheckTxVersion",
    "CheckGenesis",
    "CheckMortality",
    "CheckNonce",
    "CheckWeight",
    "ChargeTransactionPayment",
    "CheckMetadataHash",
    "WeightReclaim",
]


class MarketChain(Solochain):
    """The template with one more pallet, which declares one of everything."""

    def __init__(self, storage: Overlay) -> None:
        super().__init__(storage)
        self.market = market.Market(self, market.Config(), index=30)


Composed = DevRuntime | MarketChain
Findings = dict[str, dict[str, Any]]
"""By library and file."""


@pytest.fixture(scope="module", params=[DevRuntime, MarketChain])
def runtime(request: pytest.FixtureRequest) -> Composed:
    made: Composed = request.param(Overlay(Trie.empty(version=1)))
    return made


@pytest.fixture(scope="module")
def files(runtime: Composed, tmp_path_factory: pytest.TempPathFactory) -> dict[int, str]:
    folder = tmp_path_factory.mktemp("metadata")
    for version in VERSIONS:
        metadata = runtime.metadata_at_version(version)
        assert metadata is not None
        (folder / f"{version}.scale").write_bytes(metadata)
    return {version: str(folder / f"{version}.scale") for version in VERSIONS}


@pytest.fixture(scope="module")
def node() -> str:
    found = shutil.which("node")
    if found is None:
        pytest.skip("there is no `node` on this machine")
    if not (HERE / "node" / "node_modules" / "peer.stamp").exists():
        pytest.skip("the Node libraries are not installed; `make peers` does it")
    return found


@pytest.fixture(scope="module")
def node_findings(node: str, files: dict[int, str]) -> Findings:
    return _json([node, str(HERE / "node" / "read_metadata.mjs"), *files.values()])


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("library", NODE_LIBRARIES)
def test_node_libraries_find_what_is_declared(
    library: str,
    version: int,
    runtime: Composed,
    files: dict[int, str],
    node_findings: Findings,
) -> None:
    found = node_findings[library][files[version]]
    assert "error" not in found, found["error"]
    _assert_declared(found, version, runtime)
    assert found["existentialDeposit"] == str(EXISTENTIAL_DEPOSIT)
    listed = {identifier for identifier, _ in runtime.version.apis}
    apis = {name for name in API_VERSIONS if api_id(name) in listed}
    assert set(found["apis"]) == (set() if version == 14 else apis)
    views = {
        pallet.name: [view.name for view in pallet.declaration.view_functions]
        for pallet in runtime.pallets
        if pallet.declaration.view_functions
    }
    assert found["views"] == (views if version == 16 else {})


@pytest.mark.parametrize(
    ("library", "version"), [(name, version) for name, known in PYTHON_LIBRARIES.items() for version in known]
)
def test_python_libraries_find_what_is_declared(
    library: str, version: int, runtime: Composed, files: dict[int, str]
) -> None:
    installed = CHECKOUT / f".venv-{library}"
    if not (installed / "peer.stamp").exists():
        pytest.skip(f"{library} is not installed; `make peers` does it")
    reader = str(HERE / "python" / "read_metadata.py")
    found = _json([sys.executable, reader, files[version]], PYTHONPATH=str(installed))[files[version]]
    _assert_declared(found, version, runtime)


@pytest.mark.parametrize("version", [15, 16])
def test_a_wallet_computes_the_hash_that_the_runtime_checks(
    version: int, node: str, runtime: Composed, files: dict[int, str]
) -> None:
    script = str(HERE / "node" / "digest.mjs")
    computed = _json([node, script, files[version], str(TOKEN.decimals), TOKEN.symbol])
    expected = metadata_hash_of(runtime, TOKEN)
    assert computed["digest"] == "0x" + expected.hex()


def _assert_declared(found: dict[str, Any], version: int, runtime: Composed) -> None:
    assert found["version"] == version
    assert found["extensions"] == EXTENSIONS
    expected = declared(runtime)
    assert list(found["pallets"]) == list(expected)
    for name, pallet in expected.items():
        assert found["pallets"][name] == pallet, name
    alice = Id(development.account("Alice"))
    transfer = call_of(runtime.balances.transfer_allow_death, dest=alice, value=5)
    assert found["transfer"] == "0x" + transfer.encode().hex()


def _json(command: list[str], **environment: str) -> dict[str, Any]:
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=120, env={**os.environ, **environment}
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer
