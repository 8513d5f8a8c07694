"""Attack the offchain workers of many validators, history after history, and find the shortest one that fails.

Each seed is one history of one chain: runs and transactions of its validators' workers are late, lost, doubled or
reordered, runs crash or stand still at a host call, or see an old state; side branches win, and validators are cut off
for some blocks. What must hold is a property. The first seed that breaks one is shrunk to the fewest faults that do,
and written to a file that plays it again.
"""

from __future__ import annotations

import os
from argparse import ArgumentTypeError, Namespace
from contextlib import closing
from dataclasses import fields
from pathlib import Path
from typing import Final

from chain.offchain.adversary.draw import THOUSAND, Rates
from chain.offchain.adversary.schedule import Schedule
from node_cli.chosen_runtime import told
from node_cli.command import DONE, FAILED, CommandFailed, Parser, UsageError, print_json
from node_cli.options import add_json, whole_number
from node_cli.output_folder import sentence_of
from node_cli.progress import progress_bars
from node_cli.scenario.play import Listener, Progress
from node_cli.simulate.choice import PROPERTIES, NotAScenario, properties_of, scenario_of
from node_cli.simulate.history import History, HistoryError, read_history
from node_cli.simulate.seeds import BACKENDS, NoJoblib, verdicts
from node_cli.simulate.task import BLOCKS, FEDERATED_ROUND, VALIDATORS, WORKERS, Attack, Task
from node_cli.simulate.telling import Failure, Summary, replay_plain, replay_text
from node_cli.units import hexadecimal
from runtime.simulation.verdict import Verdict, play, shrunk_failure

SHRINK_TRIES: Final = 500
SEEDS: Final = range(100)
JOBS: Final = range(1, 1025)
LONGEST: Final = range(1, 1001)


def add_arguments(parser: Parser) -> None:
    """What is played, what goes wrong, what must hold."""
    standard, attack = Task(), Attack()
    parser.add_argument("--seeds", type=_seeds, default=SEEDS, metavar="A..B", help="from A to B - 1 (default: 0..100)")
    parser.add_argument(
        "--scenario",
        metavar="NAME",
        help=f"{FEDERATED_ROUND}, {WORKERS} (no more than the runtime's workers) or module:Class; "
        f"{FEDERATED_ROUND} if none is named, {WORKERS} with --runtime",
    )
    parser.add_argument("--runtime", metavar="MODULE:CLASS", help="another runtime than the scenario's")
    parser.add_argument(
        "--validators",
        type=whole_number(VALIDATORS),
        default=standard.validators,
        metavar="N",
        help="each with its own worker, keys, data and storage (default: %(default)s)",
    )
    parser.add_argument("--blocks", type=whole_number(BLOCKS), metavar="N", help="of a history, at most")
    parser.add_argument(
        "--property",
        action="append",
        default=[],
        metavar="NAME",
        help=f"what must hold: {', '.join(PROPERTIES)} or module:function; may be repeated; the scenario's if none is",
    )
    for rate in fields(Rates):
        parser.add_argument(
            f"--{rate.name}",
            type=whole_number(range(THOUSAND + 1)),
            default=getattr(attack.rates, rate.name),
            metavar="N",
            help=f"{_RATES[rate.name]}, of a thousand (default: %(default)s)",
        )
    parser.add_argument(
        "--longest",
        type=whole_number(LONGEST),
        default=attack.longest,
        metavar="N",
        help="blocks that a delay, a lag, a branch or a partition has at most (default: %(default)s)",
    )
    parser.add_argument(
        "--jobs", type=whole_number(JOBS), default=1, metavar="N", help="histories at once (default: %(default)s)"
    )
    parser.add_argument("--backend", choices=BACKENDS, help="of joblib, for several jobs; loky if none is named")
    parser.add_argument("--keep-going", action="store_true", help="play all seeds, and shrink the first that failed")
    parser.add_argument("--out", type=Path, metavar="FILE", help="where a schedule that fails goes; .json or .msgpack")
    parser.add_argument("--replay", type=Path, metavar="FILE", help="play the history of a file, and nothing else")
    add_json(parser)


_RATES: Final = {
    "delay": "runs and transactions that are late",
    "loss": "runs and transactions that are lost",
    "duplicate": "runs and transactions that come twice",
    "reorder": "runs and transactions that come last",
    "crash": "runs that crash at a host call",
    "stale": "runs that see an old state",
    "interleave": "runs that stand still at a host call while others go on",
    "fork": "blocks after which a side branch wins",
    "partition": "blocks from which some validators are cut off",
}


def run(args: Namespace) -> int:
    """Play, shrink, write, tell."""
    try:
        return _replay(args) if args.replay is not None else _search(args)
    except (NotAScenario, HistoryError, NoJoblib) as error:
        raise CommandFailed(str(error)) from None
    except OSError as error:
        raise CommandFailed(sentence_of(error)) from None
    except (CommandFailed, UsageError):
        raise
    except Exception as error:  # the edge of authors' scenarios and properties, which may raise anything
        raise CommandFailed(told(error)) from error


def _search(args: Namespace) -> int:
    """Play the seeds, and shrink the first that fails."""
    _check_out(args.out)
    task, attack = _task(args), _attack(args)
    summary = Summary(task, attack)
    failure: Failure | None = None
    with progress_bars(args.json) as new_bar:
        try:
            first = _first_failed(args, summary, new_bar("simulate"))
            if first is not None:
                failure = _shrunk(args, task, *first, new_bar("shrink"))
        except KeyboardInterrupt:
            summary.missing = len(args.seeds) - summary.seeds
            _tell(args, summary, None)
            raise
    _tell(args, summary, failure)
    return DONE if failure is None else FAILED


def _first_failed(args: Namespace, summary: Summary, bar: Listener) -> tuple[int, Verdict] | None:
    """The first seed that fails, after which nothing is played unless all shall be."""
    first: tuple[int, Verdict] | None = None
    with closing(verdicts(summary.task, summary.attack, args.seeds, args.jobs, args.backend)) as played:
        for seed, verdict in played:
            summary.add(seed, verdict)
            bar(Progress(f"seed {seed}, {len(summary.failed)} failed", summary.seeds, len(args.seeds)))
            if verdict.broken is not None and first is None:
                first = seed, verdict
                if not args.keep_going:
                    break
    return first


def _tell(args: Namespace, summary: Summary, failure: Failure | None) -> None:
    if args.json:
        print_json({**summary.plain(), "failure": None if failure is None else failure.plain()})
        return
    print(summary.text())
    if failure is not None:
        print(failure.text())
    elif summary.seeds and not summary.failed:
        properties = properties_of(summary.task) or scenario_of(summary.task).properties
        print(f"All properties hold: {', '.join(each.name for each in properties)}.")


def _check_out(file: Path | None) -> None:
    """Raises CommandFailed where a schedule could not be written, which should not be learnt after hours."""
    folder = Path() if file is None else file.parent
    if not folder.is_dir():
        raise CommandFailed(f"--out {file}: there is no folder {folder}")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise CommandFailed(f"a schedule that fails cannot be written to {folder.resolve()}: choose a place by --out")
    if file is not None and file.is_dir():
        raise CommandFailed(f"--out {file}: it is a folder")


def _shrunk(args: Namespace, task: Task, seed: int, failed: Verdict, bar: Listener) -> Failure:
    """The shortest schedule, played once more for what is written down."""
    scenario, properties = scenario_of(task), properties_of(task)
    bar(Progress(f"{len(failed.faults)} faults", 0, 1))
    if play(scenario, Schedule(failed.faults), properties) != failed:
        raise CommandFailed(
            f"seed {seed} is not repeatable: played again, its faults end otherwise; does a worker, or the scenario, "
            "look at a clock, at the order of a set, or at what an earlier history has left?"
        )

    def watch(tries: int, left: int) -> None:
        bar(Progress(f"{left} faults left of {len(failed.faults)}", tries, SHRINK_TRIES))

    left = shrunk_failure(scenario, failed, properties, SHRINK_TRIES, watch)
    verdict = play(scenario, left.schedule, properties)
    history = History.of_verdict(task, seed, verdict, hexadecimal(scenario.state.root))
    file = args.out or Path(f"seed-{seed}.json")
    history.write(file)
    return Failure(history, verdict.struck_at, len(failed.faults), left.tries, left.is_minimal, file)


def _replay(args: Namespace) -> int:
    history = read_history(args.replay)
    try:
        scenario, properties = scenario_of(history.task), properties_of(history.task)
    except NotAScenario as error:
        raise CommandFailed(f"{args.replay} was played on what is not here: {error}") from None
    verdict = play(scenario, history.schedule, properties)
    block_zero = hexadecimal(scenario.state.root)
    if args.json:
        print_json(replay_plain(history, verdict, block_zero))
    else:
        print(replay_text(history, verdict, block_zero))
    return DONE if verdict.broken is None else FAILED


def _task(args: Namespace) -> Task:
    scenario = args.scenario or (FEDERATED_ROUND if args.runtime is None else WORKERS)
    return Task(
        scenario=scenario,
        runtime=args.runtime,
        validators=args.validators,
        blocks=args.blocks,
        properties=tuple(args.property),
    )


def _attack(args: Namespace) -> Attack:
    return Attack(rates=Rates(**{rate.name: getattr(args, rate.name) for rate in fields(Rates)}), longest=args.longest)


def _seeds(text: str) -> range:
    """`A..B` without B, as Rust writes ranges, or one number."""
    first, dots, end = text.partition("..")
    number = whole_number(range(2**63))
    start = number(first)
    stop = number(end) if dots else start + 1
    if stop <= start:
        raise ArgumentTypeError(f"{text!r} has no seeds: write A..B with A below B, or one number")
    return range(start, stop)
