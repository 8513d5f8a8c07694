"""Why a call failed, by name: sp_runtime's DispatchError, and the pallets' own errors."""

from __future__ import annotations

from typing import Any

from chain.client.errors import CallError
from chain.metadata import Metadata, NotInMetadata


def call_error(metadata: Metadata, error: Any) -> CallError:
    """The error that a value of DispatchError is."""
    if not isinstance(error, dict) or len(error) != 1:
        return CallError(None, str(error))
    [(kind, inner)] = error.items()
    if kind != "Module":
        return CallError(None, f"{kind}.{inner}" if isinstance(inner, str) else str(kind))
    index, number = (inner["index"], inner["error"]) if isinstance(inner, dict) else inner
    try:
        found = metadata.module_error(index, number)
    except NotInMetadata as unknown:
        return CallError(None, "Module", str(unknown))
    return CallError(found.pallet, found.name, " ".join(found.docs).strip())
