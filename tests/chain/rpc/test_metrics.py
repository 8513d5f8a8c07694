"""Monitors read the samples; names and labels are those of Substrate's dashboards."""

from __future__ import annotations

import re

import pytest

from chain.rpc.context import ChainInformation, Services
from chain.rpc.metrics import RpcCounts, metrics_text
from chain.validity import InvalidTransaction
from tests.chain.rpc.served_chain import ServedChain

SAMPLE = re.compile(r'^(\w+)\{((?:\w+="(?:[^"\\]|\\.)*",?)*)\} (-?[\d.]+(?:e[+-]\d+)?)$')


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
    for is_error in (False, False, True):
        counts.by_socket.count("system_chain", is_error, 0.001)
    counts.by_post.count("system_name", False, 0.001)
    found = samples(metrics_text(chain.services, counts))
    expected = {
        'block_height{status="best",chain="Fake"}': 2,
        'block_height{status="finalized",chain="Fake"}': 1,
        'number_leaves{chain="Fake"}': 1,
        'ready_transactions_number{chain="Fake"}': 1,
        'sub_txpool_futures{chain="Fake"}': 1,
        'rpc_calls_started{protocol="ws",method="system_chain",chain="Fake"}': 3,
        'rpc_calls_started{protocol="http",method="system_name",chain="Fake"}': 1,
        'rpc_calls_finished{protocol="ws",method="system_chain",is_error="false",chain="Fake"}': 2,
        'rpc_calls_finished{protocol="ws",method="system_chain",is_error="true",chain="Fake"}': 1,
        'rpc_calls_finished{protocol="http",method="system_name",is_error="false",chain="Fake"}': 1,
        'rpc_sessions_opened{chain="Fake"}': 3,
        'rpc_sessions_closed{chain="Fake"}': 1,
    }
    assert {name: found[f"substrate_{name}"] for name in expected} == expected


def test_times_are_counted_up_to_bounds_as_prometheus_reads_them() -> None:
    chain, counts = ServedChain(), RpcCounts()
    before = len(list(chain.node.lineage(chain.node.best.hash)))
    chain.block()
    for seconds in (0.000_002, 0.000_025, 0.002, 20.0):
        counts.by_socket.count("state_call", False, seconds)
    found = samples(metrics_text(chain.services, counts))
    of_calls = 'protocol="ws",method="state_call",chain="Fake"'
    expected = {5: 1, 25: 2, 100: 2, 500: 2, 1000: 2, 2500: 3, 10000: 3, 25000: 3, 100000: 3, 1000000: 3, 10000000: 3}
    times = "substrate_rpc_calls_time"
    assert {bound: found[f'{times}_bucket{{{of_calls},le="{bound}"}}'] for bound in expected} == expected
    assert found[f'{times}_bucket{{{of_calls},le="+Inf"}}'] == found[f"{times}_count{{{of_calls}}}"] == 4
    assert found[f"{times}_sum{{{of_calls}}}"] == pytest.approx(20_002_027)
    assert found['substrate_proposer_block_constructed_bucket{chain="Fake",le="+Inf"}'] >= before
    assert found['substrate_proposer_block_constructed_count{chain="Fake"}'] >= before
    assert found['substrate_proposer_block_constructed_sum{chain="Fake"}'] > 0
    assert found['substrate_block_verification_and_import_time_count{chain="Fake"}'] == 0
    other = ServedChain()
    other.node.import_block(chain.node.best.block)
    found = samples(metrics_text(other.services, counts))
    assert found['substrate_block_verification_and_import_time_count{chain="Fake"}'] == 1


def test_every_family_has_a_type_and_a_meaning() -> None:
    text = metrics_text(ServedChain().services, RpcCounts())
    families = {line.split()[2] for line in text.splitlines() if line.startswith("# TYPE")}
    assert families == {line.split()[2] for line in text.splitlines() if line.startswith("# HELP")}
    parts = re.compile("_(bucket|sum|count)$")
    names = {name.partition("{")[0] for name in samples(text)}
    assert {name if name in families else parts.sub("", name) for name in names} <= families


def test_names_cannot_break_a_line() -> None:
    services = Services(ServedChain().node, ChainInformation(name='a"b\\c\nd', properties={}))
    assert 'substrate_number_leaves{chain="a\\"b\\\\c\\nd"} 1' in metrics_text(services, RpcCounts()).splitlines()


def test_what_the_pool_did_is_told() -> None:
    chain = ServedChain()
    genesis = chain.node.best.hash
    block = chain.block(None, chain.transaction(key=2, value=1))
    with pytest.raises(InvalidTransaction):
        chain.node.submit(block.extrinsics[-1])
    side = chain.fork(genesis, 1)
    chain.fork(side.hash, 2)
    found = samples(metrics_text(chain.services, RpcCounts()))
    counted = {
        name.removeprefix("substrate_sub_txpool_").partition("{")[0]: value
        for name, value in found.items()
        if "txpool" in name
    }
    assert counted["submitted_transactions"] == 4 + counted["block_transactions_resubmitted"]
    assert counted["block_transactions_resubmitted"] > 0
    assert counted["validations_scheduled"] == counted["validations_finished"] > 2
    assert counted["block_transactions_pruned"] > 1


DASHBOARDS = (
    "block_height block_verification_and_import_time build_info node_roles number_leaves process_start_time_seconds "
    "proposer_block_constructed proposer_number_of_transactions rpc_calls_time "
    "ready_transactions_number rpc_calls_finished rpc_calls_started rpc_sessions_closed rpc_sessions_opened "
    "sub_libp2p_is_major_syncing sub_libp2p_peers_count sub_txpool_block_transactions_pruned "
    "sub_txpool_block_transactions_resubmitted sub_txpool_submitted_transactions sub_txpool_validations_finished "
    "sub_txpool_validations_invalid sub_txpool_validations_scheduled"
)
"""Families that a node of the 2021 release train told of, as somebody wrote down; those that can be told of here."""


def test_the_names_are_those_that_dashboards_show() -> None:
    text = metrics_text(ServedChain().services, RpcCounts())
    told = {line.split()[2] for line in text.splitlines() if line.startswith("# TYPE")}
    assert {f"substrate_{name}" for name in DASHBOARDS.split()} <= told
