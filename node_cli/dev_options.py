"""What a development node is asked to be."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from chain.content.store import ContentStore
from chain.node.sealing import SealingMode
from chain.record import keyword_record
from node_cli.chosen_runtime import STANDARD
from node_cli.worker_options import WorkerOptions

IN_MEMORY: Final = 256
"""Finalized blocks that a node keeps which keeps nothing on disk: as many as Substrate's nodes have states of."""


@keyword_record
class DevOptions:
    """Where a development node listens, when it makes blocks, and how far finality stays behind.

    interval_ms: between blocks that come by themselves, in modes that have such
    origins: web pages that may connect besides those of this machine; "*" for all
    runtime: what runs, as module:Class; is_watched: whether edits of its files are brought to the chain
    may_impersonate: whether clients that control the node may act for accounts without their keys
    workers: where and how the pallets' offchain workers run
    content: where workers keep artifacts, None for memory
    base_path: the folder in which the chain is kept, None for none; keep: how many finalized blocks, None for all
    """

    host: str = "127.0.0.1"
    port: int = 9944
    origins: tuple[str, ...] = ()
    is_unsafe_allowed: bool = False
    may_impersonate: bool = False
    mode: SealingMode = SealingMode.MIXED
    interval_ms: int = 20_000
    finality_lag: int = 0
    runtime: str = STANDARD
    is_watched: bool = False
    workers: WorkerOptions = WorkerOptions()
    base_path: Path | None = None
    keep: int | None = IN_MEMORY
    content: ContentStore | None = None
