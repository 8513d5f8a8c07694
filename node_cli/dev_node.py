"""A development node at work: a chain of its own, its blocks, and the server that clients talk to.

    node = DevNode(options)
    await node.serve(started, ended)    # until `ended` is set

Before anybody is served the first two blocks are made and finalized: clients look for the genesis hash in the
state, where block 1 puts it, and for the parent of what is finalized.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Final

from chain.crypto import ss58
from chain.crypto.second_core import SecondCore
from chain.node.importer import BlockImport
from chain.node.sealing import Sealer
from chain.node.service import Node
from chain.node.signature_cache import SignatureCache
from chain.node.timer import LoopTimer, Timer
from chain.offchain.metering import Meter
from chain.rpc.context import ChainInformation, Services
from chain.store.block_store import BlockStore
from chain.store.memory import MemoryStore
from chain.trie.trie import Trie
from node_cli.chosen_runtime import ChosenRuntime, chosen_runtime, require_construction
from node_cli.commands.version import installed_version
from node_cli.dev_options import DevOptions
from node_cli.worker_options import participants_of, recorder_of, settings_of, vault_of
from runtime.code_cache import CodeCache
from runtime.construct import Runtime
from runtime.control import control_of
from runtime.dev import TOKEN
from runtime.devnet import node_of
from runtime.generations import Generations
from runtime.rebound import Rebound
from runtime.static_code import with_code

FIRST_BLOCKS: Final = 2
"""Made before anybody is served."""

FINALITY_DELAY_MS: Final = 100
"""After a block comes, until what it makes final is."""


class DevNode:
    """A chain of one node, and what is needed to serve it."""

    def __init__(self, options: DevOptions) -> None:
        """Raises NotARuntime where the options name none that works, UsageError where recordings have no folder.

        StoreError where the folder has no chain to go on with.
        """
        self.options = options
        self.chosen = chosen_runtime(options.runtime)
        require_construction(self.chosen)
        make = partial(self.chosen.make, SignatureCache(verifier=SecondCore()))
        self._generations = Generations(make)
        # a node whose runtime stays the same need not look at the code of each state
        runtimes = self._generations if options.is_watched else Rebound(make)
        self.node = node_of(
            runtimes,
            dev_state(self.chosen),
            participants_of(options.workers),
            store=store_of(options),
            content=options.content,
            workers=settings_of(options.workers, self.chosen.runtime, options.base_path),
        )
        vault = vault_of(options.workers, options.base_path)
        self._recorder = recorder_of(options.workers, options.runtime, vault)
        if self._recorder is not None:
            self._recorder.follow(self.node)
        elif vault is not None:
            self.node.workers.add_layer(vault.layer)
        meter = Meter()
        meter.follow(self.node)
        if self.node.best.number < FIRST_BLOCKS:
            for _ in range(FIRST_BLOCKS):
                self.node.seal()
            self.node.finalize(self.node.best.hash)
        self.services = Services(self.node, information(), is_unsafe_allowed=options.is_unsafe_allowed)
        self.services.add(meter)
        from chain.rpc.namespaces import standard_methods  # with the server's library, which needs time to be imported
        from chain.rpc.server import LOCAL_ORIGINS, RpcServer

        self._server = RpcServer(standard_methods(), self.services, origins=(*LOCAL_ORIGINS, *options.origins))

    async def serve(self, started: Callable[[str], None], ended: asyncio.Event) -> None:
        """Make blocks and answer clients until `ended`; `started` gets the URL. Raises PortTaken."""
        options, timer = self.options, LoopTimer(asyncio.get_running_loop())
        self.node.workers.follow(asyncio.get_running_loop())
        sealer = Sealer(self.node, timer, options.mode, options.interval_ms)
        stops = [finalize_later(self.node, timer, options.finality_lag)]
        if options.is_watched:
            stops.append(self._watch(timer))
        self.services.add(sealer)
        self.services.add(control_of(self.node, sealer, may_impersonate=options.may_impersonate))
        try:
            started(await self._server.start(options.host, options.port))
            await ended.wait()
        finally:
            sealer.close()
            for stop in stops:
                stop()
            await self._server.stop()
            self.node.workers.close()
            if self._recorder is not None:
                self._recorder.close()
            self.node.chain.close()

    def _watch(self, timer: Timer) -> Callable[[], None]:
        from node_cli.watch.upgrade import Upgrader  # most nodes have no use for it
        from node_cli.watch.watcher import Watcher, tell

        return Watcher(Upgrader(self.node, self._generations), self.chosen).follow(timer, tell)


def store_of(options: DevOptions) -> BlockStore:
    """Where the options say that the chain is kept. Raises StoreError."""
    if options.base_path is None:
        return MemoryStore(options.keep)
    from chain.store.lmdb_store import LmdbStore  # with LMDB, which a node in memory does without

    return LmdbStore(options.base_path, options.keep)


def finalize_later(node: Node[Runtime], timer: Timer, lag: int) -> Callable[[], None]:
    """Keep finality `lag` blocks behind the best block, and a moment; returns what ends that.

    In that moment clients look at the block that has their transaction: told that it is final at once, some
    would not tell their users that it is in a block.
    """

    def on_block(imported: BlockImport) -> None:
        if imported.route is not None:
            timer.call_later(FINALITY_DELAY_MS, lambda: finalize(imported.block.number - lag))

    def finalize(number: int) -> None:
        if has_ended:
            return
        block_hash = node.chain.hash_of(number)
        if block_hash is not None and number > node.chain.finalized.number:
            node.finalize(block_hash)

    has_ended = list[bool]()
    stop_following = node.on_block(on_block)

    def stop() -> None:
        stop_following()
        has_ended.append(True)  # what is still to come finds a chain that is closed

    return stop


def information() -> ChainInformation:
    """What wallets are told of the chain."""
    properties = {
        "tokenSymbol": TOKEN.symbol,
        "tokenDecimals": TOKEN.decimals,
        "ss58Format": ss58.GENERIC_PREFIX,
    }
    return ChainInformation(properties=properties, version=installed_version())


def dev_state(chosen: ChosenRuntime) -> Trie:
    """Block zero, with code that clients know the runtime by."""
    return with_code(chosen.genesis(), chosen.runtime, CodeCache.of_user())
