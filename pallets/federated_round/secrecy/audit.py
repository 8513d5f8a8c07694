"""The sums of a hidden round, computed again by anybody: from what was revealed and opened, never from an update."""

from __future__ import annotations

from pallets.federated_round.audit import UNREADABLE, Evidence, Finding
from pallets.federated_round.secrecy.hidden_round import HiddenRound
from pallets.federated_round.secrecy.sums import Sums, artifacts_of, sum_of, sums_of
from pallets.federated_round.secrecy.tiers import alive_in, blamed_in, has_sum
from pallets.federated_round.secrecy.vectors import vectors_of
from pallets.federated_round.settings import decode_settings
from pallets.federated_round.strategies.grouping import grouping_of
from pallets.federated_round.strategies.strategy import ClientUpdate, Joined, Strategy
from pallets.federated_round.types import Aggregate
from pallets.learning.aggregation.hierarchical import encode_group
from pallets.ml_registry.artifact import artifact_of


def sums_again(evidence: Evidence, agreed: Aggregate, base: bytes | None) -> tuple[list[ClientUpdate], list[Finding]]:
    """The groups' means as updates, and what of them does not fit what the aggregators agreed on.

    No updates where something that the sums need is lost. Raises what the content store does, and SettingsError.
    """
    seed = evidence.round.seed
    assert seed is not None, "updates are hidden after the draw"
    seen = HiddenRound(evidence.rounds, evidence.key, evidence.task.terms, seed)
    vectors = vectors_of(decode_settings(evidence.bytes_of(evidence.task.terms.settings)), base)
    sums = sums_of(seen, vectors, evidence.bytes_of)
    differences = _differences(agreed, sums)
    if differences:
        lost = _lost(evidence, seen)
        if lost:  # what differs may differ for that alone
            return [], lost
    return list(sums.updates), differences


def tiers_again(
    evidence: Evidence, strategy: Strategy, agreed: Aggregate, base: bytes | None, state: bytes | None
) -> tuple[list[ClientUpdate], Joined | None, list[Finding]]:
    """Of a hierarchical round: the groups' means, what the root is joined to, and what does not fit.

    No updates and nothing joined where something is lost. Raises what the content store does, SettingsError, and
    StrategyError.
    """
    seed, rounds, key = evidence.round.seed, evidence.rounds, evidence.key
    assert seed is not None, "updates are hidden after the draw"
    seen = HiddenRound(rounds, key, evidence.task.terms, seed)
    vectors = vectors_of(decode_settings(evidence.bytes_of(evidence.task.terms.settings)), base)
    anchored, updates, groups, findings = rounds.groups_of_round(*key), list[ClientUpdate](), list[bytes](), []
    for number in alive_in(seen.groups):
        group, told = seen.groups[number], anchored.get(number)
        if told is None:
            continue
        found = sum_of(seen, group, vectors, evidence.bytes_of)
        made, data = None, b""
        if found.unmasked is not None:
            total = vectors.group_sum(found.unmasked, seen.encoding.fractional_bits)
            data = encode_group(total)
            made = artifact_of(data)
            if number not in agreed.unsummed:
                updates.append(ClientUpdate(group.representative, total.samples, vectors.mean_of(total), number))
                groups.append(data)
        if (made, tuple(sorted(found.blamed))) != (told.model, told.invalid):
            findings.append(Finding("group", f"{number}: its sum, or whom it blames, is not what was opened gives"))
    lost = _lost(evidence, seen) if findings else []
    if lost:  # what differs may differ for that alone
        return [], None, lost
    unsummed = tuple(number for number in alive_in(seen.groups) if not has_sum(anchored, number))
    if not set(unsummed) <= set(agreed.unsummed) or agreed.invalid != blamed_in(anchored.values()):
        findings.append(Finding("sum", "the root is of other groups, or blames others, than the groups agreed on"))
    if not groups:
        return [], None, findings
    joined = grouping_of(strategy).join(groups, rounds.samples_of(*key), base, state)
    return sorted(updates, key=lambda update: update.account), joined, findings


def _lost(evidence: Evidence, seen: HiddenRound) -> list[Finding]:
    lost = []
    for artifact in artifacts_of(seen, seen.groups):
        try:
            evidence.bytes_of(artifact)
        except UNREADABLE as problem:
            lost.append(Finding("sum", f"a message that it is made of: {problem}"))
    return lost


def _differences(agreed: Aggregate, sums: Sums) -> list[Finding]:
    found = []
    if agreed.unsummed != sums.unsummed:
        told = f"agreed that {_numbers(agreed.unsummed)} cannot be summed, computed {_numbers(sums.unsummed)}"
        found.append(Finding("sum", told))
    for who in sorted(set(agreed.invalid) ^ set(sums.invalid)):
        blamed = "is blamed, and nothing of it is wrong" if who in agreed.invalid else "spoilt a sum, and is not blamed"
        found.append(Finding("sum", f"0x{who.hex()} {blamed}"))
    return found


def _numbers(groups: tuple[int, ...]) -> str:
    return f"groups {', '.join(map(str, groups))}" if groups else "no group"
