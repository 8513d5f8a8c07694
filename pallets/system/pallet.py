"""The System pallet: its part in the life of a block, and its books of accounts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from chain.block import DigestItem, Header
from chain.crypto.hashing import blake2_256
from chain.primitives import U32, AccountId, BlockNumber, Hash
from chain.scale import codec_of
from chain.trie.ordered import ordered_root
from pallets.frame.error import (
    ConsumerRemaining,
    DispatchError,
    DispatchFailure,
    NoProviders,
    TooManyConsumers,
)
from pallets.frame.event import Finalization, Initialization, PalletEvent
from pallets.frame.pallet import Host, Pallet
from pallets.frame.weight import NO_WEIGHT, DispatchInfo, PostDispatchInfo, Weight
from pallets.system.calls import SystemCalls
from pallets.system.config import Config, Genesis
from pallets.system.errors import Error
from pallets.system.events import Event, ExtrinsicFailed, ExtrinsicSuccess, KilledAccount, NewAccount
from pallets.system.try_state import check_system
from pallets.system.types import LastRuntimeUpgradeInfo, outcome_of

__all__ = ["Config", "Error", "Event", "Genesis", "System"]

EXTRINSIC_INDEX = b":extrinsic_index"
INTRABLOCK_ENTROPY = b":intrablock_entropy"
GENESIS_PARENT = Hash(b"\x45" * 32)
"""What stands for the parent of block zero."""


class System(SystemCalls):
    def __init__(self, host: Host, config: Config, *, index: int, name: str | None = None) -> None:
        super().__init__(host, config, index=index, name=name)
        overlay = host.storage
        self._read, self._write, self._append = overlay.get, overlay.put, overlay.append
        self._phase_key = self.execution_phase.storage_key()
        self._count_key = self.event_count.storage_key()
        self._events_key = self.events.storage_key()
        self._last_success: tuple[DispatchInfo, PostDispatchInfo, bytes] | None = None
        self._has_reclaimed = False

    # Events

    def record_event(self, event: bytes, topics: bytes = b"\0") -> None:
        """Append an encoded event of any pallet to the block's events; nothing at genesis, as in FRAME.

        `_count_events` follows before anyone looks at the state.
        """
        phase = self.storage.latest(self._phase_key)  # there, as a block is under way, in a third of the time
        if type(phase) is not bytes:
            phase = self._read(self._phase_key)
            if phase is None:
                if self.number.get() == 0:
                    return
                phase = _INITIALIZATION
        self._append(self._events_key, phase + event + topics)

    def record_indexed_event(self, pallet: Pallet[Any], event: PalletEvent, topics: Sequence[Hash]) -> None:
        """As `record_event`, and note under each topic where the event stands."""
        now = self.number.get()
        if now == 0:
            return
        place = now, self.storage.vector_length(self._events_key)
        self.record_event(pallet.layout.encode_event(event), _TOPICS.encode(tuple(topics)))
        for topic in topics:
            self.event_topics.append(topic, place)

    def _count_events(self) -> None:
        """Write how many events there are by now: once an extrinsic, not once an event."""
        count = self.storage.vector_length(self._events_key)
        if count:
            self._write(self._count_key, count.to_bytes(4, "little"))

    # The life of a block, in the order in which the executive calls it

    def initialize(self, number: BlockNumber, parent_hash: Hash, digest: list[DigestItem]) -> None:
        """Begin a block; what the block before left for reading is dropped."""
        self.execution_phase.put(Initialization())
        self._write(EXTRINSIC_INDEX, bytes(4))
        self._write(INTRABLOCK_ENTROPY, blake2_256(b"frame_system::initialize" + parent_hash))
        self.number.put(number)
        self.digest.put(digest)
        self.parent_hash.put(parent_hash)
        self.block_hash.insert(number - 1, parent_hash)
        self.block_weight.kill()

    def reset_events(self) -> None:
        """Drop the events of the block before."""
        self.events.kill()
        self.event_count.kill()
        self.event_topics.clear()

    def note_finished_initialize(self) -> None:
        """From now on events belong to extrinsics."""
        self._count_events()
        self._write(self._phase_key, _apply_extrinsic(0))

    def note_extrinsic(self, encoded: bytes) -> None:
        """Remember an extrinsic (with its length prefix) for the extrinsics root."""
        self.extrinsic_data.insert(self.extrinsic_index(), encoded)

    def extrinsic_index(self) -> U32:
        """Position of the extrinsic that is being applied."""
        found = self.storage.latest(EXTRINSIC_INDEX)
        raw = found if type(found) is bytes else self._read(EXTRINSIC_INDEX)
        return 0 if raw is None else int.from_bytes(raw, "little")

    def note_applied_extrinsic(
        self, failure: DispatchFailure | None, info: DispatchInfo, post: PostDispatchInfo
    ) -> None:
        """Tell the extrinsic's outcome and go on to the next."""
        known = self._last_success
        if failure is None and known is not None and known[0] is info and known[1] is post:
            self.record_event(known[2])  # calls of one kind share their info, and mostly say nothing of their own
        else:
            told = outcome_of(info, post, self.config.block_weights.of(info.dispatch_class).base_extrinsic)
            event = ExtrinsicSuccess(told) if failure is None else ExtrinsicFailed(failure, told)
            encoded = self.layout.encode_event(event)
            if failure is None:
                self._last_success = info, post, encoded
            self.record_event(encoded)
        self._count_events()
        following = self.extrinsic_index() + 1
        self._write(EXTRINSIC_INDEX, following.to_bytes(4, "little"))
        self._write(self._phase_key, _apply_extrinsic(following))
        if self._has_reclaimed:
            self.extrinsic_weight_reclaimed.kill()
            self._has_reclaimed = False

    def reclaim_weight(self, info: DispatchInfo, post: PostDispatchInfo) -> None:
        """Give the block back what the extrinsic did not use, as far as that is not done yet."""
        unspent, reclaimed = post.unspent(info), self.extrinsic_weight_reclaimed.get()
        more = reclaimed.at_least(unspent) - reclaimed
        if more != NO_WEIGHT:
            self.block_weight.mutate(lambda used: used.minus(more, info.dispatch_class))
            self.note_reclaimed(reclaimed + more)

    def note_reclaimed(self, weight: Weight) -> None:
        """Remember, until the extrinsic's outcome is told, how much it gave back."""
        self.extrinsic_weight_reclaimed.put(weight)
        self._has_reclaimed = True

    def note_finished_extrinsics(self) -> None:
        """From now on events belong to the finalization."""
        self.extrinsic_count.put(self.extrinsic_index())
        self.storage.delete(EXTRINSIC_INDEX)
        self.execution_phase.put(Finalization())

    def finalize(self) -> Header:
        """End the block: drop what only its execution needed, and build its header."""
        self._count_events()
        self.execution_phase.kill()
        self.all_extrinsics_len.kill()
        self.inherents_applied.kill()
        self.storage.delete(INTRABLOCK_ENTROPY)
        count = self.extrinsic_count.take() or 0
        extrinsics = [self.extrinsic_data.take(position) for position in range(count)]
        number, parent_hash = self.number.get(), self.parent_hash.get()
        forgotten = max(number - self.config.block_hash_count - 1, 0)
        if forgotten:  # the hash of block zero stays: CheckGenesis needs it
            self.block_hash.remove(forgotten)
        return Header(
            parent_hash=parent_hash,
            number=number,
            state_root=Hash(self.storage.root()),
            extrinsics_root=Hash(ordered_root(extrinsics, 0)),
            digest=tuple(self.digest.get()),
        )

    def current_block_number(self) -> BlockNumber:
        """The block that is being executed."""
        return self.number.get()

    # Accounts: an account exists while something provides for it

    def account_nonce(self, who: AccountId) -> int:
        """Transactions that the account has made."""
        return self.account.get(who).nonce

    def inc_account_nonce(self, who: AccountId) -> None:
        """Count one more transaction."""
        self.account.mutate(who, lambda info: replace(info, nonce=info.nonce + 1))

    def inc_providers(self, who: AccountId) -> bool:
        """One more reason that the account exists; whether this created it."""
        info = self.account.get(who)
        created = info.providers == 0 and info.sufficients == 0
        self.account.insert(who, replace(info, providers=info.providers + 1))
        if created:
            self.deposit_event(NewAccount(who))
        return created

    def dec_providers(self, who: AccountId) -> bool:
        """One reason less; whether this reaped the account. Raises ConsumerRemaining where it is still consumed."""
        info = self.account.get(who)
        if info.providers == 1 and info.sufficients == 0:
            if info.consumers:
                raise DispatchError(ConsumerRemaining())
            self._reap(who)
            return True
        if info.providers == 1 and info.consumers:
            raise DispatchError(ConsumerRemaining())
        self.account.insert(who, replace(info, providers=max(info.providers - 1, 0)))
        return False

    def inc_sufficients(self, who: AccountId) -> bool:
        """One more reason in itself that the account exists; whether this created it."""
        info = self.account.get(who)
        created = info.providers == 0 and info.sufficients == 0
        self.account.insert(who, replace(info, sufficients=info.sufficients + 1))
        if created:
            self.deposit_event(NewAccount(who))
        return created

    def dec_sufficients(self, who: AccountId) -> bool:
        """One such reason less; whether this reaped the account."""
        info = self.account.get(who)
        if info.sufficients == 1 and info.providers == 0:
            self._reap(who)
            return True
        self.account.insert(who, replace(info, sufficients=max(info.sufficients - 1, 0)))
        return False

    def inc_consumers(self, who: AccountId) -> None:
        """One more reason that the account may not vanish; raises NoProviders or TooManyConsumers."""
        info = self.account.get(who)
        if not info.providers:
            raise DispatchError(NoProviders())
        if info.consumers >= self.config.max_consumers:
            raise DispatchError(TooManyConsumers())
        self.account.insert(who, replace(info, consumers=info.consumers + 1))

    def dec_consumers(self, who: AccountId) -> None:
        """One such reason less."""
        self.account.mutate(who, lambda info: replace(info, consumers=max(info.consumers - 1, 0)))

    def can_accrue_consumers(self, who: AccountId, amount: int) -> bool:
        """Whether the account has a provider, and room for so many more consumers."""
        info = self.account.get(who)
        return info.providers > 0 and info.consumers + amount <= self.config.max_consumers

    def can_dec_provider(self, who: AccountId) -> bool:
        """Whether one provider less leaves the account in order: nothing consumes it, or others provide."""
        info = self.account.get(who)
        return info.consumers == 0 or info.providers > 1

    def account_exists(self, who: AccountId) -> bool:
        """Whether anything provides for the account."""
        info = self.account.get(who)
        return info.providers + info.sufficients > 0

    def _reap(self, who: AccountId) -> None:
        self.account.remove(who)
        self.deposit_event(KilledAccount(who))

    # Genesis

    def build_genesis(self, genesis: Genesis) -> None:
        """Block zero's parent and the runtime version that made the state."""
        version = self.config.version
        self.block_hash.insert(0, GENESIS_PARENT)
        self.parent_hash.put(GENESIS_PARENT)
        self.last_runtime_upgrade.put(LastRuntimeUpgradeInfo(version.spec_version, version.spec_name))
        self.upgraded_to_u32_ref_count.put(True)
        self.upgraded_to_triple_ref_count.put(True)
        self.storage.put(EXTRINSIC_INDEX, bytes(4))

    def integrity_test(self) -> None:
        """The limits of a block do not contradict each other."""
        mistakes = self.config.block_weights.mistakes()
        assert not mistakes, "; ".join(mistakes)

    def try_state(self) -> None:
        """Who is consumed exists, and events are counted."""
        check_system(self)


_TOPICS = codec_of(tuple[Hash, ...])
_INITIALIZATION = bytes((Initialization.index,))


def _apply_extrinsic(position: int) -> bytes:
    """The phase ApplyExtrinsic(position), encoded."""
    return b"\0" + position.to_bytes(4, "little")
