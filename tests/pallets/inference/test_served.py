"""What models say on chain is what scikit-learn says of the same trees, and what they say off chain, to the integer."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor

from chain.primitives import Hash
from pallets.inference import Labelled, Value, Voted
from pallets.inference.served import MalformedModel, proven, served
from pallets.inference.types import MAX_FEATURES, Format
from pallets.learning.batch_prediction import BatchPredictor
from pallets.learning.boosting.model import BoostedPredictor, BoostingParameters, empty_boosted
from pallets.learning.boosting.model_codec import encode_boosted
from pallets.learning.boosting.proof import AuthenticatedBoosting
from pallets.learning.boosting.training import train_boosted
from pallets.learning.datasets import TabularTask, breast_cancer, digits, iris, wine
from pallets.learning.estimators.tree_fitting import random_forest_classifier, random_forest_regressor
from pallets.learning.forest import Forest, ForestKind
from pallets.learning.forest_codec import encode_forest
from pallets.learning.forest_proof import AuthenticatedForest, ProofError
from pallets.learning.prediction import Predictor
from pallets.learning.quantise import FEATURE_LIMIT
from pallets.ml_registry import TREE_BOOSTING
from tests.pallets.inference.mock import ask, new_runtime, placed
from tests.pallets.learning.forests import forests, rows_near

TASKS: Final = {"iris": iris, "wine": wine, "breast_cancer": breast_cancer, "digits": digits}
TREES: Final = 12


def parts(task: TabularTask) -> tuple[TabularTask, list[list[int]]]:
    """Some rows to learn from, and some others to ask about."""
    places = range(min(len(task.rows), 450))
    asked = [list(task.rows[place]) for place in places if place % 3 == 0]
    return task.subset([place for place in places if place % 3]), asked[:100]


def asked_on_chain(data: bytes, rows: list[list[int]]) -> list[Any]:
    """What the events of a chain say."""
    runtime = new_runtime()
    version = placed(runtime, data)
    most = runtime.inference.config.max_rows
    return [answer for at in range(0, len(rows), most) for answer in ask(runtime, version, rows[at : at + most])]


@pytest.mark.parametrize("name", TASKS)
@pytest.mark.parametrize("seed", [0, 1])
def test_the_chain_says_what_scikit_learn_says(name: str, seed: int) -> None:
    known, asked = parts(TASKS[name]())
    forest = random_forest_classifier(known.rows, known.targets, classes=known.classes, trees=TREES, seed=seed)
    theirs = RandomForestClassifier(TREES, max_depth=32, random_state=seed).fit(known.rows, known.targets)
    assert max(each.get_depth() for each in theirs.estimators_) < 32  # so leaves are pure, and shares are votes
    answers = asked_on_chain(encode_forest(forest), asked)
    votes = np.sum([each.predict_proba(asked) for each in theirs.estimators_], axis=0)
    assert [answer.label for answer in answers] == theirs.predict(asked).tolist()
    assert [answer.votes for answer in answers] == votes.max(axis=1).tolist()
    assert [answer.label for answer in answers] == BatchPredictor(forest).predict(asked).tolist()
    assert {answer.trees for answer in answers} == {TREES}


@pytest.mark.parametrize("name", ["wine", "digits"])
def test_the_chain_says_the_values_that_scikit_learn_says_as_near_as_their_bits(name: str) -> None:
    known, asked = parts(TASKS[name]())
    forest = random_forest_regressor(known.rows, [each << 16 for each in known.targets], trees=TREES, seed=3)
    theirs = RandomForestRegressor(TREES, max_depth=32, random_state=3).fit(known.rows, known.targets).predict(asked)
    answers = asked_on_chain(encode_forest(forest), asked)
    assert {answer.fractional_bits for answer in answers} == {16}
    said = np.array([answer.value for answer in answers])
    assert np.abs(said / 2**16 - theirs).max() <= 2.0**-17 + 2.0**-16
    assert said.tolist() == BatchPredictor(forest).predict(asked).tolist()


@pytest.mark.parametrize("classes", [0, 2, 3])
def test_boosted_models_say_on_chain_what_they_say_off_it(classes: int) -> None:
    task = wine()
    targets = [min(each, classes - 1) if classes else each << 16 for each in task.targets]
    parameters = BoostingParameters(stages=4, max_depth=3)
    model = train_boosted(empty_boosted(13, classes), task.rows, targets, parameters, bytes(32))
    asked = [list(row) for row in task.rows[::20]]
    runtime = new_runtime()
    version = placed(runtime, encode_boosted(model), TREE_BOOSTING)
    off_chain = [BoostedPredictor(model).predict(row) for row in asked]
    expected = [Labelled(said) if classes else Value(said, 16) for said in off_chain]
    answers = ask(runtime, version, asked[:8])
    assert answers == expected[:8]
    assert len(set(off_chain)) > 1
    authenticated = AuthenticatedBoosting(model)
    root = runtime.inference.placement(version).proof_root
    assert root == authenticated.root
    assert proven(Format.BOOSTED, root, asked, authenticated.prove(asked)) == expected


@settings(max_examples=60)
@given(forests(), st.data())
def test_any_forest_says_the_same_on_chain_by_proof_and_off_chain(forest: Forest, data: st.DataObject) -> None:
    rows = data.draw(st.lists(rows_near(forest), min_size=1, max_size=3))
    model, off_chain = served(Format.FOREST, encode_forest(forest)), Predictor(forest)
    answers = [model.answer(row) for row in rows]
    if forest.kind is ForestKind.REGRESSOR:
        assert answers == [Value(off_chain.predict(row), forest.fractional_bits) for row in rows]
    else:
        most = [max(off_chain.votes(row)) for row in rows]
        predicted = [off_chain.predict(row) for row in rows]
        assert answers == [Voted(label, votes, len(forest.trees)) for label, votes in zip(predicted, most, strict=True)]
    proof = AuthenticatedForest(forest).prove(rows)
    assert proven(Format.FOREST, model.proof_root(), rows, proof) == answers


@settings(max_examples=60)
@given(st.sampled_from(Format), st.binary(max_size=60), st.sampled_from([b"", b"PLF\x01", b"PLD\x01", b"PLB\x01"]))
def test_any_bytes_are_a_model_or_refused(form: Format, data: bytes, magic: bytes) -> None:
    for read in (lambda: served(form, magic + data), lambda: proven(form, ROOT, [[1, 2]], magic + data)):
        try:
            read()
        except (MalformedModel, ProofError):
            continue
        assert form in Format


ROOT: Final = Hash(AuthenticatedForest(Forest(ForestKind.REGRESSOR, 2, 0, 3, ())).root)


def test_a_row_has_room_for_as_many_features_as_a_forest_may_have() -> None:
    assert MAX_FEATURES == FEATURE_LIMIT
