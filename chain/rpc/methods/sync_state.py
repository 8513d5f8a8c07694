"""sync_state: the chain as a specification that another node could begin with."""

from __future__ import annotations

from chain.rpc.context import Context
from chain.rpc.hexadecimal import to_hex
from chain.rpc.parameters import Json
from chain.state.child import DEFAULT_PREFIX


def sync_state_genSyncSpec(context: Context, _raw: bool = True) -> Json:
    """A raw chain specification with the state of block zero."""
    state = context.node.chain.genesis.state
    children = {
        to_hex(key.removeprefix(DEFAULT_PREFIX)): {to_hex(each): to_hex(value) for each, value in child.items()}
        for key, child in state.children.items()
    }
    return {
        "name": context.chain.name,
        "id": context.chain.name.lower().replace(" ", "_"),
        "chainType": context.chain.chain_type,
        "bootNodes": [],
        "telemetryEndpoints": None,
        "protocolId": None,
        "properties": dict(context.chain.properties),
        "codeSubstitutes": {},
        "genesis": {
            "raw": {
                "top": {to_hex(key): to_hex(value) for key, value in state.items()},
                "childrenDefault": children,
            }
        },
    }
