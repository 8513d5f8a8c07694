"""What a running node logs of its chain: blocks, reorganisations, finality, and transactions where that is asked for.

Each line has the same in fields, for whoever reads the lines as JSON.
"""

from __future__ import annotations

from collections.abc import Callable
from logging import DEBUG, getLogger
from typing import Any, Final

from chain.node.chain_store import Finality, ImportedBlock, Route
from chain.node.importer import BlockImport
from chain.node.service import Node
from chain.node.transaction_status import StatusChange
from node_cli.units import hexadecimal

BLOCKS: Final = getLogger("substrate")
POOL: Final = getLogger("chain.node.pool")


def log_node(node: Node[Any]) -> Callable[[], None]:
    """Log from now on; returns what ends that. Transactions are listened to where their lines are wanted by now."""

    def on_block(imported: BlockImport) -> None:
        if imported.route is not None and imported.route.retracted:
            _log_reorganisation(node, imported.route)
        if not imported.is_known:
            _log_import(imported.block)

    stops = [node.on_block(on_block), node.on_finality(_log_finality)]
    if POOL.isEnabledFor(DEBUG):
        stops.append(node.pool.listen(_log_status))

    def stop() -> None:
        for each in stops:
            each()

    return stop


def _log_import(block: ImportedBlock) -> None:
    count, parent = len(block.block.extrinsics), block.header.parent_hash
    fields = {"number": block.number, "hash": _hex(block.hash), "parent": _hex(parent), "extrinsics": count}
    shown = block.number, hexadecimal(parent), hexadecimal(block.hash), count
    BLOCKS.info("Imported #%d (%s → %s), %d extrinsics", *shown, extra={"fields": fields})


def _log_reorganisation(node: Node[Any], route: Route) -> None:
    """From which block to which, and where their ways part."""
    left, best = route.retracted[0], node.best
    common = node.chain[route.retracted[-1].header.parent_hash]
    fields = {
        "from": _hex(left.hash),
        "to": _hex(best.hash),
        "common": _hex(common.hash),
        "retracted": len(route.retracted),
        "enacted": len(route.enacted),
    }
    shown = [part for block in (left, best, common) for part in (block.number, hexadecimal(block.hash))]
    BLOCKS.info("Reorg on #%d,%s to #%d,%s, common ancestor #%d,%s", *shown, extra={"fields": fields})


def _log_finality(finality: Finality) -> None:
    for block in finality.finalized[-1:]:
        fields = {"number": block.number, "hash": _hex(block.hash), "pruned": len(finality.pruned)}
        BLOCKS.debug("Finalized #%d (%s)", block.number, hexadecimal(block.hash), extra={"fields": fields})


def _log_status(change: StatusChange) -> None:
    fields = {"transaction": _hex(change.transaction), "status": change.status.value}
    POOL.debug("[%s] %s", _hex(change.transaction), change.status.value, extra={"fields": fields})


def _hex(data: bytes) -> str:
    return "0x" + data.hex()
