from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pallets.learning.boosting.model import BoostedModel, BoostedPredictor, empty_boosted
from pallets.learning.boosting.model_codec import encode_head
from pallets.learning.boosting.proof import AuthenticatedBoosting, verify_boosted
from pallets.learning.forest import LEAF, Forest, ForestKind, Tree
from pallets.learning.forest_proof import AuthenticatedForest, ProofError
from tests.pallets.learning.boosting.models import models
from tests.pallets.learning.forests import rows_near


@given(models(), st.data())
def test_a_proof_shows_what_the_model_says(model: BoostedModel, data: st.DataObject) -> None:
    rows = [data.draw(rows_near(model.forest)) for _ in range(data.draw(st.integers(1, 3)))]
    authenticated = AuthenticatedBoosting(model)
    predictor = BoostedPredictor(model)
    assert verify_boosted(authenticated.root, rows, authenticated.prove(rows)) == [predictor.predict(r) for r in rows]


@given(models(), st.data())
def test_a_tampered_proof_is_refused(model: BoostedModel, data: st.DataObject) -> None:
    row = data.draw(rows_near(model.forest))
    authenticated = AuthenticatedBoosting(model)
    proof = bytearray(authenticated.prove([row]))
    proof[data.draw(st.integers(0, len(proof) - 1))] ^= data.draw(st.integers(1, 255))
    for tampered in (bytes(proof), authenticated.prove([row]) + b"\0", authenticated.prove([row])[:-1]):
        with pytest.raises(ProofError):
            verify_boosted(authenticated.root, [row], tampered)


def test_the_start_is_under_the_root_too() -> None:
    one, other = (AuthenticatedBoosting(empty_boosted(1, 2, start=start)) for start in (1, -1))
    assert verify_boosted(one.root, [[0]], one.prove([[0]])) == [1]
    with pytest.raises(ProofError, match="the proof is of a boosted model with root"):
        verify_boosted(one.root, [[0]], other.prove([[0]]))


@pytest.mark.parametrize(
    ("classes", "forest", "message"),
    [
        (0, Forest(ForestKind.CLASSIFIER, 1, 2, 0, ()), "0 trees of the root are no stages of 1 columns"),
        (3, Forest(ForestKind.REGRESSOR, 1, 0, 16, (Tree(bytes([LEAF]), (0,)),)), "1 trees of the root are no stages"),
        (2, Forest(ForestKind.REGRESSOR, 1, 0, 15, ()), "log-odds with 15 fractional bits"),
    ],
)
def test_a_root_of_what_is_no_model_proves_nothing(classes: int, forest: Forest, message: str) -> None:
    head = encode_head(empty_boosted(1, classes))
    authenticated = AuthenticatedForest(forest)
    with pytest.raises(ProofError, match="not 0000") as refused:
        verify_boosted(bytes(32), [[0]], head + authenticated.prove([[0]]))
    root = bytes.fromhex(str(refused.value).split(" root ")[1].split(",")[0])
    with pytest.raises(ProofError, match=message):
        verify_boosted(root, [[0]], head + authenticated.prove([[0]]))
