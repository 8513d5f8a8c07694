"""Parts of a version belong to who contributed, until they move; none is lost and none appears."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from chain.primitives import AccountId, Hash
from pallets.frame.call import RuntimeCall, call_of
from pallets.frame.origin import Signed
from pallets.frame.testing import assert_noop, assert_ok, events_of, mount
from pallets.ml_registry import (
    FOREST_MERGE,
    WHOLE,
    Config,
    Contributor,
    Genesis,
    MlRegistry,
    SharesTransferred,
    ShareTooSmall,
    TooManyHolders,
    artifact_of,
)

PEOPLE = tuple(AccountId(bytes([number]) * 32) for number in range(1, 7))
ALICE, BOB, CHARLIE = PEOPLE[:3]


def registry_of(*contributors: Contributor, max_holders: int = 4) -> tuple[MlRegistry, Hash]:
    """A registry with one version."""
    registry = mount(MlRegistry, Config(max_holders=max_holders), genesis=Genesis())
    create = call_of(
        registry.create_model, name=b"air", algorithm=FOREST_MERGE, licence=b"", description=Hash(bytes(32))
    )
    assert_ok(registry.host, Signed(ALICE), create)
    return registry, registry.publish(0, artifact_of(b"1"), None, 0, contributors)


def transfer(registry: MlRegistry, version: Hash, dest: AccountId, share: int) -> RuntimeCall:
    return call_of(registry.transfer_share, version=version, dest=dest, share=share)


def test_a_version_is_owned_by_who_contributed() -> None:
    registry, version = registry_of(Contributor(ALICE, 700_000), Contributor(BOB, 300_000))
    assert registry.holders_of(version) == [Contributor(ALICE, 700_000), Contributor(BOB, 300_000)]
    alone = registry.publish(0, artifact_of(b"2"), version, 0, ())
    assert registry.holders_of(alone) == []
    registry.try_state()


def test_a_part_moves_and_the_record_of_who_contributed_stays() -> None:
    registry, version = registry_of(Contributor(ALICE, WHOLE))
    assert_ok(registry.host, Signed(ALICE), transfer(registry, version, BOB, 250_000))
    assert registry.holders_of(version) == [Contributor(ALICE, 750_000), Contributor(BOB, 250_000)]
    assert events_of(registry.host, SharesTransferred) == [SharesTransferred(version, ALICE, BOB, 250_000)]
    assert_ok(registry.host, Signed(ALICE), transfer(registry, version, BOB, 750_000))
    assert registry.holders_of(version) == [Contributor(BOB, WHOLE)]
    assert registry.version(version).contributors == (Contributor(ALICE, WHOLE),)
    registry.try_state()


def test_nobody_gives_what_is_not_theirs() -> None:
    registry, version = registry_of(Contributor(ALICE, WHOLE))
    for who, share in ((BOB, 1), (ALICE, WHOLE + 1), (ALICE, 0)):
        assert_noop(registry.host, Signed(who), transfer(registry, version, CHARLIE, share), ShareTooSmall)
    unknown = transfer(registry, Hash(bytes(32)), BOB, 1)
    assert_noop(registry.host, Signed(ALICE), unknown, ShareTooSmall)


def test_a_gift_to_oneself_changes_nothing() -> None:
    registry, version = registry_of(Contributor(ALICE, WHOLE))
    assert_ok(registry.host, Signed(ALICE), transfer(registry, version, ALICE, WHOLE))
    assert registry.holders_of(version) == [Contributor(ALICE, WHOLE)]


def test_a_version_has_only_so_many_owners() -> None:
    registry, version = registry_of(Contributor(ALICE, WHOLE), max_holders=2)
    assert_ok(registry.host, Signed(ALICE), transfer(registry, version, BOB, 1))
    assert_noop(registry.host, Signed(ALICE), transfer(registry, version, CHARLIE, 1), TooManyHolders)
    assert_ok(registry.host, Signed(BOB), transfer(registry, version, CHARLIE, 1))  # one comes, one goes


def test_clients_ask_for_lineage_as_far_as_they_like() -> None:
    registry, first = registry_of(Contributor(ALICE, WHOLE))
    second = registry.publish(0, artifact_of(b"2"), first, 0, ())
    third = registry.publish(0, artifact_of(b"3"), second, 0, ())
    assert registry.ancestors_of(third, 9) == [second, first]
    assert registry.ancestors_of(third, 1) == [second]
    assert registry.descendants_of(first, 9) == [second, third]
    assert registry.descendants_of(first, 1) == [second]
    assert registry.ancestors_of(Hash(bytes(32)), 9) == registry.descendants_of(Hash(bytes(32)), 9) == []


class SharesMachine(RuleBasedStateMachine):
    """Parts go back and forth."""

    def __init__(self) -> None:
        super().__init__()
        self.registry, self.version = registry_of(Contributor(ALICE, 600_000), Contributor(BOB, 400_000))
        self.expected = {ALICE: 600_000, BOB: 400_000}

    @rule(source=st.sampled_from(PEOPLE), dest=st.sampled_from(PEOPLE), share=st.integers(0, WHOLE), all_=st.booleans())
    def move(self, source: AccountId, dest: AccountId, share: int, all_: bool) -> None:
        owned = self.expected.get(source, 0)
        share = owned if all_ else share
        after = dict(self.expected)
        if 0 < share <= owned and source != dest:
            after[source] = owned - share
            after[dest] = after.get(dest, 0) + share
        after = {who: part for who, part in after.items() if part}
        call = transfer(self.registry, self.version, dest, share)
        if not 0 < share <= owned:
            assert_noop(self.registry.host, Signed(source), call, ShareTooSmall)
        elif len(after) > 4:
            assert_noop(self.registry.host, Signed(source), call, TooManyHolders)
        else:
            assert_ok(self.registry.host, Signed(source), call)
            self.expected = after

    @invariant()
    def every_part_is_somebodys(self) -> None:
        held = {each.account: each.share for each in self.registry.holders_of(self.version)}
        assert held == self.expected
        assert sum(held.values()) == WHOLE
        self.registry.try_state()


SharesMachine.TestCase.settings = settings(max_examples=25, stateful_step_count=20, deadline=None)
TestSharesMachine = SharesMachine.TestCase
