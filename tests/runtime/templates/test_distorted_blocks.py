"""A recorded block with one bit flipped, or with its body in disorder, is refused by a named rule."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chain.block import Block, Header, extrinsics_root
from chain.node.chain_store import ChainStore, genesis_block
from chain.node.importer import import_block
from chain.scale import DecodeError
from chain.state.overlay import Overlay
from chain.validity import InvalidBlock
from runtime.templates.solochain import Solochain
from tests.runtime.templates.recorded import RUNTIMES, MakeRuntime, RecordedBlock, recording

SAMPLE = 400
"""Bits of each block that are flipped one after the other."""

RULES = re.compile(
    r"number|state root|extrinsics root|slot increases|timestamp lies in the slot of the digest"
    r"|timestamp grows by the minimum period|timestamp is set in every block"
    r"|inherents come first, extrinsic \d+ is one after a transaction"
    r"|extrinsic \d+ is valid: (Invalid|Unknown) Transaction: \w+: .*"
)

every_recording = pytest.mark.parametrize(("name", "make"), RUNTIMES.items(), ids=RUNTIMES)


def flipped(encoded: bytes, bit: int) -> bytes:
    """The same bytes but for one bit."""
    return (int.from_bytes(encoded, "little") ^ 1 << bit).to_bytes(len(encoded), "little")


def refusal(name: str, make: MakeRuntime, number: int, encoded: bytes) -> str:
    """By which rule a block in the place of a recorded one is refused."""
    try:
        block = Block.decode(encoded)
    except DecodeError as error:
        return str(error)
    state = recording(name).before(number, make)
    before = state.root
    with pytest.raises(InvalidBlock) as refused:
        make(Overlay(state)).execute_block(block)
    assert state.root == before
    assert RULES.fullmatch(refused.value.rule), refused.value.rule
    return refused.value.rule


@every_recording
def test_any_flipped_bit_of_a_block_is_refused_by_a_named_rule(name: str, make: MakeRuntime) -> None:
    rules = set()
    for recorded in recording(name).blocks:
        encoded = recorded.block.encoded
        for bit in Random(recorded.header.number).sample(range(8 * len(encoded)), SAMPLE):
            rules.add(refusal(name, make, recorded.header.number, flipped(encoded, bit)))
    assert len(rules) > 10


BLOCKS = [(name, recorded) for name in RUNTIMES for recorded in recording(name).blocks]


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(BLOCKS), st.data())
def test_any_byte_replaced_is_refused_by_a_named_rule(chosen: tuple[str, RecordedBlock], data: st.DataObject) -> None:
    name, recorded = chosen
    encoded = bytearray(recorded.block.encoded)
    at = data.draw(st.integers(0, len(encoded) - 1))
    encoded[at] = data.draw(st.integers(0, 255).filter(lambda byte: byte != encoded[at]))
    refusal(name, RUNTIMES[name], recorded.header.number, bytes(encoded))


HEADER = [
    ("state root", 0, "a parent that is not there"),
    ("number", 32 * 8 + 2, "a number that is not the next"),
    ("state root", 33 * 8, "a state root"),
    ("extrinsics root", 65 * 8, "an extrinsics root"),
    ("timestamp lies in the slot of the digest", 104 * 8, "a slot"),
]


@pytest.mark.parametrize(("rule", "bit", "_what"), HEADER, ids=[what for _, _, what in HEADER])
def test_each_field_of_a_header_has_its_own_rule(rule: str, bit: int, _what: str) -> None:
    block = recording("solochain-template-2025").blocks[2].block
    encoded = flipped(block.header.encoded, bit) + block.encoded[len(block.header.encoded) :]
    assert Header.decode(encoded[: len(block.header.encoded)]) != block.header
    assert refusal("solochain-template-2025", Solochain, 3, encoded) == rule


@every_recording
def test_a_node_imports_the_recorded_chain_and_none_of_its_distortions(name: str, make: MakeRuntime) -> None:
    recorded = recording(name)
    store = ChainStore(genesis_block(recorded.genesis), recorded.genesis)
    assert store.best.hash == recorded.hash
    for number, each in enumerate(recorded.blocks, start=1):
        encoded = each.block.encoded
        for bit in Random(number).sample(range(8 * len(encoded)), 20):
            try:
                wrong = Block.decode(flipped(encoded, bit))
            except DecodeError:
                continue
            with pytest.raises(InvalidBlock):
                import_block(store, make, wrong)
            assert (len(store), store.best.number) == (number, number - 1)
        import_block(store, make, each.block)
        assert store.best.header == each.header


DISTORTIONS: list[tuple[str, Callable[[tuple[bytes, ...]], tuple[bytes, ...]], str]] = [
    ("an inherent after a transaction", lambda body: (body[1], body[0], *body[2:]), "inherents come first"),
    ("no inherent", lambda body: body[1:], "timestamp is set in every block"),
    ("an inherent twice", lambda body: (body[0], *body), "timestamp is set once a block"),
    ("a transaction twice", lambda body: (*body, body[-1]), r"extrinsic 4 is valid: Invalid Transaction: Stale"),
    ("a transaction too few", lambda body: (body[0], *body[2:]), "extrinsic 1 is valid: Invalid Transaction: Future"),
    ("transactions in another order", lambda body: (*body[:2], body[3], body[2]), "extrinsic 2 is valid: .*: Future"),
    ("nothing", lambda body: body[:0], "timestamp is set in every block"),
    ("what is no extrinsic", lambda body: (*body, b""), "extrinsic 4 is valid: Invalid Transaction: Call"),
]


@every_recording
@pytest.mark.parametrize(("_what", "distort", "rule"), DISTORTIONS, ids=[what for what, _, _ in DISTORTIONS])
def test_a_body_in_disorder_is_refused_even_under_its_own_root(
    name: str,
    make: MakeRuntime,
    _what: str,
    distort: Callable[[tuple[bytes, ...]], tuple[bytes, ...]],
    rule: str,
) -> None:
    block = recording(name).blocks[0].block
    body = distort(block.extrinsics)
    header = replace(block.header, extrinsics_root=extrinsics_root(body))
    with pytest.raises(InvalidBlock, match=rule):
        make(Overlay(recording(name).genesis)).execute_block(Block(header, body))
