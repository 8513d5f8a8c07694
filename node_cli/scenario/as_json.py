"""An outcome for programs: plain JSON, the same for equal outcomes.

Amounts are in planck and stay below 2^53, metrics in parts per million, figures in the measure's unit, times of the
chain in picoseconds. `seconds` and `cpu_seconds` differ from run to run, everything else depends on the seed alone.
"""

from __future__ import annotations

from typing import Any

from node_cli.scenario.baselines import Baseline
from node_cli.scenario.confusion import Confusion
from node_cli.scenario.outcome import (
    AccountResult,
    ChainCost,
    Exhibit,
    LessonResult,
    Outcome,
    Payment,
    RoundResult,
    WorkerCost,
)

FORMAT = "palletlab-demo"
VERSION = 1

Json = dict[str, Any]  # what the json module takes


def as_json(outcome: Outcome) -> Json:
    """The outcome as one object."""
    measure, referendum = outcome.measure, outcome.referendum
    return {
        "format": FORMAT,
        "version": VERSION,
        "scenario": outcome.scenario,
        "title": outcome.title,
        "seed": outcome.seed,
        "split": list(outcome.split),
        "measure": {
            "name": measure.name,
            "unit": measure.unit,
            "higher_is_better": measure.higher_is_better,
        },
        "models": [_lesson(outcome, lesson) for lesson in outcome.lessons],
        "accounts": [_account(account) for account in outcome.accounts],
        "treasury": outcome.treasury,
        "referendum": {
            "threshold_before": referendum.before,
            "threshold_after": referendum.after,
            "ayes": referendum.ayes,
            "nays": referendum.nays,
            "enacted_in_block": referendum.enacted,
        },
        "acts": {exhibit.name: _exhibit(exhibit) for exhibit in outcome.exhibits},
        "on_chain": _chain(outcome.chain),
        "off_chain": [_worker(worker) for worker in outcome.workers],
        "timeline": [
            {"title": chapter.title, "first_block": chapter.first, "last_block": chapter.last}
            for chapter in outcome.chapters
        ],
        "genesis": _hex(outcome.genesis),
        "head": {
            "number": outcome.head.number,
            "hash": _hex(outcome.head.hash),
            "state_root": _hex(outcome.head.state_root),
        },
        "seconds": round(outcome.seconds, 3),
    }


def _lesson(outcome: Outcome, lesson: LessonResult) -> Json:
    baselines = lesson.baselines
    best = outcome.best_alone(lesson)
    return {
        "name": lesson.name,
        "title": lesson.title,
        "shared": lesson.shared,
        "best_alone": {"name": best.name, "figure": best.figures[-1]},
        "better_than_alone": outcome.beaten(lesson),
        "parties": len(baselines.alone),
        "constant": baselines.constant,
        "alone": [_baseline(each) for each in baselines.alone],
        "pooled": _baseline(baselines.pooled),
        "pooled_as_told": None if baselines.pooled_as_told is None else _baseline(baselines.pooled_as_told),
        "by_the_plain_mean": None if lesson.undefended is None else _baseline(lesson.undefended),
        "confusion": None if lesson.confusion is None else _confusion(outcome, lesson.confusion, best),
        "rounds": [_round(each) for each in lesson.rounds],
        "done_again": [_round(each) for each in lesson.again],
    }


def _baseline(baseline: Baseline) -> Json:
    return {"name": baseline.name, "by_round": list(baseline.figures)}


def _confusion(outcome: Outcome, shared: Confusion, best: Baseline) -> Json:
    """Rows are actual classes, columns answers."""
    alone = [] if best.confusion is None else [list(row) for row in best.confusion.counts]
    return {
        "classes": list(outcome.class_names),
        "shared": [list(row) for row in shared.counts],
        "alone": {"name": best.name, "counts": alone},
    }


def _round(result: RoundResult) -> Json:
    return {
        "number": result.number,
        "outcome": result.outcome,
        "published": result.is_published,
        "first_block": result.first,
        "last_block": result.last,
        "metric_before": result.before,
        "metric_after": result.after,
        "metric_constant": result.constant,
        "threshold": result.threshold,
        "candidate": result.candidate,
        "shared": result.shared,
        "model_bytes": result.size,
        "model": result.content,
        "payments": [_payment(each) for each in result.payments],
    }


def _payment(payment: Payment) -> Json:
    return {
        "name": payment.name,
        "role": payment.role,
        "reason": payment.reason,
        "paid": payment.paid,
        "slashed": payment.slashed,
        "contribution": payment.contribution,
        "metric_alone": payment.solo,
    }


def _account(account: AccountResult) -> Json:
    return {
        "name": account.name,
        "part": account.part,
        "honest": account.is_honest,
        "start": account.start,
        "end": account.end,
        "net": account.net,
        "earned": account.earned,
        "slashed": account.slashed,
        "fees": account.fees,
        "pools": account.pools,
        "checks": account.checks,
        "forfeited": account.forfeited,
        "won": account.won,
        "stake": account.stake,
        "reputation": account.reputation,
        "reasons": dict(account.reasons),
    }


def _exhibit(exhibit: Exhibit) -> Json:
    """Tables as lists of objects by heading."""
    return {
        "question": exhibit.question,
        "sentences": list(exhibit.sentences),
        "tables": [
            {"caption": sheet.caption, "rows": [dict(zip(sheet.headings, row, strict=True)) for row in sheet.rows]}
            for sheet in exhibit.sheets
        ],
        **exhibit.facts,
    }


def _chain(chain: ChainCost) -> Json:
    return {
        "blocks": chain.blocks,
        "ref_time": chain.ref_time,
        "bytes": chain.size,
        "fullest_block": round(chain.fullest, 6),
        "fees": sum(call.fee for call in chain.calls),
        "calls": [
            {
                "call": call.call,
                "count": call.count,
                "failed": call.failed,
                "ref_time": call.ref_time,
                "bytes": call.size,
                "fee": call.fee,
            }
            for call in chain.calls
        ],
    }


def _worker(worker: WorkerCost) -> Json:
    return {
        "name": worker.name,
        "runs": worker.runs,
        "failures": worker.failures,
        "host_calls": worker.host_calls,
        "cpu_seconds": round(worker.cpu_seconds, 6),
        "bytes_stored": worker.stored,
        "bytes_fetched": worker.fetched,
        "transactions": worker.transactions,
    }


def _hex(data: bytes) -> str:
    return f"0x{data.hex()}"
