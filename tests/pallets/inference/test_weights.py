"""Declared weights are never below what calls do to storage, and follow the sizes that the calls state."""

from __future__ import annotations

from typing import Final

import pytest

from chain.primitives import AccountId, Hash
from chain.state.overlay import Overlay
from chain.trie.trie import Trie
from pallets.frame.call import RuntimeCall, call_of
from pallets.frame.origin import Signed
from pallets.frame.traced_weight import weigh_call
from pallets.frame.weight import ROCKSDB_READ, ROCKSDB_WRITE, Weight
from pallets.inference import Bound
from pallets.inference.weights import (
    COMPARISON,
    PLACE_BYTE,
    READ_BYTE,
    TREE,
    check_weight,
    finish_weight,
    place_weight,
    prediction_weight,
)
from pallets.learning.forest_codec import encode_forest
from pallets.learning.forest_proof import AuthenticatedForest
from pallets.ml_registry import FOREST_MERGE, Contributor
from runtime.dev import DevRuntime
from tests.pallets.inference.mock import (
    ASKER,
    CHUNK,
    FOREST,
    HOLDER,
    OWNER,
    PLACER,
    ROW,
    InferenceRuntime,
    do,
    new_runtime,
    publish,
)

DATA: Final = encode_forest(FOREST)
PROVER: Final = AuthenticatedForest(FOREST)


def prepared(until: str) -> tuple[InferenceRuntime, AccountId, RuntimeCall]:
    """A runtime on which everything was done that comes before a call; who makes it, and the call."""
    runtime = new_runtime()
    pallet = runtime.inference
    version = publish(runtime, DATA, FOREST_MERGE, (Contributor(OWNER, 1), Contributor(HOLDER, 999_999)))
    proof, false = PROVER.prove([ROW]), Hash(b"f" * 32)
    chunks = [(at, DATA[at : at + CHUNK]) for at in range(0, len(DATA), CHUNK)]
    course: list[tuple[str, AccountId, RuntimeCall]] = [
        ("set_fee", OWNER, call_of(pallet.set_fee, model=0, fee=5)),
        ("name_root", OWNER, call_of(pallet.name_root, version=version, root=false)),
        ("drop_root", OWNER, call_of(pallet.drop_root, version=version)),
        ("again", OWNER, call_of(pallet.name_root, version=version, root=false)),
        ("begin_upload", PLACER, call_of(pallet.begin_upload, version=version)),
        *[
            ("add_chunk", PLACER, call_of(pallet.add_chunk, version=version, offset=offset, chunk=chunk))
            for offset, chunk in chunks
        ],
        ("abandon_upload", PLACER, call_of(pallet.abandon_upload, version=version, who=PLACER)),
        ("begin", PLACER, call_of(pallet.begin_upload, version=version)),
        *[
            ("add", PLACER, call_of(pallet.add_chunk, version=version, offset=offset, chunk=chunk))
            for offset, chunk in chunks
        ],
        ("finish_upload", PLACER, call_of(pallet.finish_upload, version=version, size=len(DATA))),
        ("unplace", PLACER, call_of(pallet.unplace, version=version)),
        ("false", OWNER, call_of(pallet.name_root, version=version, root=false)),
        ("place", PLACER, call_of(pallet.place, version=version, artifact=DATA)),
        (
            "predict",
            ASKER,
            call_of(
                pallet.predict,
                version=version,
                rows=[ROW],
                bound=Bound(len(DATA), len(FOREST.trees), FOREST.cost_bound),
                most_fee=5,
            ),
        ),
        ("check_prediction", ASKER, call_of(pallet.check_prediction, version=version, rows=[ROW], proof=proof)),
    ]
    for name, who, call in course:
        if name == until:
            return runtime, who, call
        do(runtime, who, call)
    raise AssertionError(f"the course has no {until}")


@pytest.mark.parametrize(
    "name",
    [
        "set_fee",
        "name_root",
        "drop_root",
        "begin_upload",
        "add_chunk",
        "abandon_upload",
        "finish_upload",
        "unplace",
        "place",
        "predict",
        "check_prediction",
    ],
)
def test_no_call_touches_more_of_the_state_than_it_declares(name: str) -> None:
    runtime, who, call = prepared(name)
    done = weigh_call(InferenceRuntime, runtime.storage.committed(), call, Signed(who))
    accesses = done.reads * ROCKSDB_READ + done.writes * ROCKSDB_WRITE
    declared = call.info().call_weight
    assert declared.ref_time >= accesses, f"{name} reads {done.reads} and writes {done.writes}"
    computing = {"place": PLACE_BYTE, "finish_upload": PLACE_BYTE, "predict": READ_BYTE}.get(name, 0) * len(DATA)
    assert declared.ref_time - accesses >= computing


def test_weights_follow_what_is_stated() -> None:
    runtime = new_runtime()
    config = runtime.inference.config
    nothing = prediction_weight(Bound(0, 0, 0))
    assert (prediction_weight(Bound(0, 0, 7)) - nothing).ref_time == 7 * COMPARISON
    assert (prediction_weight(Bound(0, 7, 0)) - nothing).ref_time == 7 * TREE
    assert prediction_weight(Bound(7, 0, 0)) - nothing == Weight(7 * READ_BYTE, 7)
    assert (place_weight(config, bytes(9)) - place_weight(config, b"")).ref_time == 9 * PLACE_BYTE + 4 * TREE
    most = 2 * config.max_trees
    assert (place_weight(config, bytes(most + 9)) - place_weight(config, bytes(most))).ref_time == 9 * PLACE_BYTE
    one, two = finish_weight(config, CHUNK), finish_weight(config, CHUNK + 1)
    assert (two - one).ref_time == PLACE_BYTE + ROCKSDB_READ + ROCKSDB_WRITE
    rows = [ROW, ROW]
    assert (check_weight(rows, bytes(6)) - check_weight(rows, bytes(3))) == (
        check_weight(rows, bytes(3)) - check_weight(rows, b"")
    )
    assert check_weight(rows, bytes(9)).ref_time > check_weight(rows[:1], bytes(9)).ref_time


def test_the_largest_model_is_placed_and_asked_within_a_block() -> None:
    config = DevRuntime(Overlay(Trie.empty(version=1))).inference.config
    assert place_weight(config, bytes(config.max_bytes)).ref_time < 1_300_000_000_000
    assert finish_weight(config, config.max_bytes).ref_time < 1_300_000_000_000
    assert prediction_weight(Bound(config.max_bytes, config.max_trees, 2**20)).ref_time < 1_300_000_000_000
    assert check_weight([ROW] * config.max_rows, bytes(config.max_proof_bytes)).ref_time < 1_300_000_000_000
