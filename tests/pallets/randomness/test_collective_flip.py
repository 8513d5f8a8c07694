"""The material is that of a real runtime, a ring of 81 hashes, and the values are mixed from all of it."""

from __future__ import annotations

import pytest

from chain.block import Header
from chain.crypto.hashing import blake2_256
from chain.primitives import Hash
from pallets.frame.testing import MockRuntime
from pallets.frame.traits import Randomness
from pallets.frame.weight import db
from pallets.randomness.collective_flip import MATERIAL, Config, RandomnessCollectiveFlip
from pallets.randomness.mixing import triplet_mix
from tests.vectors import load, unhex


class Mock(MockRuntime):
    def __init__(self) -> None:
        super().__init__()
        self.flip = RandomnessCollectiveFlip(self, Config(system=self.system), index=1)

    def block(self, number: int, parent: bytes) -> None:
        self.system.initialize(number, Hash(parent), [])
        assert self.flip.on_initialize(number) == db(reads=1, writes=1)


def test_the_material_is_that_of_a_real_runtime() -> None:
    recorded = load("golden/golden-node-template-2022.json")
    runtime = Mock()
    key = "0x" + runtime.flip.random_material.storage_key().hex()
    for block in recorded["blocks"]:
        header = Header.decode(unhex(block["initHeader"]))
        runtime.block(header.number, header.parent_hash)
        assert runtime.storage.get(unhex(key)) == unhex(block["initialize"][key]), header.number


def parents(count: int) -> list[Hash]:
    return [Hash(blake2_256(bytes((number,)))) for number in range(count)]


@pytest.mark.parametrize("blocks", [1, 38, 81, 82, 162])
def test_the_ring_keeps_the_newest(blocks: int) -> None:
    runtime = Mock()
    for number, parent in enumerate(parents(blocks), start=1):
        runtime.block(number, parent)
    material = runtime.flip.random_material.get()
    assert len(material) == min(blocks, MATERIAL)
    assert set(material) == set(parents(blocks)[-MATERIAL:])
    assert material[(blocks - 1) % MATERIAL] == parents(blocks)[-1]


def test_values_depend_on_the_subject_and_on_nothing_newer_than_the_block() -> None:
    runtime = Mock()
    for number, parent in enumerate(parents(162), start=1):
        runtime.block(number, parent)
    value, since = runtime.flip.random(b"lottery")
    assert (since, len(value)) == (162 - MATERIAL, 32)
    assert runtime.flip.random(b"lottery") == (value, since)
    assert runtime.flip.random(b"other")[0] != value
    # the series begins at the block's own place and goes round; compact length 7 before the subject
    series = parents(162)[-1:] + parents(162)[-MATERIAL:-1]
    hashes = [blake2_256(bytes((turn,)) + b"\x1clottery" + parent) for turn, parent in enumerate(series)]
    assert value == triplet_mix(hashes)


def test_before_the_first_block_there_is_nothing_to_mix() -> None:
    runtime = Mock()
    assert runtime.flip.random_seed() == (bytes(32), 0)


def test_it_is_what_pallets_ask_for() -> None:
    source: Randomness = Mock().flip
    assert source.random(b"")[1] == 0
