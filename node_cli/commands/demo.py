"""Let several parties train a forest and a linear model on a chain of their own, and tell what came of it.

health: hospitals learn from the breast-cancer data that scikit-learn ships; one of them flips its labels, one has its
rows erased, and a cartel of laboratories agrees on false models.
digits: clients learn to read handwritten digits, with a neural network, too; one sends the opposite of what it learnt.
air-quality: stations learn to predict what a gas sensor says, from readings that simulated Pebble trackers signed and
a panel verified, hiding their updates in sums; or from hourly sensor readings in a CSV file.
"""

from __future__ import annotations

import json
from argparse import Namespace
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from chain.content.store import ContentError
from chain.node.export import write_chain
from node_cli.command import DONE, CommandFailed, Parser, UsageError, print_json
from node_cli.content_options import add_content, content_of
from node_cli.options import add_json, whole_number
from node_cli.output_folder import OutputFolder, sentence_of, text_file
from node_cli.progress import progress_bars
from node_cli.report.page import page
from node_cli.scenario import air_quality, digits, health, trackers
from node_cli.scenario.as_json import as_json
from node_cli.scenario.definition import Scenario, ScenarioError
from node_cli.scenario.stage import PlayError
from node_cli.scenario.telling import Run
from node_cli.scenario.telling import run as run_scenario
from node_cli.tables import print_outcome
from pallets.federated_round.strategies import StrategyError
from pallets.learning.air_quality import AirTarget
from pallets.learning.stream import seed_for

HEALTH: Final = "health"
AIR_QUALITY: Final = "air-quality"
DIGITS: Final = "digits"

CLIENTS: Final = {HEALTH: health.CLIENTS, AIR_QUALITY: trackers.CLIENTS, DIGITS: digits.CLIENTS}
ROUNDS: Final = health.ROUNDS
SEEDS: Final = range(2**32)

DEFAULT_CLIENTS: Final = {HEALTH: 6, AIR_QUALITY: 5, DIGITS: 5}
DEFAULT_ROUNDS: Final = 4
DEFAULT_SEED: Final = 1

REPORT: Final = "report.html"
RESULT: Final = "result.json"
BLOCKS: Final = "blocks.msgpack"


def add_arguments(parser: Parser) -> None:
    """Which scenario, how large, and where its files go."""
    parser.add_argument(
        "scenario",
        nargs="?",
        choices=(HEALTH, AIR_QUALITY, DIGITS),
        default=HEALTH,
        metavar="SCENARIO",
        help=f"{HEALTH}, {AIR_QUALITY} or {DIGITS}; {HEALTH} if none is named",
    )
    parser.add_argument(
        "--csv",
        type=Path,
        metavar="FILE",
        help=f"hourly readings for {AIR_QUALITY}, in place of simulated trackers; -200 is missing",
    )
    parser.add_argument(
        "--target",
        choices=[target.name for target in AirTarget],
        help=f"the gas of the CSV file that {AIR_QUALITY} predicts; {AirTarget.CO.name} if none is named",
    )
    parser.add_argument(
        "--seed",
        type=whole_number(SEEDS),
        default=DEFAULT_SEED,
        metavar="N",
        help="one seed, one chain: the same head each time (default: %(default)s)",
    )
    parser.add_argument(
        "--rounds",
        type=whole_number(ROUNDS),
        default=DEFAULT_ROUNDS,
        metavar="N",
        help=f"rounds of each model, {_shown(ROUNDS)} (default: %(default)s)",
    )
    parser.add_argument(
        "--clients",
        type=whole_number(range(1, 1000)),
        metavar="N",
        help="parties with data: "
        + ", ".join(f"{_shown(clients)} for {name} ({DEFAULT_CLIENTS[name]})" for name, clients in CLIENTS.items()),
    )
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("out"),
        metavar="DIR",
        help=f"where {REPORT}, {RESULT} and {BLOCKS} go (default: %(default)s)",
    )
    add_content(parser)
    add_json(parser)


def run(args: Namespace) -> int:
    """Check, play, write, tell."""
    _check(args)
    try:
        folder = OutputFolder(args.out)
        played = _played(args)
        result = as_json(played.outcome)
        folder.write(
            {
                REPORT: text_file(page(played.outcome, BLOCKS)),
                RESULT: text_file(json.dumps(result, indent=2, ensure_ascii=False) + "\n"),
                BLOCKS: lambda path: write_chain(path, played.stage.node.chain),
            }
        )
    except (ContentError, ScenarioError, PlayError, StrategyError) as error:
        raise CommandFailed(str(error)) from None
    except OSError as error:
        raise CommandFailed(sentence_of(error)) from None
    if args.json:
        print_json(result)
    else:
        print_outcome(played.outcome, [args.out / name for name in (REPORT, RESULT, BLOCKS)])
    return DONE


def _check(args: Namespace) -> None:
    if find_spec("numpy") is None:
        raise CommandFailed("training needs numpy, which is not installed: pip install 'palletlab[learning]'")
    if args.clients is None:
        args.clients = DEFAULT_CLIENTS[args.scenario]
    clients = CLIENTS[args.scenario] if args.csv is None else air_quality.CLIENTS
    if args.scenario != AIR_QUALITY and (args.csv is not None or args.target is not None):
        raise UsageError(f"--csv and --target are for {AIR_QUALITY}")
    if args.target is not None and args.csv is None:
        raise UsageError("--target is for readings in a file: it needs --csv FILE")
    if args.clients not in clients:
        source = "" if args.csv is None else " with a CSV file"
        raise UsageError(f"--clients {args.clients}: {args.scenario}{source} is for {_shown(clients)} parties")


def _played(args: Namespace) -> Run:
    with progress_bars(args.json) as new_bar:
        return run_scenario(_scenario(args), args.seed, new_bar("play"), new_bar("compare"), content_of(args))


def _scenario(args: Namespace) -> Scenario:
    seed = seed_for("palletlab demo", args.seed)
    if args.scenario == HEALTH:
        return health.health(args.clients, args.rounds, seed)
    if args.scenario == DIGITS:
        return digits.reading(args.clients, args.rounds, seed)
    if args.csv is None:
        return trackers.streets(args.clients, args.rounds, seed)
    target = AirTarget[args.target or AirTarget.CO.name]
    return air_quality.air(args.csv, target, args.clients, args.rounds, seed)


def _shown(numbers: range) -> str:
    return f"{numbers.start} to {numbers.stop - 1}"
