"""Groups are dealt by the round's seed: everybody is in one, and no group is larger than another by more than one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from chain.primitives import AccountId
from pallets.federated_round import Drawn
from pallets.federated_round.shapes.drawing import deal_tiers


def accounts(count: int, kind: int) -> tuple[AccountId, ...]:
    return tuple(AccountId(bytes((kind, number)).ljust(32, b".")) for number in range(count))


@given(st.integers(1, 15), st.integers(1, 15), st.integers(1, 15), st.binary(min_size=32, max_size=32))
def test_everybody_is_in_one_group_and_groups_are_of_one_size(
    clients: int, aggregators: int, groups: int, seed: bytes
) -> None:
    drawn = Drawn(accounts(clients, 0), accounts(aggregators, 1), ())
    tiers = deal_tiers(drawn, groups, seed)
    assert tiers == deal_tiers(drawn, groups, seed)
    assert len(tiers) == min(groups, clients, aggregators)
    for members, all_of_them in (
        ([tier.clients for tier in tiers], drawn.clients),
        ([tier.aggregators for tier in tiers], drawn.aggregators),
    ):
        assert sorted(who for group in members for who in group) == sorted(all_of_them)
        assert all(list(group) == sorted(group) for group in members)
        sizes = [len(group) for group in members]
        assert 1 <= min(sizes) <= max(sizes) <= min(sizes) + 1


def test_another_seed_deals_other_groups() -> None:
    drawn = Drawn(accounts(15, 0), accounts(15, 1), ())
    first, second = deal_tiers(drawn, 5, bytes(32)), deal_tiers(drawn, 5, bytes(31) + b"\1")
    assert {tier.clients for tier in first} != {tier.clients for tier in second}
    assert {tier.aggregators for tier in first} != {tier.aggregators for tier in second}
