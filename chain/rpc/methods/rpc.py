"""rpc: what is served."""

from __future__ import annotations

from chain.rpc.context import Context
from chain.rpc.parameters import Json


def rpc_methods(context: Context) -> Json:
    """The names of all methods, in alphabetical order."""
    return {"methods": list(context.method_names)}
