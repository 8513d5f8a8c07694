"""Two liars can agree about any bytes: whatever these are, a step refuses them or goes on, and nothing breaks."""

from __future__ import annotations

from contextlib import suppress
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from chain.scale import codec_of
from pallets.disputes.computations.stream_replay import StreamReplay
from pallets.disputes.computations.streams import StreamSteps
from pallets.disputes.computations.training import Reading
from pallets.disputes.computations.training_steps import encoded
from pallets.disputes.steps import StepRefused, Steps
from pallets.disputes.types import MAX_STATE
from pallets.learning.forest import ForestParameters
from tests.effort import EFFORT
from tests.pallets.disputes.computations.lessons import lesson, points
from tests.pallets.disputes.computations.test_streams import FORESTS, MODELS, averaging, merging
from tests.pallets.disputes.computations.walked import files_of

Pairs = list[tuple[bytes, bytes]]


@cache
def true_steps() -> list[tuple[Steps, Pairs]]:
    """Computations, and each state of theirs with its witness."""
    found: list[tuple[Steps, Pairs]] = []
    for data, program in ((MODELS, averaging()), (FORESTS, merging())):
        steps = StreamSteps(files_of(data), program)
        replay = StreamReplay(steps, data)
        found.append((steps, [replay.step((place,)) for place in range(replay.trace(()).stated + 1)]))
    rows, labels = points(40)
    grown, training, _ = lesson(rows, labels, ForestParameters(1, 3, 1, 0, 3))
    pairs = [(encoded(state), codec_of(Reading).encode(reading)) for state, reading, _ in grown._tree(0)]
    return [*found, (training, pairs)]


@st.composite
def bent(draw: st.DrawFn, data: bytes) -> bytes:
    """Bytes with a few of them changed, taken out or added."""
    changed = bytearray(data)
    for _ in range(draw(st.integers(0, 3))):
        place = draw(st.integers(0, len(changed)))
        kept = draw(st.integers(0, 2))
        changed[place : place + kept] = draw(st.binary(max_size=2))
    return bytes(changed)


@settings(max_examples=150 * EFFORT, deadline=None)
@given(st.data())
def test_a_step_from_any_bytes_is_refused_or_leads_somewhere(data: st.DataObject) -> None:
    steps, pairs = data.draw(st.sampled_from(true_steps()))
    state, witness = data.draw(st.sampled_from(pairs))
    state, witness = data.draw(bent(state)), data.draw(bent(witness))
    with suppress(StepRefused):
        assert len(steps.step(state, witness, ())) <= MAX_STATE


@settings(max_examples=100 * EFFORT, deadline=None)
@given(st.data())
def test_a_true_state_has_no_other_witness(data: st.DataObject) -> None:
    steps, pairs = data.draw(st.sampled_from(true_steps()))
    state, witness = data.draw(st.sampled_from(pairs))
    with suppress(StepRefused):
        assert steps.step(state, data.draw(bent(witness)), ()) == steps.step(state, witness, ())
