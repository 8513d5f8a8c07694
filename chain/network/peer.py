"""A node on the network: it announces its blocks, asks for those that it misses, passes on transactions and votes.

What it has imported, and how it has voted, survives a crash; pool, timers and requests do not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any, Final, Protocol

from chain.block import Block, Header
from chain.crypto.keys import KeyPair
from chain.network.justification import Justification
from chain.network.messages import Announcement, BlockRequest, Blocks, Headers, Message, Transactions, Votes
from chain.network.succession import Succession
from chain.network.tree import HeaderTree
from chain.network.vote import VoterSet
from chain.network.voter import Voter
from chain.node.consensus import NotOurTurn
from chain.node.importer import BlockImport
from chain.node.pool_errors import PoolError
from chain.node.service import Node
from chain.node.timer import Cancel, Timer
from chain.node.transaction_status import StatusChange, TransactionStatus
from chain.primitives import Hash, Moment
from chain.validity import InvalidBlock, TransactionInvalid

BLOCKS_PER_ANSWER: Final = 64
"""Blocks that one answer has (sc_network_sync asks for so many)."""

TRANSACTIONS_PER_ROUND: Final = 256
"""Transactions that are offered again with each status."""


class Post(Protocol):
    """How a peer reaches the others."""

    @property
    def others(self) -> tuple[str, ...]:
        """Their names."""
        ...

    def send(self, receiver: str, message: Message) -> None:
        """Send to one."""
        ...

    def broadcast(self, message: Message) -> None:
        """Send to all others."""
        ...


class Peer:
    """A node, and its voter.

    voters: who votes from genesis on; vote_key: with which it votes whenever it is among the voters
    slot_ms: how often it tries to make a block; None where it never does
    status_ms: how often it tells the others of its best block and its transactions, by which losses are made good
    """

    def __init__(
        self,
        name: str,
        node: Node[Any],
        timer: Timer,
        post: Post,
        voters: VoterSet,
        vote_key: KeyPair | None = None,
        *,
        slot_ms: int | None = 6000,
        status_ms: int = 2000,
        gossip_ms: int = 500,
    ) -> None:
        self.name, self.node, self.is_up = name, node, False
        self.refused: list[InvalidBlock] = []
        """Why blocks of others were refused."""
        self.tree = HeaderTree(node.chain.genesis.header)
        self.succession = Succession(vote_key, voters, self.tree, self, timer, post.broadcast, gossip_ms)
        self._timer, self._post, self._slot_ms, self._status_ms = timer, post, slot_ms, status_ms
        self._timers: dict[str, Cancel] = {}
        self._requested: set[Hash] = set()
        node.on_block(self._on_block)
        node.pool.listen(self._on_status)

    # Life

    def start(self, now: Moment) -> None:
        """Take part from now on, milliseconds since 1970."""
        self.is_up = True
        if self._slot_ms is not None:
            self._later("slot", -now % self._slot_ms, self._author)
        self._later("status", self._status_ms, self._tell_status)
        self.succession.start()

    def crash(self) -> None:
        """Stop at once and forget what no disk has."""
        self.is_up = False
        for cancel in self._timers.values():
            cancel()
        self._timers.clear()
        self._requested.clear()
        self.succession.stop()
        for transaction in [*self.node.pool.ready(), *self.node.pool.future()]:
            self.node.pool.drop(transaction.hash)

    @property
    def voter(self) -> Voter:
        """Who counts the votes of the present voters."""
        return self.succession.voter

    @property
    def best_hash(self) -> Hash:
        """The best block."""
        return self.node.best.hash

    def finalize(self, justification: Justification) -> None:
        """Settle on a block that the voter found final; raises NotFinalizable where two conflict."""
        target = justification.commit.target_hash
        if justification.commit.target_number > self.node.chain.finalized.number:
            self.node.finalize(target, justification.encoded)

    def _later(self, what: str, delay_ms: int, callback: Callable[[], None]) -> None:
        self._timers[what] = self._timer.call_later(delay_ms, callback)

    # Its own doings

    def _author(self) -> None:
        assert self._slot_ms is not None, "only authors have slots"
        self._later("slot", self._slot_ms, self._author)
        try:
            self.node.seal()
        except NotOurTurn:
            return
        self.succession.on_block()

    def _tell_status(self) -> None:
        self._later("status", self._status_ms, self._tell_status)
        self._requested.clear()  # whoever has not answered by now did not get the request
        self._post.broadcast(Announcement(self.node.best.header))
        waiting = [transaction.extrinsic for transaction in self.node.pool.ready() if transaction.propagate]
        if waiting:
            self._post.broadcast(Transactions(tuple(waiting[:TRANSACTIONS_PER_ROUND])))

    def _on_block(self, imported: BlockImport) -> None:
        if imported.is_known:
            return
        self.tree.add(imported.block.header)
        if self.is_up:
            self._post.broadcast(Announcement(imported.block.header))

    def _on_status(self, change: StatusChange) -> None:
        if change.status not in (TransactionStatus.READY, TransactionStatus.FUTURE) or not self.is_up:
            return
        transaction = self.node.pool.get(change.transaction)
        if transaction is not None and transaction.propagate:
            self._post.broadcast(Transactions((transaction.extrinsic,)))
            others = self._post.others  # told when everybody has heard that it is ready
            self._timer.call_later(0, lambda: self.node.pool.broadcasted(change.transaction, others))

    # What others tell

    def receive(self, sender: str, message: Message) -> None:
        """Hear what another peer says."""
        match message:
            case Announcement(header):
                if header.hash not in self.node.chain and header.number > self.node.chain.finalized.number:
                    self._request(sender, header.hash)
            case BlockRequest():
                self._answer(sender, message)
            case Blocks():
                self._import(sender, message)
            case Headers(headers):
                self._take_up(headers)
            case Transactions(extrinsics):
                self._submit(extrinsics)
            case Votes():
                self._hear(sender, message)

    def _request(self, sender: str, block_hash: Hash) -> None:
        if block_hash not in self._requested:
            self._requested.add(block_hash)
            self._post.send(sender, BlockRequest(block_hash, self._landmarks()))

    def _landmarks(self) -> frozenset[Hash]:
        """Blocks of the best chain, the fewer the older, by which another finds where its own chain leaves it."""
        chain, number, step = self.node.chain, self.node.best.number, 1
        found = {chain.finalized.hash, chain.genesis.hash}
        while number > chain.finalized.number:
            block_hash = chain.hash_of(number)
            if block_hash is not None:
                found.add(block_hash)
            number, step = number - step, step * 2
        return frozenset(found)

    def _answer(self, sender: str, request: BlockRequest) -> None:
        blocks, at = list[Block](), request.block_hash
        while at not in request.known and at in self.node.chain:
            block = self.node.chain[at].block
            blocks.append(block)
            at = block.header.parent_hash
        if not blocks and at in self.tree:
            fork = islice(self.tree.up_to_root(at), BLOCKS_PER_ANSWER)
            self._post.send(sender, Headers(tuple(reversed(list(fork)))))
        if blocks:
            oldest_first = tuple(reversed(blocks[-BLOCKS_PER_ANSWER:]))
            self._post.send(sender, Blocks(oldest_first, request.block_hash))

    def _import(self, sender: str, answer: Blocks) -> None:
        self._requested.discard(answer.asked)
        best = self.node.best.hash
        for block in answer.blocks:
            if block.hash in self.node.chain:
                continue
            if block.header.parent_hash not in self.node.chain:
                self._request(sender, block.header.parent_hash)
                return
            try:
                self.node.import_block(block)
            except InvalidBlock as error:
                self.refused.append(error)
                return
            self.succession.on_block()
        if answer.asked not in self.node.chain and self.node.best.hash != best:  # otherwise nothing would be new
            self._request(sender, answer.asked)

    def _take_up(self, headers: Iterable[Header]) -> None:
        for header in headers:
            if header.parent_hash in self.tree:
                self.tree.add(header)
        self.succession.on_block()

    def _submit(self, extrinsics: Iterable[bytes]) -> None:
        for extrinsic in extrinsics:
            try:
                self.node.submit(extrinsic)
            except (PoolError, TransactionInvalid):
                continue  # known, outdated, or of no use here

    def _hear(self, sender: str, message: Votes) -> None:
        missing, answer = self.succession.hear(message)
        if answer is not None:
            self._post.send(sender, answer)
        for block_hash in missing:
            self._request(sender, block_hash)
