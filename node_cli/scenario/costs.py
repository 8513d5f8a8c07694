"""What a play took: on chain by call, off chain by account."""

from __future__ import annotations

from collections.abc import Sequence

from node_cli.scenario.chronicle import BlockEntry, CallEntry
from node_cli.scenario.outcome import CallCost, ChainCost, WorkerCost
from node_cli.scenario.stage import Stage
from runtime.dev import WEIGHTS


def chain_cost(blocks: Sequence[BlockEntry]) -> ChainCost:
    """The cost of all blocks; calls in the order of their names."""
    by_name: dict[str, list[CallEntry]] = {}
    for block in blocks:
        for call in block.calls:
            by_name.setdefault(call.name, []).append(call)
    return ChainCost(
        calls=tuple(_call_cost(name, by_name[name]) for name in sorted(by_name)),
        blocks=len(blocks),
        ref_time=sum(block.weight.ref_time for block in blocks),
        size=sum(block.size for block in blocks),
        fullest=max((block.weight.ref_time / WEIGHTS.max_block.ref_time for block in blocks), default=0.0),
    )


def worker_costs(stage: Stage) -> tuple[WorkerCost, ...]:
    """What each account's worker took, in the order of the cast."""
    costs = []
    for player in stage.cast.everybody:
        totals = stage.node.workers.totals[player.account]
        costs.append(
            WorkerCost(
                name=player.name,
                part=player.part,
                runs=totals.runs,
                failures=totals.failures,
                host_calls=totals.host_calls,
                cpu_seconds=totals.cpu_seconds,
                stored=totals.content_put,
                fetched=totals.content_got,
                transactions=totals.accepted,
            )
        )
    return tuple(costs)


def _call_cost(name: str, calls: Sequence[CallEntry]) -> CallCost:
    return CallCost(
        call=name,
        count=len(calls),
        failed=sum(not call.is_successful for call in calls),
        ref_time=sum(call.weight.ref_time for call in calls),
        size=sum(call.size for call in calls),
        fee=sum(call.fee for call in calls),
    )
