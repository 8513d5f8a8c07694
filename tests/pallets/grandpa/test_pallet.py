"""Authorities change when the session or root says so, and the engine hears of it in the digest."""

from __future__ import annotations

import pytest

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
from chain.primitives import AccountId, Hash
from chain.runtime_api import TransactionSource
from chain.scale import Codec, codec_of, encode
from chain.validity import Invalid, InvalidTransaction
from pallets import grandpa
from pallets.frame.call import RuntimeCall, call_of
from pallets.frame.error import BadOrigin
from pallets.frame.origin import NO_ORIGIN, ROOT, Origin, Signed
from pallets.frame.testing import MockRuntime, assert_noop, assert_ok, last_event
from pallets.frame.weight import db
from pallets.grandpa import Grandpa, GrandpaAuthority, NewAuthorities, StoredPendingChange
from pallets.grandpa.equivocation import EquivocationProof, MembershipProof, Precommit, Vote, Votes
from pallets.grandpa.pallet import (
    ChangePending,
    InvalidKeyOwnershipProof,
    Paused,
    PauseFailed,
    Resumed,
    ResumeFailed,
    TooSoon,
)
from pallets.grandpa.types import Live, PendingPause

ALICE = AccountId(b"\x01" * 32)
KEYS = tuple(bytes([seed]) * 32 for seed in (1, 2, 3))
AUTHORITIES: tuple[GrandpaAuthority, ...] = tuple((key, 1) for key in KEYS)
VALIDATORS = [(AccountId(key), key) for key in KEYS]
LOG: Codec[ConsensusLog] = codec_of(ConsensusLog)


class Chain(MockRuntime):
    """A runtime whose finality is voted on."""

    def __init__(self, entries: int = 0) -> None:
        super().__init__()
        config = grandpa.Config(system=self.system, max_set_id_session_entries=entries)
        self.grandpa = Grandpa(self, config, index=3)
        self.grandpa.build_genesis(grandpa.Genesis(authorities=AUTHORITIES[:1]))

    def finalize(self, number: int) -> list[ConsensusLog]:
        """Finalize a block; what the engine is told."""
        self.system.number.put(number)
        self.system.digest.put([])
        self.grandpa.on_finalize(number)
        told = list[ConsensusLog]()
        for item in self.system.digest.get():
            assert isinstance(item, Consensus)
            assert item.engine == GRANDPA
            told.append(LOG.decode(item.data))
        return told


def test_genesis_names_the_first_set_and_its_session() -> None:
    chain = Chain()
    assert chain.grandpa.read_authorities() == AUTHORITIES[:1]
    assert (chain.grandpa.current_set_id.get(), chain.grandpa.set_id_session.get(0)) == (0, 0)
    with pytest.raises(AssertionError, match="by its genesis, and by the session's"):
        chain.grandpa.on_genesis_session(VALIDATORS)


def test_a_changed_session_changes_the_authorities_at_the_end_of_its_first_block() -> None:
    chain = Chain()
    chain.grandpa.on_new_session(True, VALIDATORS, VALIDATORS, 1)
    assert chain.grandpa.pending_change.get() == StoredPendingChange(1, 0, AUTHORITIES, None)
    assert chain.finalize(1) == [LogScheduledChange(ScheduledChange(AUTHORITIES, 0))]
    assert chain.grandpa.read_authorities() == AUTHORITIES
    assert last_event(chain) == NewAuthorities(AUTHORITIES)
    assert not chain.grandpa.pending_change.exists()
    assert chain.grandpa.current_set_id.get() == 1
    assert dict(chain.grandpa.set_id_session.iter()) == {1: 1}  # those before the newest are forgotten


def test_an_unchanged_session_belongs_to_the_same_set() -> None:
    chain = Chain(entries=10)
    chain.grandpa.on_new_session(False, VALIDATORS, VALIDATORS, 1)
    assert chain.finalize(1) == []
    assert dict(chain.grandpa.set_id_session.iter()) == {0: 1}


def test_authorities_that_stopped_are_replaced_by_force_after_the_delay() -> None:
    chain = Chain()
    call = call_of(chain.grandpa.note_stalled, delay=2, best_finalized_block_number=4)
    assert_ok(chain, ROOT, call)
    assert chain.grandpa.stalled.get() == (2, 4)
    chain.system.number.put(10)
    chain.grandpa.on_new_session(False, VALIDATORS, VALIDATORS, 1)
    assert chain.grandpa.next_forced.get() == 14
    assert chain.finalize(10) == [LogForcedChange(4, ScheduledChange(AUTHORITIES, 2))]
    assert chain.finalize(11) == []
    assert chain.grandpa.read_authorities() == AUTHORITIES[:1]
    assert chain.finalize(12) == []
    assert chain.grandpa.read_authorities() == AUTHORITIES
    assert not chain.grandpa.stalled.exists()
    with pytest.raises(TooSoon):
        chain.grandpa.schedule_change(AUTHORITIES, 2, 4)


def test_one_change_is_under_way_at_a_time_and_a_session_without_it_stays_in_its_set() -> None:
    chain = Chain()
    chain.grandpa.schedule_change(AUTHORITIES, 5, None)
    with pytest.raises(ChangePending):
        chain.grandpa.schedule_change(AUTHORITIES, 5, None)
    chain.grandpa.on_new_session(True, VALIDATORS, VALIDATORS, 3)
    assert (chain.grandpa.current_set_id.get(), chain.grandpa.set_id_session.get(0)) == (0, 3)


def test_votes_pause_and_go_on() -> None:
    chain = Chain()
    with pytest.raises(ResumeFailed):
        chain.grandpa.schedule_resume(1)
    chain.grandpa.schedule_pause(1)
    assert chain.grandpa.state.get() == PendingPause(1, 1)
    with pytest.raises(PauseFailed):
        chain.grandpa.schedule_pause(1)
    assert chain.finalize(1) == [LogPause(1)]
    assert chain.finalize(2) == []
    assert last_event(chain) == Paused()
    chain.grandpa.schedule_resume(0)
    assert chain.finalize(2) == [LogResume(0)]
    assert last_event(chain) == Resumed()
    assert chain.grandpa.state.get() == Live()


def test_the_engine_hears_of_a_disabled_authority() -> None:
    chain = Chain()
    chain.grandpa.on_disabled(3)
    assert chain.system.digest.get() == [Consensus(GRANDPA, b"\x03" + bytes([3]) + bytes(7))]
    assert encode(ConsensusLog, LogOnDisabled(3)) == b"\x03" + bytes([3]) + bytes(7)


VOTE = (Vote(Hash(bytes(32)), 7), bytes(64))
PROOF = EquivocationProof(0, Precommit(Votes(1, KEYS[0], VOTE, VOTE)))


def report(chain: Chain, validators: int = 3) -> RuntimeCall:
    proof = MembershipProof(0, (), validators)
    return call_of(chain.grandpa.report_equivocation, equivocation_proof=PROOF, key_owner_proof=proof)


def test_a_report_fails_because_nobody_can_prove_whose_the_key_was() -> None:
    chain = Chain()
    assert_noop(chain, Signed(ALICE), report(chain), InvalidKeyOwnershipProof)
    assert_noop(chain, NO_ORIGIN, report(chain), BadOrigin)
    unsigned = call_of(
        chain.grandpa.report_equivocation_unsigned,
        equivocation_proof=PROOF,
        key_owner_proof=MembershipProof(0, (), 3),
    )
    assert_noop(chain, NO_ORIGIN, unsigned, InvalidKeyOwnershipProof)
    assert_noop(chain, Signed(ALICE), unsigned, BadOrigin)
    assert (report(chain).target.index, unsigned.target.index) == (0, 1)
    assert chain.decode_call(unsigned.encode()) == unsigned


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (TransactionSource.EXTERNAL, Invalid.CALL),
        (TransactionSource.LOCAL, Invalid.BAD_PROOF),
        (TransactionSource.IN_BLOCK, Invalid.BAD_PROOF),
    ],
)
def test_no_unsigned_report_comes_in(source: TransactionSource, reason: Invalid) -> None:
    chain = Chain()
    proof = MembershipProof(0, (), 3)
    unsigned = call_of(chain.grandpa.report_equivocation_unsigned, equivocation_proof=PROOF, key_owner_proof=proof)
    with pytest.raises(InvalidTransaction) as refused:
        chain.grandpa.validate_unsigned(source, unsigned)
    assert refused.value.variant is reason
    with pytest.raises(InvalidTransaction, match="Call"):
        chain.grandpa.validate_unsigned(source, report(chain))


def test_a_report_is_charged_by_the_size_of_the_set() -> None:
    chain = Chain()
    few = report(chain, 3).info().call_weight
    assert few == report(chain, 100).info().call_weight == db(reads=21, writes=10, ref_time=257_500_000)
    assert report(chain, 101).info().call_weight.ref_time == few.ref_time + 175_000


@pytest.mark.parametrize("origin", [Signed(ALICE), NO_ORIGIN])
def test_only_root_says_that_the_authorities_have_stopped(origin: Origin) -> None:
    chain = Chain()
    call = call_of(chain.grandpa.note_stalled, delay=2, best_finalized_block_number=4)
    assert_noop(chain, origin, call, BadOrigin)
    assert call.info().call_weight == db(writes=1, ref_time=3_000_000)
