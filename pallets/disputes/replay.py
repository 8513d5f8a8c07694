"""The states of a computation made again off chain, and the moves that follow from them.

    move = next_move(disputes, claim, account, replay)      the call that the account owes now, or None

A move depends on the chain's state and on the replay alone, so whoever plays can be stopped and started in any block.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from chain.primitives import AccountId, Hash
from pallets.disputes.calls import DisputeCalls
from pallets.disputes.trace import Trace, leaf_of
from pallets.disputes.types import LEVELS_A_MOVE, Claim, ClaimId, Dispute, Side, Stage
from pallets.frame.call import RuntimeCall, call_of


class Replay(Protocol):
    """A computation made again by somebody who has what it reads."""

    def trace(self, above: Sequence[int]) -> Trace:
        """The trace of the level below these steps, each a step of the one before; of the first level for none."""
        ...

    def step(self, places: Sequence[int]) -> tuple[bytes, bytes]:
        """The state before a step of the finest level, and its witness; places: of it and of the steps above it."""
        ...


class Bent:
    """A true computation up to a share of each trace, and a lie from there on that ends where the liar says."""

    def __init__(self, truth: Replay, end: Hash, share: float) -> None:
        """end: the leaf that the whole computation shall end in; share: from 0 to below 1"""
        self._truth = truth
        self._end = end
        self._share = share
        self._traces: dict[tuple[int, ...], Trace] = {}

    def trace(self, above: Sequence[int]) -> Trace:
        """A trace that ends where the one above it says that this part does."""
        place = tuple(above)
        if place not in self._traces:
            self._traces[place] = self._bent(self._truth.trace(place), self._end_of(place))
        return self._traces[place]

    def _end_of(self, place: tuple[int, ...]) -> Hash:
        """The leaf that a part ends in; also of one that lies behind what its trace states, which repeats the last."""
        return self.trace(place[:-1]).node(0, place[-1]) if place else self._end

    def _bent(self, true: Trace, end: Hash) -> Trace:
        bent = min(int(true.stated * self._share), true.stated - 1)
        leaves = [true.node(0, place) for place in range(bent)]
        leaves += [leaf_of(true.node(0, place)) for place in range(bent, true.stated - 1)]
        return Trace([*leaves, end], true.depth)

    def step(self, places: Sequence[int]) -> tuple[bytes, bytes]:
        """The true step: nobody has another."""
        return self._truth.step(places)


def next_move(disputes: DisputeCalls, number: ClaimId, who: AccountId, replay: Replay) -> RuntimeCall | None:
    """What an account owes in the dispute about a claim; None where that is nothing."""
    claim, dispute = disputes.claims.get(number), disputes.disputes.get(number)
    if claim is None or dispute is None or disputes.block_number() >= dispute.deadline:
        return None
    side = side_of(claim, dispute, who)
    if side is None:
        return None
    if dispute.stage is Stage.PROVE:
        state, witness = replay.step((*dispute.above, dispute.place))
        path = _path_of_anchor(dispute, replay)
        return call_of(disputes.prove, claim=number, state=state, path=path, witness=witness)
    trace = replay.trace(dispute.above)
    if dispute.stage is Stage.COMMIT:
        if dispute.nodes.of(side) is not None:
            return None
        return call_of(disputes.commit, claim=number, root=trace.root, path=trace.last_path)
    if dispute.shown_by is side:
        return None
    nodes = trace.below(dispute.height, dispute.place, min(LEVELS_A_MOVE, dispute.height))
    return call_of(disputes.descend, claim=number, nodes=nodes)


def side_of(claim: Claim, dispute: Dispute, who: AccountId) -> Side | None:
    """The side that an account plays, or may."""
    if who == dispute.challenger:
        return Side.CHALLENGER
    if who == dispute.defender or (dispute.defender is None and who in claim.defenders):
        return Side.DEFENDER
    return None


def _path_of_anchor(dispute: Dispute, replay: Replay) -> tuple[Hash, ...]:
    """The path of the state before the step that is left, up to the node that both sides agree about."""
    places = (*dispute.above, dispute.place)
    for level in range(len(places) - 1, -1, -1):
        if places[level]:
            return replay.trace(places[:level]).path(places[level] - 1, dispute.anchor_height)
    return ()  # the very first step: its state is the start
