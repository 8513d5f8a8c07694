"""Authorities take turns by slots, which only grow and agree with the time."""

from __future__ import annotations

import pytest

from chain.block import AURA, Consensus, DigestItem, Other, PreRuntime
from chain.primitives import U32, AccountId
from chain.scale import encode
from chain.validity import InvalidBlock
from pallets import aura
from pallets.aura import Aura, AuthoritiesChange, ConsensusLog, OnDisabled, slot_digest
from pallets.frame.testing import MockRuntime
from pallets.frame.weight import db

KEYS = tuple(bytes([seed]) * 32 for seed in (1, 2, 3))
VALIDATORS = [(AccountId(key), key) for key in KEYS]


class Disabled:
    """One validator may not take part."""

    def is_disabled(self, index: U32) -> bool:
        return index == 1


class Chain(MockRuntime):
    """A runtime whose blocks have slots."""

    def __init__(self, **settings: object) -> None:
        super().__init__()
        self.aura = Aura(self, aura.Config(system=self.system, **settings), index=2)  # type: ignore[arg-type]  # varies
        self.aura.build_genesis(aura.Genesis(authorities=KEYS[: self.aura.config.max_authorities]))

    def begin(self, *digest: DigestItem) -> None:
        """Begin a block with this digest."""
        self.system.digest.put(list(digest))
        assert self.aura.on_initialize(1) == (
            db(reads=2, writes=1) if any(isinstance(each, PreRuntime) for each in digest) else db(reads=1)
        )


def test_the_slot_is_taken_from_the_digest() -> None:
    chain = Chain()
    chain.begin(Other(b"noise"), slot_digest(7))
    assert chain.aura.current_slot.get() == 7
    assert slot_digest(7) == PreRuntime(b"aura", (7).to_bytes(8, "little"))
    chain.begin()  # a block without a slot leaves the last
    assert chain.aura.current_slot.get() == 7
    chain.aura.try_state()


def test_a_slot_that_cannot_be_read_is_none() -> None:
    chain = Chain()
    chain.system.digest.put([PreRuntime(AURA, b"\x01"), slot_digest(7)])
    assert chain.aura.on_initialize(1) == db(reads=1)
    assert chain.aura.current_slot.get() == 0


@pytest.mark.parametrize("slot", [6, 7])
def test_slots_grow(slot: int) -> None:
    chain = Chain()
    chain.begin(slot_digest(7))
    with pytest.raises(InvalidBlock, match=f"slot increases: expected at least 8, got {slot}"):
        chain.begin(slot_digest(slot))


def test_a_slot_may_have_several_blocks_where_the_runtime_says_so() -> None:
    chain = Chain(allow_multiple_blocks_per_slot=True)
    chain.begin(slot_digest(7))
    chain.begin(slot_digest(7))
    with pytest.raises(InvalidBlock, match="slot increases: expected at least 7, got 6"):
        chain.begin(slot_digest(6))


def test_a_disabled_validator_makes_no_blocks() -> None:
    chain = Chain(disabled_validators=Disabled())
    chain.begin(slot_digest(3))
    with pytest.raises(InvalidBlock, match="author is not disabled, validator 1 is"):
        chain.begin(slot_digest(4))
    with pytest.raises(AssertionError, match="validator 1, is disabled"):
        chain.aura.try_state()


def test_the_time_lies_in_the_slot() -> None:
    chain = Chain(slot_duration=6000)
    chain.begin(slot_digest(7))
    chain.aura.on_timestamp_set(42_000)
    chain.aura.on_timestamp_set(47_999)
    for moment in (41_999, 48_000):
        with pytest.raises(InvalidBlock, match="timestamp lies in the slot of the digest: expected 7"):
            chain.aura.on_timestamp_set(moment)


def test_a_new_session_changes_the_authorities_and_tells_the_engine() -> None:
    chain = Chain(max_authorities=2)
    chain.begin()
    chain.aura.on_new_session(False, VALIDATORS[:1], [], 1)
    chain.aura.on_new_session(True, VALIDATORS[::-1], [], 1)  # as many as there is room for
    chain.aura.on_disabled(1)
    following = KEYS[:0:-1]
    assert chain.aura.authorities.get() == following
    assert chain.system.digest.get() == [
        Consensus(AURA, encode(ConsensusLog, AuthoritiesChange(following))),
        Consensus(AURA, encode(ConsensusLog, OnDisabled(1))),
    ]
    assert encode(ConsensusLog, OnDisabled(1)) == b"\x02\x01\0\0\0"


def test_nothing_is_told_where_the_authorities_stay_or_there_are_none() -> None:
    chain = Chain()
    chain.begin()
    chain.aura.on_new_session(True, VALIDATORS, [], 1)
    chain.aura.on_new_session(True, [], [], 2)
    assert chain.aura.authorities.get() == KEYS
    assert chain.system.digest.get() == []


def test_the_author_of_a_header_is_told_from_its_slot() -> None:
    chain = Chain()
    assert chain.aura.find_author([slot_digest(7)]) == 1
    assert chain.aura.find_author([]) is None


def test_the_first_authorities_are_named_once() -> None:
    chain = Chain()
    with pytest.raises(AssertionError, match="by the session's, too"):
        chain.aura.on_genesis_session(VALIDATORS)
