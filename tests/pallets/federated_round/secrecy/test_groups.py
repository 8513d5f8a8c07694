"""Groups: an attacker's group is outvoted, what a group earned is split evenly in it, a lost group is left out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chain.crypto.hashing import blake2_256
from chain.primitives import AccountId, Hash
from pallets.federated_round import Outcome, Phase, Reason
from pallets.federated_round.rules import MEAN, Median
from pallets.federated_round.secrecy.grouping import formed_groups, round_id
from pallets.federated_round.secrecy.reading import own_group, summed_clients, summed_groups
from pallets.federated_round.secrecy.types import PublicKeys, group_of
from pallets.federated_round.types import MAX_CLIENTS
from pallets.learning.secure_aggregation.refusals import TermsRefused
from tests.pallets.federated_round.secrecy.hidden_play import EXACT, FULL, Hidden, clients_of, grouped, terms_of

ATTACKER = 4
NINE = terms_of(grouped(3, 3), 9, 9, Median(1))


@pytest.fixture(scope="module")
def attacked() -> Hidden:
    """Nine clients in three groups, one of whom learns everything the wrong way round."""
    played = Hidden(NINE, 9, attackers=[ATTACKER])
    assert played.finish() is Outcome.PUBLISHED
    return played


def test_the_median_of_groups_stays_where_the_groups_without_the_attacker_are(attacked: Hidden) -> None:
    honest = Hidden(NINE, 9)
    honest.finish()
    attacked_group = own_group(attacked.rounds, attacked.key, attacked.clients[ATTACKER])
    assert attacked_group is not None
    assert attacked.groups != honest.groups  # other blocks, other draws
    judged = attacked.rounds.judged(*attacked.key)
    assert judged is not None
    worst = min(judged.clients, key=lambda score: score.solo)
    assert worst.account == attacked_group.representative
    assert judged.after > worst.solo
    plain = Hidden(replace(NINE, rule=MEAN, secrecy=FULL), 9, attackers=[ATTACKER])
    plain.finish()
    distances = [
        sum(abs(one - other) for one, other in zip(played.model().weights, honest.model().weights, strict=True))
        for played in (attacked, plain)
    ]
    assert distances[0] < distances[1]


def test_what_a_group_earned_is_split_evenly_in_it(attacked: Hidden) -> None:
    settled, judged = attacked.settled(), attacked.rounds.judged(*attacked.key)
    assert judged is not None
    scores = {score.account: score.contribution for score in judged.clients}
    assert list(scores) == [group.representative for group in summed_groups(attacked.rounds, attacked.key)]
    for group in attacked.groups:
        paid = [settled[who].paid for who in group.members]
        assert max(paid) - min(paid) <= 1
        assert (sum(paid) > 0) == (scores[group.representative] > 0)
    assert sum(each.paid for each in settled.values()) == 7_000
    attackers_part = settled[attacked.clients[ATTACKER]].paid
    assert attackers_part <= 1 + min(settled[who].paid for who in attacked.clients if settled[who].paid)


def test_nobody_is_slashed_for_the_harm_of_a_group(attacked: Hidden) -> None:
    assert {each.slashed for each in attacked.settled().values()} == {0}
    reasons = {each.reason for each in attacked.settled().values()}
    assert reasons <= {Reason.SHARED, Reason.NO_GAIN, Reason.NO_BETTER_ALONE}


def test_the_version_belongs_to_who_was_paid(attacked: Hidden) -> None:
    latest = attacked.runtime.ml_registry.latest(0)
    assert latest is not None
    owners = {
        who: share for who in attacked.clients if (share := attacked.runtime.ml_registry.shares.get((latest, who)))
    }
    assert sum(owners.values()) == 1_000_000
    assert set(owners) == {who for who, each in attacked.settled().items() if each.paid}


def test_a_group_that_loses_too_many_is_left_out_and_its_honest_clients_are_not_to_blame() -> None:
    played = Hidden(terms_of(grouped(3, 2), 9, 6), 9)
    played.until(Phase.COMMIT_UPDATES)
    lost = played.groups[0]
    gone, other, stays = lost.members
    played.stop(gone, other)
    assert played.finish() is Outcome.PUBLISHED
    assert [group.is_alive for group in played.groups] == [False, True, True]
    assert summed_clients(played.rounds, played.key) == tuple(sorted({*played.clients} - {*lost.members}))
    settled = played.settled()
    assert (settled[gone].reason, settled[other].reason) == (Reason.ABSENT, Reason.ABSENT)
    assert (settled[stays].reason, settled[stays].slashed) == (Reason.NOT_NEEDED, 0)


def test_fewer_groups_than_the_terms_ask_for_end_the_round() -> None:
    played = Hidden(terms_of(grouped(3, 3), 9, 6), 9)
    played.until(Phase.COMMIT_UPDATES)
    played.stop(*played.groups[0].members[:2])
    assert played.finish() is Outcome.TOO_FEW_SURVIVORS


def keys_of(count: int) -> dict[AccountId, PublicKeys]:
    made = [blake2_256(bytes([number])) for number in range(2 * count)]
    pairs = zip(made[::2], made[1::2], strict=True)
    return {who: PublicKeys(*pair) for who, pair in zip(clients_of(count), pairs, strict=True)}


def test_groups_follow_from_the_seed_and_have_one_roster_each() -> None:
    keys = keys_of(10)
    identity, other = (round_id(1, 2, Hash(seed * 32)) for seed in (b"s", b"t"))
    groups = formed_groups(identity, grouped(3, 3), keys)
    assert groups == formed_groups(identity, grouped(3, 3), dict(reversed(keys.items())))
    assert groups != formed_groups(other, grouped(3, 3), keys)
    assert sorted(who for group in groups for who in group.members) == sorted(keys)
    assert sorted(len(group.members) for group in groups) == [3, 3, 4]
    assert [group.threshold for group in groups] == [len(group.members) // 2 + 1 for group in groups]
    assert len({group.roster for group in groups}) == 3
    assert all(list(group.members) == sorted(group.members) for group in groups)
    wary = formed_groups(identity, grouped(2, 2, replace(EXACT, colluding=1)), keys)
    assert [group.threshold for group in wary] == [4, 4]
    assert group_of(groups, groups[1].members[0]) == (1, groups[1])
    assert group_of(groups, AccountId(b"?" * 32)) is None


def test_too_few_clients_make_no_groups() -> None:
    with pytest.raises(TermsRefused):
        formed_groups(b"", grouped(3, 3), keys_of(4))


def test_the_largest_round_fits_its_storage() -> None:
    groups = formed_groups(b"", grouped(16, 16), keys_of(MAX_CLIENTS))
    played = Hidden(terms_of(FULL, 4, 3), 4)
    full = tuple(replace(group, dealers=(0, 1), survivors=(0, 1)) for group in groups)
    played.rounds.groups.insert(played.key, full)
    assert played.groups == full
