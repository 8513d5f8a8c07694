"""Withdrawn versions, what was made from them, and what takes their place."""

from __future__ import annotations

import pytest

from chain.primitives import AccountId, Hash
from pallets.frame.call import call_of
from pallets.frame.origin import Signed
from pallets.frame.testing import assert_noop, assert_ok, events_of, mount
from pallets.ml_registry import FOREST_MERGE, Config, Genesis, MlRegistry, NotOwner, artifact_of, withdrawal
from pallets.ml_registry.errors import AlreadyWithdrawn, TooManyDescendants
from pallets.ml_registry.events import VersionSuperseded, VersionWithdrawn
from pallets.ml_registry.types import Withdrawal

ALICE, BOB = AccountId(b"\x01" * 32), AccountId(b"\x02" * 32)


@pytest.fixture
def registry() -> MlRegistry:
    """Two models of Alice's."""
    found = mount(MlRegistry, Config(), genesis=Genesis())
    for name in (b"air", b"water"):
        create = call_of(
            found.create_model, name=name, algorithm=FOREST_MERGE, licence=b"", description=Hash(bytes(32))
        )
        assert_ok(found.host, Signed(ALICE), create)
    return found


def publish(registry: MlRegistry, model: int, parent: Hash | None) -> Hash:
    number = registry.model(model).versions
    return registry.publish(model, artifact_of(b"%d.%d" % (model, number)), parent, 0, ())


def withdraw(registry: MlRegistry, version: Hash) -> None:
    assert_ok(registry.host, Signed(ALICE), call_of(registry.withdraw_version, version=version))


def test_with_a_version_goes_all_that_was_made_from_it_in_every_model(registry: MlRegistry) -> None:
    first = publish(registry, 0, None)
    second = publish(registry, 0, first)
    other = publish(registry, 1, second)
    third = publish(registry, 0, second)
    apart = publish(registry, 1, first)
    withdraw(registry, second)
    gone = [event.version for event in events_of(registry.host, VersionWithdrawn)]
    assert sorted(gone) == sorted([second, third, other])
    assert (registry.latest(0), registry.latest(1)) == (first, apart)
    assert registry.withdrawal_of(third) == Withdrawal(registry.block_number(), None)
    assert registry.withdrawal_of(first) is None
    registry.try_state()
    withdraw(registry, first)
    assert (registry.latest(0), registry.latest(1)) == (None, None)
    registry.try_state()


def test_nothing_is_made_from_a_withdrawn_version(registry: MlRegistry) -> None:
    first = publish(registry, 0, None)
    withdraw(registry, first)
    again = call_of(registry.withdraw_version, version=first)
    assert_noop(registry.host, Signed(ALICE), again, AlreadyWithdrawn)
    build_on = call_of(
        registry.publish_version, model=0, artifact=artifact_of(b"2"), parent=first, metric=0, contributors=()
    )
    assert_noop(registry.host, Signed(ALICE), build_on, AlreadyWithdrawn)
    fresh = publish(registry, 0, None)
    assert registry.latest(0) == fresh
    registry.try_state()


def test_the_owner_alone_withdraws_by_hand(registry: MlRegistry) -> None:
    first = publish(registry, 0, None)
    assert_noop(registry.host, Signed(BOB), call_of(registry.withdraw_version, version=first), NotOwner)


def test_a_withdrawn_version_points_to_what_took_its_place(registry: MlRegistry) -> None:
    first = publish(registry, 0, None)
    registry.supersede(first, Hash(bytes(32)))
    assert registry.withdrawal_of(first) is None  # it is in use
    withdraw(registry, first)
    better = publish(registry, 0, None)
    registry.supersede(first, better)
    found = registry.withdrawal_of(first)
    assert found is not None
    assert found.successor == better
    assert events_of(registry.host, VersionSuperseded) == [VersionSuperseded(first, better)]


def test_too_long_a_line_goes_in_parts(registry: MlRegistry, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(withdrawal, "MOST_WITHDRAWN", 2)
    first = publish(registry, 0, None)
    second = publish(registry, 0, first)
    publish(registry, 0, second)
    call = call_of(registry.withdraw_version, version=first)
    assert_noop(registry.host, Signed(ALICE), call, TooManyDescendants)
    withdraw(registry, second)
    withdraw(registry, first)
    registry.try_state()
