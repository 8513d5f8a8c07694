"""The state's own check finds every way in which the books could lie."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Final

import pytest

from chain.primitives import Hash
from pallets import inference
from pallets.frame.guard import TryStateError
from pallets.inference import Config, Inference
from pallets.inference.types import NamedRoot, Upload
from tests.pallets.inference.mock import OTHER, PLACER, InferenceRuntime, new_runtime, placed

NOWHERE = Hash(b"n" * 32)


Lie = Callable[[Inference, Hash], None]


def deposit_of_one(pallet: Inference, version: Hash) -> None:
    pallet.placements.insert(version, replace(pallet.placement(version), deposit=1))


def root_without_a_deposit(pallet: Inference, _: Hash) -> None:
    pallet.roots.insert(NOWHERE, NamedRoot(NOWHERE, OTHER, 5, False))


def root_that_is_not_verified(pallet: Inference, version: Hash) -> None:
    pallet.roots.insert(version, NamedRoot(pallet.placement(version).proof_root, PLACER, 0, False))


def other_bytes(pallet: Inference, version: Hash) -> None:
    pallet.artifacts.insert(version, b"less")


def bytes_of_nothing(pallet: Inference, _: Hash) -> None:
    pallet.artifacts.insert(NOWHERE, b"more")


def chunk_of_nothing(pallet: Inference, _: Hash) -> None:
    pallet.chunks.insert((NOWHERE, OTHER, 0), b"chunk")


def upload_without_chunks(pallet: Inference, _: Hash) -> None:
    pallet.uploads.insert((NOWHERE, OTHER), Upload(9, 7, 0, 3))


LIES: Final[dict[Lie, str]] = {
    deposit_of_one: "on hold for MODEL",
    root_without_a_deposit: "on hold for ROOT",
    root_that_is_not_verified: "its named root is not verified",
    other_bytes: "has 4 bytes of",
    bytes_of_nothing: "models that are not on chain",
    chunk_of_nothing: "chunks of no upload",
    upload_without_chunks: "0 bytes of an upload that has 7",
}


@pytest.mark.parametrize("lie", LIES)
def test_a_contradiction_is_found(lie: Lie) -> None:
    runtime = new_runtime()
    version = placed(runtime)
    runtime.try_state()
    lie(runtime.inference, version)
    with pytest.raises(TryStateError, match=LIES[lie]):
        runtime.try_state()


@pytest.mark.parametrize("wrong", ["chunk_bytes", "max_bytes", "max_rows", "max_trees", "upload_blocks"])
def test_an_impossible_config_is_refused(wrong: str) -> None:
    class Odd(InferenceRuntime):
        """A runtime whose second instance of the pallet is impossible."""

    runtime = Odd()
    runtime.inference.integrity_test()
    config = runtime.inference.config
    given = {each.name: getattr(config, each.name) for each in fields(config)}
    with pytest.raises(AssertionError):
        inference.Inference(runtime, Config(**{**given, wrong: 0}), index=35, name="Odd").integrity_test()
