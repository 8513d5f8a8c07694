"""The slow obvious trainer: lists, Fractions and loops, straight from the rules in the docstrings of the fast one."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from pallets.learning.fixed_point import divide
from pallets.learning.forest import LEAF, Forest, ForestKind, ForestParameters, Tree
from pallets.learning.stream import Stream, seed_for

Rows = Sequence[Sequence[int]]


@dataclass
class Node:
    """A node that may still be split."""

    rows: list[int]
    depth: int
    feature: int = LEAF
    value: int = 0
    children: tuple[Node, Node] | None = None


def oracle_forest(
    features: Rows, targets: Sequence[int], parameters: ForestParameters, seed: bytes, fractional_bits: int = 0
) -> Forest:
    """A classifier where parameters name classes, a regressor otherwise."""
    bins = bins_of(features)
    trees = []
    for number in range(parameters.trees):
        stream = Stream(seed_for("tree", seed, number))
        rows = [stream.below(len(targets)) for _ in targets]
        trees.append(
            oracle_tree(bins, targets, parameters, stream, rows, lambda own: leaf_of(own, targets, parameters))
        )
    kind = ForestKind.CLASSIFIER if parameters.classes else ForestKind.REGRESSOR
    return Forest(kind, len(features[0]), parameters.classes, fractional_bits, tuple(trees))


def bins_of(features: Rows) -> list[list[tuple[int, int, int]]]:
    """The bins of each feature."""
    return [column_bins([row[f] for row in features]) for f in range(len(features[0]))]


def column_bins(column: list[int]) -> list[tuple[int, int, int]]:
    """For each row: the code of its bin, and the smallest and largest value in that."""
    if len(set(column)) <= 256:
        share = {value: value for value in column}
    else:
        share = {value: sum(other < value for other in column) * 256 // len(column) for value in set(column)}
    codes = {code: index for index, code in enumerate(sorted(set(share.values())))}
    members: dict[int, list[int]] = {}
    for value, code in share.items():
        members.setdefault(codes[code], []).append(value)
    return [
        (codes[share[value]], min(members[codes[share[value]]]), max(members[codes[share[value]]])) for value in column
    ]


def oracle_tree(
    bins: list[list[tuple[int, int, int]]],
    targets: Sequence[int],
    parameters: ForestParameters,
    stream: Stream,
    rows: list[int],
    leaf: Callable[[list[int]], int],
) -> Tree:
    """One tree of the rows; `leaf` says what rows that end together are told."""
    root = Node(rows, 0)
    waiting = deque([root])
    while waiting:
        node = waiting.popleft()
        node.value = leaf(node.rows)
        told = {targets[row] for row in node.rows}
        if node.depth == parameters.max_depth or len(told) < 2 or len(node.rows) < 2 * parameters.min_leaf:
            continue
        among = len(bins)
        drawn = parameters.features_drawn(among)
        chosen = sorted(stream.choice(drawn, among)) if drawn < among else list(range(among))
        split = _best(node, chosen, bins, targets, parameters) or _best(
            node, list(range(among)), bins, targets, parameters
        )
        if split is None:
            continue
        node.feature, code, node.value = split
        left = [row for row in node.rows if bins[node.feature][row][0] <= code]
        right = [row for row in node.rows if bins[node.feature][row][0] > code]
        node.children = (Node(left, node.depth + 1), Node(right, node.depth + 1))
        waiting.extend(node.children)
    features, values = bytearray(), list[int]()
    _walk(root, features, values)
    return Tree(bytes(features), tuple(values))


def leaf_of(rows: list[int], targets: Sequence[int], parameters: ForestParameters) -> int:
    """The most frequent class, the lowest of equals; or the mean."""
    told = [targets[row] for row in rows]
    if parameters.classes:
        counts = Counter(told)
        return min(counts, key=lambda label: (-counts[label], label))
    return divide(sum(told), len(told))


def _best(
    node: Node,
    chosen: list[int],
    bins: list[list[tuple[int, int, int]]],
    targets: Sequence[int],
    parameters: ForestParameters,
) -> tuple[int, int, int] | None:
    """Feature, bin and threshold of the best split."""
    best, best_worth = None, Fraction(-1)
    for feature in chosen:
        spans = sorted({bins[feature][row] for row in node.rows})
        for (code, _, highest), (_, lowest, _) in pairwise(spans):
            left = [targets[row] for row in node.rows if bins[feature][row][0] <= code]
            right = [targets[row] for row in node.rows if bins[feature][row][0] > code]
            if min(len(left), len(right)) < parameters.min_leaf:
                continue
            worth = _worth(left, parameters) + _worth(right, parameters)
            if worth > best_worth:
                best, best_worth = (feature, code, (highest + lowest) // 2), worth
    return best


def _worth(told: list[int], parameters: ForestParameters) -> Fraction:
    if parameters.classes:
        return Fraction(sum(count * count for count in Counter(told).values()), len(told))
    return Fraction(sum(told) ** 2, len(told))


def _walk(node: Node, features: bytearray, values: list[int]) -> None:
    features.append(node.feature)
    values.append(node.value)
    for child in node.children or ():
        _walk(child, features, values)
