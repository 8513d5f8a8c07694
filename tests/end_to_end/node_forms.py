"""What another server answers in forms of its own, in the form that a node's answer has; ours beside it.

Numbers of headers have leading zeros there, roots are made up, statuses without content are objects, and a runtime
stands in `initialized` without its frame.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from chain.block import Header
from chain.rpc.shapes import header_json
from chain.rpc.subscriptions import json_text
from tests.vectors import unhex

NAMING = ("chain_getHead", "chain_getBlockHash", "chain_getFinalizedHead", "chainSpec_v1_genesisHash")
"""Methods that answer with a name of a block; those that begin something answer with its name, too."""

CODE = "0x3a636f6465"

RUNTIME_KEYS = ("specName", "implName", "specVersion", "implVersion", "transactionVersion")

ValueForm = Callable[[str, str | None], str | None]
"""What is compared of an encoded value; called with its storage key, or the runtime's method that gave it."""


def is_named(method: str) -> bool:
    """Whether the method's answer is a name."""
    return method in NAMING or "_subscribe" in method or method.endswith(("AndWatchExtrinsic", "_follow", "_broadcast"))


def answer_form(request: dict[str, Any], result: Any, of_value: ValueForm) -> Any:
    """An answer without what cannot be compared; None where nothing can.

    That is what each server serves, metadata, and a null of theirs where a node has a boolean.
    """
    match request:
        case {"method": "rpc_methods" | "state_getMetadata" | "author_unwatchExtrinsic"}:
            return None
        case {"params": ["Metadata_metadata_versions" | "Metadata_metadata_at_version", *_]}:
            return None
        case {"method": "chainHead_v1_header"}:
            return form(json.loads(json_text(header_json(Header.decode(unhex(result))))), of_value)
        case {"method": "state_getStorage" | "state_getStorageAt" | "state_call", "params": [name, *_]}:
            return of_value(name, result)
    return form(result, of_value)


def event_form(event: Any, request: dict[str, Any] | None, of_value: ValueForm) -> Any:
    """A notification; request: that of the operation which it belongs to."""
    if request is not None and isinstance(event, dict) and "output" in event:
        called = {"method": "state_call", "params": request["params"][2:]}
        return {**event, "output": answer_form(called, event["output"], of_value)}
    return form(event, of_value)


def form(value: Any, of_value: ValueForm) -> Any:
    """A part of an answer, or a notification."""
    if isinstance(value, list):
        return [form(each, of_value) for each in value]
    match value:
        case {"ready": None}:
            return "ready"
        case {"parentHash": parent, "number": number, "stateRoot": _, "extrinsicsRoot": _, "digest": digest}:
            return {"parentHash": parent, "number": int(number, 16), "digest": digest}
        case {"event": "initialized"}:
            return initialized_form(value)
        case {"key": "0x3a636f6465"}:
            return {"key": CODE, "hash": None}
        case {"block": block, "changes": changes}:
            return {"block": block, "changes": [[key, of_value(key, each)] for key, each in changes]}
        case dict():
            return {key: form(each, of_value) for key, each in value.items() if key != "systemVersion"}
    return value


def initialized_form(event: dict[str, Any]) -> dict[str, Any]:
    """How a session begins: with its newest finalized block alone, and the runtime out of its frame."""
    runtime = event["finalizedBlockRuntime"]
    spec = runtime.get("spec", runtime)
    kept = {key: spec[key] for key in RUNTIME_KEYS} | {"apis": dict(spec["apis"])}
    return {**event, "finalizedBlockHashes": event["finalizedBlockHashes"][-1:], "finalizedBlockRuntime": kept}


def whole(_name: str, value: str | None) -> str | None:
    """For a composition whose every value is that of the runtime."""
    return value


EVENTS = "0x26aa394eea5630e07c48ae0c9558cef780d41e5e16056765bc8461851072c9d7"
ACCOUNTS = "0x26aa394eea5630e07c48ae0c9558cef7b99d880ec681799c0cf30e8886371da9"


def of_2022(name: str, value: str | None) -> str | None:
    """For today's composition of an old runtime: no events, accounts without their flags, fees without weight."""
    if value is None or name == EVENTS:
        return None
    if name.startswith(ACCOUNTS):
        assert len(unhex(value)) == 80
        return value[:-32]
    return value[-34:] if name == "TransactionPaymentApi_query_info" else value
