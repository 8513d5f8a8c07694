"""Aura: who makes a block, and every way in which a block is not that one's."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from chain.block import AURA, BABE, Block, DigestItem, Header, PreRuntime, Seal
from chain.crypto.keys import KeyPair
from chain.crypto.signatures import Scheme
from chain.node.aura import Aura, slot_of
from chain.node.clock import BlockClock
from chain.node.consensus import NotOurTurn
from chain.node.service import Node
from chain.validity import InvalidBlock
from tests.chain.node.fake_runtime import GENESIS, FakeRuntime, FakeRuntimes, encode, time_of

START, SLOT = 1_700_000_000_000, 6000
KEYS = [KeyPair.from_uri(uri) for uri in ("//Alice", "//Bob", "//Charlie")]


def node(*keys: KeyPair, latest: int | None = None) -> Node[FakeRuntime]:
    clock = BlockClock(START, SLOT, time_of)
    aura = Aura(
        clock,
        SLOT,
        lambda _state: [key.public for key in KEYS],
        keys or KEYS,
        latest=None if latest is None else lambda: latest,
    )
    return Node(FakeRuntimes(), GENESIS, clock=clock, consensus=aura)


def author_of(block: Block) -> KeyPair:
    return KEYS[slot_of(block.header) % len(KEYS)]


def test_authors_take_turns_and_their_blocks_are_accepted_elsewhere() -> None:
    ours, theirs = node(), node(KEYS[0])
    slots = []
    for nonce in range(4):
        ours.submit(encode(b"a", nonce, key=1))
        block = ours.seal()
        theirs.import_block(block)
        slots.append(slot_of(block.header))
        assert block.header.seals[0].engine == AURA
        assert block.header.digest[0] == PreRuntime(AURA, slots[-1].to_bytes(8, "little"))
    first = (START + SLOT) // SLOT
    assert slots == [first, first + 1, first + 2, first + 3]
    assert theirs.best.hash == ours.best.hash
    assert theirs.best.header.parent_hash in ours.chain


def test_the_slot_is_that_of_the_time_also_after_time_travel() -> None:
    chain = node()
    assert chain.clock is not None
    chain.clock.travel(START + 1_000_003, chain.best)
    block = chain.seal()
    assert slot_of(block.header) == (START + 1_000_003) // SLOT
    assert time_of(chain.best.state) == START + 1_000_003
    other = node()
    other.import_block(block)
    other.import_block(chain.seal())
    assert other.best.hash == chain.best.hash


def test_who_has_not_the_authors_key_makes_no_block() -> None:
    first = (START + SLOT) // SLOT % len(KEYS)
    chain = node(KEYS[(first + 1) % len(KEYS)])
    with pytest.raises(NotOurTurn, match=f"that of 0x{KEYS[first].public.hex()}"):
        chain.seal()
    assert chain.clock is not None
    chain.clock.travel(START + 2 * SLOT, chain.best)
    assert author_of(chain.seal()) == KEYS[(first + 1) % len(KEYS)]


def sealed(header: Header, key: KeyPair) -> Header:
    return header.unsealed.sealed(Seal(AURA, key.sign(header.unsealed.hash)))


def with_digest(header: Header, *items: DigestItem) -> Header:
    changed = replace(header, digest=items)
    return sealed(changed, author_of_header(header))


def author_of_header(header: Header) -> KeyPair:
    return KEYS[slot_of(header) % len(KEYS)]


def slot(number: int) -> PreRuntime:
    return PreRuntime(AURA, number.to_bytes(8, "little"))


def another(header: Header) -> KeyPair:
    return KEYS[(slot_of(header) + 1) % len(KEYS)]


WRONG: dict[str, tuple[Callable[[Header], Header], str]] = {
    "no seal": (lambda h: h.unsealed, "one seal: expected 1, got 0"),
    "two seals": (lambda h: h.sealed(Seal(AURA, bytes(64))), "one seal: expected 1, got 2"),
    "seal of another engine": (lambda h: h.unsealed.sealed(Seal(BABE, h.seals[0].data)), "seal is Aura's"),
    "another authority": (lambda h: sealed(h, another(h)), "author is the one whose slot it is"),
    "a stranger": (lambda h: sealed(h, KeyPair.from_uri("//Eve")), "seal is the author's signature"),
    "no signature": (lambda h: h.unsealed.sealed(Seal(AURA, b"short")), "seal is the author's signature"),
    "another header": (
        lambda h: replace(h, state_root=h.parent_hash),
        "seal is the author's signature of the header",
    ),
    "no slot": (lambda h: with_digest(h), "one slot in the digest: expected 1, got 0"),
    "two slots": (lambda h: with_digest(h, slot(1), slot(2)), "one slot in the digest: expected 1, got 2"),
    "short slot": (lambda h: with_digest(h, PreRuntime(AURA, b"\x01")), "slot is a u64: expected 8 bytes, got 1"),
    "an old slot": (
        lambda h: sealed(replace(h, digest=(slot(slot_of(h) - 3),)), author_of_header(h)),
        "slot grows: expected at least",
    ),
    "the parent's slot": (
        lambda h: sealed(replace(h, digest=(slot(slot_of(h) - 1),)), KEYS[(slot_of(h) - 1) % 3]),
        "slot grows: expected at least",
    ),
}


@pytest.mark.parametrize("mistake", WRONG)
def test_a_block_that_is_not_its_authors_is_refused_by_the_rule_that_it_breaks(mistake: str) -> None:
    ours, theirs = node(), node()
    for _ in range(3):
        theirs.import_block(ours.seal())
    change, rule = WRONG[mistake]
    block = ours.seal()
    with pytest.raises(InvalidBlock, match=rule):
        theirs.import_block(Block(change(block.header), block.extrinsics))
    assert theirs.best.number == 3
    theirs.import_block(block)


def test_a_slot_that_has_not_begun_is_refused_where_the_time_is_known() -> None:
    ours, theirs = node(), node(latest=START + SLOT)
    theirs.import_block(ours.seal())
    with pytest.raises(InvalidBlock, match="slot has begun"):
        theirs.import_block(ours.seal())


def test_nobody_makes_blocks_where_there_are_no_authorities() -> None:
    clock = BlockClock(START, SLOT, time_of)
    chain = Node(FakeRuntimes(), GENESIS, clock=clock, consensus=Aura(clock, SLOT, lambda _state: [], KEYS))
    with pytest.raises(InvalidBlock, match="the state has no authorities"):
        chain.seal()


def test_keys_of_another_scheme_are_refused_and_ed25519_makes_the_same_block_twice() -> None:
    with pytest.raises(ValueError, match="the authorities sign with sr25519; the key of 0x88dc"):
        node(KeyPair.from_uri("//Alice", Scheme.ED25519))

    def sealed_once() -> Block:
        key, clock = KeyPair.from_uri("//Alice", Scheme.ED25519), BlockClock(START, SLOT, time_of)
        aura = Aura(clock, SLOT, lambda _state: [key.public], [key], scheme=Scheme.ED25519)
        return Node(FakeRuntimes(), GENESIS, clock=clock, consensus=aura).seal()

    assert sealed_once() == sealed_once()


def test_a_seal_is_refused_where_nobody_signs_blocks() -> None:
    ours, clock = node(), BlockClock(START, SLOT, time_of)
    with pytest.raises(InvalidBlock, match="no seal where nobody signs blocks"):
        Node(FakeRuntimes(), GENESIS, clock=clock).import_block(ours.seal())
