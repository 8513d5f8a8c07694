"""A development node at work: a chain of its own, its blocks, and the server that clients talk to.

    node = DevNode(options)
    await node.serve(started, ended)    # until `ended` is set

Before anybody is served the first two blocks are made and finalized: clients look for the genesis hash in the
state, where block 1 puts it, and for the parent of what is finalized.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from chain.crypto import ss58
from chain.node.sealing import Sealer
from chain.node.timer import LoopTimer
from chain.rpc.context import ChainInformation, Services
from chain.trie.trie import Trie
from node_cli.commands.version import installed_version
from node_cli.dev_options import DevOptions
from runtime.dev import TOKEN, VERSION, genesis_state, local_genesis
from runtime.devnet import dev_node

CODE: Final = b":code"

FIRST_BLOCKS: Final = 2
"""Made before anybody is served."""


class DevNode:
    """A chain of one node, and what is needed to serve it."""

    def __init__(self, options: DevOptions) -> None:
        self.options = options
        self.node = dev_node(dev_state(), finality_lag=options.finality_lag)
        for _ in range(FIRST_BLOCKS):
            self.node.seal()
        self.node.finalize(self.node.best.hash)
        self.services = Services(self.node, information(), is_unsafe_allowed=options.is_unsafe_allowed)

    async def serve(self, started: Callable[[str], None], ended: asyncio.Event) -> None:
        """Make blocks and answer clients until `ended`; `started` gets the URL. Raises PortTaken."""
        from chain.rpc.namespaces import standard_methods  # with the server's library, which other commands do without
        from chain.rpc.server import LOCAL_ORIGINS, RpcServer

        options = self.options
        sealer = Sealer(self.node, LoopTimer(asyncio.get_running_loop()), options.mode, options.interval_ms)
        self.services.add(sealer)
        server = RpcServer(standard_methods(), self.services, origins=(*LOCAL_ORIGINS, *options.origins))
        try:
            started(await server.start(options.host, options.port))
            await ended.wait()
        finally:
            sealer.close()
            await server.stop()


def information() -> ChainInformation:
    """What wallets are told of the chain."""
    properties = {
        "tokenSymbol": TOKEN.symbol,
        "tokenDecimals": TOKEN.decimals,
        "ss58Format": ss58.GENERIC_PREFIX,
    }
    return ChainInformation(properties=properties, version=installed_version())


def dev_state() -> Trie:
    """Block zero: every development account and its stash endowed, and code that clients know the runtime by."""
    code = f"{VERSION.spec_name} {VERSION.spec_version}".encode()
    return genesis_state(local_genesis()).updated({CODE: code})
