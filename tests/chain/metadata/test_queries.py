"""Runtime APIs and view functions by name."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from chain.metadata import Metadata, NotInMetadata
from chain.metadata.v15 import FunctionParameter
from chain.metadata.v16 import ViewFunction
from chain.scale import DecodeError, EncodeError
from tests.chain.metadata.samples import SAMPLES, sample
from tests.chain.metadata.test_upgrade import upgraded
from tests.vectors import load, unhex

ALICE = bytes.fromhex("d43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d")

pytestmark = pytest.mark.skipif(not SAMPLES, reason="vector files are not beside this checkout")


@pytest.fixture
def metadata() -> Metadata:
    return sample("solochain-template-2025 V15")


def test_recorded_answers_of_a_real_runtime_decode(metadata: Metadata) -> None:
    chain = load("golden/golden-solochain-template-2025.json")
    asked = [step for block in chain["blocks"] for step in block["steps"]]
    fees = [step["queryInfo"] for step in asked if step["queryInfo"]]

    version = metadata.queries.decode_output("Core", "version", unhex(chain["runtimeVersionScale"]))
    answers = [metadata.queries.decode_output("TransactionPaymentApi", "query_info", unhex(fee)) for fee in fees]

    assert (version["spec_name"], version["spec_version"]) == (chain["runtime"][:9] + "-template-runtime", 100)
    assert {*answers[0]} == {"weight", "class", "partial_fee"}
    results: list[Any] = [
        metadata.queries.decode_output("BlockBuilder", "apply_extrinsic", unhex(step["applyResult"])) for step in asked
    ]
    assert results[0] == {"Ok": {"Ok": None}}


def test_inputs_stand_one_after_the_other(metadata: Metadata) -> None:
    queries = metadata.queries

    assert queries.encode_inputs("AccountNonceApi", "account_nonce", account=ALICE) == ALICE
    assert queries.encode_inputs("Core", "version") == b""
    assert (
        queries.encode_inputs("TransactionPaymentApi", "query_weight_to_fee", weight={"ref_time": 1, "proof_size": 0})
        == b"\4\0"
    )
    assert queries.decode_output("AccountNonceApi", "account_nonce", b"\5\0\0\0") == 5


def test_wrong_names_and_inputs_are_refused(metadata: Metadata) -> None:
    queries = metadata.queries

    with pytest.raises(NotInMetadata, match="no runtime API AccountNonce; near it: AccountNonceApi"):
        queries.encode_inputs("AccountNonce", "account_nonce")
    with pytest.raises(NotInMetadata, match="no method Core_versions; near it: Core_version"):
        queries.decode_output("Core", "versions", b"")
    with pytest.raises(EncodeError, match=r"^AccountNonceApi_account_nonce: its inputs are account, not who"):
        queries.encode_inputs("AccountNonceApi", "account_nonce", who=ALICE)
    with pytest.raises(EncodeError, match=r"^Core_version: its inputs are none, not block"):
        queries.encode_inputs("Core", "version", block=1)
    with pytest.raises(DecodeError, match="u32 at byte 0: needs 4 bytes, 3 left"):
        queries.decode_output("AccountNonceApi", "account_nonce", b"\0\0\0")


def test_view_functions_are_asked_in_the_same_way() -> None:
    records = upgraded()
    function = ViewFunction(bytes(32), "doubled", (FunctionParameter("number", 4),), 4)
    system = replace(records.pallets[0], view_functions=(function,))
    queries = Metadata(replace(records, pallets=(system, *records.pallets[1:]))).queries

    assert queries.view_function("System", "doubled") == function
    assert queries.encode_view_inputs("System", "doubled", number=2) == b"\2\0\0\0"
    assert queries.decode_view_output("System", "doubled", b"\4\0\0\0") == 4
    with pytest.raises(NotInMetadata, match=r"no view function System\.double; near it: System\.doubled"):
        queries.view_function("System", "double")
