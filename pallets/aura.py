"""Aura: authorities take turns, one slot each (pallet_aura).

The author of a block says its slot in a pre-runtime digest; whose turn a slot is, is the slot modulo the number of
authorities. That the seal is that authority's signature is for the node to check. What pallet_aura asserts are rules
of the block: where one is broken the block is refused with InvalidBlock, as a panicking runtime refuses it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated, Protocol

from chain.block import AURA, Consensus, DigestItem, PreRuntime
from chain.primitives import U32, U64, AccountId, Bytes32, Enumeration, MaxLen, Moment, RustType
from chain.scale import Codec, DecodeError, codec_of
from chain.validity import InvalidBlock
from pallets.frame.constants import ConstantName
from pallets.frame.pallet import Pallet, config
from pallets.frame.storage import StorageValue
from pallets.frame.weight import Weight, db
from pallets.session.handler import SessionIndex

Slot = Annotated[U64, RustType("sp_consensus_slots::Slot")]
"""The time of a block in slot durations since 1970."""

AuthorityId = Annotated[Bytes32, RustType("sp_consensus_aura::sr25519::app_sr25519::Public")]
"""An sr25519 public key that signs blocks."""


class ConsensusLog(Enumeration):
    """What the runtime tells the engine (sp_consensus_aura::ConsensusLog)."""


class AuthoritiesChange(ConsensusLog, index=1):
    """Others take turns from the next block on."""

    authorities: tuple[AuthorityId, ...]


class OnDisabled(ConsensusLog, index=2):
    """An authority may make no blocks any more."""

    authority: U32


_LOG = codec_of(ConsensusLog)
_SLOT: Codec[Slot] = codec_of(Slot)


class BlockDigest(Protocol):
    """Where the block's digest is kept: System."""

    digest: StorageValue[list[DigestItem]]

    def deposit_log(self, log: DigestItem) -> None:
        """Add an item to the block's digest."""
        ...


class DisabledValidators(Protocol):
    """Whoever knows which validators may not take part."""

    def is_disabled(self, index: U32) -> bool:
        """Whether the validator of this position may not."""
        ...


@config
class Config:
    """What the runtime supplies."""

    system: BlockDigest
    slot_duration: Moment = 6000
    """How many milliseconds a slot lasts."""
    max_authorities: Annotated[U32, ConstantName(None)] = 32
    """How many may take turns; FRAME does not tell it."""
    allow_multiple_blocks_per_slot: bool = False
    disabled_validators: DisabledValidators | None = None


@config
class Genesis:
    """Who takes turns at first; none where the session says so."""

    authorities: tuple[AuthorityId, ...] = ()


class Aura(Pallet[Config]):
    authorities: StorageValue[Annotated[tuple[AuthorityId, ...], MaxLen(Config.max_authorities)]]
    """Who takes turns, in order."""

    current_slot: StorageValue[Slot]
    """The slot of this block."""

    def on_initialize(self, now: U32) -> Weight:
        """Take the block's slot from its digest; raises InvalidBlock where it is not the author's to use."""
        slot = self._slot_of_digest()
        if slot is None:
            return db(reads=1)
        last = self.current_slot.get()
        least = last if self.config.allow_multiple_blocks_per_slot else last + 1
        if slot < least:
            raise InvalidBlock("slot increases", expected=f"at least {least}", actual=slot)
        self.current_slot.put(slot)
        disabled, count = self.config.disabled_validators, self.authorities.decode_len()
        if disabled is not None and count and disabled.is_disabled(slot % count):
            raise InvalidBlock(f"author is not disabled, validator {slot % count} is")
        return db(reads=2, writes=1)

    def on_timestamp_set(self, now: Moment) -> None:
        """Raises InvalidBlock where the time that the block sets lies in another slot than its digest says."""
        slot, said = now // self.config.slot_duration, self.current_slot.get()
        if slot != said:
            raise InvalidBlock("timestamp lies in the slot of the digest", expected=said, actual=slot)

    def find_author(self, digest: Iterable[DigestItem]) -> U32 | None:
        """The position of the authority whose turn a header's digest says it is; None where it says nothing."""
        slot, count = _slot_in(digest), self.authorities.decode_len()
        return None if slot is None or not count else slot % count

    def change_authorities(self, authorities: tuple[AuthorityId, ...]) -> None:
        """Let others take turns, and tell the engine; nothing happens where there are none."""
        if authorities:
            self.authorities.put(authorities)
            self._tell(AuthoritiesChange(authorities))

    # What the session tells

    def on_genesis_session(self, validators: Sequence[tuple[AccountId, Bytes32]]) -> None:
        """The first authorities."""
        self._initialize(tuple(key for _, key in validators))

    def on_new_session(
        self,
        changed: bool,
        validators: Sequence[tuple[AccountId, Bytes32]],
        queued: Sequence[tuple[AccountId, Bytes32]],
        index: SessionIndex,
    ) -> None:
        """The next authorities, from this block on; as many as there is room for."""
        following = tuple(key for _, key in validators)
        if changed and following != self.authorities.get():
            self.change_authorities(following[: self.config.max_authorities])

    def on_before_session_ending(self) -> None:
        """Nothing to do."""

    def on_disabled(self, index: U32) -> None:
        """Tell the engine."""
        self._tell(OnDisabled(index))

    def build_genesis(self, genesis: Genesis) -> None:
        """The first authorities, unless the session names them."""
        self._initialize(genesis.authorities)

    def _initialize(self, authorities: tuple[AuthorityId, ...]) -> None:
        if authorities:
            assert not self.authorities.get(), "Aura's authorities are named by its genesis and by the session's, too"
            self.authorities.put(authorities)

    def _slot_of_digest(self) -> Slot | None:
        return _slot_in(self.config.system.digest.get())

    def _tell(self, log: ConsensusLog) -> None:
        self.config.system.deposit_log(Consensus(AURA, _LOG.encode(log)))

    def try_state(self) -> None:
        """There is somebody to take turns, and whoever had the last may."""
        count = self.authorities.decode_len()
        assert count, "nobody takes turns"
        disabled, author = self.config.disabled_validators, self.current_slot.get() % count
        assert disabled is None or not disabled.is_disabled(author), f"the author, validator {author}, is disabled"


def slot_digest(slot: Slot) -> PreRuntime:
    """The digest item by which the author of a block says its slot."""
    return PreRuntime(AURA, _SLOT.encode(slot))


def _slot_in(digest: Iterable[DigestItem]) -> Slot | None:
    for item in digest:
        if isinstance(item, PreRuntime) and item.engine == AURA:
            try:
                return _SLOT.read(item.data, 0)[0]
            except DecodeError:
                return None
    return None
