"""Monitors read the samples; names and labels are those of Substrate's dashboards."""

from __future__ import annotations

import re

from chain.rpc.context import ChainInformation, Services
from chain.rpc.metrics import RpcCounts, metrics_text
from tests.chain.rpc.served_chain import ServedChain

SAMPLE = re.compile(r'^(\w+)\{((?:\w+="(?:[^"\\]|\\.)*",?)*)\} (-?[\d.e+]+)$')


def samples(text: str) -> dict[str, float]:
    found = {}
    for line in text.splitlines():
        if not line.startswith("#"):
            match = SAMPLE.match(line)
            assert match, line
            found[f"{match[1]}{{{match[2]}}}"] = float(match[3])
    return found


def test_heights_queues_and_calls_are_told() -> None:
    chain, counts = ServedChain(finality_lag=1), RpcCounts(opened=3, closed=1)
    for _ in range(2):
        chain.block()
    chain.node.submit(chain.transaction(1))
    chain.transaction(2)
    chain.node.submit(chain.transaction(2))
    counts.count_call("system_chain", False)
    counts.count_call("system_chain", False)
    found = samples(metrics_text(chain.services, counts))
    expected = {
        'block_height{status="best",chain="Fake"}': 2,
        'block_height{status="finalized",chain="Fake"}': 1,
        'number_leaves{chain="Fake"}': 1,
        'ready_transactions_number{chain="Fake"}': 1,
        'sub_txpool_futures{chain="Fake"}': 1,
        'rpc_calls_finished{method="system_chain",is_error="false",chain="Fake"}': 2,
        'rpc_sessions_opened{chain="Fake"}': 3,
        'rpc_sessions_closed{chain="Fake"}': 1,
    }
    assert {name: found[f"substrate_{name}"] for name in expected} == expected


def test_every_family_has_a_type_and_a_meaning() -> None:
    text = metrics_text(ServedChain().services, RpcCounts())
    families = {line.split()[2] for line in text.splitlines() if line.startswith("# TYPE")}
    assert families == {line.split()[2] for line in text.splitlines() if line.startswith("# HELP")}
    assert {name.partition("{")[0] for name in samples(text)} <= families


def test_names_cannot_break_a_line() -> None:
    services = Services(ServedChain().node, ChainInformation(name='a"b\\c\nd', properties={}))
    assert 'substrate_number_leaves{chain="a\\"b\\\\c\\nd"} 1' in metrics_text(services, RpcCounts()).splitlines()
