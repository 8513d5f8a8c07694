"""The sums of a hidden round, computed again by anybody: from what was revealed and opened, never from an update."""

from __future__ import annotations

from pallets.federated_round.audit import UNREADABLE, Evidence, Finding
from pallets.federated_round.secrecy.hidden_round import HiddenRound
from pallets.federated_round.secrecy.sums import Sums, artifacts_of, sums_of
from pallets.federated_round.secrecy.vectors import vectors_of
from pallets.federated_round.settings import decode_settings
from pallets.federated_round.strategies.strategy import ClientUpdate
from pallets.federated_round.types import Aggregate


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


def _lost(evidence: Evidence, seen: HiddenRound) -> list[Finding]:
    lost = []
    for artifact in artifacts_of(seen):
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
