"""What is printed of seeds and of a history that failed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from chain.offchain.adversary.draw import Rates
from chain.offchain.adversary.fault import Fault, FaultKind, Place
from chain.primitives import Hash
from node_cli.simulate.history import History
from node_cli.simulate.task import Attack, Task
from node_cli.simulate.telling import SHOWN, Failure, Summary, replay_plain, replay_text
from runtime.simulation.properties import Broken
from runtime.simulation.verdict import Verdict

HEAD, LOG = Hash(bytes(32)), Hash(b"\x01" * 32)
LOST = Fault(FaultKind.RUN_LOST, Place(3, 1, "Claims"))
CRASH = Fault(FaultKind.CRASH, Place(4, 0, "Claims"), 2)
FAILED = Verdict(Broken("once", "paid twice"), HEAD, LOG, 30, 120, (LOST, CRASH), ("", "local_set"))
SOUND = replace(FAILED, broken=None)
HISTORY = History.of_verdict(Task(), 7, FAILED, "0xaa")


def test_the_summary_names_the_seeds_that_break_each_property() -> None:
    summary = Summary(Task(), Attack())
    summary.add(1, SOUND)
    summary.add(2, FAILED)
    summary.add(3, replace(FAILED, broken=Broken("blocks", "refused")))
    summary.add(5, FAILED)
    assert summary.text().splitlines() == [
        "4 seeds, 120 blocks, 480 runs of workers: federated-round, 8 validators",
        "Faults      8: 4 crash, 4 run lost",
        "Broken      'once' by 2 seeds: 2, 5",
        "Broken      'blocks' by 1 seed: 3",
    ]


def test_of_many_seeds_the_first_are_named() -> None:
    summary = Summary(Task(), Attack())
    for seed in range(SHOWN + 1):
        summary.add(seed, FAILED)
    assert summary.text().splitlines()[-1].endswith(f"by {SHOWN + 1} seeds: {', '.join(map(str, range(SHOWN)))}, …")
    assert len(summary.failed) == SHOWN + 1


def test_seeds_that_nobody_waited_for_are_told() -> None:
    summary = Summary(Task(runtime="mine:Runtime", validators=1), Attack(longest=9), missing=3)
    summary.add(0, replace(SOUND, blocks=1, executions=1, faults=(), struck_at=()))
    assert summary.text().splitlines() == [
        "1 seed, 1 block, 1 run of workers: federated-round on mine:Runtime, 1 validator",
        "Faults      0: none",
        "Interrupted 3 seeds were not played",
    ]
    told = summary.plain()
    assert (told["missing"], told["task"]) == (3, summary.task.plain())
    assert told["attack"] == {**Rates().plain(), "longest": 9}


def test_a_failure_shows_each_fault_with_the_host_call_at_which_it_struck() -> None:
    failure = Failure(HISTORY, FAILED.struck_at, 25, 12, is_minimal=True, file=Path("seed-7.json"))
    assert failure.text().splitlines() == [
        "Seed 7 breaks 'once': paid twice",
        "Of its 25 faults 2 will do (12 histories played; it takes each of them):",
        "  block 3, validator 1, Claims: run lost",
        "  block 4, validator 0, Claims: crash at host call 2 (local_set)",
        "Schedule    seed-7.json",
        "Again by    palletlab simulate --replay seed-7.json",
    ]
    assert failure.plain()["struck_at"] == ["", "local_set"]


def test_a_failure_that_takes_no_fault_says_so() -> None:
    bare = replace(HISTORY, schedule=type(HISTORY.schedule)())
    lines = Failure(bare, (), 25, 1, is_minimal=True, file=Path("f")).text().splitlines()
    assert lines[1] == "It does so without any of its 25 faults (1 history played)."


def test_a_replay_tells_which_faults_did_not_happen() -> None:
    found = replace(FAILED, faults=(CRASH,), struck_at=("local_get",))
    lines = replay_text(HISTORY, found, "0xaa").splitlines()
    assert lines[:4] == [
        "2 faults:",
        "  block 3, validator 1, Claims: run lost, which did not happen",
        "  block 4, validator 0, Claims: crash at host call 2 (local_get)",
        "'once' does not hold, as it was written down: paid twice",
    ]
    assert replay_plain(HISTORY, found, "0xaa")["happened"] == [CRASH.plain()]


def test_a_replay_on_another_genesis_says_so() -> None:
    lines = replay_text(HISTORY, SOUND, "0xbb").splitlines()
    assert lines[3].startswith("The state of block zero is 0xbb, and was 0xaa when the history was written down: ")
    assert lines[4] == "All properties hold; 'once' did not: paid twice"
    assert replay_plain(HISTORY, SOUND, "0xbb")["is_same_genesis"] is False
    assert replay_plain(HISTORY, SOUND, "0xaa")["is_same_genesis"] is True
