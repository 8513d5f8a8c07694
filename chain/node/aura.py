"""Aura: the author of a block is whose turn its slot is, and signs its header (sc_consensus_aura).

    digest = …, PreRuntime("aura", slot u64), …, Seal("aura", signature of the hash without the seal)
    author = authorities[slot mod count]                 # the authorities in the state of the parent

Simplified against Substrate: one who makes two blocks in a slot is not reported.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from chain.block import AURA, Header, PreRuntime, Seal
from chain.crypto.keys import KeyPair
from chain.crypto.signatures import Scheme, verify
from chain.node.chain_store import ImportedBlock
from chain.node.clock import TimeSource
from chain.node.consensus import BlockPlan, NotOurTurn, time_inherent
from chain.primitives import Moment
from chain.trie.trie import Trie
from chain.validity import InvalidBlock

SLOT_LENGTH: Final = 8
"""Bytes of a slot, a u64."""

AuthoritiesOf = Callable[[Trie], Sequence[bytes]]
"""Who takes turns on top of a state: public keys in order."""


class Aura:
    """Makes blocks with the keys that it has, and checks those of others.

    scheme: of the authorities' keys, sr25519 in nearly all chains; Ed25519 signs the same block alike each time
    latest: the latest time of which a block is accepted, where this node knows what time it is
    """

    def __init__(
        self,
        clock: TimeSource,
        slot_duration_ms: Moment,
        authorities_of: AuthoritiesOf,
        keys: Iterable[KeyPair] = (),
        *,
        scheme: Scheme = Scheme.SR25519,
        latest: Callable[[], Moment] | None = None,
    ) -> None:
        keys = tuple(keys)
        wrong = next((key for key in keys if key.scheme is not scheme), None)
        if wrong is not None:
            raise ValueError(f"the authorities sign with {scheme}; the key of 0x{wrong.public.hex()} is {wrong.scheme}")
        self.keys = {key.public: key for key in keys}
        self._scheme = scheme
        self._clock = clock
        self._slot_duration_ms = slot_duration_ms
        self._authorities_of = authorities_of
        self._latest = latest

    def plan(self, parent: ImportedBlock) -> BlockPlan:
        """The time and its slot; raises NotOurTurn, and InvalidBlock where nobody takes turns."""
        time = self._clock.time_after(parent)
        slot = time // self._slot_duration_ms
        author = self._author(slot, parent)
        is_taken = parent.number > 0 and slot <= slot_of(parent.header)
        if author not in self.keys or is_taken:
            raise NotOurTurn(slot, author)
        return BlockPlan(time_inherent(time), (PreRuntime(AURA, slot.to_bytes(SLOT_LENGTH, "little")),))

    def sealed(self, header: Header, parent: ImportedBlock) -> Header:
        """The header with the signature of its author."""
        slot = slot_of(header)
        author = self._author(slot, parent)
        key = self.keys.get(author)
        if key is None:
            raise NotOurTurn(slot, author)
        return header.sealed(Seal(AURA, key.sign(header.hash)))

    def verify(self, header: Header, parent: ImportedBlock) -> None:
        """Raises InvalidBlock: slot missing, not growing or to come; seal missing, of another, or wrong."""
        slot = slot_of(header)
        if parent.number:  # genesis has no slot
            last = slot_of(parent.header)
            if slot <= last:
                raise InvalidBlock("slot grows", expected=f"at least {last + 1}", actual=slot)
        if self._latest is not None and slot > self._latest() // self._slot_duration_ms:
            raise InvalidBlock("slot has begun", f"at most {self._latest() // self._slot_duration_ms}", slot)
        self._verify_seal(header, slot, parent)

    def _verify_seal(self, header: Header, slot: int, parent: ImportedBlock) -> None:
        if len(header.seals) != 1:
            raise InvalidBlock("one seal", expected=1, actual=len(header.seals))
        (seal,) = header.seals
        if seal.engine != AURA:
            raise InvalidBlock("seal is Aura's", expected=AURA, actual=seal.engine)
        message, author = header.unsealed.hash, self._author(slot, parent)
        if verify(self._scheme, seal.data, message, author):
            return
        for other in self._authorities_of(parent.state):
            if verify(self._scheme, seal.data, message, other):
                raise InvalidBlock("author is the one whose slot it is", expected=author, actual=other)
        raise InvalidBlock("seal is the author's signature of the header")

    def _author(self, slot: int, parent: ImportedBlock) -> bytes:
        authorities = self._authorities_of(parent.state)
        if not authorities:
            raise InvalidBlock("somebody takes turns: the state has no authorities of Aura")
        return authorities[slot % len(authorities)]


def slot_of(header: Header) -> int:
    """The slot that a header's digest says; raises InvalidBlock where it says none or several."""
    found = [item.data for item in header.digest if isinstance(item, PreRuntime) and item.engine == AURA]
    if len(found) != 1:
        raise InvalidBlock("one slot in the digest", expected=1, actual=len(found))
    if len(found[0]) != SLOT_LENGTH:
        raise InvalidBlock("slot is a u64", expected=f"{SLOT_LENGTH} bytes", actual=f"{len(found[0])}")
    return int.from_bytes(found[0], "little")
