"""Proofs of predictions: the owner names a root and answers for it, and no proof shows what the model does not say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chain.primitives import Hash
from pallets.frame.call import call_of
from pallets.frame.error import TokenProblem
from pallets.frame.origin import Signed
from pallets.frame.testing import assert_noop, events_of
from pallets.inference import Answer, PredictionProven, Voted
from pallets.inference.errors import (
    NotAForest,
    NotOwner,
    ProofRefused,
    RootContradicted,
    RootKnown,
    UnknownRoot,
    VersionWithdrawn,
)
from pallets.inference.events import RootDropped, RootNamed, RootRefuted, RootVerified
from pallets.inference.types import NamedRoot
from pallets.learning.forest_codec import encode_forest
from pallets.learning.forest_proof import AuthenticatedForest
from pallets.ml_registry import LINEAR_AVERAGING
from tests.pallets.inference.mock import (
    ASKER,
    ENDOWMENT,
    FOREST,
    OTHER,
    OWNER,
    PLACER,
    ROOT_DEPOSIT,
    ROW,
    InferenceRuntime,
    ask,
    do,
    held,
    new_runtime,
    placed,
    publish,
)

PROVER = AuthenticatedForest(FOREST)
ROOT, FALSE = Hash(PROVER.root), Hash(b"f" * 32)
DATA = encode_forest(FOREST)


def named(root: Hash = ROOT) -> tuple[InferenceRuntime, Hash]:
    """A version that is not on chain, and whose owner has named this root."""
    runtime = new_runtime()
    version = publish(runtime, DATA)
    do(runtime, OWNER, call_of(runtime.inference.name_root, version=version, root=root))
    return runtime, version


def test_a_proof_shows_what_a_model_says_that_is_not_on_chain() -> None:
    runtime, version = named()
    rows = [ROW, [501, 41, 0]]
    check = call_of(runtime.inference.check_prediction, version=version, rows=rows, proof=PROVER.prove(rows))
    do(runtime, ASKER, check)
    answers: list[Answer] = [Voted(2, 21, 23), Voted(0, 22, 23)]
    assert events_of(runtime, PredictionProven) == [PredictionProven(version, ASKER, answers, False)]
    assert runtime.inference.proven_by(version, rows, PROVER.prove(rows)) == answers
    assert runtime.inference.placements.get(version) is None


def test_what_is_on_chain_needs_nobodys_word() -> None:
    runtime = new_runtime()
    version = placed(runtime)
    check = call_of(runtime.inference.check_prediction, version=version, rows=[ROW], proof=PROVER.prove([ROW]))
    do(runtime, ASKER, check)
    assert events_of(runtime, PredictionProven) == [PredictionProven(version, ASKER, [Voted(2, 21, 23)], True)]
    assert ask(runtime, version, [ROW]) == [Voted(2, 21, 23)]


def test_proofs_of_other_rows_of_other_models_and_of_nothing_are_refused() -> None:
    runtime, version = named()
    proof = PROVER.prove([ROW])
    wrong = [
        ([[0, 41, 8]], proof),  # a row that goes another way
        ([ROW], proof[:-1]),
        ([ROW], proof + b"\0"),
        ([ROW], b""),
        ([ROW, ROW[:2]], proof),
        ([], proof),
    ]
    for rows, shown in wrong:
        check = call_of(runtime.inference.check_prediction, version=version, rows=rows, proof=shown)
        assert_noop(runtime, Signed(ASKER), check, ProofRefused)
        assert runtime.inference.proven_by(version, rows, shown) is None
    nobodys = publish(runtime, DATA)
    check = call_of(runtime.inference.check_prediction, version=nobodys, rows=[ROW], proof=proof)
    assert_noop(runtime, Signed(ASKER), check, UnknownRoot)
    assert runtime.inference.proven_by(nobodys, [ROW], proof) is None


@given(st.data())
def test_no_changed_byte_of_a_proof_shows_anything(data: st.DataObject) -> None:
    proof = bytearray(PROVER.prove([ROW]))
    proof[data.draw(st.integers(0, len(proof) - 1))] ^= data.draw(st.integers(1, 255))
    assert SHARED.inference.proven_by(SHARED_VERSION, [ROW], bytes(proof)) is None


SHARED, SHARED_VERSION = named()


def test_the_owner_alone_names_a_root_and_gets_the_deposit_back_for_dropping_it() -> None:
    runtime, version = named()
    name, drop = runtime.inference.name_root, runtime.inference.drop_root
    assert events_of(runtime, RootNamed) == [RootNamed(version, ROOT, False)]
    assert held(runtime, OWNER) == ROOT_DEPOSIT
    assert runtime.inference.roots.get(version) == NamedRoot(ROOT, OWNER, ROOT_DEPOSIT, False)
    assert_noop(runtime, Signed(OWNER), call_of(name, version=version, root=ROOT), RootKnown)
    assert_noop(runtime, Signed(OTHER), call_of(drop, version=version), NotOwner)
    do(runtime, OWNER, call_of(drop, version=version))
    assert events_of(runtime, RootDropped) == [RootDropped(version)]
    assert (held(runtime, OWNER), runtime.balances.balance(OWNER)) == (0, ENDOWMENT)
    assert_noop(runtime, Signed(OWNER), call_of(drop, version=version), UnknownRoot)
    assert_noop(runtime, Signed(OTHER), call_of(name, version=version, root=ROOT), NotOwner)
    linear = publish(runtime, DATA, LINEAR_AVERAGING)
    assert_noop(runtime, Signed(OWNER), call_of(name, version=linear, root=ROOT), NotAForest)
    runtime.balances.burn_from(OWNER, ENDOWMENT - ROOT_DEPOSIT)
    assert_noop(runtime, Signed(OWNER), call_of(name, version=version, root=ROOT), TokenProblem)


def test_a_true_root_is_verified_by_whoever_brings_the_model_and_stays_so() -> None:
    runtime, version = named()
    do(runtime, PLACER, call_of(runtime.inference.place, version=version, artifact=DATA))
    assert events_of(runtime, RootVerified) == [RootVerified(version)]
    do(runtime, PLACER, call_of(runtime.inference.unplace, version=version))
    assert runtime.inference.roots.get(version) == NamedRoot(ROOT, OWNER, ROOT_DEPOSIT, True)
    check = call_of(runtime.inference.check_prediction, version=version, rows=[ROW], proof=PROVER.prove([ROW]))
    do(runtime, ASKER, check)
    assert events_of(runtime, PredictionProven) == [PredictionProven(version, ASKER, [Voted(2, 21, 23)], True)]
    do(runtime, PLACER, call_of(runtime.inference.place, version=version, artifact=DATA))
    runtime.try_state()


@pytest.mark.parametrize("placer", [PLACER, OWNER])
def test_a_false_root_costs_its_owner_the_deposit(placer: object) -> None:
    runtime, version = named(FALSE)
    who = OWNER if placer == OWNER else PLACER
    before, issued = runtime.balances.total_balance(who), runtime.balances.issuance()
    do(runtime, who, call_of(runtime.inference.place, version=version, artifact=DATA))
    assert events_of(runtime, RootRefuted) == [RootRefuted(version, FALSE, ROOT)]
    assert runtime.inference.roots.get(version) is None
    gained = 0 if who == OWNER else ROOT_DEPOSIT
    assert runtime.balances.total_balance(who) == before + gained
    assert runtime.balances.total_balance(OWNER) == ENDOWMENT - gained
    assert runtime.balances.issuance() == issued
    assert_noop(
        runtime, Signed(OWNER), call_of(runtime.inference.name_root, version=version, root=FALSE), RootContradicted
    )
    do(runtime, OWNER, call_of(runtime.inference.name_root, version=version, root=ROOT))
    assert events_of(runtime, RootNamed)[-1] == RootNamed(version, ROOT, True)
    runtime.try_state()


def test_of_a_withdrawn_version_nothing_is_shown_and_anybody_drops_the_root() -> None:
    runtime, version = named()
    proof = PROVER.prove([ROW])
    do(runtime, OWNER, call_of(runtime.ml_registry.withdraw_version, version=version))
    check = call_of(runtime.inference.check_prediction, version=version, rows=[ROW], proof=proof)
    assert_noop(runtime, Signed(ASKER), check, VersionWithdrawn)
    assert runtime.inference.proven_by(version, [ROW], proof) is None
    assert runtime.inference.proven_by(Hash(bytes(32)), [ROW], proof) is None
    do(runtime, OTHER, call_of(runtime.inference.drop_root, version=version))
    assert (held(runtime, OWNER), runtime.balances.balance(OWNER)) == (0, ENDOWMENT)
    name = call_of(runtime.inference.name_root, version=version, root=ROOT)
    assert_noop(runtime, Signed(OWNER), name, VersionWithdrawn)
