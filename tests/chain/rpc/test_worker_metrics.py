"""Monitors read what workers take, by pallet, in the text that Prometheus reads."""

from __future__ import annotations

import re

from chain.offchain.metering import Meter
from chain.offchain.worker_run import CallCost, WorkerRun
from chain.primitives import AccountId, Hash
from chain.rpc.metrics import RpcCounts, metrics_text
from tests.chain.rpc.served_chain import ServedChain
from tests.chain.rpc.test_metrics import SAMPLE

TRANSACTION = Hash(b"\x01" * 32)


def run(pallet: str, **named: object) -> WorkerRun:
    found = WorkerRun(AccountId(bytes(32)), Hash(bytes(32)), 3, pallet)
    for name, value in named.items():
        setattr(found, name, value)
    return found


def test_costs_are_told_by_pallet() -> None:
    meter, chain = Meter(), ServedChain()
    calls = {"http_start": CallCost(1, 0, 40, 2), "submit_signed": CallCost(2, 1, 9, 32)}
    useful = {"accepted": [TRANSACTION], "accepted_by": ["submit_signed"], "cpu_seconds": 0.5, "peak_memory": 7_000}
    meter.add(run("Learning", calls=calls, **useful))
    meter.add(run("Learning", failure="ZeroDivisionError: no samples"))
    meter.settle(TRANSACTION, 5)
    chain.services.add(meter)
    text = metrics_text(chain.services, RpcCounts())
    lines = [line for line in text.splitlines() if line.startswith("palletlab_worker_")]
    assert all(SAMPLE.match(line) for line in lines)
    told = dict(re.sub(',?chain="Fake"|pallet="Learning"', "", line).rsplit(" ", 1) for line in lines)
    expected = {
        "active_runs{}": "0",
        "runs_total{}": "2",
        "failures_total{}": "1",
        "cpu_seconds_total{}": "0.5",
        "wall_seconds_total{}": "0.0",
        "wasted_runs_total{}": "1",
        "peak_memory_bytes{}": "7000.0",
        'bytes_total{kind="http",direction="out",}': "40",
        'bytes_total{kind="http",direction="in",}': "2",
        'bytes_total{kind="content",direction="in",}': "0",
        'host_calls_total{call="submit_signed",}': "2.0",
        'submissions_total{kind="signed",outcome="accepted",}': "1",
        'submissions_total{kind="signed",outcome="refused",}': "1",
        'submissions_total{kind="signed",outcome="included",}': "1",
        'submissions_total{kind="signed",outcome="lost",}': "0",
        "inclusion_blocks_sum{}": "2.0",
        "inclusion_blocks_count{}": "1.0",
    }
    assert {name: told[f"palletlab_worker_{name}"] for name in expected} == expected


def test_where_nobody_measures_nothing_is_told() -> None:
    assert "palletlab_worker" not in metrics_text(ServedChain().services, RpcCounts())
