"""The groups of a hierarchical round, joined again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pallets.federated_round.audit import UNREADABLE, Evidence, Finding
from pallets.federated_round.strategies import ClientUpdate, Strategy, StrategyError
from pallets.federated_round.strategies.grouping import Grouping, grouping_of
from pallets.federated_round.types import Aggregate, Stage
from pallets.ml_registry.artifact import artifact_of


def audit_groups(evidence: Evidence, strategy: Strategy, updates: Sequence[ClientUpdate]) -> Iterator[Finding]:
    """Every group whose agreed aggregate is not that of its updates, or that was left out without need."""
    rounds, grouping = evidence.rounds, grouping_of(strategy)
    agreed, root = rounds.groups_of_round(*evidence.key), rounds.agreed_aggregate.get(evidence.key)
    revealed = rounds.revealed(*evidence.key, Stage.UPDATE)
    for number, tier in enumerate(rounds.tiers.get(evidence.key) or ()):
        found = agreed.get(number)
        if found is None:
            continue
        own = [update for update in updates if update.account in tier.clients]
        refused = tuple(who for who in revealed if who in tier.clients and who not in {each.account for each in own})
        if found.invalid != refused:
            yield Finding("group", f"{number}: it calls others invalid than those whose updates are none")
            continue
        yield from _differences(evidence, grouping, number, found, own)
        if root is not None and number in root.unsummed and _is_readable(evidence, grouping, found):
            yield Finding("group", f"{number}: it can be joined, and the root leaves it out")


def _differences(
    evidence: Evidence, grouping: Grouping, number: int, found: Aggregate, own: Sequence[ClientUpdate]
) -> Iterator[Finding]:
    try:
        made = artifact_of(grouping.group(own)) if own else None
    except StrategyError as problem:
        yield Finding("group", f"{number}: its updates cannot be joined: {problem}")
        return
    if made != found.model:
        roots = ["none" if each is None else f"0x{each.root.hex()}" for each in (made, found.model)]
        yield Finding("group", f"{number}: the sum of its updates has the root {roots[0]}, the agreed {roots[1]}")
    elif not _is_readable(evidence, grouping, found):
        yield Finding("group", f"{number}: what it agreed on is not there")


def _is_readable(evidence: Evidence, grouping: Grouping, found: Aggregate) -> bool:
    """Whether the root's aggregators could join what the group agreed on."""
    if found.model is None:
        return True
    try:
        grouping.check(evidence.bytes_of(found.model))
    except (*UNREADABLE, StrategyError):
        return False
    return True
