"""The mean of hidden updates, taken step by step, is the one that aggregators agree on; nothing else can be shown."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from chain.scale import codec_of
from pallets.disputes.computations.hidden_mean import HiddenMean, HiddenMeanSteps, Shown
from pallets.disputes.computations.hidden_replay import HiddenReplay
from pallets.disputes.computations.kinds import HIDDEN_MEAN, inputs_of
from pallets.disputes.computations.replays import answer_to, files_of
from pallets.disputes.computations.streams import Failed, Finished, Opening, StreamState, Summing
from pallets.disputes.computations.tape import Witness, Writer
from pallets.disputes.steps import ComputationRefused, StepRefused
from pallets.disputes.trace import leaf_of
from pallets.disputes.types import MAX_STATE, MAX_WITNESS, Computation
from pallets.federated_round import Phase
from pallets.federated_round.phases import Course
from pallets.federated_round.secrecy.choice import Secrecy
from pallets.federated_round.secrecy.disputing import hidden_mean
from pallets.ml_registry import artifact_of
from tests.pallets.federated_round.secrecy.hidden_play import FULL, Hidden, grouped, terms_of


@cache
def played(secrecy: Secrecy = FULL, rounds: int = 1, groups: bool = False) -> Hidden:
    """Rounds of six; in each, two drop when they have dealt, so that keys are opened as well as seeds."""
    found = Hidden(terms_of(secrecy, 7 if not groups else 8, 4), 7 if not groups else 8)
    for number in range(rounds):
        if number:
            found.start()
        found.until(Phase.COMMIT_UPDATES)
        if not number:
            found.stop(found.clients[0], found.clients[5])
        found.finish()
    return found


def computation_of(found: Hidden) -> Computation:
    """What a claim about the newest round says."""
    task = found.rounds.task(0)
    course = Course(found.rounds, *found.key, task, found.round, found.rounds.block_number())
    return hidden_mean(course)


def bytes_of(found: Hidden, computation: Computation) -> list[bytes]:
    return [found.content.get(file.cid.decode()) for file in files_of(computation)]


def steps_of(computation: Computation) -> HiddenMeanSteps:
    return HiddenMeanSteps(inputs_of(computation, HiddenMean))


def replay_in(computation: Computation, files: list[bytes]) -> tuple[bytes | None, HiddenReplay]:
    answer = answer_to(computation, files)
    assert isinstance(answer.replay, HiddenReplay)
    return answer.output, answer.replay


def walked(computation: Computation, files: list[bytes]) -> list[StreamState]:
    """All states, each made by the step from the one before; they are those of the trace."""
    steps, (_, replay) = steps_of(computation), replay_in(computation, files)
    trace, states = replay.trace(()), [steps.start()]
    for place in range(1 << trace.depth):
        before, witness = replay.step((place,))
        assert before == states[-1]
        assert len(before) <= MAX_STATE
        assert len(witness) <= MAX_WITNESS
        states.append(steps.step(before, witness))
        assert leaf_of(states[-1]) == trace.node(0, place)
        if states[-1] == before:
            break
    return [codec_of(StreamState).decode(state) for state in states]


ROUNDS = [(FULL, 1, False), (FULL, 2, False), (grouped(2, 2), 1, True)]


@pytest.mark.parametrize(("secrecy", "rounds", "groups"), ROUNDS, ids=["first", "on a base", "two sums"])
def test_the_steps_end_in_the_model_that_aggregators_agree_on(secrecy: Secrecy, rounds: int, groups: bool) -> None:
    found = played(secrecy, rounds, groups)
    computation = computation_of(found)
    assert computation.kind == HIDDEN_MEAN
    files = bytes_of(found, computation)
    output, _ = replay_in(computation, files)
    assert output == found.agreed()
    inputs = inputs_of(computation, HiddenMean)
    assert (inputs.base is None) == (rounds == 1)
    assert any(set(one.dealers) > set(one.survivors) for one in inputs.sums) == (rounds == 1)
    truth = artifact_of(found.agreed())
    assert walked(computation, files)[-1] == Finished(truth.root, truth.size)


def spoilt(change: str) -> tuple[Computation, list[bytes]]:
    """The first round with something else in it than was sent; the claim names the other bytes."""
    found = played()
    computation = computation_of(found)
    files, inputs = bytes_of(found, computation), inputs_of(computation, HiddenMean)
    (one,) = inputs.sums
    masked = files[0]
    if change == "samples":
        one = replace(one, samples=(one.samples[0] + 1, *one.samples[1:]))
    elif change == "largest":
        inputs = replace(inputs, largest=1)
    elif change == "settings":
        files[len(one.masked)] = b"\xff"
        inputs = replace(inputs, settings=artifact_of(b"\xff"))
    else:
        files[0] = {
            "longer": masked + bytes(8),
            "magic": b"PLX" + masked[3:],
            "narrow": masked[:4] + b"\x20" + masked[5:],
            "noise": masked[:9] + bytes(7) + b"\x40" + masked[17:],
            "a word more": masked[:5] + (int.from_bytes(masked[5:9], "little") + 1).to_bytes(4, "little") + masked[9:],
        }[change]
        one = replace(one, masked=(artifact_of(files[0]), *one.masked[1:]))
    inputs = replace(inputs, sums=(one,))
    return Computation(HIDDEN_MEAN, codec_of(HiddenMean).encode(inputs)), files


@pytest.mark.parametrize(
    "change", ["samples", "largest", "settings", "longer", "magic", "narrow", "noise", "a word more"]
)
def test_what_no_clipped_updates_give_fails_in_the_steps_and_for_whoever_computes_it(change: str) -> None:
    computation, files = spoilt(change)
    assert answer_to(computation, files).output is None
    assert walked(computation, files)[-1] == Failed()


def test_shares_that_give_no_secret_leave_nothing_to_argue_with() -> None:
    found = played()
    computation = computation_of(found)
    files = bytes_of(found, computation)
    with pytest.raises(ComputationRefused, match="do not give its secret"):
        answer_to(computation, [*files[:-3], b"", b"none", b""])
    dealings = len(files) - 2 * len(inputs_of(computation, HiddenMean).sums[0].survivors)
    with pytest.raises(ComputationRefused, match="a dealing"):
        answer_to(computation, [*files[: dealings - 1], b"", *files[dealings:]])


def opening_states() -> list[tuple[bytes, bytes]]:
    """The states in which something is opened, with what each step reads."""
    found = played()
    computation = computation_of(found)
    _, replay = replay_in(computation, bytes_of(found, computation))
    states = []
    for place in range(1 << steps_of(computation).depths[0]):
        state, witness = replay.step((place,))
        if isinstance(codec_of(StreamState).decode(state), Opening):
            states.append((state, witness))
        elif states:
            return states
    raise AssertionError("nothing is opened")


def test_no_other_secret_dealing_or_settings_can_be_shown() -> None:
    steps, (first, *others) = steps_of(computation_of(played())), opening_states()
    assert len(others) == 7
    with pytest.raises(StepRefused, match="not the task's settings"):
        steps.step(first[0], first[1] + b"\0")
    seeds = keys = 0
    for state, witness in others:
        shown: Shown = codec_of(Shown).decode(witness)
        seeds, keys = seeds + bool(shown.dealing), keys + (not shown.dealing)
        wrong = [
            replace(shown, secret=bytes((shown.secret[0] ^ 1,)) + shown.secret[1:]),
            replace(shown, secret=shown.secret[:31] + bytes((shown.secret[31] | 0x80,))),
            replace(shown, secret=b"\xff" * 32),
            replace(shown, dealing=shown.dealing + b"\0"),
            replace(shown, dealing=bytes(len(shown.dealing) or 1)),
        ]
        for each in wrong:
            with pytest.raises(StepRefused):
                steps.step(state, codec_of(Shown).encode(each))
        with pytest.raises(StepRefused):
            steps.step(state, b"")
    assert (seeds, keys) == (5, 2)


def test_states_that_no_computation_leads_to_are_refused() -> None:
    steps = steps_of(computation_of(played()))
    empty = codec_of(Witness).encode(Witness(b"", b""))
    for state in (
        Opening((), b"", bytes(9), (bytes(32),) * 9),
        Summing((), 3, 0, (), (), (), (), Writer()),
        Summing((), 3, 77, (), (), (), (), Writer()),
    ):
        with pytest.raises(StepRefused):
            steps.step(codec_of(StreamState).encode(state), empty)
    with pytest.raises(StepRefused):
        steps.step(b"\xff", empty)
