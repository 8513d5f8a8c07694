"""From a claim's computation and a content store to its result and its states: what a node needs to argue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from chain.record import record
from pallets.disputes.computations.averaging import Averaging
from pallets.disputes.computations.hidden_mean import HiddenMean, HiddenMeanSteps
from pallets.disputes.computations.kinds import AVERAGING, HIDDEN_MEAN, MERGING, LearningKinds, inputs_of
from pallets.disputes.computations.stream_replay import StreamReplay
from pallets.disputes.computations.streams import StreamSteps
from pallets.disputes.computations.training import chunks_of_rows, tree_of_rows
from pallets.disputes.computations.training_replay import TrainingReplay
from pallets.disputes.computations.training_steps import TrainingSteps
from pallets.disputes.replay import Replay
from pallets.disputes.steps import ComputationRefused
from pallets.disputes.types import Computation
from pallets.learning.averaging import AveragingError
from pallets.learning.fixed_point import Overflow
from pallets.learning.forest import MAX_TREES, Forest, ForestError
from pallets.learning.forest_codec import ForestDecodeError, decode_forest, encode_forest
from pallets.learning.linear_model import LinearDecodeError, LinearModelError, average, decode_linear, encode_linear
from pallets.ml_registry.artifact import Artifact


@record
class Answer:
    """What a computation results in.

    output: its bytes, None where nothing can be computed; replay: makes its states, when somebody asks for them
    """

    output: bytes | None
    replay: Replay


def files_of(computation: Computation) -> tuple[Artifact, ...]:
    """What a computation is made of; raises ComputationRefused where nobody can make it again."""
    steps = LearningKinds().steps_of(computation)
    if isinstance(steps, TrainingSteps):
        return (steps.inputs.data,)
    if computation.kind == HIDDEN_MEAN:
        from pallets.disputes.computations.hidden_replay import all_files  # what open rounds never load

        return all_files(inputs_of(computation, HiddenMean))
    if not isinstance(steps, StreamSteps):
        raise ComputationRefused(f"nobody replays computations of kind {computation.kind}")
    return tuple(steps.files)


def answer_to(computation: Computation, files: Sequence[bytes]) -> Answer:
    """Compute again what a claim is about, from the bytes of `files_of` it; raises ComputationRefused."""
    steps = LearningKinds().steps_of(computation)
    if isinstance(steps, TrainingSteps):
        return _grown(steps, files[0])
    if isinstance(steps, HiddenMeanSteps):
        from pallets.disputes.computations.hidden_replay import replay_of

        return Answer(*replay_of(steps, files))
    assert isinstance(steps, StreamSteps), "files_of refuses what is neither"
    output: bytes | None = None
    if computation.kind == AVERAGING:
        output = _mean(inputs_of(computation, Averaging), files)
    elif computation.kind == MERGING:
        output = _joined(files)
    return Answer(output, StreamReplay(steps, list(files)))


def _grown(steps: TrainingSteps, data: bytes) -> Answer:
    """The forest that the trainer grows, all nodes of a level at once."""
    from pallets.learning.forest_training import train_classifier  # numpy is for those who train
    from pallets.learning.training_rows import TrainingError

    inputs = steps.inputs
    chunks, width = chunks_of_rows(data, inputs.columns), inputs.columns + 1
    if len(chunks) != steps.chunks or tree_of_rows(chunks).root != inputs.root:
        raise ComputationRefused("these rows are not those that the training is committed to")
    forest = None
    if len(data) == inputs.rows * width:
        rows = [tuple(data[start : start + width]) for start in range(0, len(data), width)]
        try:
            forest = train_classifier(
                [row[:-1] for row in rows], [row[-1] for row in rows], steps.parameters, bytes(inputs.seed)
            )
        except TrainingError:
            forest = None
    return Answer(None if forest is None else encode_forest(forest), TrainingReplay(steps, chunks, forest))


def _mean(inputs: Averaging, files: Sequence[bytes]) -> bytes | None:
    """The mean of all updates at once, as aggregators make it."""
    try:
        models = [decode_linear(data) for data in files]
        return encode_linear(average(models, [each.samples for each in inputs.updates]))
    except (AveragingError, LinearDecodeError, LinearModelError, Overflow):
        return None


def _joined(files: Sequence[bytes]) -> bytes | None:
    """The joined forest at once, as aggregators make it."""
    try:
        forests = [decode_forest(data) for data in files]
    except (ForestDecodeError, ForestError):
        return None
    first = replace(forests[0], trees=())
    if any(replace(forest, trees=()) != first for forest in forests):
        return None
    trees = tuple(tree for forest in forests for tree in forest.trees)
    joined: Forest = replace(first, trees=trees[-MAX_TREES:])
    return encode_forest(joined)
