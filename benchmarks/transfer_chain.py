"""A chain of many accounts on which blocks of signed transfers are made and executed."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from benchmarks.measure import WorkDiffers
from chain.block import Block, Header
from chain.crypto.keys import KeyPair
from chain.extrinsic import Id
from chain.node.importer import execute
from chain.node.inherents import slot_clock, timestamp_inherents
from chain.node.signature_cache import SignatureCache
from chain.primitives import AccountId, Hash
from chain.state.overlay import Overlay
from chain.trie.trie import Trie
from pallets import balances
from pallets.frame.call import call_of
from runtime.dev import GENESIS_TIME_MS, SLOT_DURATION_MS, DevRuntime, dev_genesis, runtime_factory
from runtime.genesis import build_genesis, genesis_header
from runtime.signing import signed

FUNDS: Final = 10**18
AMOUNT: Final = 10**12

_UNKNOWN: Final = Hash(bytes(32))
_INHERENTS = timestamp_inherents(slot_clock(GENESIS_TIME_MS, SLOT_DURATION_MS))


@dataclass(frozen=True, slots=True)
class TransferBlock:
    """A block of transfers with what its checks need."""

    block: Block
    parent_state: Trie
    state: Trie
    receivers: Mapping[AccountId, int]
    """How many transfers each receiver gets."""


class TransferChain:
    """The best block of a chain, and the keys of those who send in the next one."""

    def __init__(self, accounts: int, senders: int) -> None:
        """`accounts` rich accounts, the first `senders` of which have keys."""
        self.keys = [KeyPair.from_seed(_seed(index)) for index in range(senders)]
        self.receivers = [AccountId(_seed(index)) for index in range(senders, accounts)]
        self.choice = random.Random(7)
        self._signatures = SignatureCache()
        holders = [key.account for key in self.keys] + self.receivers
        genesis = {**dev_genesis(), "Balances": balances.Genesis(balances=tuple((who, FUNDS) for who in holders))}
        self.state = build_genesis(DevRuntime, genesis)
        self.header = genesis_header(self.state)

    def next_block(self) -> TransferBlock:
        """A block with one transfer of every sender to a random receiver, built on the best one, which it becomes."""
        overlay = Overlay(self.state)
        runtime = DevRuntime(overlay, self._signatures)
        number = self.header.number + 1
        runtime.initialize_block(Header(self.header.hash, number, _UNKNOWN, _UNKNOWN, ()))
        inherents = list(runtime.inherent_extrinsics(_INHERENTS(number)))
        receivers = self.choice.choices(self.receivers, k=len(self.keys))
        transfers = [
            signed(runtime, key, call_of(runtime.balances.transfer_keep_alive, dest=Id(dest), value=AMOUNT))
            for key, dest in zip(self.keys, receivers, strict=True)
        ]
        for position, extrinsic in enumerate((*inherents, *transfers)):
            failure = runtime.apply_extrinsic(extrinsic)
            if failure is not None:
                raise WorkDiffers(f"extrinsic {position} of block {number} failed: {failure}")
        block = Block(runtime.finalize_block(), (*inherents, *transfers))
        made = TransferBlock(block, self.state, overlay.committed(), _counts(receivers))
        self.state, self.header = made.state, block.header
        overlay.release()
        self._signatures.forget()
        return made

    def check(self, made: TransferBlock) -> None:
        """Every receiver has what was sent, every sender paid amount and fee, and the root is that of the pairs.

        Raises WorkDiffers. Rebuilds the whole trie: about a second for 100,000 accounts.
        """
        for who, transfers in made.receivers.items():
            if _gained(made, who) != transfers * AMOUNT:
                raise WorkDiffers(f"receiver 0x{who.hex()} has not got {transfers} transfers")
        paid = {-_gained(made, key.account) for key in self.keys}
        if len(paid) != 1 or min(paid) <= AMOUNT:
            raise WorkDiffers(f"senders paid {sorted(paid)}, not one amount and fee")
        if Trie.from_items(made.state.items(), version=1).root != made.block.header.state_root:
            raise WorkDiffers("the state root is not that of the state's pairs")


def executed(made: TransferBlock, signatures: SignatureCache) -> Trie:
    """The state after importing the block as a node does: every root is compared with the header's."""
    return execute(runtime_factory(signatures), made.parent_state, made.block)


def _gained(made: TransferBlock, who: AccountId) -> int:
    """What the block changed of an account's free funds."""
    before, after = (DevRuntime(Overlay(state)).system.account.get(who) for state in (made.parent_state, made.state))
    return after.data.free - before.data.free


def _seed(index: int) -> bytes:
    return hashlib.blake2b(b"transfer %d" % index, digest_size=32).digest()


def _counts(receivers: Sequence[AccountId]) -> dict[AccountId, int]:
    counts = dict.fromkeys(receivers, 0)
    for who in receivers:
        counts[who] += 1
    return counts
