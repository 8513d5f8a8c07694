"""What a block did to storage, as `state_traceBlock` tells it: each read and write, in order, and in which span.

Spans are the steps of the execution; a compiled runtime that was built for it tells of calls and hooks besides. Texts
are those of sp_state_machine's trace events: hexadecimal digits without 0x, `Some(…)` and `None` for values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from chain.block import Block, PreRuntime
from chain.node.chain_store import ImportedBlock
from chain.rpc.context import ServedNode, ServedRuntime
from chain.rpc.parameters import Json
from chain.rpc.subscriptions import json_text
from chain.rpc.turns import JsonText, Turns, written_in_turns
from chain.scale.compact import encode_compact
from chain.state.trace import Append, Clear, Read, Step, StorageTrace, TracedOverlay, Write
from chain.validity import InvalidBlock, TransactionInvalid

DEFAULT_TARGETS: Final = "pallet,frame,state"
STORAGE: Final = "state"
EXECUTION: Final = "frame_executive"


def block_trace(
    node: ServedNode, block: ImportedBlock, targets: str | None, storage_keys: str | None, methods: str | None
) -> Turns[Json]:
    """Execute a block again on its parent's state, and tell what passes the filters.

    targets: beginnings, with commas between them, each for a level as in `state=trace`; the empty one passes everything
    storage_keys, methods: the same without levels; without them no event passes
    """
    parent = block.header.parent_hash
    if parent not in node.chain:
        return {"traceError": {"error": "Missing block component: the state before the block"}}
    trace = StorageTrace()
    try:
        yield from _execute(node.runtime_factory(TracedOverlay(node.chain[parent].state, trace)), block.block, trace)
    except (InvalidBlock, TransactionInvalid) as error:
        return {"traceError": {"error": f"Dispatch error: Failed to collect traces and execute block: {error}"}}
    wanted = DEFAULT_TARGETS if targets is None else targets
    about = {
        "blockHash": block.hash.hex(),
        "parentHash": parent.hex(),
        "tracingTargets": wanted,
        "storageKeys": storage_keys or "",
        "methods": methods or "",
        "spans": _spans(trace) if _is_wanted(EXECUTION, wanted) else [],
    }
    told = _events(trace, storage_keys, methods) if _is_wanted(STORAGE, wanted) else ()
    written = yield from written_in_turns(told)
    return JsonText(f'{{"blockTrace":{json_text(about)[:-1]},"events":{written}}}}}')


def _execute(runtime: ServedRuntime, block: Block, trace: StorageTrace) -> Turns[None]:
    """What `execute_block` does, each step in a span; raises InvalidBlock, TransactionInvalid."""
    header = block.header.unsealed
    begun = replace(header, digest=tuple(each for each in header.digest if isinstance(each, PreRuntime)))
    with trace.frame("execute_block"):
        with trace.frame("init_block"):
            runtime.initialize_block(begun)
        for extrinsic in block.extrinsics:
            with trace.frame("apply_extrinsic"):
                runtime.apply_extrinsic(extrinsic)
            yield None
        with trace.frame("final_checks"):
            produced = runtime.finalize_block()
    if produced != header:
        raise InvalidBlock("header", header.hash.hex(), produced.hash.hex())


def _is_wanted(target: str, directives: str) -> bool:
    """Whether what has the level TRACE passes, as all that is told does (sc_tracing::parse_target)."""
    named = (each.partition("=") for each in directives.split(","))
    return any(target.startswith(name) and (not sign or level.lower() == "trace") for name, sign, level in named)


def _spans(trace: StorageTrace) -> list[Json]:
    return [
        {"id": at, "parentId": frame.parent or None, "name": frame.label, "target": EXECUTION, "wasm": False}
        for at, frame in enumerate(trace.frames)
        if at
    ]


def _events(trace: StorageTrace, storage_keys: str | None, methods: str | None) -> Iterator[Json]:
    passes = {"key": _filter(storage_keys), "method": _filter(methods)}
    for entry in trace.entries:
        values = _values(entry)
        if all(name in values and is_wanted(values[name]) for name, is_wanted in passes.items()):
            yield {"target": STORAGE, "data": {"stringValues": values}, "parentId": entry.frame or None}


def _filter(beginnings: str | None) -> Callable[[str], bool]:
    """Whether a text begins with one of these; without any filter nothing passes, as in sc_tracing."""
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
