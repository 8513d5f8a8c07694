from __future__ import annotations

import numpy as np
import pytest

from pallets.learning.robust.bounds import BoundExceeded, Rule
from pallets.learning.secure_aggregation.groups import GroupTerms, apply_rule, joined
from pallets.learning.secure_aggregation.refusals import MalformedMessage, TermsRefused
from pallets.learning.secure_aggregation.server import Unmasked
from tests.pallets.learning.secure_aggregation.rounds import enrolled, updates_of

RULES = [rule for rule in Rule if rule is not Rule.NORM_CLIPPING]


def group_sum(clients: int, liars: int, dropped: tuple[int, ...] = ()) -> Unmasked:
    """A group's sum by the protocol; liars send the largest values that the clip lets through."""
    these = enrolled(clients, clients // 2 + 1)
    updates = updates_of(clients) // 64
    updates[:liars] = 2**60
    these.receive(these.deal())
    these.mask(updates, [1] * clients, dropped)
    return these.unmask()


@pytest.mark.parametrize("rule", RULES)
def test_liars_in_one_group_do_not_move_the_whole(rule: Rule) -> None:
    groups = [group_sum(3, 0), group_sum(4, 0, dropped=(2,)), group_sum(3, 2), *(group_sum(n, 0) for n in (3, 4, 5, 5))]
    result = joined(groups, GroupTerms(7, rule, adversaries=1))
    honest = np.stack([group.values // group.weight for place, group in enumerate(groups) if place != 2])
    assert (result >= honest.min(axis=0) - 1).all()
    assert (result <= honest.max(axis=0) + 1).all()
    plain = np.stack([group.values for group in groups]).sum(axis=0) // sum(group.weight for group in groups)
    assert (plain > honest.max(axis=0) + 1).all(), "the attack does move the plain mean"


def test_norm_clipping_bounds_what_one_group_adds() -> None:
    terms = GroupTerms(3, Rule.NORM_CLIPPING, adversaries=1, clip=1000)
    terms.check(9)
    result = apply_rule(np.array([[0, 0], [0, 0], [2**40, 0]], dtype=np.int64), terms)
    assert result.tolist() == [333, 0]


def test_terms_are_checked_when_a_task_is_created() -> None:
    GroupTerms(7, Rule.BULYAN, 1).check(21)
    with pytest.raises(BoundExceeded, match="bulyan withstands 0 with 6 clients, not 1 adversaries"):
        GroupTerms(6, Rule.BULYAN, 1).check(18)
    with pytest.raises(TermsRefused, match="a group of one hides nothing"):
        GroupTerms(7, Rule.MEDIAN, 1).check(13)
    for terms in (GroupTerms(3, Rule.NORM_CLIPPING, 1), GroupTerms(3, Rule.MEDIAN, 1, clip=5)):
        with pytest.raises(TermsRefused, match="a clip of"):
            terms.check(9)


def test_too_few_groups_with_a_sum_are_refused() -> None:
    groups = [Unmasked(np.zeros(2, dtype=np.int64), 3)] * 2
    with pytest.raises(BoundExceeded):
        joined(groups, GroupTerms(3, Rule.MEDIAN, 1))
    for wrong in ([], [groups[0], Unmasked(np.zeros(1, dtype=np.int64), 3)]):
        with pytest.raises(MalformedMessage, match="not of one length"):
            joined(wrong, GroupTerms(3, Rule.MEDIAN, 0))
