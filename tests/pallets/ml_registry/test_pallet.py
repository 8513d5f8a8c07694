"""The registry's calls, its lineage, and what refuses them."""

from __future__ import annotations

import pytest

from chain.crypto.hashing import blake2_256
from chain.primitives import AccountId, Hash
from pallets.frame.call import call_of
from pallets.frame.error import BadOrigin
from pallets.frame.origin import ROOT, Signed
from pallets.frame.testing import assert_noop, assert_ok, events_of, mount
from pallets.ml_registry import (
    FOREST_MERGE,
    FOREST_QUOTA,
    LINEAR_AVERAGING,
    NETWORK_AVERAGING,
    TREE_BOOSTING,
    WHOLE,
    Algorithm,
    AlgorithmDisabled,
    AlgorithmRegistered,
    AlgorithmSwitched,
    Config,
    Contributor,
    EmptyArtifact,
    ForeignParent,
    Genesis,
    MlRegistry,
    Model,
    NameMissing,
    NotOwner,
    SharesUnbalanced,
    UnknownAlgorithm,
    UnknownModel,
    UnknownParent,
    Version,
    VersionPublished,
    artifact_of,
    version_id,
)
from pallets.ml_registry.algorithms import SPECIFICATIONS

ALICE, BOB = AccountId(b"\x01" * 32), AccountId(b"\x02" * 32)
TEXT = Hash(b"\x07" * 32)


@pytest.fixture
def registry() -> MlRegistry:
    return mount(MlRegistry, Config(), genesis=Genesis())


def create(registry: MlRegistry, who: AccountId = ALICE, algorithm: int = FOREST_MERGE) -> int:
    assert_ok(
        registry.host,
        Signed(who),
        call_of(registry.create_model, name=b"air", algorithm=algorithm, licence=b"CC0-1.0", description=TEXT),
    )
    return registry.model_count.get() - 1


def publish(registry: MlRegistry, model: int, data: bytes, parent: Hash | None = None) -> Hash:
    return registry.publish(model, artifact_of(data), parent, 900_000, (Contributor(BOB, WHOLE),))


def test_a_new_chain_has_every_algorithm_that_is_specified(registry: MlRegistry) -> None:
    names = {
        FOREST_MERGE: b"forest_merge",
        LINEAR_AVERAGING: b"linear_averaging",
        FOREST_QUOTA: b"forest_quota",
        TREE_BOOSTING: b"tree_boosting",
        NETWORK_AVERAGING: b"network_averaging",
    }
    assert dict(registry.algorithms.iter()) == {
        number: Algorithm(name, Hash(blake2_256(SPECIFICATIONS[name])), True) for number, name in names.items()
    }


def test_only_root_registers_and_switches_algorithms(registry: MlRegistry) -> None:
    register = call_of(registry.register_algorithm, name=b"median", specification=TEXT)
    assert_noop(registry.host, Signed(ALICE), register, BadOrigin)
    assert_ok(registry.host, ROOT, register)
    switch = call_of(registry.set_algorithm_enabled, algorithm=5, enabled=False)
    assert_noop(registry.host, Signed(ALICE), switch, BadOrigin)
    assert_ok(registry.host, ROOT, switch)
    assert events_of(registry.host, AlgorithmRegistered)[-1] == AlgorithmRegistered(5, b"median", TEXT)
    assert events_of(registry.host, AlgorithmSwitched) == [AlgorithmSwitched(5, False)]
    unknown = call_of(registry.set_algorithm_enabled, algorithm=9, enabled=True)
    assert_noop(registry.host, ROOT, unknown, UnknownAlgorithm)
    assert_noop(registry.host, ROOT, call_of(registry.register_algorithm, name=b"", specification=TEXT), NameMissing)


def test_a_model_is_made_by_an_enabled_algorithm(registry: MlRegistry) -> None:
    model = create(registry)
    assert registry.model(model) == Model(ALICE, b"air", FOREST_MERGE, b"CC0-1.0", TEXT, 1, 0, None)
    assert_ok(registry.host, ROOT, call_of(registry.set_algorithm_enabled, algorithm=FOREST_MERGE, enabled=False))
    for algorithm, name, error in (
        (FOREST_MERGE, b"air", AlgorithmDisabled),
        (7, b"air", UnknownAlgorithm),
        (LINEAR_AVERAGING, b"", NameMissing),
    ):
        refused = call_of(registry.create_model, name=name, algorithm=algorithm, licence=b"", description=TEXT)
        assert_noop(registry.host, Signed(ALICE), refused, error)


def test_only_its_owner_publishes_a_version_by_call(registry: MlRegistry) -> None:
    model = create(registry)
    call = call_of(
        registry.publish_version, model=model, artifact=artifact_of(b"x"), parent=None, metric=1, contributors=()
    )
    assert_noop(registry.host, Signed(BOB), call, NotOwner)
    assert_ok(registry.host, Signed(ALICE), call)
    expected = Version(model, 0, artifact_of(b"x"), None, 1, ())
    assert registry.version(version_id(expected)) == expected
    assert events_of(registry.host, VersionPublished) == [VersionPublished(model, 0, version_id(expected), None, 1)]
    lost = call_of(
        registry.publish_version, model=9, artifact=artifact_of(b"x"), parent=None, metric=1, contributors=()
    )
    assert_noop(registry.host, Signed(ALICE), lost, UnknownModel)


def test_a_version_names_all_its_ancestors_by_hash(registry: MlRegistry) -> None:
    model = create(registry)
    first = publish(registry, model, b"1")
    second = publish(registry, model, b"2", first)
    fork = publish(registry, model, b"2b", first)
    third = publish(registry, model, b"3", second)
    assert list(registry.ancestors(third)) == [second, first]
    assert list(registry.descendants(first)) == [*sorted((second, fork)), third]
    assert registry.latest(model) == third
    assert [identity for identity, _ in registry.versions_of(model)] == [first, second, fork, third]
    registry.try_state()


def test_a_model_may_continue_another_model_of_the_same_algorithm(registry: MlRegistry) -> None:
    mine, theirs = create(registry), create(registry, BOB)
    first = publish(registry, mine, b"1")
    continued = publish(registry, theirs, b"2", first)
    assert list(registry.descendants(first)) == [continued]
    other = create(registry, BOB, LINEAR_AVERAGING)
    with pytest.raises(ForeignParent):
        publish(registry, other, b"3", first)
    with pytest.raises(UnknownParent):
        publish(registry, mine, b"3", TEXT)


def test_shares_of_different_contributors_add_up_to_a_million(registry: MlRegistry) -> None:
    model = create(registry)
    for shares in (
        (Contributor(ALICE, WHOLE - 1),),
        (Contributor(ALICE, WHOLE // 2), Contributor(ALICE, WHOLE // 2)),
        (Contributor(ALICE, WHOLE), Contributor(BOB, 1)),
    ):
        refused = call_of(
            registry.publish_version,
            model=model,
            artifact=artifact_of(b"x"),
            parent=None,
            metric=1,
            contributors=shares,
        )
        assert_noop(registry.host, Signed(ALICE), refused, SharesUnbalanced)


def test_a_version_has_bytes(registry: MlRegistry) -> None:
    model = create(registry)
    refused = call_of(
        registry.publish_version, model=model, artifact=artifact_of(b""), parent=None, metric=1, contributors=()
    )
    assert_noop(registry.host, Signed(ALICE), refused, EmptyArtifact)


def test_the_block_of_a_version_is_no_part_of_its_id(registry: MlRegistry) -> None:
    model = create(registry)
    identity = publish(registry, model, b"1")
    published = registry.versions.get(identity)
    assert published is not None
    assert published.block == 1
    assert version_id(published.version) == identity
