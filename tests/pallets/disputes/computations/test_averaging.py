"""The mean of steps is the mean that aggregators compute, and fails where they cannot compute one."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pallets.disputes.computations.averaging import Averaging, AveragingProgram, Weighed
from pallets.disputes.computations.streams import Failed, Finished, Joining, StreamSteps
from pallets.disputes.computations.tape import Witness, Writer
from pallets.disputes.steps import ComputationRefused, StepRefused
from pallets.learning.linear_model import WEIGHT_LIMIT, LinearKind, LinearModel, average, encode_linear, weights_of
from pallets.ml_registry.artifact import artifact_of
from tests.pallets.disputes.computations.walked import ended, files_of, walked

WEIGHTS = st.integers(1 - WEIGHT_LIMIT, WEIGHT_LIMIT - 1)


@st.composite
def federations(draw: st.DrawFn) -> tuple[list[LinearModel], list[int]]:
    features, classes = draw(st.integers(1, 40)), draw(st.sampled_from([0, 2, 3]))
    kind = LinearKind.CLASSIFIER if classes else LinearKind.REGRESSOR
    count = weights_of(features, classes)
    clients = draw(st.integers(1, 4))
    models = [
        LinearModel(kind, features, classes, tuple(draw(st.lists(WEIGHTS, min_size=count, max_size=count))))
        for _ in range(clients)
    ]
    return models, draw(st.lists(st.integers(1, 10_000), min_size=clients, max_size=clients))


def steps_of(data: list[bytes], samples: list[int]) -> StreamSteps:
    weighed = zip(files_of(data), samples, strict=True)
    inputs = Averaging(tuple(Weighed(update, count) for update, count in weighed))
    return StreamSteps(files_of(data), AveragingProgram(inputs))


@settings(max_examples=25, deadline=None)
@given(federations())
def test_the_steps_end_in_the_mean(federation: tuple[list[LinearModel], list[int]]) -> None:
    models, samples = federation
    data = [encode_linear(model) for model in models]
    mean = artifact_of(encode_linear(average(models, samples)))
    assert ended(steps_of(data, samples), data) == Finished(mean.root, mean.size)


def model(weights: int, *, features: int = 20, fill: int = 7) -> bytes:
    return encode_linear(LinearModel(LinearKind.REGRESSOR, features, 0, (fill,) * weights))


SPOILT = {
    "another shape": model(31, features=30),
    "a byte too few": model(21)[:-1],
    "a byte too many": model(21) + b"\0",
    "another kind of file": b"PLF\x01" + model(21)[4:],
    "a kind that is none": model(21)[:4] + b"\x07" + model(21)[5:],
    "a weight too large": model(21)[:-8] + WEIGHT_LIMIT.to_bytes(8, "little"),
    "no room for a header": b"PLL\x01",
    "a byte": b"P",
}


@pytest.mark.parametrize("place", [0, 1])
@pytest.mark.parametrize("name", SPOILT)
def test_an_update_that_is_none_fails_the_computation(name: str, place: int) -> None:
    data = [model(21), model(21)]
    data[place] = SPOILT[name]
    assert ended(steps_of(data, [1, 1]), data) == Failed()


def test_a_sum_that_leaves_64_bits_fails_as_it_does_for_aggregators() -> None:
    data = [model(21, fill=WEIGHT_LIMIT - 1)] * 2
    assert ended(steps_of(data, [2**18, 2**18 + 1]), data) == Failed()
    assert isinstance(ended(steps_of(data, [2**18, 2**18]), data), Finished)


def test_updates_without_samples_fail() -> None:
    data = [model(21)] * 2
    assert ended(steps_of(data, [0, 1]), data) == Failed()


def test_an_end_stays_where_it_is() -> None:
    data = [model(21)]
    steps = steps_of(data, [1])
    last = walked(steps, data)[-1]
    assert steps.step(last, b"\0\0") == last
    assert last == steps.end(artifact_of(data[0]))
    assert steps.step(steps.end(None), b"\0\0") == steps.end(None)


def test_every_state_is_small() -> None:
    data = [model(21)] * 32
    steps = steps_of(data, [1] * 32)
    assert max(map(len, walked(steps, data))) < 32 * 32 + 16 * 16 + 64 + 128 + 64


@pytest.mark.parametrize("count", [0, 34])
def test_no_updates_and_too_many_are_refused(count: int) -> None:
    with pytest.raises(ComputationRefused):
        steps_of([model(21)] * count, [1] * count)


def test_an_update_too_long_for_a_trace_is_refused() -> None:
    long = replace(artifact_of(b"update"), size=2**40)
    with pytest.raises(ComputationRefused, match="more than a trace has room for"):
        StreamSteps((long,), AveragingProgram(Averaging((Weighed(long, 1),))))


def test_a_state_of_another_program_has_no_step() -> None:
    data = [model(21)]
    program = steps_of(data, [1]).program
    foreign = Joining((), b"", 0, 0, (), b"", b"", False, 0, Writer())
    with pytest.raises(StepRefused, match="Joining"):
        program.work(foreign, Witness(b"", b""), lambda *_: b"")
