"""What a monitor asks a node, in Prometheus' text, by the names that Substrate's dashboards show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from time import time
from typing import Final

from chain.node.durations import Durations
from chain.offchain.metering import Meter
from chain.rpc.context import Services
from chain.rpc.worker_metrics import Labels, Sample, worker_families

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"

AUTHORITY: Final = 4
"""The role of a node that makes blocks (sc_network::Roles)."""


CALL_BOUNDS: Final = (5.0, 25.0, 100.0, 500.0, 1e3, 2.5e3, 1e4, 2.5e4, 1e5, 1e6, 1e7)
"""Microseconds up to which calls are counted (sc_rpc_server, HISTOGRAM_BUCKETS)."""


@dataclass(slots=True)
class CallCounts:
    """How many calls there were of each method that is served, and what they took."""

    calls: dict[tuple[str, bool], int] = field(default_factory=dict)
    """By method, and whether it was refused."""
    durations: dict[str, Durations] = field(default_factory=dict)
    """By method, in microseconds."""

    def count(self, method: str, is_error: bool, seconds: float) -> None:
        """One more call."""
        key = (method, is_error)
        self.calls[key] = self.calls.get(key, 0) + 1
        if method not in self.durations:
            self.durations[method] = Durations(CALL_BOUNDS)
        self.durations[method].add(seconds * 1e6)


@dataclass(slots=True)
class RpcCounts:
    """What a server has done since it was started."""

    opened: int = 0
    """WebSocket connections that began."""
    closed: int = 0
    """Those that ended."""
    by_socket: CallCounts = field(default_factory=CallCounts)
    by_post: CallCounts = field(default_factory=CallCounts)
    started: float = field(default_factory=time)
    """Seconds since 1970."""


def metrics_text(services: Services, counts: RpcCounts) -> str:
    """All samples, each family with its type and meaning."""
    chain = (("chain", services.chain.name),)
    heights = [((("status", status), *chain), number) for status, number in _heights(services)]
    version = (("name", services.chain.implementation), ("version", services.chain.version), *chain)
    lines = [
        *_family("block_height", "gauge", "Block height info of the chain", heights),
        *_family("build_info", "gauge", "A metric with a constant '1' value", [(version, 1)]),
        *_of_calls(counts, chain),
    ]
    for name, kind, meaning, value in (*_of_node(services), *_of_pool(services), *_of_server(counts)):
        lines += _family(name, kind, meaning, [(chain, value)])
    lines += _of_blocks(services, chain)
    lines += _of_workers(services, chain)
    return "\n".join(lines) + "\n"


def _of_calls(counts: RpcCounts, chain: Labels) -> Iterator[str]:
    """Calls are counted when they are finished: those that wait for their turn have not started here."""
    started, finished, times = Counter[Labels](), list[Sample](), list[tuple[Labels, Durations]]()
    for protocol, counted in (("http", counts.by_post), ("ws", counts.by_socket)):
        for method, durations in sorted(counted.durations.items()):
            times.append(((("protocol", protocol), ("method", method), *chain), durations))
        for (method, is_error), number in sorted(counted.calls.items()):
            labels = (("protocol", protocol), ("method", method))
            started[(*labels, *chain)] += number
            finished.append(((*labels, ("is_error", str(is_error).lower()), *chain), number))
    yield from _family("rpc_calls_started", "counter", "Number of received RPC calls", started.items())
    yield from _family("rpc_calls_finished", "counter", "Number of processed RPC calls", finished)
    yield from _histogram("rpc_calls_time", "Total time [μs] of processed RPC calls", times)


def _of_blocks(services: Services, chain: Labels) -> Iterator[str]:
    """What blocks take: the node's own are not verified, so that only those of others count as imported."""
    node = services.node.durations
    built, imported = "Histogram of time taken to construct new block", "Time taken to verify and import blocks"
    yield from _histogram("proposer_block_constructed", built, [(chain, node.built)])
    yield from _histogram("block_verification_and_import_time", imported, [(chain, node.imported)])


def _of_workers(services: Services, chain: Labels) -> Iterator[str]:
    """What offchain workers take, where somebody measures it."""
    meter = services.find(Meter)
    if meter is not None:
        active = services.node.workers.active
        for name, kind, meaning, samples in worker_families(meter, active, chain):
            yield from _family(name, kind, meaning, samples, prefix="")


def _heights(services: Services) -> list[tuple[str, int]]:
    best, finalized = services.node.best.number, services.node.chain.finalized.number
    return [("best", best), ("finalized", finalized), ("sync_target", best)]


def _of_node(services: Services) -> list[tuple[str, str, str, float]]:
    node = services.node
    leaves, extrinsics = len(node.chain.leaves()), len(node.best.block.extrinsics)
    return [
        ("node_roles", "gauge", "The roles the node is running as", AUTHORITY),
        ("number_leaves", "gauge", "Number of known chain leaves (aka forks)", leaves),
        ("proposer_number_of_transactions", "gauge", "Number of transactions included in block", extrinsics),
        ("sub_libp2p_peers_count", "gauge", "Number of connected peers", 0),
        ("sub_libp2p_is_major_syncing", "gauge", "Whether the node is performing a major sync", 0),
    ]


def _of_pool(services: Services) -> list[tuple[str, str, str, float]]:
    pool = services.node.pool
    ready, counts = pool.ready_count, pool.counts
    return [
        ("ready_transactions_number", "gauge", "Number of transactions in the ready queue", ready),
        ("sub_txpool_futures", "gauge", "Number of transactions that wait for another", len(pool) - ready),
        ("sub_txpool_submitted_transactions", "counter", "Number of transactions submitted", counts.submitted),
        ("sub_txpool_validations_scheduled", "counter", "Number of validations asked for", counts.validated),
        ("sub_txpool_validations_finished", "counter", "Number of validations done", counts.validated),
        ("sub_txpool_validations_invalid", "counter", "Number of transactions removed as invalid", counts.invalid),
        ("sub_txpool_block_transactions_pruned", "counter", "Number of transactions pruned by blocks", counts.pruned),
        (
            "sub_txpool_block_transactions_resubmitted",
            "counter",
            "Number of transactions resubmitted as their blocks left the best chain",
            counts.resubmitted,
        ),
    ]


def _of_server(counts: RpcCounts) -> list[tuple[str, str, str, float]]:
    return [
        ("process_start_time_seconds", "gauge", "When the process started", counts.started),
        ("rpc_sessions_opened", "counter", "Number of persistent RPC sessions opened", counts.opened),
        ("rpc_sessions_closed", "counter", "Number of persistent RPC sessions closed", counts.closed),
    ]


def _family(name: str, kind: str, meaning: str, samples: Iterable[Sample], prefix: str = "substrate_") -> Iterator[str]:
    """The lines of one family; `name` without what all of Substrate's begin with."""
    yield f"# HELP {prefix}{name} {meaning}"
    yield f"# TYPE {prefix}{name} {kind}"
    for labels, value in samples:
        yield f"{prefix}{name}{{{_inside(labels)}}} {value}"


def _histogram(name: str, meaning: str, measured: Iterable[tuple[Labels, Durations]]) -> Iterator[str]:
    """The lines of a family that counts durations up to bounds, the last of which is any."""
    yield f"# HELP substrate_{name} {meaning}"
    yield f"# TYPE substrate_{name} histogram"
    for labels, durations in measured:
        inside = _inside(labels)
        for bound, count in durations.up_to():
            yield f'substrate_{name}_bucket{{{inside},le="{bound:.12g}"}} {count}'
        yield f'substrate_{name}_bucket{{{inside},le="+Inf"}} {durations.count}'
        yield f"substrate_{name}_sum{{{inside}}} {durations.total}"
        yield f"substrate_{name}_count{{{inside}}} {durations.count}"


def _inside(labels: Labels) -> str:
    return ",".join(f'{key}="{_escaped(text)}"' for key, text in labels)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
