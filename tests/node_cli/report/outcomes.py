"""A small outcome made by hand, with all that a page must cope with: nothing published at first, a liar, a loss."""

from __future__ import annotations

from chain.primitives import Hash
from node_cli.scenario.baselines import Baseline, Baselines
from node_cli.scenario.confusion import Confusion
from node_cli.scenario.definition import Measure
from node_cli.scenario.outcome import (
    AccountResult,
    CallCost,
    ChainCost,
    DisputeResult,
    Exhibit,
    Head,
    LessonResult,
    Narrowing,
    Outcome,
    PartyResult,
    Payment,
    Referendum,
    RoundResult,
    Sheet,
    Spending,
    WorkerCost,
)
from node_cli.scenario.stage import Chapter
from runtime.dev import UNIT

LIAR = "Station <b>Gamma</b> & sons"
"""A name that would be an element if it were not escaped."""


def outcome() -> Outcome:
    """Two lessons of two rounds; the second lesson never publishes a model."""
    return Outcome(
        scenario="made by hand",
        title="Is it warm <script>alert(1)</script>?",
        question="Three stations, and one of them lies",
        split=("Each has 20 rows.", 'Rows & columns are "measured".'),
        measure=Measure("right answers", "%", 1),
        seed=7,
        nouns=("station", "stations"),
        class_names=("cold", "warm"),
        parties=(
            PartyResult("Alpha", "north", True, 20, (19, 1)),
            PartyResult("Beta", "south", True, 20, (1, 19)),
            PartyResult(LIAR, "east", False, 20, (10, 10)),
        ),
        lessons=(
            LessonResult(
                name="forest",
                title="merged forest",
                rounds=(_no_aggregate(1), _published(2)),
                baselines=_baselines(),
                confusion=Confusion(((9, 1), (0, 10))),
                undefended=Baseline("plain mean", (66.0, 44.0)),
            ),
            LessonResult("linear", "averaged line", (_no_aggregate(1), _too_little(2)), _baselines()),
        ),
        accounts=(
            _account("Office", pools=200 * UNIT),
            _account("Alpha", earned=35 * UNIT, reasons=(("contributed", 1), ("no gain", 2))),
            _account("Beta", earned=UNIT // 50),
            _account(LIAR, deed="told it the wrong way round", slashed=50 * UNIT, reasons=(("harmful", 1),)),
        ),
        treasury=50 * UNIT,
        referendum=Referendum(50_000, 10_000, 3, 1, 12),
        chain=ChainCost(
            (
                CallCost("FederatedRound.commit", 6, 1, 3 * 10**9, 1_234, UNIT // 100),
                CallCost("Timestamp.set", 30, 0, 10**9, 330, 0),
            ),
            blocks=30,
            ref_time=9 * 10**9,
            size=4_321,
            fullest=0.125,
        ),
        workers=(
            WorkerCost("Alpha", "north", 30, 0, 77, 0.25, 2_000, 3_000, 6),
            WorkerCost(LIAR, "east", 30, 1, 66, 0.5, 2_000, 0, 4),
        ),
        chapters=(
            Chapter("Stake", "", 1, 1),
            Chapter("Round 1", "Enrol & draw.", 2, 11),
            Chapter("Referendum", "Shall less pay?", 12, 12),
            Chapter("Round 2", "", 13, 30),
        ),
        genesis=Hash(b"\x01" * 32),
        head=Head(30, Hash(b"\x02" * 32), Hash(b"\x03" * 32)),
        seconds=1.5,
        exhibits=(
            Exhibit(
                name="barometer",
                question="Who broke the <barometer>?",
                sentences=("Nobody & everybody.",),
                sheets=(Sheet("How it went", ("block", "who", "what"), (("3", LIAR, "fell"), ("4", "Beta", "saw"))),),
                facts={"broken": True, "blocks": [3, 4]},
                disputes=(DisputeResult("Round 1, <b>", (Narrowing(3, 3, 3, 0), Narrowing(4, 3, 0, 5)), 6),),
                spendings=(Spending("Alpha", (1.5, 2.5)), Spending("Beta", (1.5, 2.5)), Spending(LIAR, (1.5, 1.5))),
            ),
        ),
    )


def _baselines() -> Baselines:
    return Baselines(
        alone=(
            Baseline("Alpha", (70.0, 72.0), Confusion(((8, 2), (4, 6)))),
            Baseline("Beta", (70.0, 71.9)),
            Baseline(LIAR, (9.0, 8.0)),
        ),
        pooled=Baseline("all rows in one place", (93.0, 95.0)),
        pooled_as_told=Baseline("all rows, labels as told", (80.0, 82.0)),
        constant=50.0,
    )


def _no_aggregate(number: int) -> RoundResult:
    return RoundResult(
        number=number,
        outcome="aggregators disagreed",
        is_published=False,
        first=2,
        last=11,
        before=None,
        after=None,
        constant=None,
        threshold=50_000,
        candidate=None,
        shared=None,
        size=0,
        content="",
        payments=(Payment("Alpha", "trained", "nothing agreed", "no result had a majority", 0, 0, None, None),),
    )


def _published(number: int) -> RoundResult:
    return RoundResult(
        number=number,
        outcome="published",
        is_published=True,
        first=13,
        last=30,
        before=500_000,
        after=900_000,
        constant=500_000,
        threshold=10_000,
        candidate=91.25,
        shared=91.25,
        size=1_999,
        content="bafy",
        payments=(
            Payment("Alpha", "trained", "contributed", "its update made it better", 35 * UNIT, 0, 400_000, 720_000),
            Payment(LIAR, "trained", "harmful", "its update made it worse", 0, 50 * UNIT, -100_000, 80_000),
        ),
    )


def _too_little(number: int) -> RoundResult:
    return RoundResult(
        number=number,
        outcome="improved too little",
        is_published=False,
        first=13,
        last=30,
        before=500_000,
        after=490_000,
        constant=500_000,
        threshold=10_000,
        candidate=61.5,
        shared=None,
        size=777,
        content="bafz",
        payments=(),
    )


def _account(
    name: str,
    *,
    deed: str = "",
    earned: int = 0,
    slashed: int = 0,
    pools: int = 0,
    reasons: tuple[tuple[str, int], ...] = (),
) -> AccountResult:
    start, fees = 1_000 * UNIT, UNIT // 200
    return AccountResult(
        name=name,
        part="is there",
        deed=deed,
        start=start,
        end=start + earned - slashed - fees - pools,
        earned=earned,
        slashed=slashed,
        fees=fees,
        pools=pools,
        checks=0,
        forfeited=0,
        won=0,
        stake=100 * UNIT - slashed,
        reputation=100,
        reasons=reasons,
    )
