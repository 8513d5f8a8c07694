"""What a block did to storage, as `state_traceBlock` tells it: each read and write, in order.

Substrate's nodes tell of spans besides, which are parts of compiled code; there are none here. Texts are those of
sp_state_machine's trace events: hexadecimal digits without 0x, `Some(…)` and `None` for values.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from chain.node.chain_store import ImportedBlock
from chain.rpc.context import ServedNode
from chain.rpc.parameters import Json
from chain.scale.compact import encode_compact
from chain.state.trace import Append, Clear, Read, Step, StorageTrace, TracedOverlay, Write
from chain.validity import InvalidBlock

DEFAULT_TARGETS: Final = "pallet,frame,state"
TARGET: Final = "state"


def block_trace(
    node: ServedNode, block: ImportedBlock, targets: str | None, storage_keys: str | None, methods: str | None
) -> Json:
    """Execute a block again on its parent's state, and tell what passes the filters.

    targets, storage_keys, methods: beginnings, with commas between them; the empty one passes everything
    """
    parent = block.header.parent_hash
    if parent not in node.chain:
        return {"traceError": {"error": "Missing block component: the state before the block"}}
    trace = StorageTrace()
    runtime = node.runtime_factory(TracedOverlay(node.chain[parent].state, trace))
    try:
        runtime.execute_block(block.block)
    except InvalidBlock as error:
        return {"traceError": {"error": f"Dispatch error: Failed to collect traces and execute block: {error}"}}
    wanted = DEFAULT_TARGETS if targets is None else targets
    passes = {"key": _filter(storage_keys), "method": _filter(methods)}
    values = [_values(entry) for entry in trace.entries] if _filter(wanted)(TARGET) else []
    events = [
        {"target": TARGET, "data": {"stringValues": each}, "parentId": None}
        for each in values
        if all(name in each and is_wanted(each[name]) for name, is_wanted in passes.items())
    ]
    return {
        "blockTrace": {
            "blockHash": block.hash.hex(),
            "parentHash": parent.hex(),
            "tracingTargets": wanted,
            "storageKeys": storage_keys or "",
            "methods": methods or "",
            "spans": [],
            "events": events,
        }
    }


def _filter(beginnings: str | None) -> Callable[[str], bool]:
    """Whether a text begins with one of these; without any filter nothing passes, as in sc-tracing."""
    if beginnings is None:
        return lambda _text: False
    return lambda text: text.startswith(tuple(beginnings.split(",")))


def _values(entry: Read | Write | Append | Step | Clear) -> dict[str, str]:
    match entry:
        case Read(key=key, value=value):
            return _of("Get", key=key.hex(), result=_option(value), result_encoded=_encoded(value))
        case Write(key=key, value=value):
            return _of("Put", key=key.hex(), value=_option(value), value_encoded=_encoded(value))
        case Append(key=key, item=item):
            return _of("Append", key=key.hex(), value=item.hex())
        case Step(start=start, found=found):
            return _of("NextKey", key=start.hex(), result=_option(found), result_encoded=_encoded(found))
        case Clear(prefix=prefix):
            return _of("ClearPrefix", prefix=prefix.hex())


def _of(method: str, **values: str) -> dict[str, str]:
    return {"method": method, "ext_id": "0000", **values}


def _option(value: bytes | None) -> str:
    return "None" if value is None else f"Some({value.hex()})"


def _encoded(value: bytes | None) -> str:
    """The SCALE bytes of an optional value."""
    return "00" if value is None else (b"\1" + encode_compact(len(value)) + value).hex()
