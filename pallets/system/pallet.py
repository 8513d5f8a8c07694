"""The System pallet.

Simplified against frame_system: no code upgrades (`set_code`, `authorize_upgrade`) and no event topics yet.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from chain.block import DigestItem, Header
from chain.crypto.hashing import blake2_256
from chain.primitives import U32, AccountId, BlockNumber, Hash
from chain.runtime_api import RuntimeVersion
from chain.trie.ordered import ordered_root
from pallets.frame.call import call
from pallets.frame.error import (
    ConsumerRemaining,
    DispatchError,
    DispatchFailure,
    NoProviders,
    PalletError,
    TooManyConsumers,
)
from pallets.frame.event import EventRecord, Finalization, Initialization, PalletEvent, Phase
from pallets.frame.origin import Origin, ensure_root, ensure_signed
from pallets.frame.pallet import Host, Pallet, config
from pallets.frame.storage import StorageMap, StorageValue, Twox64, item
from pallets.frame.weight import DispatchClass, DispatchInfo, PostDispatchInfo, Weight, db
from pallets.system.limits import BlockLength, BlockWeights
from pallets.system.types import AccountInfo, ConsumedWeight, DispatchEventInfo, LastRuntimeUpgradeInfo, outcome_of

EXTRINSIC_INDEX = b":extrinsic_index"
INTRABLOCK_ENTROPY = b":intrablock_entropy"
GENESIS_PARENT = Hash(b"\x45" * 32)
"""What stands for the parent of block zero."""


@config
class Config:
    """What the runtime supplies."""

    version: RuntimeVersion
    block_weights: BlockWeights = BlockWeights.with_sensible_defaults()
    block_length: BlockLength = BlockLength()
    block_hash_count: BlockNumber = 2400  # blocks whose hashes stay in the state
    ss58_prefix: U32 = 42
    max_consumers: U32 = 16


@config
class Genesis:
    """System needs nothing to begin with."""


class Event(PalletEvent):
    """What happened to extrinsics and accounts."""


class ExtrinsicSuccess(Event):
    """An extrinsic completed."""

    dispatch_info: DispatchEventInfo


class ExtrinsicFailed(Event):
    """An extrinsic failed; its fee stays paid."""

    dispatch_error: DispatchFailure
    dispatch_info: DispatchEventInfo


class CodeUpdated(Event):
    """The runtime was replaced."""


class NewAccount(Event):
    """An account was created."""

    account: AccountId


class KilledAccount(Event):
    """An account was reaped."""

    account: AccountId


class Remarked(Event):
    """A remark was made; the hash is of its bytes."""

    sender: AccountId
    hash: Hash


class Error(PalletError):
    """Why a System call failed."""


class InvalidSpecName(Error):
    """The new runtime has another name."""


class SpecVersionNeedsToIncrease(Error):
    """The new runtime is not newer."""


class FailedToExtractRuntimeVersion(Error):
    """The new runtime does not tell its version."""


class NonDefaultComposite(Error):
    """The account is not at its default."""


class NonZeroRefCount(Error):
    """The account is still referred to."""


class CallFiltered(Error):
    """The origin's filter does not let the call through."""


class MultiBlockMigrationsOngoing(Error):
    """A migration is under way."""


class NothingAuthorized(Error):
    """No upgrade was authorized."""


class Unauthorized(Error):
    """The upgrade is not the authorized one."""


# Weights: polkadot-sdk, frame_system::weights::SubstrateWeight, benchmarked 2025-02-21; picoseconds


def remark_weight(remark: bytes) -> Weight:
    """Of its length; remarks touch no storage."""
    return Weight(1_586_000 + 10_920 * len(remark))


def remark_with_event_weight(remark: bytes) -> Weight:
    """Of its length, which is hashed."""
    return Weight(4_725_000 + 12_386 * len(remark))


def set_storage_weight(items: list[tuple[bytes, bytes]]) -> Weight:
    """One write an item."""
    return db(writes=len(items), ref_time=1_565_000 + 733_648 * len(items))


def kill_storage_weight(keys: list[bytes]) -> Weight:
    """One write a key."""
    return db(writes=len(keys), ref_time=1_624_000 + 566_903 * len(keys))


def kill_prefix_weight(subkeys: U32) -> Weight:
    """One read and write a key, of as many as the caller says."""
    return db(reads=subkeys, writes=subkeys, ref_time=2_964_000 + 1_340_742 * subkeys, proof_size=70 * subkeys)


class System(Pallet[Config]):
    account: StorageMap[AccountId, AccountInfo] = item(default=AccountInfo())
    """Every account."""

    extrinsic_count: StorageValue[U32 | None]
    """Extrinsics of the block, once they are all applied."""

    inherents_applied: StorageValue[bool]
    """Whether the block's inherents were all applied."""

    block_weight: StorageValue[ConsumedWeight]
    """Weight used by the block so far."""

    all_extrinsics_len: StorageValue[U32 | None]
    """Bytes of the block's extrinsics so far."""

    block_hash: StorageMap[Twox64[BlockNumber], Hash]
    """Hashes of the last blocks; zeros for others."""

    extrinsic_data: StorageMap[Twox64[U32], bytes]
    """The block's extrinsics, length-prefixed, until it is finalized."""

    number: StorageValue[BlockNumber]
    """The block that is being executed, or was last."""

    parent_hash: StorageValue[Hash]
    """Hash of the block before it."""

    digest: StorageValue[list[DigestItem]]
    """Digest items of the block."""

    events: StorageValue[list[EventRecord]]
    """What happened in the block."""

    event_count: StorageValue[U32]
    """How many events those are."""

    last_runtime_upgrade: StorageValue[LastRuntimeUpgradeInfo | None]
    """The runtime version that last migrated the state."""

    upgraded_to_u32_ref_count: StorageValue[bool]
    """A migration of long ago; true in every chain since."""

    upgraded_to_triple_ref_count: StorageValue[bool]
    """A migration of long ago; true in every chain since."""

    execution_phase: StorageValue[Phase | None]
    """Where in the block's life we are."""

    def __init__(self, host: Host, config: Config, *, index: int, name: str | None = None) -> None:
        super().__init__(host, config, index=index, name=name)
        overlay = host.storage
        self._read, self._write, self._append = overlay.get, overlay.put, overlay.append
        self._phase_key = self.execution_phase.storage_key()
        self._count_key = self.event_count.storage_key()
        self._events_key = self.events.storage_key()
        self._last_outcome: tuple[DispatchInfo, PostDispatchInfo, DispatchEventInfo] | None = None

    # Calls

    @call(0, weight=remark_weight)
    def remark(self, origin: Origin, remark: bytes) -> None:
        """Say something; it stays in the block's body."""

    @call(4, weight=set_storage_weight, dispatch_class=DispatchClass.OPERATIONAL)
    def set_storage(self, origin: Origin, items: list[tuple[bytes, bytes]]) -> None:
        """Write raw storage."""
        ensure_root(origin)
        for key, value in items:
            self.storage.put(key, value)

    @call(5, weight=kill_storage_weight, dispatch_class=DispatchClass.OPERATIONAL)
    def kill_storage(self, origin: Origin, keys: list[bytes]) -> None:
        """Remove raw storage."""
        ensure_root(origin)
        for key in keys:
            self.storage.delete(key)

    @call(6, weight=kill_prefix_weight, dispatch_class=DispatchClass.OPERATIONAL)
    def kill_prefix(self, origin: Origin, prefix: bytes, subkeys: U32) -> None:
        """Remove raw storage under a prefix, `subkeys` keys at most."""
        ensure_root(origin)
        self.storage.clear_prefix(prefix, subkeys)

    @call(7, weight=remark_with_event_weight)
    def remark_with_event(self, origin: Origin, remark: bytes) -> None:
        """Say something and have its hash in an event."""
        self.deposit_event(Remarked(ensure_signed(origin), Hash(blake2_256(remark))))

    # Events

    def record_event(self, pallet: Pallet[Any], event: PalletEvent) -> None:
        """Append to the block's events; nothing at genesis, as in FRAME."""
        phase = self._read(self._phase_key)
        layout = pallet.layout
        codec = layout.event
        if codec is None:
            raise TypeError(f"{pallet.name} declares no events")
        if phase is None and self.number.get() == 0:
            return
        count = self._read(self._count_key)
        position = 0 if count is None else int.from_bytes(count, "little")
        self._write(self._count_key, (position + 1).to_bytes(4, "little"))
        # phase ‖ pallet index ‖ event ‖ no topics
        self._append(self._events_key, (phase or _INITIALIZATION) + layout.index_byte + codec.encode(event) + b"\0")

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

    def note_finished_initialize(self) -> None:
        """From now on events belong to extrinsics."""
        self._write(self._phase_key, _apply_extrinsic(0))

    def note_extrinsic(self, encoded: bytes) -> None:
        """Remember an extrinsic (with its length prefix) for the extrinsics root."""
        self.extrinsic_data.insert(self.extrinsic_index(), encoded)

    def extrinsic_index(self) -> U32:
        """Position of the extrinsic that is being applied."""
        raw = self._read(EXTRINSIC_INDEX)
        return 0 if raw is None else int.from_bytes(raw, "little")

    def note_applied_extrinsic(
        self, failure: DispatchFailure | None, info: DispatchInfo, post: PostDispatchInfo
    ) -> None:
        """Tell the extrinsic's outcome and go on to the next."""
        known = self._last_outcome
        if known is not None and known[0] is info and known[1] is post:
            event_info = known[2]  # calls of one kind share their info, and mostly say nothing of their own
        else:
            base = self.config.block_weights.of(info.dispatch_class).base_extrinsic
            event_info = outcome_of(info, post, base)
            self._last_outcome = info, post, event_info
        self.deposit_event(ExtrinsicSuccess(event_info) if failure is None else ExtrinsicFailed(failure, event_info))
        following = self.extrinsic_index() + 1
        self._write(EXTRINSIC_INDEX, following.to_bytes(4, "little"))
        self._write(self._phase_key, _apply_extrinsic(following))

    def note_finished_extrinsics(self) -> None:
        """From now on events belong to the finalization."""
        self.extrinsic_count.put(self.extrinsic_index())
        self.storage.delete(EXTRINSIC_INDEX)
        self.execution_phase.put(Finalization())

    def finalize(self) -> Header:
        """End the block: drop what only its execution needed, and build its header."""
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

    def deposit_log(self, log: DigestItem) -> None:
        """Add an item to the block's digest."""
        self.digest.append(log)

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
        if info.providers + info.sufficients == 0:
            raise DispatchError(NoProviders())
        if info.consumers >= self.config.max_consumers:
            raise DispatchError(TooManyConsumers())
        self.account.insert(who, replace(info, consumers=info.consumers + 1))

    def dec_consumers(self, who: AccountId) -> None:
        """One such reason less."""
        self.account.mutate(who, lambda info: replace(info, consumers=max(info.consumers - 1, 0)))

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


_INITIALIZATION = bytes((Initialization.index,))


def _apply_extrinsic(position: int) -> bytes:
    """The phase ApplyExtrinsic(position), encoded."""
    return b"\0" + position.to_bytes(4, "little")
