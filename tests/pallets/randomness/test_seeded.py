"""The same seed gives the same values and the same chain, everywhere, and each draw is on record."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from chain.primitives import Hash
from pallets.frame.testing import MockRuntime, events_of, mount
from pallets.frame.traits import Randomness
from pallets.randomness.seeded import Config, Drawn, Genesis, SeededRandomness

ROOT = Path(__file__).resolve().parents[3]
SEED = Hash(b"\7" * 32)


def sown(seed: Hash = SEED) -> SeededRandomness:
    return mount(SeededRandomness, Config(), genesis=Genesis(seed=seed))


def test_a_value_depends_on_seed_block_and_subject() -> None:
    pallet = sown()
    value = pallet.preview(b"draw", 1)
    others = {pallet.preview(b"draw", 2), pallet.preview(b"drawn", 1), sown(Hash(bytes(32))).preview(b"draw", 1)}
    assert len({value, *others}) == 4


def test_a_draw_is_recorded_and_says_that_it_was_known_since_block_zero() -> None:
    pallet = sown()
    source: Randomness = pallet
    value, since = source.random(b"draw")
    assert (value, since) == (pallet.preview(b"draw", 1), 0)
    assert events_of(pallet.host, Drawn) == [Drawn(b"draw", value)]


def test_the_subject_is_not_confused_with_what_stands_beside_it() -> None:
    pallet = sown()
    assert pallet.preview(b"\1\2", 1) != pallet.preview(b"\1", 1)
    assert pallet.random_seed()[0] == pallet.preview(b"", 1)


class Chain(MockRuntime):
    def __init__(self) -> None:
        super().__init__()
        self.source = SeededRandomness(self, Config(), index=1)
        self.source.build_genesis(Genesis(seed=SEED))


def chain_root() -> str:
    """The state after some draws."""
    runtime = Chain()
    for subject in (b"a", b"b", b"c" * 100):
        runtime.source.random(subject)
    return runtime.storage.root().hex()


PINNED = "c6d0b6a1a091fafd2fb3a7daeeffe49e19e46bc6e1ec8b89310a1dc394fe86b8"
"""Of the same draws on any machine."""


def test_the_same_seed_gives_the_same_state_on_every_machine() -> None:
    assert chain_root() == PINNED


def test_the_same_seed_gives_the_same_state_in_another_process() -> None:
    program = "from tests.pallets.randomness.test_seeded import chain_root; print(chain_root())"
    found = [
        subprocess.run(
            [sys.executable, "-c", program],
            capture_output=True,
            text=True,
            check=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout.strip()
        for seed in ("1", "2")
    ]
    assert found == [chain_root()] * 2
