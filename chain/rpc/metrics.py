"""What a monitor asks a node, in Prometheus' text, by the names that Substrate's dashboards show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from time import time
from typing import Final

from chain.rpc.context import Services

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"

Labels = tuple[tuple[str, str], ...]
Sample = tuple[Labels, float]


@dataclass(slots=True)
class RpcCounts:
    """What a server has done since it was started."""

    opened: int = 0
    """WebSocket connections that began."""
    closed: int = 0
    """Those that ended."""
    calls: dict[tuple[str, bool], int] = field(default_factory=dict)
    """By method, and whether it was refused."""
    started: float = field(default_factory=time)
    """Seconds since 1970."""

    def count_call(self, method: str, is_error: bool) -> None:
        """One more call of a method that is served."""
        key = (method, is_error)
        self.calls[key] = self.calls.get(key, 0) + 1


def metrics_text(services: Services, counts: RpcCounts) -> str:
    """All samples, each family with its type and meaning."""
    chain = (("chain", services.chain.name),)
    heights = [((("status", status), *chain), number) for status, number in _heights(services)]
    calls = [
        ((("method", method), ("is_error", str(is_error).lower()), *chain), number)
        for (method, is_error), number in sorted(counts.calls.items())
    ]
    version = (("name", services.chain.implementation), ("version", services.chain.version), *chain)
    lines = [
        *_family("block_height", "gauge", "Block height info of the chain", heights),
        *_family("build_info", "gauge", "A metric with a constant '1' value", [(version, 1)]),
        *_family("rpc_calls_finished", "counter", "Number of processed RPC calls", calls),
    ]
    for name, kind, meaning, value in (*_of_node(services), *_of_server(counts)):
        lines += _family(name, kind, meaning, [(chain, value)])
    return "\n".join(lines) + "\n"


def _heights(services: Services) -> list[tuple[str, int]]:
    best, finalized = services.node.best.number, services.node.chain.finalized.number
    return [("best", best), ("finalized", finalized), ("sync_target", best)]


def _of_node(services: Services) -> list[tuple[str, str, str, float]]:
    node = services.node
    ready, leaves = node.pool.ready_count, len(node.chain.leaves())
    return [
        ("number_leaves", "gauge", "Number of known chain leaves (aka forks)", leaves),
        ("ready_transactions_number", "gauge", "Number of transactions in the ready queue", ready),
        ("sub_txpool_futures", "gauge", "Number of transactions that wait for another", len(node.pool) - ready),
        ("sub_libp2p_peers_count", "gauge", "Number of connected peers", 0),
        ("sub_libp2p_is_major_syncing", "gauge", "Whether the node is performing a major sync", 0),
    ]


def _of_server(counts: RpcCounts) -> list[tuple[str, str, str, float]]:
    return [
        ("process_start_time_seconds", "gauge", "When the process started", counts.started),
        ("rpc_sessions_opened", "counter", "Number of persistent RPC sessions opened", counts.opened),
        ("rpc_sessions_closed", "counter", "Number of persistent RPC sessions closed", counts.closed),
    ]


def _family(name: str, kind: str, meaning: str, samples: Iterable[Sample]) -> Iterator[str]:
    """The lines of one family; `name` without what all of Substrate's begin with."""
    yield f"# HELP substrate_{name} {meaning}"
    yield f"# TYPE substrate_{name} {kind}"
    for labels, value in samples:
        inside = ",".join(f'{key}="{_escaped(text)}"' for key, text in labels)
        yield f"substrate_{name}{{{inside}}} {value}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
