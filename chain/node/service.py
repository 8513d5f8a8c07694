"""One node: pool, chain, author and workers, put together.

Nothing happens by itself: `submit` puts a transaction into the pool, `seal` makes a block of what is ready, and
`import_block` takes one that another node made (`chain.node.sealing` decides when). After a new best block the pool
follows it, the callbacks hear of it, blocks deep enough are finalized, and the participants' workers run; what they
submit waits for the next block.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any, Generic, TypeVar

from chain.block import Block, Header
from chain.content.late import LateStore, in_memory
from chain.content.store import ContentStore
from chain.crypto.keys import KeyPair
from chain.extrinsic import extrinsic_hash
from chain.node.author import AuthoringLimits, begin_block, build_block
from chain.node.block_overlays import BlockOverlays
from chain.node.chain_store import ChainSnapshot, ChainStore, Finality, ImportedBlock, Route, genesis_block
from chain.node.clock import BlockClock
from chain.node.consensus import Consensus, Timed, Unsealed
from chain.node.durations import BlockDurations
from chain.node.importer import BlockImport, executed, import_block
from chain.node.inherents import DigestProvider, InherentProvider, no_digest, no_inherents
from chain.node.override import StorageChanges, changed_state, with_changes
from chain.node.pool import PoolLimits, PoolSnapshot, TransactionPool
from chain.node.pool_upkeep import follow_best
from chain.node.validating import Validating
from chain.offchain.hook import Encodable
from chain.offchain.participant import Participant
from chain.offchain.settings import WorkerSettings
from chain.offchain.time_source import ChainTime
from chain.offchain.workers import Workers, WorkersSnapshot
from chain.primitives import AccountId, Hash, Moment, Nonce
from chain.record import record
from chain.runtime_api import Capability, MakeOverlay, RuntimeApi, TransactionSource
from chain.state.offchain_index import indexed_by
from chain.state.overlay import Overlay
from chain.store.block_store import BlockStore
from chain.trie.trie import Trie
from chain.validity import InvalidBlock, TransactionInvalid

R = TypeVar("R", bound=RuntimeApi, covariant=True)


@record
class CallToSign:
    """A participant's call, and what its signature depends on; runtime and call have types that no chain knows.

    runtime: what the factory made for the best block's state; block_hash: that block's
    """

    runtime: Any
    block_hash: Hash
    call: Any
    key: KeyPair
    nonce: Nonce


@record
class NodeSnapshot:
    """A node as it was at one moment.

    workers: what the participants' workers had stored
    not_before: to what time the clock had been moved
    """

    chain: ChainSnapshot
    pool: PoolSnapshot
    workers: WorkersSnapshot
    not_before: Moment = 0


SignCall = Callable[[CallToSign], bytes]
"""Makes the extrinsic, without length prefix."""

GeneralCall = Callable[[Any, Encodable], bytes]
"""Makes the extrinsic of a call that authorizes itself, by a runtime on the best block's state."""


class ConditionNotMet(Exception):
    """`run_until` sealed all the blocks that it was allowed to."""

    def __init__(self, blocks: int) -> None:
        super().__init__(blocks)
        self.blocks = blocks

    def __str__(self) -> str:
        return f"the condition does not hold after {self.blocks} blocks"


class Node(Generic[R]):
    """A chain that starts with `genesis`, and what is needed to let it grow.

    clock: when blocks are made, and that they have that time; without it `inherents` and `digest` say
    consensus: who may make them, anybody by default
    sign_call: how participants' calls are signed; without it their workers cannot submit
    general_call: how calls that authorize themselves become transactions; workers: where and how those run
    finality_lag: how many blocks behind the best block the finalized one is kept; None where others finalize
    make_overlay: in what blocks are built and executed; all nodes of a chain have to be alike in it
    store: where blocks are kept, in memory by default; one that has blocks of this chain lets it go on with them
    """

    def __init__(
        self,
        runtime_factory: Callable[[Overlay], R],
        genesis: Trie,
        *,
        inherents: InherentProvider = no_inherents,
        digest: DigestProvider = no_digest,
        clock: BlockClock | None = None,
        consensus: Consensus | None = None,
        participants: Sequence[Participant] = (),
        sign_call: SignCall | None = None,
        general_call: GeneralCall | None = None,
        workers: WorkerSettings | None = None,
        content: ContentStore | None = None,
        pool_limits: PoolLimits | None = None,
        authoring_limits: AuthoringLimits | None = None,
        finality_lag: int | None = None,
        store: BlockStore | None = None,
        make_overlay: MakeOverlay = Overlay,
    ) -> None:
        if sign_call is None and any(Capability.SUBMIT in participant.capabilities for participant in participants):
            raise ValueError("participants may submit calls: sign_call must say how these are signed")
        self.chain = ChainStore(genesis_block(genesis), genesis, store)
        self._on_other_forks = set(self.chain.on_other_forks())
        self.content: ContentStore = LateStore(in_memory) if content is None else content
        self.durations = BlockDurations()
        self._validating = Validating(self.chain, runtime_factory)
        self.pool = TransactionPool(self._validating, pool_limits)
        chain_time = None if clock is None else (lambda block: ChainTime(clock.time_of(block)))
        self.workers = Workers(runtime_factory, participants, self.content, self, workers, chain_time)
        self._runtime_factory = runtime_factory
        self._overlays = BlockOverlays(make_overlay)
        self.clock = clock
        self.consensus: Consensus = consensus or (Unsealed(inherents, digest) if clock is None else Timed(clock))
        self._sign_call = sign_call
        self._general_call = general_call
        self._authoring_limits = authoring_limits
        self._finality_lag = _checked_lag(finality_lag)
        self._on_block: list[Callable[[BlockImport], None]] = []
        self._on_storage_set: list[Callable[[ImportedBlock], None]] = []
        self._on_finality: list[Callable[[Finality], None]] = []
        self._on_revert: list[Callable[[], None]] = []
        self._on_block_request: list[Callable[[], bool]] = []
        self.flag: Callable[[Header, Sequence[bytes]], Header] | None = None
        """What a block that was just made says of its extrinsics, in its header; before the author seals it."""

    @property
    def runtime_factory(self) -> Callable[[Overlay], R]:
        """What makes runtimes over states."""
        return self._runtime_factory

    @property
    def best(self) -> ImportedBlock:
        """The best block."""
        return self.chain.best

    def runtime_at(self, block_hash: Hash | None = None) -> R:
        """A runtime on the state after a block, the best one by default; its writes are kept nowhere."""
        return self.runtime_on((self.best if block_hash is None else self.chain[block_hash]).state)

    def runtime_on(self, state: Trie) -> R:
        """A runtime on a state, which may be one that the chain has forgotten; its writes are kept nowhere."""
        return self._runtime_factory(Overlay(state))

    def begin_block(self, parent: Hash | None = None) -> R:
        """A runtime that is where a block's first transaction would find it; its writes are kept nowhere.

        parent: on which the block would stand, the best block by default
        Raises InvalidBlock where the runtime refuses an inherent, UnknownBlock, NotOurTurn.
        """
        on = self.best if parent is None else self.chain[parent]
        plan = self.consensus.plan(on)
        runtime = self._runtime_factory(Overlay(on.state))
        begin_block(runtime, on, plan.inherents, plan.digest)
        return runtime

    def submit(self, extrinsic: bytes, source: TransactionSource = TransactionSource.EXTERNAL) -> Hash:
        """Put an extrinsic (without length prefix) into the pool; raises `PoolError`, `TransactionInvalid`."""
        return self.pool.submit(extrinsic, source)

    def submit_call(self, key: KeyPair, call: Any) -> Hash:  # the runtime's call type
        """Sign a call with the key and its account's next nonce, and submit it; raises as `submit`."""
        if self._sign_call is None:
            raise ValueError("this node was not told how calls are signed")
        runtime = self._validating.at(self.best.hash)  # signing writes nothing
        nonce = self._next_nonce(runtime, key.account)
        extrinsic = self._sign_call(CallToSign(runtime, self.best.hash, call, key, nonce))
        return self.submit(extrinsic, TransactionSource.LOCAL)

    def submit_general(self, call: Encodable) -> Hash:
        """Submit a call that authorizes itself, which nobody signs; raises as `submit`."""
        if self._general_call is None:
            raise ValueError("this node was not told how calls that authorize themselves become transactions")
        return self.submit(self._general_call(self._validating.at(self.best.hash), call), TransactionSource.LOCAL)

    def request_block(self) -> bool:
        """Ask whoever seals for a block soon, empty if need be; whether one will come."""
        return sum(callback() for callback in tuple(self._on_block_request)) > 0

    def lineage(self, block_hash: Hash) -> Iterator[Hash]:
        """A block and those before it that are not final, newest first; none where it is final or not there."""
        while block_hash in self.chain:
            block = self.chain[block_hash]
            if block.number <= self.chain.finalized.number:
                return
            yield block_hash
            block_hash = block.header.parent_hash

    def next_nonce(self, account: AccountId) -> Nonce:
        """The account's nonce after its ready transactions (`system_accountNextIndex`)."""
        return self._next_nonce(self._validating.at(self.best.hash), account)

    def seal(self, parent: Hash | None = None, changes: StorageChanges | None = None) -> Block:
        """Make a block of what is ready, on the best block unless `parent` says otherwise, and import it.

        changes: written to the state at the end of the block, which says so in its digest; no other node accepts it
        Raises InvalidBlock where the runtime refuses an inherent, UnknownBlock, NotOurTurn.
        """
        on = self.best if parent is None else self.chain[parent]
        plan = self.consensus.plan(on)
        with self.durations.built.timed():
            proposal = build_block(
                self._runtime_factory,
                on,
                self.pool.ready(),
                plan.inherents,
                plan.digest,
                self._authoring_limits,
                self._overlays.over,
            )
        if on is self.best:  # on another block, what is valid on the best one may well be invalid
            for transaction_hash in proposal.invalid:
                self.pool.ban(transaction_hash)
        header, state = proposal.block.header, proposal.state
        if changes:
            header, state = with_changes(header, state, changes)
        if self.flag is not None:
            header = self.flag(header, proposal.block.extrinsics)
        block = Block(self.consensus.sealed(header, on), proposal.block.extrinsics)
        imported = self._announced(self._kept(block, state, proposal.overlay))
        if imported.is_known and on is self.best:  # the same block was left behind with `set_best`
            self.set_best(block.hash)
        return block

    def import_block(self, block: Block) -> BlockImport:
        """Execute and keep a block that another node made; raises `InvalidBlock`."""
        with self.durations.imported.timed():
            imported = self._kept(block, None)
        return self._announced(imported)

    def run_until(self, condition: Callable[[], bool], at_most: int) -> int:
        """Seal blocks until the condition holds; how many. Raises `ConditionNotMet` after `at_most` blocks."""
        for sealed in range(at_most + 1):
            if condition():
                return sealed
            if sealed < at_most:
                self.seal()
        raise ConditionNotMet(at_most)

    def finalize(self, block_hash: Hash, justification: bytes | None = None) -> Finality:
        """Settle on a block; raises `UnknownBlock`, `NotFinalizable`.

        Where another becomes the best one by that, the callbacks hear of a block that is known.
        justification: what proves it to others, where there is such a thing
        """
        finality = self.chain.finalize(block_hash, justification)
        is_best_another = bool(finality.route.enacted or finality.route.retracted)
        if is_best_another:
            follow_best(self.pool, finality.route, self._tags_of)
            self._index(finality.route.enacted)
            self._tell_block(BlockImport(self.best, finality.route, is_known=True))
        for block in finality.finalized:
            self.pool.finalized(block.hash, [extrinsic_hash(extrinsic) for extrinsic in block.block.extrinsics])
        for callback in tuple(self._on_finality):
            callback(finality)
        self.workers.settle(finality.finalized, finality.pruned)
        self.workers.run_finalized(finality.finalized)
        if is_best_another:
            self.workers.run(self.best)
        return finality

    @property
    def finality_lag(self) -> int | None:
        """How many blocks behind the best block the finalized one is kept; None where others finalize."""
        return self._finality_lag

    @finality_lag.setter
    def finality_lag(self, blocks: int | None) -> None:
        self._finality_lag = _checked_lag(blocks)
        self._finalize_deep_enough()

    def set_storage(self, changes: StorageChanges, block_hash: Hash | None = None) -> ImportedBlock:
        """Write to the state after a block that is there, the best one by default; None removes a key.

        The block keeps its hash and the root in its header, so that no other node agrees (`is_overridden` tells).
        Raises UnknownBlock, StorageRefused.
        """
        block = self.best if block_hash is None else self.chain[block_hash]
        return self.set_state(changed_state(block.state, changes), block.hash)

    def set_state(self, state: Trie, block_hash: Hash | None = None) -> ImportedBlock:
        """Put another state in the place of that after a block, as `set_storage` does; raises UnknownBlock."""
        changed = self.chain.replace_state(self.best.hash if block_hash is None else block_hash, state)
        self._validating.forget()
        self.workers.forget()
        if changed is self.best:
            self.pool.revalidate()
        for callback in tuple(self._on_storage_set):
            callback(changed)
        return changed

    def set_best(self, block_hash: Hash) -> Route:
        """Make a block the best one, however long its fork is; the next block stands on it. Raises UnknownBlock.

        Finality goes back to it where it was beyond. The callbacks hear of a block that is known.
        """
        route = self.chain.choose_best(block_hash)
        if route.retracted or route.enacted:
            self._announce(BlockImport(self.best, route, is_known=True))
        return route

    def snapshot(self) -> NodeSnapshot:
        """The node as it is, to go back to any number of times. Takes as long for any number of accounts."""
        not_before = 0 if self.clock is None else self.clock.not_before
        return NodeSnapshot(self.chain.snapshot(), self.pool.snapshot(), self.workers.snapshot(), not_before)

    def revert(self, snapshot: NodeSnapshot) -> None:
        """Be what it was: chain, finality and time, then the pool and what workers had stored.

        Whoever listens goes on to, and is called back by `on_revert` alone. Shared content, which is found by its
        hash, stays, as do the figures of workers that have run. Raises ForeignSnapshot where another chain's was
        handed in.
        """
        self.chain.revert(snapshot.chain)
        self._validating.forget()  # a block may have had another state since
        self.pool.revert(snapshot.pool)
        if self.clock is not None:
            self.clock.not_before = snapshot.not_before
        self.workers.revert(snapshot.workers)
        for callback in tuple(self._on_revert):
            callback()

    def on_block(self, callback: Callable[[BlockImport], None]) -> Callable[[], None]:
        """Call back for new blocks and new best ones, before the workers run; returns what ends that. May not seal."""
        self._on_block.append(callback)
        return lambda: self._on_block.remove(callback)

    def on_storage_set(self, callback: Callable[[ImportedBlock], None]) -> Callable[[], None]:
        """Call back after `set_storage`; returns what ends that."""
        self._on_storage_set.append(callback)
        return lambda: self._on_storage_set.remove(callback)

    def on_finality(self, callback: Callable[[Finality], None]) -> Callable[[], None]:
        """Call back after each finalization; returns what ends that."""
        self._on_finality.append(callback)
        return lambda: self._on_finality.remove(callback)

    def on_revert(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call back after `revert`; returns what ends that."""
        self._on_revert.append(callback)
        return lambda: self._on_revert.remove(callback)

    def on_block_request(self, callback: Callable[[], bool]) -> Callable[[], None]:
        """Call back when a worker asks for a block, to say whether one will come; returns what ends that."""
        self._on_block_request.append(callback)
        return lambda: self._on_block_request.remove(callback)

    def _kept(self, block: Block, state: Trie | None, overlay: Overlay | None = None) -> BlockImport:
        return import_block(
            self.chain,
            self._runtime_factory,
            block,
            state,
            self.consensus.verify,
            overlay,
            make_overlay=self._overlays.over,
        )

    def _announced(self, imported: BlockImport) -> BlockImport:
        if not imported.is_known:
            self.workers.note_index(imported.block.hash, imported.indexed)
            self._announce(imported)
        return imported

    def _index(self, enacted: Sequence[ImportedBlock]) -> None:
        """Blocks came into the best chain: workers' storage gets what they left."""
        for block in enacted if self._on_other_forks else ():
            if block.hash in self._on_other_forks:  # what it left was not kept when the node ended
                self._on_other_forks.discard(block.hash)
                with suppress(InvalidBlock):  # one that the operator has changed
                    overlay = executed(self._runtime_factory, self.chain[block.header.parent_hash].state, block.block)
                    self.workers.note_index(block.hash, indexed_by(overlay))
        self.workers.index(enacted)

    def _tell_block(self, imported: BlockImport) -> None:
        for callback in tuple(self._on_block):
            callback(imported)

    def _announce(self, imported: BlockImport) -> None:
        """Let pool, listeners, finality and workers know."""
        if imported.route is not None:
            follow_best(self.pool, imported.route, self._tags_of)
            self._index(imported.route.enacted)
        self._tell_block(imported)
        if imported.route is not None:
            self._finalize_deep_enough()
            self.workers.run(self.best)

    def _finalize_deep_enough(self) -> None:
        if self._finality_lag is None:
            return
        deep = self.chain.at(self.best.number - self._finality_lag)
        if deep is not None and deep.number > self.chain.finalized.number:
            self.finalize(deep.hash)

    def _next_nonce(self, runtime: RuntimeApi, account: AccountId) -> Nonce:
        nonce = runtime.account_nonce(account)
        while self.pool.provides(account + nonce.to_bytes(4, "little")):  # the tag of CheckNonce
            nonce += 1
        return nonce

    def _tags_of(self, block: ImportedBlock, extrinsic: bytes) -> Sequence[bytes]:
        parent = block.header.parent_hash
        try:
            return (
                self._validating.at(parent).validate_transaction(TransactionSource.IN_BLOCK, extrinsic, parent).provides
            )
        except TransactionInvalid:
            return ()


def _checked_lag(blocks: int | None) -> int | None:
    if blocks is not None and blocks < 0:
        raise ValueError(f"finality is at least 0 blocks behind the best block, not {blocks}")
    return blocks
