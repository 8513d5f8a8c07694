"""The course of claims and disputes: what a move leads to, and what its absence does.

    claim ──window──> stands
      └─ challenge ─> COMMIT ─> DESCEND ─> … ─> PROVE ─> decided ─> claim, for another window
                        └── of the next level <──┘

Both sides owe each move of COMMIT and DESCEND, in any order; PROVE is anybody's. Who is late loses; where both are,
both lose. An honest side cannot lose: it knows all states, so it has every move in time, and the step that is left
leads from a state that both sides agreed about, through the only witness that belongs to it, to where it said.

A dispute shows that one side is wrong, not that the other is right. So a challenger that wins puts its own result in
the place of the other one, with its bond, and can be challenged in its turn; and an honest account can always be that
challenger, for whoever loses is out. Nothing stands after `Config.max_disputes`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from chain.primitives import AccountId, BlockNumber, Hash
from pallets.disputes.bonds import hold_bond, lose_bond, release_bond
from pallets.disputes.errors import AlreadyMoved, PathBroken, WindowImpossible, WrongNodes, WrongStage
from pallets.disputes.events import (
    Claimed,
    Concluded,
    Decided,
    Defended,
    Narrowed,
    StageBegan,
    TraceCommitted,
)
from pallets.disputes.storage import DisputeStorage
from pallets.disputes.trace import leaf_of, node_of, root_from
from pallets.disputes.types import (
    LEVELS_A_MOVE,
    Claim,
    ClaimId,
    Computation,
    Dispute,
    Pair,
    Reason,
    Side,
    Stage,
    Verdict,
)
from pallets.frame.arithmetic import ensure_add
from pallets.frame.error import ensure
from pallets.ml_registry.artifact import Artifact


def open_claim(
    disputes: DisputeStorage,
    computation: Computation,
    result: Artifact | None,
    window: BlockNumber,
    holder: AccountId | None,
    defenders: tuple[AccountId, ...] = (),
    *,
    awaited: bool = False,
) -> ClaimId:
    """Let a result stand for challenge; the holder's bond is held by then. Raises NotComputable, WindowImpossible."""
    config = disputes.config
    ensure(0 < window <= config.max_window, WindowImpossible)
    number = disputes.claim_count.get()
    deadline = disputes.block_number() + window
    disputes.claim_count.put(ensure_add(ClaimId, number, 1))
    disputes.claims.insert(number, Claim(result, holder, defenders, config.bond, window, deadline, awaited))
    disputes.computations.insert(number, computation)
    disputes.deposit_event(Claimed(number, computation.kind, result, deadline))
    return number


def open_dispute(
    disputes: DisputeStorage, number: ClaimId, challenger: AccountId, result: Artifact | None, ends: Pair
) -> None:
    """Begin to argue; the challenger's bond is held by then."""
    claim, steps = disputes.claim_of(number), disputes.steps_of(number)
    dispute = Dispute(
        challenger=challenger,
        defender=claim.holder,
        result=result,
        stage=Stage.COMMIT,
        deadline=0,
        depths=steps.depths,
        level=0,
        above=(),
        ends=ends,
        anchor=leaf_of(steps.start()),
        anchor_height=0,
        place=0,
        height=steps.depths[0],
        nodes=Pair(),
        shown=(),
        shown_by=None,
    )
    _begin(disputes, number, dispute, Stage.COMMIT)


# Moves


def commit_trace(
    disputes: DisputeStorage, number: ClaimId, dispute: Dispute, side: Side, root: Hash, path: Sequence[Hash]
) -> None:
    """A side commits the trace of the level, and shows that it ends where the side said."""
    ensure(dispute.stage is Stage.COMMIT, WrongStage)
    ensure(dispute.nodes.of(side) is None, AlreadyMoved)
    depth, end = dispute.depths[dispute.level], dispute.ends.of(side)
    ensure(end is not None and len(path) == depth and root_from(end, (1 << depth) - 1, path) == root, PathBroken)
    disputes.deposit_event(TraceCommitted(number, side, dispute.level, root))
    changed = replace(dispute, nodes=dispute.nodes.with_(side, root))
    if changed.nodes.of(side.other) is None:
        disputes.disputes.insert(number, changed)
    else:
        _narrowed(disputes, number, changed)


def stand_up(disputes: DisputeStorage, number: ClaimId, claim: Claim, dispute: Dispute, who: AccountId) -> Dispute:
    """One of the defenders puts its bond on the claim; raises DispatchError where it has none."""
    hold_bond(disputes, who, claim.bond)
    disputes.claims.insert(number, replace(claim, holder=who))
    disputes.deposit_event(Defended(number, who))
    return replace(dispute, defender=who)


def show_nodes(
    disputes: DisputeStorage, number: ClaimId, dispute: Dispute, side: Side, nodes: tuple[Hash, ...]
) -> None:
    """A side shows what is below the node that the sides disagree about."""
    ensure(dispute.stage is Stage.DESCEND, WrongStage)
    ensure(dispute.shown_by is not side, AlreadyMoved)
    levels = min(LEVELS_A_MOVE, dispute.height)
    ensure(len(nodes) == 1 << levels and node_of(nodes) == dispute.nodes.of(side), WrongNodes)
    if dispute.shown_by is None:
        disputes.disputes.insert(number, replace(dispute, shown=nodes, shown_by=side))
        return
    # their parents differ, so some of these do
    differs = next(place for place, (one, other) in enumerate(zip(nodes, dispute.shown, strict=True)) if one != other)
    height = dispute.height - levels
    changed = replace(
        dispute,
        place=dispute.place << levels | differs,
        height=height,
        nodes=Pair().with_(side, nodes[differs]).with_(side.other, dispute.shown[differs]),
        shown=(),
        shown_by=None,
    )
    if differs:
        changed = replace(changed, anchor=nodes[differs - 1], anchor_height=height)
    _narrowed(disputes, number, changed)


def _narrowed(disputes: DisputeStorage, number: ClaimId, dispute: Dispute) -> None:
    """Ask for what comes next, now that the sides disagree about one node."""
    disputes.deposit_event(Narrowed(number, dispute.level, dispute.place, dispute.height))
    if dispute.height:
        _begin(disputes, number, dispute, Stage.DESCEND)
    elif dispute.is_last_level:
        _begin(disputes, number, dispute, Stage.PROVE)
    else:
        level = dispute.level + 1
        finer = replace(
            dispute,
            level=level,
            above=(*dispute.above, dispute.place),
            ends=dispute.nodes,
            place=0,
            height=dispute.depths[level],
            nodes=Pair(),
        )
        _begin(disputes, number, finer, Stage.COMMIT)


def _begin(disputes: DisputeStorage, number: ClaimId, dispute: Dispute, stage: Stage) -> None:
    config = disputes.config
    deadline = disputes.block_number() + config.patience
    if stage is Stage.COMMIT:  # the other moves are looked up in the trace
        deadline += min(disputes.steps_of(number).work(dispute.level) // config.steps_a_block, config.max_extra)
    disputes.disputes.insert(number, replace(dispute, stage=stage, deadline=deadline))
    disputes.deposit_event(StageBegan(number, stage, deadline))


# Ends


def decide(disputes: DisputeStorage, number: ClaimId, dispute: Dispute, winner: Side | None, reason: Reason) -> None:
    """End a dispute: bonds, what stands now, and for how long it can be challenged again."""
    claim = disputes.claim_of(number)
    challenger, defender = dispute.challenger, dispute.defender
    who = None if winner is None else (challenger, defender)[winner]
    disputes.deposit_event(Decided(number, who, reason))
    losers = [] if winner is Side.CHALLENGER else [challenger]
    if winner is not Side.DEFENDER and defender is not None:
        losers.append(defender)
    for loser in losers:
        lose_bond(disputes, number, loser, claim.bond, who)
    if winner is Side.CHALLENGER:
        claim = replace(claim, result=dispute.result, holder=challenger, defenders=())
    elif winner is None:
        claim = replace(claim, holder=None, defenders=tuple(each for each in claim.defenders if each != defender))
    disputes.disputes.remove(number)
    disputes.claims.insert(
        number,
        replace(
            claim,
            deadline=disputes.block_number() + claim.window,
            disputes=claim.disputes + 1,
            losers=(*claim.losers, *losers),
        ),
    )


def is_fallen(disputes: DisputeStorage, claim: Claim) -> bool:
    """Whether a claim that nobody disputes now can stand no more: it was disputed too often, or nobody is left."""
    return claim.disputes >= disputes.config.max_disputes or (claim.holder is None and not claim.defenders)


def is_due(disputes: DisputeStorage, number: ClaimId) -> bool:
    """Whether `advance` would do anything; raises UnknownClaim."""
    claim, dispute, now = disputes.claim_of(number), disputes.disputes.get(number), disputes.block_number()
    if dispute is not None:
        return now >= dispute.deadline
    return now >= claim.deadline or is_fallen(disputes, claim)


def advance(disputes: DisputeStorage, number: ClaimId) -> Verdict | None:
    """Do what a passed deadline does: end the dispute, or the claim. How the claim ended; None while it is open."""
    if not is_due(disputes, number):
        return None
    dispute = disputes.disputes.get(number)
    if dispute is not None:
        winner = _who_moved(dispute)
        decide(disputes, number, dispute, winner, Reason.NEITHER if winner is None else Reason.SILENT)
        if not is_due(disputes, number):
            return None
    claim = disputes.claim_of(number)
    if claim.holder is not None:
        release_bond(disputes, claim.holder, claim.bond)
    disputes.claims.remove(number)
    disputes.computations.remove(number)
    stands = not is_fallen(disputes, claim)
    result = claim.result if stands else None
    disputes.deposit_event(Concluded(number, stands, result))
    return Verdict(stands, result, claim.holder, claim.disputes)


def _who_moved(dispute: Dispute) -> Side | None:
    """The side that did what was asked where the other did not."""
    if dispute.stage is Stage.DESCEND:
        return dispute.shown_by
    if dispute.stage is Stage.COMMIT:
        return next((side for side in Side if dispute.nodes.of(side) is not None), None)
    return None
