"""Secure aggregation by groups, and a robust rule over the groups: neither one update seen, nor one liar believed.

Full secrecy and robustness exclude each other, for what is hidden cannot be compared. So clients are drawn into
groups; each group's sum is aggregated securely, the means of the groups are in the open, and a robust rule joins them.
f adversaries spoil at most f groups, so the rule's bound is asked of groups instead of clients.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pallets.learning.robust import coordinates
from pallets.learning.robust.bounds import Rule, check_adversaries
from pallets.learning.robust.geometric_median import geometric_median
from pallets.learning.robust.krum import bulyan, krum, multi_krum
from pallets.learning.robust.norms import clipped_mean
from pallets.learning.secure_aggregation.refusals import MalformedMessage, TermsRefused
from pallets.learning.secure_aggregation.server import Unmasked
from pallets.learning.secure_aggregation.threshold import check_threshold, least_threshold


@dataclass(frozen=True, slots=True)
class GroupTerms:
    """How a task aggregates by groups.

    adversaries: clients that may lie; so many groups may be spoilt
    clip: for norm clipping, in the steps of the encoding; 0 for the other rules
    """

    groups: int
    rule: Rule
    adversaries: int
    clip: int = 0

    def check(self, clients: int) -> None:
        """Refuse terms that withstand too little; raises BoundExceeded or TermsRefused.

        Meant for the moment when a task is created.
        """
        check_adversaries(self.rule, self.groups, self.adversaries)
        smallest = clients // self.groups
        if smallest < 2:
            raise TermsRefused(f"{self.groups} groups of {clients} clients: a group of one hides nothing")
        check_threshold(smallest, least_threshold(smallest))
        if (self.rule is Rule.NORM_CLIPPING) != (self.clip > 0):
            raise TermsRefused(f"a clip of {self.clip} for {self.rule.name.lower()}")


def mean_of(group: Unmasked) -> NDArray[np.int64]:
    """The mean of a group by weight, rounded toward zero, in the steps of the encoding."""
    return coordinates.quotients(group.values, group.weight)


def joined(groups: Sequence[Unmasked], terms: GroupTerms) -> NDArray[np.int64]:
    """What the rule makes of the groups' means.

    Groups that found no sum are left out; raises BoundExceeded where too few are left for the rule.
    """
    if not groups or len({len(group.values) for group in groups}) != 1:
        raise MalformedMessage(f"{len(groups)} groups whose sums are not of one length")
    means = np.stack([mean_of(group) for group in groups])
    check_adversaries(terms.rule, len(means), terms.adversaries)
    return apply_rule(means, terms)


def apply_rule(updates: NDArray[np.int64], terms: GroupTerms) -> NDArray[np.int64]:
    """The rule with the most that it may keep or trim at so many adversaries."""
    f = terms.adversaries
    match terms.rule:
        case Rule.MEDIAN:
            return coordinates.median(updates)
        case Rule.TRIMMED_MEAN:
            return coordinates.trimmed_mean(updates, f, f)
        case Rule.KRUM:
            return krum(updates, f)
        case Rule.MULTI_KRUM:
            return multi_krum(updates, f, len(updates) - f - 2)
        case Rule.BULYAN:
            return bulyan(updates, f)
        case Rule.GEOMETRIC_MEDIAN:
            return geometric_median(updates, f)
        case Rule.NORM_CLIPPING:
            return clipped_mean(updates, terms.clip)
