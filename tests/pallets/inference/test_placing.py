"""Models come on chain whole and right or not at all, and leave no planck and no byte behind."""

from __future__ import annotations

import pytest

from chain.crypto.hashing import twox_128
from chain.primitives import Hash
from pallets.frame.call import call_of
from pallets.frame.error import TokenProblem
from pallets.frame.origin import Signed
from pallets.frame.testing import assert_err, assert_noop, assert_ok, events_of, run_to_block
from pallets.inference import Placed, Placement, Unplaced
from pallets.inference.errors import (
    AlreadyPlaced,
    ChunkOutOfOrder,
    Malformed,
    NotAForest,
    NotPlaced,
    NotPlacer,
    TooLarge,
    UnknownUpload,
    UploadHolds,
    UploadIncomplete,
    UploadKnown,
    VersionWithdrawn,
    WrongBytes,
    WrongChunkSize,
    WrongSize,
)
from pallets.inference.types import Format, Upload
from pallets.learning.boosting.model import empty_boosted, with_trees
from pallets.learning.boosting.model_codec import encode_boosted
from pallets.learning.forest import LEAF, Forest, ForestKind, Tree
from pallets.learning.forest_codec import encode_forest
from pallets.learning.forest_federation import encode_federated, federation
from pallets.learning.forest_proof import AuthenticatedForest
from pallets.ml_registry import (
    FOREST_MERGE,
    FOREST_QUOTA,
    LINEAR_AVERAGING,
    NETWORK_AVERAGING,
    TREE_BOOSTING,
    Artifact,
)
from pallets.ml_registry.errors import AlgorithmDisabled, UnknownParent
from tests.pallets.inference.mock import (
    BASE,
    CHUNK,
    ENDOWMENT,
    FOREST,
    MOST,
    OTHER,
    OWNER,
    PER_BYTE,
    PLACER,
    InferenceRuntime,
    do,
    held,
    new_runtime,
    placed,
    publish,
)

DATA = encode_forest(FOREST)
DEPOSIT = BASE + PER_BYTE * len(DATA)


def chunks(data: bytes = DATA) -> list[tuple[int, bytes]]:
    return [(at, data[at : at + CHUNK]) for at in range(0, len(data), CHUNK)]


def begun(runtime: InferenceRuntime, data: bytes = DATA, count: int | None = None) -> Hash:
    """A version of these bytes, and an upload of the first so many chunks by the placer."""
    version, pallet = publish(runtime, data), runtime.inference
    do(runtime, PLACER, call_of(pallet.begin_upload, version=version))
    for offset, chunk in chunks(data)[:count]:
        do(runtime, PLACER, call_of(pallet.add_chunk, version=version, offset=offset, chunk=chunk))
    return version


def test_what_is_placed_is_told_and_paid_for_by_the_byte() -> None:
    runtime = new_runtime()
    version = placed(runtime)
    root = Hash(AuthenticatedForest(FOREST).root)
    assert runtime.inference.placement(version) == Placement(
        placer=PLACER,
        deposit=DEPOSIT,
        format=Format.FOREST,
        size=len(DATA),
        features=3,
        trees=len(FOREST.trees),
        depths=sum(tree.depth for tree in FOREST.trees),
        proof_root=root,
    )
    assert runtime.inference.artifacts.get(version) == DATA
    assert events_of(runtime, Placed) == [Placed(version, PLACER, FOREST.cost_bound, root)]
    assert held(runtime, PLACER) == DEPOSIT
    assert runtime.balances.balance(PLACER) == ENDOWMENT - DEPOSIT
    runtime.try_state()


def test_chunks_make_the_same_placement_and_leave_nothing_else() -> None:
    whole, parts = new_runtime(), new_runtime()
    version = placed(whole)
    assert len(chunks()) > 2
    assert begun(parts) == version
    assert held(parts, PLACER) == DEPOSIT
    parts.try_state()
    do(parts, PLACER, call_of(parts.inference.finish_upload, version=version, size=len(DATA)))
    assert parts.inference.placement(version) == whole.inference.placement(version)
    assert parts.inference.artifacts.get(version) == DATA
    assert [*parts.inference.chunks.iter(), *parts.inference.uploads.iter()] == []
    assert held(parts, PLACER) == DEPOSIT
    parts.try_state()


def test_unplacing_gives_the_deposit_back_and_leaves_no_byte() -> None:
    runtime = new_runtime()
    version = publish(runtime, DATA)
    do(runtime, PLACER, call_of(runtime.inference.place, version=version, artifact=DATA))
    assert len(list(runtime.storage.committed().items(twox_128(b"Inference")))) == 2
    unplace = call_of(runtime.inference.unplace, version=version)
    assert_noop(runtime, Signed(OTHER), unplace, NotPlacer)
    do(runtime, PLACER, unplace)
    assert events_of(runtime, Unplaced) == [Unplaced(version)]
    assert (held(runtime, PLACER), runtime.balances.balance(PLACER)) == (0, ENDOWMENT)
    assert list(runtime.storage.committed().items(twox_128(b"Inference"))) == []
    assert_noop(runtime, Signed(PLACER), unplace, NotPlaced)


def test_a_withdrawn_version_is_cleared_away_by_anybody_and_its_placer_gets_the_deposit() -> None:
    runtime = new_runtime()
    version = placed(runtime)
    do(runtime, OWNER, call_of(runtime.ml_registry.withdraw_version, version=version))
    do(runtime, OTHER, call_of(runtime.inference.unplace, version=version))
    assert (held(runtime, PLACER), runtime.balances.balance(PLACER)) == (0, ENDOWMENT)
    place = call_of(runtime.inference.place, version=version, artifact=DATA)
    assert_noop(runtime, Signed(PLACER), place, VersionWithdrawn)


def test_forests_of_clients_and_boosted_models_are_placed_in_their_own_bytes() -> None:
    runtime = new_runtime()
    federated = encode_federated(federation(FOREST, [(bytes(OTHER), FOREST)]))
    clients = placed(runtime, federated, FOREST_QUOTA)
    boosted = placed(runtime, encode_boosted(empty_boosted(4, classes=3)), TREE_BOOSTING)
    assert runtime.inference.placement(clients).proof_root == AuthenticatedForest(FOREST).root
    assert runtime.inference.placement(boosted).format is Format.BOOSTED
    for data, algorithm in ((DATA, FOREST_QUOTA), (federated, TREE_BOOSTING)):
        version = publish(runtime, data, algorithm)
        place = call_of(runtime.inference.place, version=version, artifact=data)
        assert_noop(runtime, Signed(PLACER), place, Malformed)


@pytest.mark.parametrize("algorithm", [LINEAR_AVERAGING, NETWORK_AVERAGING])
def test_what_is_no_forest_is_refused(algorithm: int) -> None:
    runtime = new_runtime()
    version = publish(runtime, DATA, algorithm)
    for call in (
        call_of(runtime.inference.place, version=version, artifact=DATA),
        call_of(runtime.inference.begin_upload, version=version),
    ):
        assert_noop(runtime, Signed(PLACER), call, NotAForest)


def test_unknown_versions_and_disabled_algorithms_are_refused() -> None:
    runtime = new_runtime()
    place = runtime.inference.place
    assert_noop(runtime, Signed(PLACER), call_of(place, version=Hash(bytes(32)), artifact=DATA), UnknownParent)
    version = publish(runtime, DATA)
    runtime.ml_registry.algorithms.mutate(
        0, lambda found: found and type(found)(found.name, found.specification, False)
    )
    assert_noop(runtime, Signed(PLACER), call_of(place, version=version, artifact=DATA), AlgorithmDisabled)


def test_other_bytes_than_the_artifacts_are_refused() -> None:
    runtime = new_runtime()
    version = publish(runtime, DATA)
    flipped = bytes([*DATA[:-1], DATA[-1] ^ 1])
    for wrong in (b"", DATA[:-1], DATA + b"\0", flipped):
        call = call_of(runtime.inference.place, version=version, artifact=wrong)
        assert_noop(runtime, Signed(PLACER), call, WrongBytes)


@pytest.mark.parametrize(
    "data",
    [
        b"rows of somebody",
        DATA[:-1],
        DATA + b"\0",
        DATA[:4] + b"\2" + DATA[5:],  # a kind that there is not
        DATA[:11] + b"\xfe" + DATA[12:],  # a feature that there is not
        DATA[:9] + b"\x18\0" + DATA[11:],  # a tree that is not there
    ],
)
def test_artifacts_that_are_no_canonical_forest_are_refused(data: bytes) -> None:
    runtime = new_runtime()
    version = publish(runtime, data)
    assert_noop(runtime, Signed(PLACER), call_of(runtime.inference.place, version=version, artifact=data), Malformed)
    uploaded = begun(runtime, data)
    finish = call_of(runtime.inference.finish_upload, version=uploaded, size=len(data))
    assert_noop(runtime, Signed(PLACER), finish, Malformed)
    do(runtime, PLACER, call_of(runtime.inference.abandon_upload, version=uploaded, who=PLACER))
    assert held(runtime, PLACER) == 0
    runtime.try_state()


def test_models_with_too_many_bytes_or_trees_are_refused() -> None:
    runtime = new_runtime()
    many = Forest(ForestKind.REGRESSOR, 1, 0, 16, (Tree(bytes([LEAF]), (0,)),) * 121)
    for data, algorithm in (
        (encode_forest(many), FOREST_MERGE),
        (encode_federated(federation(many, [(bytes(OTHER), many)])), FOREST_QUOTA),
        (encode_boosted(with_trees(empty_boosted(1), many.trees)), TREE_BOOSTING),
    ):
        version = publish(runtime, data, algorithm)
        place = call_of(runtime.inference.place, version=version, artifact=data)
        assert_noop(runtime, Signed(PLACER), place, TooLarge)
    registry = runtime.ml_registry
    huge = registry.publish(0, Artifact(b"cid", Hash(bytes(32)), MOST + 1), None, 0, ())
    for call in (
        call_of(runtime.inference.place, version=huge, artifact=bytes(MOST)),
        call_of(runtime.inference.begin_upload, version=huge),
    ):
        assert_noop(runtime, Signed(PLACER), call, TooLarge)


def test_who_cannot_pay_the_deposit_places_nothing() -> None:
    runtime = new_runtime()
    version = publish(runtime, DATA)
    runtime.balances.burn_from(PLACER, ENDOWMENT - DEPOSIT)
    for call in (
        call_of(runtime.inference.place, version=version, artifact=DATA),
        call_of(runtime.inference.begin_upload, version=version),
    ):
        assert_noop(runtime, Signed(PLACER), call, TokenProblem)


def test_a_version_is_placed_once() -> None:
    runtime = new_runtime()
    version = placed(runtime)
    for call in (
        call_of(runtime.inference.place, version=version, artifact=DATA),
        call_of(runtime.inference.begin_upload, version=version),
    ):
        assert_noop(runtime, Signed(OTHER), call, AlreadyPlaced)


def test_chunks_come_in_order_and_in_their_size() -> None:
    runtime = new_runtime()
    pallet = runtime.inference
    version = begun(runtime, count=1)
    (_, first), (second_at, second), *_ = chunks()

    def refused(offset: int, chunk: bytes, error: type[ChunkOutOfOrder] | type[WrongChunkSize]) -> None:
        call = call_of(pallet.add_chunk, version=version, offset=offset, chunk=chunk)
        assert_noop(runtime, Signed(PLACER), call, error)

    refused(0, first, ChunkOutOfOrder)
    refused(2 * CHUNK, second, ChunkOutOfOrder)
    for wrong in (b"", second[:-1]):
        refused(second_at, wrong, WrongChunkSize)
    add = call_of(pallet.add_chunk, version=version, offset=second_at, chunk=second)
    assert_noop(runtime, Signed(OTHER), add, UnknownUpload)
    finish = call_of(pallet.finish_upload, version=version, size=len(DATA))
    assert_noop(runtime, Signed(PLACER), finish, UploadIncomplete)
    for offset, chunk in chunks()[1:]:
        do(runtime, PLACER, call_of(pallet.add_chunk, version=version, offset=offset, chunk=chunk))
    refused(len(DATA), b"", WrongChunkSize)
    refused(len(DATA), b"\0", WrongChunkSize)
    small = call_of(pallet.finish_upload, version=version, size=len(DATA) - 1)
    assert_noop(runtime, Signed(PLACER), small, WrongSize)
    assert_noop(runtime, Signed(OTHER), finish, UnknownUpload)
    do(runtime, PLACER, finish)


def test_chunks_of_other_bytes_are_found_out_at_the_end() -> None:
    runtime = new_runtime()
    pallet = runtime.inference
    version = publish(runtime, DATA)
    do(runtime, PLACER, call_of(pallet.begin_upload, version=version))
    for offset, chunk in chunks(DATA[CHUNK:] + DATA[:CHUNK]):
        do(runtime, PLACER, call_of(pallet.add_chunk, version=version, offset=offset, chunk=chunk))
    finish = call_of(pallet.finish_upload, version=version, size=len(DATA))
    assert_noop(runtime, Signed(PLACER), finish, WrongBytes)
    runtime.try_state()


def test_one_accounts_upload_stands_in_nobodys_way() -> None:
    runtime = new_runtime()
    pallet = runtime.inference
    version = begun(runtime, count=1)
    assert_noop(runtime, Signed(PLACER), call_of(pallet.begin_upload, version=version), UploadKnown)
    do(runtime, OTHER, call_of(pallet.begin_upload, version=version))
    do(runtime, OWNER, call_of(pallet.place, version=version, artifact=DATA))
    runtime.try_state()
    for offset, chunk in chunks()[1:]:
        do(runtime, PLACER, call_of(pallet.add_chunk, version=version, offset=offset, chunk=chunk))
    finish = call_of(pallet.finish_upload, version=version, size=len(DATA))
    assert_noop(runtime, Signed(PLACER), finish, AlreadyPlaced)
    for who in (PLACER, OTHER):
        do(runtime, who, call_of(pallet.abandon_upload, version=version, who=who))
    assert [held(runtime, who) for who in (PLACER, OTHER, OWNER)] == [0, 0, DEPOSIT]


def test_an_upload_is_abandoned_by_its_account_and_by_anybody_once_it_has_expired() -> None:
    runtime = new_runtime()
    pallet = runtime.inference
    version = begun(runtime, count=2)
    assert pallet.uploads.get((version, PLACER)) == Upload(len(DATA), 2 * CHUNK, DEPOSIT, 21)
    abandon = call_of(pallet.abandon_upload, version=version, who=PLACER)
    run_to_block(runtime, 20)
    assert_noop(runtime, Signed(OTHER), abandon, UploadHolds)
    run_to_block(runtime, 21)
    assert_ok(runtime, Signed(OTHER), abandon)
    assert [*pallet.chunks.iter(), *pallet.uploads.iter()] == []
    assert (held(runtime, PLACER), runtime.balances.balance(PLACER)) == (0, ENDOWMENT)
    assert_err(runtime, Signed(OTHER), abandon, UnknownUpload)
    do(runtime, PLACER, call_of(pallet.begin_upload, version=version))
    do(runtime, PLACER, call_of(pallet.abandon_upload, version=version, who=PLACER))
    runtime.try_state()


def test_what_is_withdrawn_while_it_comes_is_never_served() -> None:
    runtime = new_runtime()
    version = begun(runtime)
    do(runtime, OWNER, call_of(runtime.ml_registry.withdraw_version, version=version))
    finish = call_of(runtime.inference.finish_upload, version=version, size=len(DATA))
    assert_noop(runtime, Signed(PLACER), finish, VersionWithdrawn)
    do(runtime, PLACER, call_of(runtime.inference.abandon_upload, version=version, who=PLACER))
    assert held(runtime, PLACER) == 0
