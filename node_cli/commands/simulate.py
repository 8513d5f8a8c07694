"""Attack the offchain workers of many validators, history after history, and find the shortest one that fails.

Each seed is one history of one chain: runs and transactions of its validators' workers are late, lost, doubled or
reordered, runs crash or stand still at a host call, or see an old state; side branches win, and validators are cut off
for some blocks. What must hold is a property. The first seed that breaks one is shrunk to the fewest faults that do,
and written to a file that plays it again.
"""

from __future__ import annotations

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
from node_cli.simulate.task import FEDERATED_ROUND, WORKERS, Attack, Task
from node_cli.simulate.telling import Failure, Summary, replay_plain, replay_text
from runtime.simulation.verdict import Verdict, play, shrunk_failure

SHRINK_TRIES: Final = 500
SEEDS: Final = range(100)
JOBS: Final = range(1, 1025)
VALIDATORS: Final = range(1, 1001)
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
    parser.add_argument("--blocks", type=whole_number(range(1, 10**6)), metavar="N", help="of a history, at most")
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
    task, summary = _task(args), Summary()
    first: tuple[int, Verdict] | None = None
    failure: Failure | None = None
    with progress_bars(args.json) as new_bar:
        bar = new_bar("simulate")
        played = verdicts(task, _attack(args), args.seeds, args.jobs, args.backend)
        with closing(played):
            for seed, verdict in played:
                summary.add(seed, verdict)
                bar(Progress(f"seed {seed}, {len(summary.failed)} failed", summary.seeds, len(args.seeds)))
                if verdict.broken is not None and first is None:
                    first = seed, verdict
                    if not args.keep_going:
                        break
        if first is not None:
            failure = _shrunk(args, task, *first, new_bar("shrink"))
    if args.json:
        print_json({**summary.plain(), "failure": None if failure is None else failure.plain()})
    else:
        print(summary.text())
        print("All properties hold." if failure is None else failure.text())
    return DONE if failure is None else FAILED


def _shrunk(args: Namespace, task: Task, seed: int, failed: Verdict, bar: Listener) -> Failure:
    """The shortest schedule, played once more for what is written down."""
    scenario, properties = scenario_of(task), properties_of(task)
    bar(Progress(f"{len(failed.faults)} faults", 0, 1))
    if play(scenario, Schedule(failed.faults), properties) != failed:
        raise CommandFailed(
            f"seed {seed} is not repeatable: played again, its faults end otherwise; does a worker, or the scenario, "
            "look at a clock, at the order of a set, or at what an earlier history has left?"
        )
    left = shrunk_failure(scenario, failed, properties, SHRINK_TRIES)
    history = History.of_verdict(task, seed, play(scenario, left.schedule, properties))
    file = args.out or Path(f"seed-{seed}.json")
    history.write(file)
    return Failure(history, len(failed.faults), left.tries, left.is_minimal, file)


def _replay(args: Namespace) -> int:
    history = read_history(args.replay)
    verdict = play(scenario_of(history.task), history.schedule, properties_of(history.task))
    if args.json:
        print_json(replay_plain(history, verdict))
    else:
        print(replay_text(history, verdict))
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
