"""What types are called in Rust."""

from __future__ import annotations

from importlib import import_module

import pytest

from pallets.balances import Balances
from pallets.federated_round import FederatedRound
from pallets.federated_round.types import Task
from pallets.system import System
from pallets.template import Template
from pallets.timestamp import Timestamp
from runtime.metadata.rust_names import (
    RUST_TYPES,
    crate_of,
    rust_annotation,
    rust_identifier,
    rust_type_of,
    snake_case,
    variant_name,
)


@pytest.mark.parametrize("name", RUST_TYPES)
def test_every_class_of_the_table_exists(name: str) -> None:
    module, _, cls = name.rpartition(".")
    found = vars(import_module(module))[cls]
    assert f"{found.__module__}.{found.__qualname__}" == name


@pytest.mark.parametrize(
    ("pallet", "crate"),
    [
        (System, "frame_system"),
        (Balances, "pallet_balances"),
        (Timestamp, "pallet_timestamp"),
        (Template, "pallet_template"),
        (FederatedRound, "pallet_federated_round"),
    ],
)
def test_pallets_have_crates(pallet: type[object], crate: str) -> None:
    assert crate_of(pallet) == crate


def test_other_classes_are_called_after_their_module() -> None:
    assert rust_type_of(Task).path == "pallet_federated_round::types::Task"
    mine = type("Mine", (), {"__module__": __name__})
    assert rust_type_of(mine).path == "pallet_metadata::test_rust_names::Mine"


@pytest.mark.parametrize(
    ("written", "rust"),
    [
        ("U32", "u32"),
        ("I256", "i256"),
        ("bytes", "Vec<u8>"),
        ("Bytes32", "[u8; 32]"),
        ("str", "String"),
        ("None", "()"),
        ("AccountId | None", "Option<AccountId>"),
        ("list[Balance]", "Vec<Balance>"),
        ("tuple[U8, ...]", "Vec<u8>"),
        ("tuple[U8, bytes]", "(u8, Vec<u8>)"),
        ("dict[U8, list[str]]", "BTreeMap<u8, Vec<String>>"),
        ("Compact[Balance]", "Balance"),
        ("Annotated[list[U32], MaxLen(Config.most)]", "Vec<u32>"),
        ("types.Task", "Task"),
        ("IdAmount[RuntimeHoldReason]", "IdAmount<RuntimeHoldReason>"),
        ("'Late'", "Late"),
        ("U8 | U16", None),
        ("f()", None),
        ("not python", None),
    ],
)
def test_annotations_are_written_as_rust_would(written: str, rust: str | None) -> None:
    assert rust_annotation(written) == rust


def test_words_become_rusts() -> None:
    assert rust_identifier("from_") == "from"
    assert variant_name("V1_ANCIENT") == "V1Ancient"
    assert variant_name("Already") == "Already"
    assert snake_case("Solochain-Template") == "solochain_template"
