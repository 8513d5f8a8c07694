"""What a node answers is what the computation ends in, and both are what the strategies of rounds compute."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chain.primitives import AccountId, Hash
from chain.scale import codec_of
from pallets.disputes.computations.averaging import Averaging, Weighed
from pallets.disputes.computations.kinds import AVERAGING, MERGING, LearningKinds
from pallets.disputes.computations.merging import Merging
from pallets.disputes.computations.replays import answer_to, files_of
from pallets.disputes.steps import ComputationRefused
from pallets.disputes.trace import leaf_of
from pallets.disputes.types import Computation
from pallets.federated_round.settings import ForestSettings, LinearSettings
from pallets.federated_round.strategies import Averaging as AveragingStrategy
from pallets.federated_round.strategies import ClientUpdate, ForestMerge
from pallets.learning.forest import ForestParameters
from pallets.learning.forest_codec import encode_forest
from pallets.learning.forest_training import train_classifier
from pallets.learning.linear_model import LinearKind, LinearModel, encode_linear
from pallets.learning.quantise import FeatureRange, Quantiser, encode_quantiser
from pallets.ml_registry.artifact import artifact_of
from tests.pallets.disputes.computations.lessons import points

QUANTISER = encode_quantiser(Quantiser((FeatureRange(0, 65536),) * 3))
WEIGHTS = st.lists(st.integers(-(2**43), 2**43), min_size=4, max_size=4)


def fetched(files: Sequence[bytes]) -> Mapping[Hash, bytes]:
    return {artifact_of(data).root: data for data in files}


def checked(computation: Computation, files: Sequence[bytes], expected: bytes | None) -> None:
    """The answer is what was expected, and the trace ends in it."""
    known = fetched(files)
    answer = answer_to(computation, [known[file.root] for file in files_of(computation)])
    assert answer.output == expected
    result = None if expected is None else artifact_of(expected)
    trace = answer.replay.trace(())
    end = LearningKinds().steps_of(computation).end(result)
    assert trace.node(0, (1 << trace.depth) - 1) == leaf_of(end)


def averaging(files: Sequence[bytes], samples: Sequence[int]) -> Computation:
    weighed = tuple(Weighed(artifact_of(data), count) for data, count in zip(files, samples, strict=True))
    return Computation(AVERAGING, codec_of(Averaging).encode(Averaging(weighed)))


def merging(files: Sequence[bytes]) -> Computation:
    return Computation(MERGING, codec_of(Merging).encode(Merging(tuple(map(artifact_of, files)))))


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(WEIGHTS, st.integers(1, 1000)), min_size=1, max_size=4))
def test_the_answer_is_the_aggregate_of_averaging(clients: list[tuple[list[int], int]]) -> None:
    models = [encode_linear(LinearModel(LinearKind.REGRESSOR, 3, 0, tuple(weights))) for weights, _ in clients]
    updates = [
        ClientUpdate(AccountId(bytes([number]) * 32), samples, data)
        for number, ((_, samples), data) in enumerate(zip(clients, models, strict=True))
    ]
    strategy = AveragingStrategy(LinearSettings(QUANTISER, 0, 1, 1, 0))
    joined = strategy.aggregate(updates, None)
    checked(averaging(models, [samples for _, samples in clients]), models, joined.model)


@pytest.mark.parametrize("has_base", [False, True])
def test_the_answer_is_the_aggregate_of_joined_forests(has_base: bool) -> None:
    rows, labels = points(40)
    parameters = ForestParameters(2, 3, 1, 0, 3)
    forests = [encode_forest(train_classifier(rows, labels, parameters, bytes([seed]))) for seed in range(4)]
    base, given_updates = (forests[0], forests[1:]) if has_base else (None, forests)
    updates = [ClientUpdate(AccountId(bytes([number]) * 32), 1, data) for number, data in enumerate(given_updates)]
    strategy = ForestMerge(ForestSettings(QUANTISER, 3, 2, 3, 1, 0))
    checked(merging(forests), forests, strategy.aggregate(updates, base).model)


def test_what_cannot_be_computed_is_answered_by_nothing() -> None:
    model = encode_linear(LinearModel(LinearKind.REGRESSOR, 3, 0, (1, 2, 3, 4)))
    other = encode_linear(LinearModel(LinearKind.REGRESSOR, 2, 0, (1, 2, 3)))
    checked(averaging([model, other], [1, 1]), [model, other], None)
    checked(averaging([model, b"no model"], [1, 1]), [model, b"no model"], None)
    checked(averaging([model], [0]), [model], None)
    rows, labels = points(20)
    forest = encode_forest(train_classifier(rows, labels, ForestParameters(1, 2, 1, 0, 3), b""))
    wider = encode_forest(train_classifier(rows, labels, ForestParameters(1, 2, 1, 0, 4), b""))
    checked(merging([forest, wider]), [forest, wider], None)
    checked(merging([forest, b"no forest"]), [forest, b"no forest"], None)


@pytest.mark.parametrize(
    "computation", [Computation(99, b""), Computation(AVERAGING, b"\4"), Computation(MERGING, b"\0")]
)
def test_what_is_no_computation_has_no_answer(computation: Computation) -> None:
    with pytest.raises(ComputationRefused):
        files_of(computation)
