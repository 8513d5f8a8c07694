"""How a hidden round goes on between the draw and the aggregate; each transition needs nobody, as in an open round.

DRAW → ANNOUNCE_KEYS → DEAL_SHARES → CHECK_SHARES → COMMIT_UPDATES → REVEAL_UPDATES → CHECK_UPDATES → OPEN_SHARES

Who is a dealer, and who a survivor, is fixed by the block with which everybody could say what is missing. A client is
no dealer whose shares are missed by more than may lie, by a majority where nobody may; and no survivor whose update a
majority of the aggregators misses, in a hierarchical round of those of its group. So c liars strike no honest dealer,
and a liar among the dealers has dealt right shares to all honest clients but c: of n clients n - 2c open them even
where all liars vanish, which is the threshold (n + c) / 2 + 1 where n >= 5c + 2. A group that has fewer left than its
threshold is lost; the round ends where too few groups or too few clients are left.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from chain.primitives import AccountId
from pallets.federated_round.events import GroupsDealt, GroupsFixed
from pallets.federated_round.phases import Course
from pallets.federated_round.secrecy.choice import Full, Grouped, groups_in
from pallets.federated_round.secrecy.grouping import formed_groups, round_id
from pallets.federated_round.secrecy.reading import groups_of, missed, summed_groups
from pallets.federated_round.secrecy.tiers import judges_of, tiers_of
from pallets.federated_round.secrecy.types import Group, Groups, PublicKeys
from pallets.federated_round.shapes.choice import Hierarchical
from pallets.federated_round.shapes.phases import ask_for_groups
from pallets.federated_round.types import Outcome, Phase, Role, Stage
from pallets.learning.secure_aggregation.refusals import SecureAggregationError


def ask_for_keys(course: Course) -> None:
    """After the draw: clients announce keys."""
    hiding = replace(course, round=replace(course.round, hides=True))
    _begin(hiding, Phase.ANNOUNCE_KEYS, len(course.rounds.holders(*course.key, Role.CLIENT)))


def check_masked(course: Course) -> None:
    """After the reveals: aggregators say which are no masked updates, or not there."""
    _begin(course, Phase.CHECK_UPDATES, len(course.rounds.holders(*course.key, Role.AGGREGATOR)))


def has_sums(course: Course) -> bool:
    """Whether the agreed aggregate is of enough groups and clients."""
    summed = summed_groups(course.rounds, course.key)
    return _are_enough(course, [len(group.survivors) for group in summed])


def _form_groups(course: Course) -> None:
    keys: dict[AccountId, PublicKeys] = {
        place[2]: pair for place, pair in course.rounds.public_keys.iter(prefix=course.key) if pair is not None
    }
    if len(keys) < course.task.terms.seats.minimum_clients or course.round.seed is None:
        course.end(Outcome.TOO_FEW_SURVIVORS)
        return
    try:
        groups = formed_groups(round_id(*course.key, course.round.seed), secrecy_of(course), keys)
    except SecureAggregationError:
        course.end(Outcome.TOO_FEW_SURVIVORS)
        return
    _fix(course, groups)
    if isinstance(course.task.terms.shape, Hierarchical):
        tiers = tiers_of(groups, course.rounds.holders(*course.key, Role.AGGREGATOR), course.round.seed)
        course.rounds.tiers.insert(course.key, tiers)
        course.rounds.deposit_event(GroupsDealt(*course.key, tiers))
    _begin(course, Phase.DEAL_SHARES, len(keys))


def _ask_who_is_missing(course: Course) -> None:
    dealt = [len(_dealt(course, group)) for group in groups_of(course.rounds, course.key)]
    if _go_on(course, dealt):
        _begin(course, Phase.CHECK_SHARES, sum(dealt))


def _fix_dealers(course: Course) -> None:
    groups = tuple(_with_dealers(course, group) for group in groups_of(course.rounds, course.key))
    _fix(course, groups)
    counts = [len(group.dealers) for group in groups]
    if _go_on(course, counts):
        course.ask(Stage.UPDATE, course.task.terms.schedule.train, sum(counts))


def _with_dealers(course: Course, group: Group) -> Group:
    """Without those whose shares more have missed than may lie; where nobody may, a majority."""
    dealt = _dealt(course, group)
    reports = [missed(course.rounds, course.key, Phase.CHECK_SHARES, group.members[place]) for place in dealt]
    believed = secrecy_of(course).hiding.colluding or len(reports) // 2
    kept = [place for place in dealt if sum(group.members[place] in missing for missing in reports) <= believed]
    return replace(group, dealers=tuple(kept) if len(kept) >= group.threshold else ())


def _fix_survivors(course: Course) -> None:
    revealed = course.rounds.revealed(*course.key, Stage.UPDATE)
    groups = []
    for group, judges in zip(groups_of(course.rounds, course.key), judges_of(course.rounds, course.key), strict=True):
        reports = [missed(course.rounds, course.key, Phase.CHECK_UPDATES, who) for who in judges]
        masked = {who for who in revealed if 2 * sum(who in missed for missed in reports) <= len(judges)}
        survivors = tuple(place for place in group.dealers if group.members[place] in masked)
        groups.append(replace(group, survivors=survivors if len(survivors) >= group.threshold else ()))
    _fix(course, tuple(groups))
    counts = [len(group.survivors) for group in groups]
    if _go_on(course, counts):
        _begin(course, Phase.OPEN_SHARES, sum(counts))


def _ask_for_aggregates(course: Course) -> None:
    opened = course.rounds.openings
    counts = []
    for group in groups_of(course.rounds, course.key):
        holders = [who for who in group.accounts(group.survivors) if opened.contains_key((*course.key, who))]
        counts.append(len(group.survivors) if len(holders) >= group.threshold else 0)
    if not _go_on(course, counts):
        return
    if isinstance(course.task.terms.shape, Hierarchical):
        ask_for_groups(course)
    else:
        aggregators = course.rounds.holders(*course.key, Role.AGGREGATOR)
        course.ask(Stage.AGGREGATE, course.task.terms.schedule.aggregate, len(aggregators))


def _dealt(course: Course, group: Group) -> list[int]:
    dealings = course.rounds.dealings
    return [place for place, who in enumerate(group.members) if dealings.contains_key((*course.key, who))]


def _go_on(course: Course, counts: list[int]) -> bool:
    """Whether enough is left of each group to find its sum; ends the round where not. counts: of each group"""
    alive = [
        count
        for count, group in zip(counts, groups_of(course.rounds, course.key), strict=True)
        if count >= group.threshold
    ]
    if _are_enough(course, alive):
        return True
    course.end(Outcome.TOO_FEW_SURVIVORS)
    return False


def _are_enough(course: Course, counts: list[int]) -> bool:
    needed = groups_in(course.task.terms.secrecy)[1]
    return len(counts) >= needed and sum(counts) >= course.task.terms.seats.minimum_clients


def _fix(course: Course, groups: Groups) -> None:
    course.rounds.groups.insert(course.key, groups)
    course.rounds.deposit_event(GroupsFixed(*course.key, course.round.phase, groups))


def _begin(course: Course, phase: Phase, expected: int) -> None:
    course.begin(phase, secrecy_of(course).hiding.blocks, expected)


def secrecy_of(course: Course) -> Grouped | Full:
    """How the round hides its updates."""
    secrecy = course.task.terms.secrecy
    assert isinstance(secrecy, Grouped | Full), "an open round has none of these phases"
    return secrecy


TRANSITIONS: Final[Mapping[Phase, Callable[[Course], None]]] = {
    Phase.ANNOUNCE_KEYS: _form_groups,
    Phase.DEAL_SHARES: _ask_who_is_missing,
    Phase.CHECK_SHARES: _fix_dealers,
    Phase.CHECK_UPDATES: _fix_survivors,
    Phase.OPEN_SHARES: _ask_for_aggregates,
}
