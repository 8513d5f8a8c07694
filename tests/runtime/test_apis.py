"""Runtime APIs by their ids, as the version of a compiled runtime lists them."""

from __future__ import annotations

from chain.runtime_api import RuntimeVersion
from chain.scale import decode
from runtime.apis import API_VERSIONS, api_id, standard_apis
from runtime.metadata.apis import APIS
from tests.vectors import load, unhex


def test_apis_are_those_of_the_compiled_template() -> None:
    golden = load("golden/golden-solochain-template-2025.json")
    version = decode(RuntimeVersion, unhex(golden["runtimeVersionScale"]))
    assert standard_apis("AuraApi", "GrandpaApi") == version.apis


def test_an_api_is_called_by_the_hash_of_its_name() -> None:
    assert api_id("Core").hex() == "df6acb689907609b"
    assert api_id("Metadata").hex() == "37e397fc7c91f5e4"


def test_consensus_is_left_out_unless_it_is_composed() -> None:
    names = [name for name in API_VERSIONS if name not in ("AuraApi", "GrandpaApi")]
    assert standard_apis() == tuple((api_id(name), API_VERSIONS[name]) for name in names)


def test_every_api_is_described() -> None:
    assert APIS.keys() == API_VERSIONS.keys()
