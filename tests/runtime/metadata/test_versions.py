"""Each version has the types that it uses, numbered by place, in one order."""

from __future__ import annotations

import pytest

from chain.metadata.portable import PortableType
from chain.metadata.v14 import MetadataV14
from chain.metadata.v15 import MetadataV15
from chain.metadata.v16 import MetadataV16
from runtime.metadata import describe
from runtime.metadata.renumber import renumbered, type_ids
from runtime.metadata.versions import Reached, metadata_v14, metadata_v15, metadata_v16
from tests.runtime.blocks import DevChain

DESCRIBED = describe(DevChain().runtime())
V14, V15, V16 = metadata_v14(DESCRIBED), metadata_v15(DESCRIBED), metadata_v16(DESCRIBED)


def paths(types: tuple[PortableType, ...]) -> list[tuple[str, ...]]:
    return [each.path for each in types if each.path]


@pytest.mark.parametrize("metadata", [V14, V15, V16])
def test_types_are_numbered_by_place_and_refer_to_one_another(
    metadata: MetadataV14 | MetadataV15 | MetadataV16,
) -> None:
    assert [each.type_id for each in metadata.types] == list(range(len(metadata.types)))
    referred = {number for each in metadata.types for number in type_ids(each)}
    assert referred <= set(range(len(metadata.types)))


def test_version_14_has_no_types_of_runtime_apis() -> None:
    missing = set(paths(V15.types)) - set(paths(V14.types))
    assert ("sp_runtime", "transaction_validity", "TransactionValidityError") in missing
    assert ("sp_runtime", "generic", "unchecked_extrinsic", "UncheckedExtrinsic") not in missing


def test_only_version_16_has_associated_types_and_no_runtime() -> None:
    runtime = ("palletlab_runtime", "Runtime")
    assert runtime in paths(V14.types)
    assert runtime in paths(V15.types)
    assert runtime not in paths(V16.types)
    hashing = ("sp_runtime", "traits", "BlakeTwo256")
    assert hashing in paths(V16.types)
    assert hashing not in paths(V15.types)


def test_common_types_stand_in_one_order() -> None:
    newest = [path for path in paths(V16.types) if paths(V16.types).count(path) == 1]
    for types in (V14.types, V15.types):
        common = [path for path in paths(types) if path in set(newest)]
        assert common == [path for path in newest if path in set(common)]


def test_renumbering_a_type_changes_its_numbers_alone() -> None:
    for each in DESCRIBED.types:
        moved = renumbered(each, lambda number: number + 1)
        assert type_ids(moved) == [number + 1 for number in type_ids(each)]
        assert renumbered(moved, lambda number: number - 1) == each


def test_what_a_type_contains_is_reached_with_it() -> None:
    reached = Reached([type_ids(each) for each in DESCRIBED.types])
    call = DESCRIBED.outer_enums.call
    reached.number(call)
    assert call in reached.order
    assert {number for old in reached.order for number in type_ids(DESCRIBED.types[old])} <= set(reached.order)
