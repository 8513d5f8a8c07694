"""The Grandpa pallet.

The votes themselves are the node's business. Simplified against pallet_grandpa: nobody keeps proofs of whose keys
were a validator's, so a report of an equivocation fails, as it does where the runtime has no historical sessions.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from chain.block import GRANDPA, Consensus
from chain.network.authority_change import (
    ConsensusLog,
    LogForcedChange,
    LogOnDisabled,
    LogPause,
    LogResume,
    LogScheduledChange,
    ScheduledChange,
)
from chain.primitives import U32, U64, AccountId, BlockNumber, Bytes32, Void
from chain.runtime_api import TransactionSource, ValidTransaction
from chain.scale import codec_of
from chain.validity import Invalid, InvalidTransaction
from pallets.aura import BlockDigest
from pallets.frame.call import RuntimeCall, call
from pallets.frame.error import PalletError, ensure
from pallets.frame.event import PalletEvent
from pallets.frame.origin import Origin, ensure_none, ensure_root, ensure_signed
from pallets.frame.pallet import Pallet, config
from pallets.frame.storage import StorageMap, StorageValue, Twox64, item
from pallets.frame.weight import db
from pallets.grandpa.equivocation import MICROSECOND, EquivocationProof, MembershipProof, report_weight
from pallets.grandpa.types import (
    AuthorityList,
    GrandpaAuthority,
    Live,
    PendingPause,
    PendingResume,
    SetId,
    StoredPendingChange,
    StoredState,
)
from pallets.grandpa.types import (
    Paused as PausedState,
)
from pallets.session.handler import SessionIndex

_LOG = codec_of(ConsensusLog)


@config
class Config:
    """What the runtime supplies."""

    system: BlockDigest
    max_authorities: U32 = 32
    """How many may vote."""
    max_nominators: U32 = 0
    """How many may stand behind one validator."""
    max_set_id_session_entries: U64 = 0
    """How many sets of authorities keep the number of their last session."""
    key_owner_proof: type[MembershipProof | Void] = MembershipProof
    """What a report proves the owner of a key with; Void where there can be no report."""


KeyOwnerProof = Annotated[MembershipProof, Config.key_owner_proof]


@config
class Genesis:
    """Who votes at first; nobody where the session says so."""

    authorities: tuple[GrandpaAuthority, ...] = ()


class Event(PalletEvent):
    """What happened to the authorities."""


class NewAuthorities(Event):
    """Others vote from now on."""

    authority_set: tuple[GrandpaAuthority, ...]


class Paused(Event):
    """Nobody votes from now on."""


class Resumed(Event):
    """Votes go on."""


class Error(PalletError):
    """Why a call failed."""


class PauseFailed(Error):
    """The authorities do not vote, or will stop already."""


class ResumeFailed(Error):
    """The authorities vote, or will go on already."""


class ChangePending(Error):
    """Another change is under way."""


class TooSoon(Error):
    """The last forced change is too recent."""


class InvalidKeyOwnershipProof(Error):
    """Nothing proves whose the key was."""


class InvalidEquivocationProof(Error):
    """The votes are no equivocation."""


class DuplicateOffenceReport(Error):
    """This was reported already."""


class Grandpa(Pallet[Config]):
    storage_version = 5

    state: StorageValue[StoredState] = item(default=Live())
    """Whether the authorities vote."""

    pending_change: StorageValue[StoredPendingChange | None]
    """The authorities that are to follow."""

    next_forced: StorageValue[BlockNumber | None]
    """From which block on a change may be forced again."""

    stalled: StorageValue[tuple[BlockNumber, BlockNumber] | None]
    """That the authorities have stopped: how long to wait, and a block that was final."""

    current_set_id: StorageValue[SetId]
    """Changes of the authorities since genesis."""

    set_id_session: StorageMap[Twox64[SetId], SessionIndex | None]
    """The last session of each set of authorities, of the newest sets."""

    authorities: StorageValue[AuthorityList]
    """Who votes; more than `max_authorities` are kept all the same."""

    @call(0, weight=report_weight)
    def report_equivocation(
        self, origin: Origin, equivocation_proof: EquivocationProof, key_owner_proof: KeyOwnerProof
    ) -> None:
        """Report that an authority voted twice; always fails with InvalidKeyOwnershipProof."""
        ensure_signed(origin)
        raise InvalidKeyOwnershipProof

    @call(1, weight=report_weight)
    def report_equivocation_unsigned(
        self, origin: Origin, equivocation_proof: EquivocationProof, key_owner_proof: KeyOwnerProof
    ) -> None:
        """Report the same as a block's author; always fails with InvalidKeyOwnershipProof."""
        ensure_none(origin)
        raise InvalidKeyOwnershipProof

    @call(2, weight=db(writes=1, ref_time=3 * MICROSECOND))
    def note_stalled(self, origin: Origin, delay: BlockNumber, best_finalized_block_number: BlockNumber) -> None:
        """Say that the authorities have stopped; the next session forces others to begin. Root only.

        delay: blocks from then on until they do, enough that no reorganisation takes it back
        """
        ensure_root(origin)
        self.stalled.put((delay, best_finalized_block_number))

    def on_finalize(self, now: BlockNumber) -> None:
        """Tell of what this block decided, and do what is due."""
        change = self.pending_change.get()
        if change is not None:
            self._on_change(change, now)
        match self.state.get():
            case PendingPause(scheduled_at, delay):
                if now == scheduled_at:
                    self._tell(LogPause(delay))
                if now == scheduled_at + delay:
                    self.state.put(PausedState())
                    self.deposit_event(Paused())
            case PendingResume(scheduled_at, delay):
                if now == scheduled_at:
                    self._tell(LogResume(delay))
                if now == scheduled_at + delay:
                    self.state.put(Live())
                    self.deposit_event(Resumed())

    def _on_change(self, change: StoredPendingChange, now: BlockNumber) -> None:
        if now == change.scheduled_at:
            scheduled = ScheduledChange(change.next_authorities, change.delay)
            forced = change.forced
            self._tell(LogScheduledChange(scheduled) if forced is None else LogForcedChange(forced, scheduled))
        if now == change.scheduled_at + change.delay:
            self.write_authorities(change.next_authorities)
            self.deposit_event(NewAuthorities(change.next_authorities))
            self.pending_change.kill()

    def validate_unsigned(self, source: TransactionSource, call: RuntimeCall) -> ValidTransaction:
        """Only this node's own reports could come in, and none can be proved."""
        is_report = call.target.name == "report_equivocation_unsigned"
        raise InvalidTransaction(
            Invalid.BAD_PROOF if is_report and source is not TransactionSource.EXTERNAL else Invalid.CALL
        )

    # Who votes

    def read_authorities(self) -> tuple[GrandpaAuthority, ...]:
        """Who votes."""
        return self.authorities.get()

    def write_authorities(self, authorities: tuple[GrandpaAuthority, ...]) -> None:
        """Let others vote."""
        self.authorities.put(authorities)

    # What may be scheduled

    def schedule_change(
        self, authorities: tuple[GrandpaAuthority, ...], in_blocks: BlockNumber, forced: BlockNumber | None
    ) -> None:
        """Let others vote after so many blocks; raises ChangePending or TooSoon."""
        ensure(not self.pending_change.exists(), ChangePending)
        now = self.block_number()
        if forced is not None:
            ensure((self.next_forced.get() or 0) <= now, TooSoon)
            self.next_forced.put(now + in_blocks * 2)
        self.pending_change.put(StoredPendingChange(now, in_blocks, authorities, forced))

    def schedule_pause(self, in_blocks: BlockNumber) -> None:
        """Let nobody vote after so many blocks; raises PauseFailed."""
        ensure(isinstance(self.state.get(), Live), PauseFailed)
        self.state.put(PendingPause(self.block_number(), in_blocks))

    def schedule_resume(self, in_blocks: BlockNumber) -> None:
        """Let votes go on after so many blocks; raises ResumeFailed."""
        ensure(isinstance(self.state.get(), PausedState), ResumeFailed)
        self.state.put(PendingResume(self.block_number(), in_blocks))

    # What the session tells

    def on_genesis_session(self, validators: Sequence[tuple[AccountId, Bytes32]]) -> None:
        """The first authorities."""
        self._initialize(tuple((key, 1) for _, key in validators))

    def on_new_session(
        self,
        changed: bool,
        validators: Sequence[tuple[AccountId, Bytes32]],
        queued: Sequence[tuple[AccountId, Bytes32]],
        index: SessionIndex,
    ) -> None:
        """The next authorities: at once, or after the wait that was asked for where the present ones have stopped."""
        set_id = self.current_set_id.get()
        if changed or self.stalled.exists():
            stalled = self.stalled.take()
            delay, forced = (0, None) if stalled is None else stalled
            if self._scheduled(tuple((key, 1) for _, key in validators), delay, forced):
                set_id += 1
                self.current_set_id.put(set_id)
                kept = max(self.config.max_set_id_session_entries, 1)
                if set_id >= kept:
                    self.set_id_session.remove(set_id - kept)
        self.set_id_session.insert(set_id, index)

    def on_before_session_ending(self) -> None:
        """Nothing to do."""

    def on_disabled(self, index: U32) -> None:
        """Tell the engine."""
        self._tell(LogOnDisabled(index))

    def build_genesis(self, genesis: Genesis) -> None:
        """The first authorities, unless the session names them."""
        self.current_set_id.put(0)
        self._initialize(genesis.authorities)

    def _scheduled(
        self, authorities: tuple[GrandpaAuthority, ...], delay: BlockNumber, forced: BlockNumber | None
    ) -> bool:
        """Whether the change could be scheduled."""
        try:
            self.schedule_change(authorities, delay, forced)
        except (ChangePending, TooSoon):
            return False
        return True

    def _initialize(self, authorities: tuple[GrandpaAuthority, ...]) -> None:
        if authorities:
            assert not self.read_authorities(), "Grandpa's authorities are named by its genesis, and by the session's"
            self.write_authorities(authorities)
        self.set_id_session.insert(0, 0)

    def _tell(self, log: ConsensusLog) -> None:
        self.config.system.deposit_log(Consensus(GRANDPA, _LOG.encode(log)))
