"""Computations taken step by step, as a chain would that executed all of them."""

from __future__ import annotations

from collections.abc import Sequence

from chain.scale import codec_of
from pallets.disputes.computations.stream_replay import StreamReplay
from pallets.disputes.computations.streams import StreamState, StreamSteps
from pallets.disputes.trace import leaf_of
from pallets.ml_registry.artifact import Artifact, artifact_of


def files_of(data: Sequence[bytes]) -> tuple[Artifact, ...]:
    """What a chain knows of files."""
    return tuple(artifact_of(each) for each in data)


def walked(steps: StreamSteps, data: Sequence[bytes]) -> list[bytes]:
    """All states, each made by the step from the one before; they are those of the trace."""
    replay = StreamReplay(steps, data)
    trace = replay.trace(())
    states = [steps.start()]
    for place in range(1 << trace.depth):
        before, witness = replay.step((place,))
        assert before == states[-1]
        states.append(steps.step(before, witness))
        assert leaf_of(states[-1]) == trace.node(0, place)
        if states[-1] == before:
            break
    return states


def ended(steps: StreamSteps, data: Sequence[bytes]) -> StreamState:
    """The last state."""
    state: StreamState = codec_of(StreamState).decode(walked(steps, data)[-1])
    return state
