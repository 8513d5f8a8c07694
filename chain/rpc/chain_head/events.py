"""What a follow session tells, as JSON; bytes become hexadecimal digits with the text."""

from __future__ import annotations

from collections.abc import Iterable

from chain.primitives import Hash
from chain.rpc.hexadecimal import to_hex
from chain.rpc.parameters import Json
from chain.runtime_api import RuntimeVersion


def runtime_json(version: RuntimeVersion) -> Json:
    """A runtime as the session tells it: the APIs by name."""
    spec = {
        "specName": version.spec_name,
        "implName": version.impl_name,
        "specVersion": version.spec_version,
        "implVersion": version.impl_version,
        "apis": {to_hex(name): number for name, number in version.apis},
        "transactionVersion": version.transaction_version,
    }
    return {"type": "valid", "spec": spec}


def initialized(finalized: Iterable[Hash], runtime: RuntimeVersion | None) -> Json:
    """Where the session begins: the newest finalized blocks, the oldest first."""
    event: Json = {"event": "initialized", "finalizedBlockHashes": list(finalized)}
    if runtime is not None:
        event["finalizedBlockRuntime"] = runtime_json(runtime)
    return event


def new_block(block: Hash, parent: Hash) -> Json:
    """A block that is not finalized; of its runtime, where the session tells that, `newRuntime` is added."""
    return {"event": "newBlock", "blockHash": block, "parentBlockHash": parent}


def best_block_changed(block: Hash) -> Json:
    """Another block is the best."""
    return {"event": "bestBlockChanged", "bestBlockHash": block}


def finalized(blocks: Iterable[Hash], pruned: Iterable[Hash]) -> Json:
    """Blocks that are final, the oldest first, and those that will never be."""
    return {"event": "finalized", "finalizedBlockHashes": list(blocks), "prunedBlockHashes": list(pruned)}


STOP: Json = {"event": "stop"}
"""The session is over; the client may follow anew."""
