"""One node: pool, chain, author and workers, put together.

Nothing happens by itself: `submit` puts a transaction into the pool, `seal` makes a block of what is ready, and
`import_block` takes one that another node made. After a new best block the pool follows it, the callbacks hear
of it, and the participants' workers run; what they submit waits for the next block.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, TypeVar

from chain.block import Block
from chain.content.memory import MemoryStore
from chain.content.store import ContentStore
from chain.crypto.keys import KeyPair
from chain.extrinsic import extrinsic_hash
from chain.node.author import AuthoringLimits, build_block
from chain.node.chain_store import ChainSnapshot, ChainStore, Finality, ImportedBlock, genesis_block
from chain.node.importer import BlockImport, import_block
from chain.node.inherents import DigestProvider, InherentProvider, no_digest, no_inherents
from chain.node.offchain import OffchainHost
from chain.node.participant import Participant
from chain.node.pool import PoolLimits, PoolSnapshot, TransactionPool
from chain.node.pool_upkeep import follow_best
from chain.primitives import AccountId, BlockNumber, Hash, Nonce
from chain.record import record
from chain.runtime_api import Capability, RuntimeApi, RuntimeFactory, TransactionSource, ValidTransaction
from chain.state.overlay import Overlay
from chain.trie.trie import Trie
from chain.validity import TransactionInvalid

R = TypeVar("R", bound=RuntimeApi)


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

    stored: what each participant's workers had stored
    """

    chain: ChainSnapshot
    pool: PoolSnapshot
    stored: Mapping[AccountId, Mapping[bytes, bytes]]


SignCall = Callable[[CallToSign], bytes]
"""Makes the extrinsic, without length prefix."""


class ConditionNotMet(Exception):
    """`run_until` sealed all the blocks that it was allowed to."""

    def __init__(self, blocks: int) -> None:
        super().__init__(blocks)
        self.blocks = blocks

    def __str__(self) -> str:
        return f"the condition does not hold after {self.blocks} blocks"


class Node(Generic[R]):
    """A chain that starts with `genesis`, and what is needed to let it grow.

    sign_call: how participants' calls are signed; without it their workers cannot submit
    """

    def __init__(
        self,
        runtime_factory: Callable[[Overlay], R],
        genesis: Trie,
        *,
        inherents: InherentProvider = no_inherents,
        digest: DigestProvider = no_digest,
        participants: Sequence[Participant] = (),
        sign_call: SignCall | None = None,
        content: ContentStore | None = None,
        pool_limits: PoolLimits | None = None,
        authoring_limits: AuthoringLimits | None = None,
    ) -> None:
        if sign_call is None and any(Capability.SUBMIT in participant.capabilities for participant in participants):
            raise ValueError("participants may submit calls: sign_call must say how these are signed")
        self.chain = ChainStore(genesis_block(genesis), genesis)
        self.content: ContentStore = MemoryStore() if content is None else content
        self._validating = _Validating(self.chain, runtime_factory)
        self.pool = TransactionPool(self._validating, pool_limits)
        self.workers = OffchainHost(runtime_factory, participants, self.content, self)
        self._runtime_factory = runtime_factory
        self._inherents = inherents
        self._digest = digest
        self._sign_call = sign_call
        self._authoring_limits = authoring_limits
        self._on_block: list[Callable[[BlockImport], None]] = []
        self._on_finality: list[Callable[[Finality], None]] = []

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

    def submit(self, extrinsic: bytes, source: TransactionSource = TransactionSource.EXTERNAL) -> Hash:
        """Put an extrinsic (without length prefix) into the pool; raises `PoolError`, `TransactionInvalid`."""
        return self.pool.submit(extrinsic, source)

    def submit_call(self, key: KeyPair, call: Any) -> Hash:  # the runtime's call type
        """Sign a call with the key and its account's next nonce, and submit it; raises as `submit`."""
        if self._sign_call is None:
            raise ValueError("this node was not told how calls are signed")
        runtime = self.runtime_at()
        nonce = self._next_nonce(runtime, key.account)
        extrinsic = self._sign_call(CallToSign(runtime, self.best.hash, call, key, nonce))
        return self.submit(extrinsic, TransactionSource.LOCAL)

    def next_nonce(self, account: AccountId) -> Nonce:
        """The account's nonce after its ready transactions (`system_accountNextIndex`)."""
        return self._next_nonce(self.runtime_at(), account)

    def seal(self, parent: Hash | None = None) -> Block:
        """Make a block of what is ready, on the best block unless `parent` says otherwise, and import it.

        Raises InvalidBlock where the runtime refuses an inherent, UnknownBlock.
        """
        on = self.best if parent is None else self.chain[parent]
        number = on.number + 1
        proposal = build_block(
            self._runtime_factory,
            on,
            self.pool.ready(),
            self._inherents(number),
            self._digest(number),
            self._authoring_limits,
        )
        if on is self.best:  # on another block, what is valid on the best one may well be invalid
            for transaction_hash in proposal.invalid:
                self.pool.ban(transaction_hash)
        self._import(proposal.block, proposal.state)
        return proposal.block

    def import_block(self, block: Block) -> BlockImport:
        """Execute and keep a block that another node made; raises `InvalidBlock`."""
        return self._import(block, None)

    def run_until(self, condition: Callable[[], bool], at_most: int) -> int:
        """Seal blocks until the condition holds; how many. Raises `ConditionNotMet` after `at_most` blocks."""
        for sealed in range(at_most + 1):
            if condition():
                return sealed
            if sealed < at_most:
                self.seal()
        raise ConditionNotMet(at_most)

    def finalize(self, block_hash: Hash) -> Finality:
        """Settle on a block; raises `UnknownBlock`, `NotFinalizable`."""
        finality = self.chain.finalize(block_hash)
        is_best_another = bool(finality.route.enacted or finality.route.retracted)
        if is_best_another:
            follow_best(self.pool, finality.route, self._tags_of)
        for block in finality.finalized:
            self.pool.finalized(block.hash, [extrinsic_hash(extrinsic) for extrinsic in block.block.extrinsics])
        for callback in tuple(self._on_finality):
            callback(finality)
        if is_best_another:
            self.workers.run(self.best)
        return finality

    def snapshot(self) -> NodeSnapshot:
        """The node as it is, to go back to any number of times. Takes as long for any number of accounts."""
        stored = {participant.account: participant.storage.snapshot() for participant in self.workers.participants}
        return NodeSnapshot(self.chain.snapshot(), self.pool.snapshot(), stored)

    def revert(self, snapshot: NodeSnapshot) -> None:
        """Be what it was: chain and finality, hence the time, then the pool and what workers had stored.

        Nobody is called back, and who listens goes on to. Shared content, which is found by its hash, stays, as do
        the figures of workers that have run. Raises ForeignSnapshot where another chain's was handed in.
        """
        self.chain.revert(snapshot.chain)
        self.pool.revert(snapshot.pool)
        for participant in self.workers.participants:
            participant.storage.revert(snapshot.stored.get(participant.account, {}))

    def on_block(self, callback: Callable[[BlockImport], None]) -> Callable[[], None]:
        """Call back after each new block, before the workers run; returns what ends that. May submit, not seal."""
        self._on_block.append(callback)
        return lambda: self._on_block.remove(callback)

    def on_finality(self, callback: Callable[[Finality], None]) -> Callable[[], None]:
        """Call back after each finalization; returns what ends that."""
        self._on_finality.append(callback)
        return lambda: self._on_finality.remove(callback)

    def _import(self, block: Block, state: Trie | None) -> BlockImport:
        imported = import_block(self.chain, self._runtime_factory, block, state)
        if imported.is_known:
            return imported
        if imported.route is not None:
            follow_best(self.pool, imported.route, self._tags_of)
        for callback in tuple(self._on_block):
            callback(imported)
        if imported.route is not None:
            self.workers.run(imported.block)
        return imported

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


class _Validating:
    """Runtimes for validation, which writes nothing: the last one serves as long as the block is the same."""

    def __init__(self, chain: ChainStore, runtime_factory: RuntimeFactory) -> None:
        self._chain = chain
        self._runtime_factory = runtime_factory
        self._last: tuple[Hash, RuntimeApi] | None = None

    @property
    def number(self) -> BlockNumber:
        return self._chain.best.number

    def validate(self, source: TransactionSource, extrinsic: bytes) -> ValidTransaction:
        best = self._chain.best.hash
        return self.at(best).validate_transaction(source, extrinsic, best)

    def at(self, block_hash: Hash) -> RuntimeApi:
        """A runtime on the state after a block."""
        if self._last is None or self._last[0] != block_hash:
            self._last = (block_hash, self._runtime_factory(Overlay(self._chain[block_hash].state)))
        return self._last[1]
