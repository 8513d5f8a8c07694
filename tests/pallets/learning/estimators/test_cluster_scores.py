from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import homogeneity_completeness_v_measure

from pallets.learning.estimators.cluster_scores import ClusterScores, cluster_scores
from pallets.learning.metrics import MetricError


@given(st.lists(st.tuples(st.integers(-1, 3), st.integers(0, 3)), min_size=1, max_size=40))
def test_scores_are_those_of_scikit_learn(pairs: list[tuple[int, int]]) -> None:
    clusters, classes = ([pair[side] for pair in pairs] for side in (0, 1))
    found = cluster_scores(clusters, classes)
    expected = homogeneity_completeness_v_measure(classes, clusters)
    assert [float(each) for each in (found.homogeneity, found.completeness, found.v)] == pytest.approx(
        expected, abs=1e-9
    )


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=40))
def test_the_order_of_rows_changes_nothing(pairs: list[tuple[int, int]]) -> None:
    shuffled = sorted(pairs)
    one, other = (cluster_scores([a for a, _ in each], [b for _, b in each]) for each in (pairs, shuffled))
    assert one == other


def test_perfect_and_useless_clusters_have_exact_scores() -> None:
    one, none = Fraction(1), Fraction(0)
    assert cluster_scores([5, 5, 7], [0, 0, 1]) == ClusterScores(one, one, one)
    assert cluster_scores([5, 5, 5, 5], [0, 0, 1, 1]) == ClusterScores(none, one, none)
    assert cluster_scores([5, 6], [0, 0]) == ClusterScores(one, none, none)


def test_clusters_without_their_classes_are_refused() -> None:
    with pytest.raises(MetricError, match="1 clusters for 2 classes of rows"):
        cluster_scores([1], [1, 2])
