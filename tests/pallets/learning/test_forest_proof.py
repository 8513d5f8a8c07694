from __future__ import annotations

from hashlib import blake2b

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pallets.learning.datasets import iris
from pallets.learning.forest import LEAF, Forest, ForestKind, ForestParameters, Tree
from pallets.learning.forest_codec import encode_forest
from pallets.learning.forest_proof import AuthenticatedForest, ProofError, verified_leaves, verify
from pallets.learning.forest_training import train_classifier
from pallets.learning.prediction import Predictor
from tests.pallets.learning.forests import drawn_rows, forests, rows_near, walk

STUMP = Tree(bytes([1, LEAF, LEAF]), (500, 0, 1))
FOREST = Forest(ForestKind.CLASSIFIER, 2, 2, 0, (STUMP, Tree(bytes([LEAF]), (1,))))


def plain_hash(*parts: bytes) -> bytes:
    return blake2b(b"".join(parts), digest_size=32, person=b"palletlab.forest").digest()


@given(forests(), st.data())
def test_a_proof_shows_what_the_forest_says(forest: Forest, data: st.DataObject) -> None:
    rows = [data.draw(rows_near(forest)) for _ in range(data.draw(st.integers(1, 4)))]
    authenticated = AuthenticatedForest(forest)
    proof = authenticated.prove(rows)
    predictor = Predictor(forest)
    assert verify(authenticated.root, rows, proof) == [predictor.predict(row) for row in rows]
    header, leaves = verified_leaves(authenticated.root, rows, proof)
    assert leaves == [[walk(tree, row) for tree in forest.trees] for row in rows]
    assert (header.kind, header.features, header.trees) == (forest.kind, forest.features, len(forest.trees))


@settings(max_examples=150)
@given(forests(), st.data())
def test_a_tampered_proof_is_refused(forest: Forest, data: st.DataObject) -> None:
    rows = [data.draw(rows_near(forest)) for _ in range(2)]
    authenticated = AuthenticatedForest(forest)
    proof = authenticated.prove(rows)
    place = data.draw(st.integers(0, len(proof) - 1))
    change = data.draw(st.sampled_from(["flip", "cut", "insert", "append"]))
    tampered = {
        "flip": proof[:place] + bytes([proof[place] ^ data.draw(st.integers(1, 255))]) + proof[place + 1 :],
        "cut": proof[:place],
        "insert": proof[:place] + data.draw(st.binary(min_size=1, max_size=40)) + proof[place:],
        "append": proof + data.draw(st.binary(min_size=1, max_size=40)),
    }[change]
    if tampered != proof:
        with pytest.raises(ProofError):
            verify(authenticated.root, rows, tampered)


@given(st.binary(max_size=200), st.booleans())
def test_any_bytes_are_refused_by_the_same_error(noise: bytes, has_header: bool) -> None:
    header = encode_forest(Forest(ForestKind.CLASSIFIER, 2, 2, 0, ()))[:-2] + b"\x02\x00"
    with pytest.raises(ProofError):
        verify(bytes(32), [[0, 0]], header + noise if has_header else noise)


@given(forests(), st.data())
def test_a_proof_is_of_its_rows_and_its_root_alone(forest: Forest, data: st.DataObject) -> None:
    row, other = data.draw(rows_near(forest)), data.draw(rows_near(forest))
    authenticated = AuthenticatedForest(forest)
    proof = authenticated.prove([row])
    with pytest.raises(ProofError, match="the proof is of a forest with root"):
        verify(bytes(32), [row], proof)
    same_path = all(walk_places(tree, row) == walk_places(tree, other) for tree in forest.trees)
    if same_path:
        verify(authenticated.root, [other], proof)
    else:
        with pytest.raises(ProofError, match="the rows go to other children"):
            verify(authenticated.root, [other], proof)


def walk_places(tree: Tree, row: list[int]) -> list[bool]:
    """The turns that a row takes, found by cutting the tree down to one path."""
    turns, features, values = [], tree.features, tree.values
    while features[0] != LEAF:
        is_left = row[features[0]] <= values[0]
        turns.append(is_left)
        end, missing = 1, 1
        while missing:
            missing += 1 if features[end] != LEAF else -1
            end += 1
        features, values = (features[1:end], values[1:end]) if is_left else (features[end:], values[end:])
    return turns


def test_root_and_proof_are_made_as_the_layout_says() -> None:
    authenticated = AuthenticatedForest(FOREST)
    zero, one = plain_hash(b"\0", bytes([LEAF, 0])), plain_hash(b"\0", bytes([LEAF, 1]))
    node = bytes([1]) + (500).to_bytes(2, "little")
    header = encode_forest(FOREST)[:11]
    assert authenticated.root == plain_hash(b"\2", header, plain_hash(b"\1", node, zero, one), one)
    leaf_one = bytes([0, LEAF, 1])
    assert authenticated.prove([[0, 501]]) == header + b"\3" + node + zero + leaf_one + leaf_one
    assert authenticated.prove([[0, 500]]) == header + b"\2" + node + one + bytes([0, LEAF, 0]) + leaf_one
    assert authenticated.prove([[0, 501], [0, 3]]) == header + b"\1" + node + bytes([0, LEAF, 0]) + leaf_one * 2


def test_a_node_opened_for_no_row_is_refused() -> None:
    authenticated = AuthenticatedForest(FOREST)
    both = authenticated.prove([[0, 0], [0, 501]])
    assert verify(authenticated.root, [[0, 0], [0, 501]], both) == [0, 1]  # one vote each: the lowest class
    with pytest.raises(ProofError, match="byte 11: the rows go to other children than those that are opened"):
        verify(authenticated.root, [[0, 501]], both)


def test_rows_share_the_nodes_that_they_all_reach() -> None:
    task = iris()
    forest = train_classifier(task.rows, task.targets, ForestParameters(classes=3), b"proof")
    authenticated = AuthenticatedForest(forest)
    alone = [len(authenticated.prove([row])) for row in task.rows[:100:10]]
    assert sum(alone) // len(alone) < 10_000
    assert len(authenticated.prove(task.rows[:100:10])) < sum(alone) // 3
    assert len(authenticated.prove([task.rows[0]] * 9)) == alone[0]


def test_a_deeper_tree_than_there_may_be_is_refused() -> None:
    header = encode_forest(Forest(ForestKind.CLASSIFIER, 1, 1, 0, ()))[:-2] + b"\1\0"
    comb = (bytes([2, 0, 0, 0]) + bytes(32)) * 65
    with pytest.raises(ProofError, match="byte 2315: deeper than 64"):
        verify(bytes(32), [[0]], header + comb + bytes([0, LEAF, 0]))


@pytest.mark.parametrize(
    ("rows", "message"),
    [([], "no rows"), ([[0]], "row 0 has 1 values for 2 features"), ([[0, 0], [0] * 3], "row 1 has 3 values")],
)
def test_rows_of_another_shape_are_neither_proved_nor_verified(rows: list[list[int]], message: str) -> None:
    authenticated = AuthenticatedForest(FOREST)
    with pytest.raises(ProofError, match=message):
        authenticated.prove(rows)
    with pytest.raises(ProofError, match=message):
        verify(authenticated.root, rows, authenticated.prove([[0, 0]]))


def test_another_forest_has_another_root() -> None:
    rows = drawn_rows(20, 2, 1)
    parameters = ForestParameters(trees=3, classes=2)
    grown = [train_classifier(rows, [row[0] % 2 for row in rows], parameters, bytes([seed])) for seed in range(4)]
    assert len({AuthenticatedForest(forest).root for forest in grown}) == 4
    wider = Forest(ForestKind.CLASSIFIER, 3, 2, 0, FOREST.trees)
    assert AuthenticatedForest(wider).root != AuthenticatedForest(FOREST).root
