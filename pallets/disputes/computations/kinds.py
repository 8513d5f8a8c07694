"""The kinds of computation that are judged here, by their numbers; each is loaded when somebody argues about it."""

from __future__ import annotations

from typing import Final, TypeVar

from chain.record import record
from chain.scale import DecodeError, codec_of
from pallets.disputes.steps import ComputationRefused, Steps
from pallets.disputes.types import Computation

AVERAGING: Final = 0
"""The mean of linear models: `averaging.Averaging`."""

MERGING: Final = 1
"""Forests joined by whole trees: `merging.Merging`."""

TRAINING: Final = 2
"""A forest grown on committed rows: `training.Training`."""

HIDDEN_MEAN: Final = 3
"""The mean of linear models that are hidden in sums: `hidden_mean.HiddenMean`."""

K = TypeVar("K")


@record
class LearningKinds:
    """Averages and forests."""

    def steps_of(self, computation: Computation) -> Steps:
        """The steps of a computation; raises ComputationRefused."""
        if computation.kind == AVERAGING:
            from pallets.disputes.computations.averaging import Averaging, AveragingProgram
            from pallets.disputes.computations.streams import StreamSteps

            averaged = inputs_of(computation, Averaging)
            files = tuple(each.update for each in averaged.updates)
            return StreamSteps(files, AveragingProgram(averaged))
        if computation.kind == MERGING:
            from pallets.disputes.computations.merging import Merging, MergingProgram
            from pallets.disputes.computations.streams import StreamSteps

            merged = inputs_of(computation, Merging)
            return StreamSteps(merged.forests, MergingProgram(merged))
        if computation.kind == TRAINING:
            from pallets.disputes.computations.training import Training
            from pallets.disputes.computations.training_steps import TrainingSteps

            return TrainingSteps(inputs_of(computation, Training))
        if computation.kind == HIDDEN_MEAN:
            from pallets.disputes.computations.hidden_mean import HiddenMean, HiddenMeanSteps

            return HiddenMeanSteps(inputs_of(computation, HiddenMean))
        raise ComputationRefused(f"no computation has the number {computation.kind}")


def inputs_of(computation: Computation, kind: type[K]) -> K:
    """The decoded inputs of a computation; raises ComputationRefused."""
    try:
        inputs: K = codec_of(kind).decode(computation.inputs)
    except DecodeError as error:
        raise ComputationRefused(str(error)) from None
    return inputs
