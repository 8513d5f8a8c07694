"""What a node logs of its chain, as text and in fields."""

from __future__ import annotations

import json
import logging

import pytest

from chain.node.service import Node
from node_cli.logs import JsonLines
from node_cli.node_log import log_node
from node_cli.units import hexadecimal
from tests.chain.node.fake_runtime import GENESIS, FakeRuntimes, encode


def test_blocks_finality_and_transactions_are_told(caplog: pytest.LogCaptureFixture) -> None:
    node = Node(FakeRuntimes(), GENESIS, finality_lag=1)
    with caplog.at_level(logging.DEBUG):
        stop = log_node(node)
        transaction = node.submit(encode(b"a", 0, 1))
        first, second = node.seal(), node.seal()
        stop()
        node.seal()
    genesis, one, two = (hexadecimal(each) for each in (node.chain.genesis.hash, first.hash, second.hash))
    assert [(record.levelname, record.name, record.getMessage()) for record in caplog.records] == [
        ("DEBUG", "chain.node.pool", f"[0x{transaction.hex()}] ready"),
        ("DEBUG", "chain.node.pool", f"[0x{transaction.hex()}] inBlock"),
        ("INFO", "substrate", f"Imported #1 ({genesis} → {one}), 1 extrinsics"),
        ("INFO", "substrate", f"Imported #2 ({one} → {two}), 0 extrinsics"),
        ("DEBUG", "chain.node.pool", f"[0x{transaction.hex()}] finalized"),
        ("DEBUG", "substrate", f"Finalized #1 ({one})"),
    ]
    line = json.loads(JsonLines().format(caplog.records[2]))
    assert (line["target"], line["number"], line["hash"], line["extrinsics"]) == (
        "substrate",
        1,
        "0x" + first.hash.hex(),
        1,
    )


def test_a_reorganisation_is_told_with_where_the_ways_part(caplog: pytest.LogCaptureFixture) -> None:
    node = Node(FakeRuntimes(), GENESIS)
    root = node.seal()
    node.submit(encode(b"a", 0, 1))
    left = node.seal()
    with caplog.at_level(logging.INFO):
        log_node(node)
        side = node.seal(root.hash)
        node.set_best(side.hash)
    common, old, new = (hexadecimal(each.hash) for each in (root, left, side))
    assert [record.getMessage() for record in caplog.records] == [
        f"Imported #2 ({common} → {new}), {len(side.extrinsics)} extrinsics",
        f"Reorg on #2,{old} to #2,{new}, common ancestor #1,{common}",
    ]


def test_transactions_are_not_listened_to_where_nobody_reads_of_them() -> None:
    node = Node(FakeRuntimes(), GENESIS)
    logging.getLogger("chain.node.pool").setLevel(logging.INFO)
    try:
        stop = log_node(node)
    finally:
        logging.getLogger("chain.node.pool").setLevel(logging.NOTSET)
    assert node.pool._listeners == []
    stop()
