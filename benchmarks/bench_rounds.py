"""Federated rounds on a chain; peer: Flower's simulation, which has no chain.

Both: every client gets the model, adds a number of its own to each weight, and sends its update; the mean is the new
model. Ours besides: from the owner's call on, the lottery among those who stand for the task (each enrolled for it
beforehand, once, and the chain enrols it for each round), a seal and a reveal of each client as signed transactions in
blocks with all roots, updates and models in a content store of this process under CIDs that are made of them, each
compared by its reader with the root on the chain (what was hashed in this process a moment before is not hashed again),
an aggregator's and a validator's results (each is alone, and seals nothing), a test set, the settlement and its
events. A row of its own is for a task that waives the seals of updates: its clients could copy from each other. Clients
send 16 bits a weight, off by at most half a step, and the mean of that is exact; Flower's send 32-bit floats.
Contributions go by samples. Every model is compared with a mean computed another way. Wall time, as Flower's clients
and our workers share the machine's cores; rounds of few small updates run on the node's own thread, and are timed five
in a row, on either side, as a training plays them.

Start: a whole process, from nothing to the first round's model, in which everybody enrols for the task.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import fmean
from typing import Final

from benchmarks import peers
from benchmarks.bench_cold_start import ProcessFailed, timed_process
from benchmarks.measure import Goal, PeerUnavailable, Round, Row, Run, WorkDiffers, compare, row_of
from benchmarks.peers import FLOWER_ROUNDS, PeerProcess, variables
from benchmarks.round_chain import RoundChain, largest_error, mean_step
from benchmarks.run import alone


@dataclass(frozen=True, slots=True)
class Training:
    """Rounds that are measured. in_a_row: rounds of a sample, which is their mean; goal: how many times as fast"""

    clients: int
    parameters: int
    samples: int
    in_a_row: int
    goal: float
    has_seals: bool = True


FULL: Final = (
    Training(10, 10_000, samples=7, in_a_row=5, goal=5.0),
    Training(10, 10_000, samples=7, in_a_row=5, goal=5.0, has_seals=False),
    Training(100, 1_000_000, samples=3, in_a_row=1, goal=1.5),
)
QUICK: Final = (
    Training(4, 1_000, samples=3, in_a_row=2, goal=5.0),
    Training(4, 1_000, samples=3, in_a_row=2, goal=5.0, has_seals=False),
)
STARTS: Final = 3
"""Flower takes five seconds to start, and more on a slow machine."""


def rows(run: Run) -> Iterator[Row]:
    """Time of rounds, and of the first round of a process."""
    trainings = QUICK if run.is_quick else FULL
    for training in trainings:
        yield round_row(run, training)
    yield start_row(run, trainings[0].clients, trainings[0].parameters)


def round_row(run: Run, training: Training) -> Row:
    """A round beside Flower's."""
    clients, parameters, in_a_row = training.clients, training.parameters, training.in_a_row
    run.say(f"preparing a chain with {clients} clients")
    # one sample to warm up, and one more where the peer turns out to be unavailable
    most = (training.samples + 2) * in_a_row
    chain = RoundChain(clients, parameters, most, in_threads=parameters > 100_000, has_seals=training.has_seals)
    with PeerProcess(FLOWER_ROUNDS, run.say, clients=clients, parameters=parameters) as peer:

        def peers_round() -> float:
            answer = peer.ask("round")
            check_moved(float(answer["moved"]), mean_step(clients), 1e-4 * mean_step(clients), "Flower")
            return float(answer["seconds"])

        def sample(play: Round) -> Round:
            return lambda: fmean(play() for _ in range(in_a_row))

        try:
            comparison = compare(training.samples, sample(chain.play), sample(peers_round))
        finally:
            chain.close()
    return row_of(
        comparison,
        1e3,
        name="a federated round, on a chain"
        if training.has_seals
        else "a federated round without sealed updates, on a chain",
        work=f"{clients} clients enrolled beforehand, {parameters:,} parameters",
        unit="ms",
        peer=f"{FLOWER_ROUNDS.title}, without a chain",
        goal=Goal("at least", training.goal),
    )


def start_row(run: Run, clients: int, parameters: int) -> Row:
    """A process from nothing to its first round's model."""
    arguments = [str(clients), str(parameters)]

    def ours() -> float:
        try:
            seconds, printed = timed_process([sys.executable, "-m", "benchmarks.first_round", *arguments], variables())
        except ProcessFailed as problem:
            raise WorkDiffers(f"our process failed: {problem}") from problem
        moved, heavy = printed.split("\n")[:2]
        if heavy:
            raise WorkDiffers(f"our process imported {heavy}")
        check_moved(float(moved), mean_step(clients), largest_error(clients), "our chain")
        return seconds

    def theirs() -> float:
        interpreter = str(peers.installed(FLOWER_ROUNDS, run.say))
        command = [interpreter, "-m", f"benchmarks.peer_side.{FLOWER_ROUNDS.script}", *arguments]
        try:
            seconds, printed = timed_process(command, variables(FLOWER_ROUNDS))
        except ProcessFailed as problem:
            raise PeerUnavailable(f"{FLOWER_ROUNDS.title} failed: {problem}") from problem
        check_moved(float(printed.split()[-1]), mean_step(clients), 1e-4 * mean_step(clients), "Flower")
        return seconds

    run.say("starting processes")
    return row_of(
        compare(1 if run.is_quick else STARTS, ours, theirs),
        1e3,
        name="start to the first federated round's model",
        work=f"whole process, {clients} clients, {parameters:,} parameters",
        unit="ms",
        peer=FLOWER_ROUNDS.title,
        goal=Goal("at least", 10),
    )


def check_moved(found: float, expected: float, at_most: float, who: str) -> None:
    """Raises WorkDiffers where a round moved the weights otherwise than its clients' mean."""
    if not abs(found - expected) <= at_most:
        raise WorkDiffers(f"a round of {who} moved the weights by {found}, and not by {expected}")


if __name__ == "__main__":
    raise SystemExit(alone("rounds"))
