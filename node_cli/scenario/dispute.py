"""The act in which a cartel agrees on a false model, and is challenged, bisected to one step, executed and slashed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from chain.primitives import AccountId, BlockNumber
from node_cli.scenario.chronicle import BlockEntry
from node_cli.scenario.outcome import DisputeResult, Exhibit, Narrowing, Sheet
from node_cli.scenario.rounds import labels_of
from node_cli.scenario.stage import Deed, Stage
from node_cli.units import tokens
from pallets.disputes import ClaimId, Reason, Side
from pallets.disputes.events import (
    BondLost,
    Challenged,
    Claimed,
    Concluded,
    Decided,
    Defended,
    Executed,
    Narrowed,
    TraceCommitted,
)
from pallets.federated_round import Phase, Role
from pallets.federated_round import Reason as Award
from pallets.federated_round.events import PhaseBegan, Settled

Move = Claimed | Challenged | Defended | TraceCommitted | Narrowed | Executed | Decided | BondLost | Concluded
"""What is told of a claim."""


@dataclass(frozen=True, slots=True)
class Told:
    """An event of a claim."""

    block: BlockNumber
    event: Move


@dataclass(frozen=True, slots=True)
class Dispute:
    """Everything that happened to the aggregates that were challenged; see `acts.Act`.

    Nothing is done here: the cartel's workers lie where the lottery lets them, and an honest worker challenges.
    """

    def first_deeds(self, stage: Stage) -> Sequence[Deed]:
        """Nothing."""
        return ()

    def before_tasks(self, stage: Stage) -> None:
        """Nothing."""

    def before_rounds(self, stage: Stage) -> None:
        """Nothing."""

    def after_round(self, stage: Stage, number: int) -> None:
        """Nothing."""

    def exhibit(self, stage: Stage, blocks: Sequence[BlockEntry]) -> Exhibit:
        """What became of false models?"""
        claims = _claims(blocks)
        places = _places(blocks)
        disputed = [claim for claim, told in claims.items() if any(isinstance(each.event, Challenged) for each in told)]
        titles = {claim: _title(stage, *places[claim]) for claim in disputed}
        sheets = tuple(
            Sheet(titles[claim], ("block", "who", "what"), _course(stage, claims[claim])) for claim in disputed
        )
        return Exhibit(
            name="disputes",
            question="What became of a false model that the majority agreed on?",
            sentences=tuple(_sentences(stage, blocks, len(claims), [claims[claim] for claim in disputed])),
            sheets=sheets,
            facts={
                "claims": len(claims),
                "challenged": [titles[claim] for claim in disputed],
                "steps": [2 ** narrowed[0].height for claim in disputed if (narrowed := _narrowed(claims[claim]))],
                "executed_in_block": [
                    each.block for claim in disputed for each in claims[claim] if isinstance(each.event, Executed)
                ],
            },
            disputes=tuple(_drawn(titles[claim], claims[claim]) for claim in disputed),
        )


def _claims(blocks: Sequence[BlockEntry]) -> dict[ClaimId, list[Told]]:
    claims: dict[ClaimId, list[Told]] = {}
    for block in blocks:
        for event in block.events:
            if isinstance(event, Claimed):
                claims[event.claim] = []
            if isinstance(event, Move):
                claims[event.claim].append(Told(block.number, event))
    return claims


def _places(blocks: Sequence[BlockEntry]) -> dict[ClaimId, tuple[int, int]]:
    """Task and round of each claim: it is made where the phase of challenges begins."""
    began = [
        (event.task, event.round)
        for block in blocks
        for event in block.events
        if isinstance(event, PhaseBegan) and event.phase is Phase.CHALLENGE
    ]
    made = [event.claim for block in blocks for event in block.events if isinstance(event, Claimed)]
    return dict(zip(made, began, strict=True))


def _title(stage: Stage, task: int, number: int) -> str:
    label, is_again = labels_of(stage.runtime.federated_round, task)[number]
    return f"Round {label}{' again' * is_again}, {stage.scenario.lessons[task].name}"


def _course(stage: Stage, told: Sequence[Told]) -> tuple[tuple[str, ...], ...]:
    """Block, who and what of each move."""
    rows = []
    sides: dict[Side, str] = {}
    for each in told:
        match each.event:
            case Challenged(challenger=who):
                sides[Side.CHALLENGER] = stage.cast.name_of(who)
            case Defended(defender=who):
                sides[Side.DEFENDER] = stage.cast.name_of(who)
        rows += [(str(each.block), *said) for said in _said(stage, each.event, sides)]
    return tuple(rows)


def _said(stage: Stage, event: Move, sides: Mapping[Side, str]) -> Iterator[tuple[str, str]]:
    """Who did what; nothing for what follows by itself."""
    name = stage.cast.name_of
    match event:
        case Claimed(deadline=deadline):
            yield "the majority", f"agreed on a model; it stands unless it is challenged before block {deadline}"
        case Challenged(challenger=who):
            yield name(who), "computes another model, and puts a bond on it"
        case Defended(defender=who):
            yield name(who), "stands up for the agreed model, with a bond"
        case TraceCommitted(side=side):
            yield sides[side], "commits all states that its computation went through"
        case Narrowed(place=place, height=height):
            first = place * 2**height + 1
            last = (place + 1) * 2**height
            yield "both", f"part in step {first:,}" if height == 0 else f"part within the steps {first:,} to {last:,}"
        case Executed():
            yield "the chain", "executes that step from the state that both agree about"
        case Decided(winner=None):
            yield "nobody", "wins"
        case Decided(winner=who, reason=Reason.SILENT):
            yield _named(stage, who), "wins: the other side was silent"
        case Decided(winner=who):
            yield _named(stage, who), "wins: the step leads where it said"
        case BondLost(who=who, amount=amount, paid=paid):
            yield name(who), f"loses its bond of {tokens(amount)} tokens, {tokens(paid)} of it to the winner"
        case Concluded(stands=stands):
            yield "the chain", "takes the model that stands" if stands else "takes no model: none stands"


def _named(stage: Stage, who: AccountId | None) -> str:
    return "nobody" if who is None else stage.cast.name_of(who)


def _sentences(
    stage: Stage, blocks: Sequence[BlockEntry], claims: int, disputed: Sequence[Sequence[Told]]
) -> Iterator[str]:
    members = ", ".join(player.name for player in stage.cast.laboratories if player.deed)
    if not disputed:
        yield (
            f"{members} lie together wherever the lottery gives them the majority of the aggregators, which it never "
            f"did: none of {claims} agreed models was challenged."
        )
        return
    yield (
        f"{members} lie together wherever the lottery gives them the majority of the aggregators. {len(disputed)} of "
        f"{claims} agreed models were false, and all of these were challenged."
    )
    for told in disputed:
        narrowed = _narrowed(told)
        if narrowed and any(isinstance(each.event, Executed) for each in told):
            yield (
                f"The computation has {2 ** narrowed[0].height:,} steps; after {len(narrowed) - 1} moves of both sides "
                "one was left, which the chain executed: a true model took the false one's place, and its challenger "
                "is paid as one more aggregator."
            )
    slashed = _slashed(stage, blocks)
    if slashed:
        yield f"Slashed for what they had agreed on: {slashed}."


def _slashed(stage: Stage, blocks: Sequence[BlockEntry]) -> str:
    """What members of the cartel lost of their stakes as aggregators."""
    members = {player.account: player.name for player in stage.cast.laboratories if player.deed}
    lost: dict[str, int] = {}
    for event in (event for block in blocks for event in block.events):
        if not isinstance(event, Settled) or event.role is not Role.AGGREGATOR or event.who not in members:
            continue
        if event.reason is Award.DISSENTED:
            lost[members[event.who]] = lost.get(members[event.who], 0) + event.slashed
    return ", ".join(f"{name} {tokens(amount)} tokens" for name, amount in sorted(lost.items()) if amount)


def _narrowed(told: Sequence[Told]) -> list[Narrowed]:
    return [each.event for each in told if isinstance(each.event, Narrowed)]


def _drawn(title: str, told: Sequence[Told]) -> DisputeResult:
    narrowed = _narrowed(told)
    return DisputeResult(
        title=title,
        narrowings=tuple(
            Narrowing(each.block, narrowed[0].height, each.event.height, each.event.place)
            for each in told
            if isinstance(each.event, Narrowed)
        ),
        executed=next((each.block for each in told if isinstance(each.event, Executed)), None),
    )
