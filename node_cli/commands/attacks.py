"""Play attacks against strategies, and tell what the attackers earned and what the model lost.

Real data: breast-cancer and digits, which scikit-learn ships. With --out, everything is played and written as the
document docs/ATTACKS.md, its figures beside it; or only what is named, and the other figures are kept. One seed gives
one table, on any backend and with any number of jobs.
"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.table import Table

from node_cli.command import DONE, CommandFailed, Parser, UsageError, print_json
from node_cli.options import add_json, whole_number
from node_cli.output_folder import OutputFolder, sentence_of, text_file
from node_cli.progress import NewBar, progress_bars
from node_cli.scenario.play import Progress
from pallets.learning.attacks.catalogue import Attack

if TYPE_CHECKING:  # numpy comes with them
    from pallets.learning.simulation.attack_figures import AttackFigures
    from pallets.learning.simulation.attack_table import Entry

DATA: Final = ("breast_cancer", "digits")
SEEDS: Final = range(1, 101)
JOBS: Final = range(1, 257)

DOCUMENT_SEEDS: Final = {"breast_cancer": 4, "digits": 2}
"""Runs of each figure of the document; a run on digits takes ten times as long."""

PAID: Final = ("fedavg", "forest")
"""The strategies that rules of payment are compared with."""

BACKENDS: Final = ("loky", "sequential", "threading", "dask", "ray")


def add_arguments(parser: Parser) -> None:
    """Which runs, where they run, and where the document goes."""
    parser.add_argument("--data", choices=DATA, action="append", help="a table; breast_cancer if none is named")
    parser.add_argument("--strategy", action="append", metavar="NAME", help="forest, fedavg, krum, …; all by default")
    parser.add_argument(
        "--attack", action="append", choices=[attack.value for attack in Attack], help="one attack; all by default"
    )
    parser.add_argument(
        "--seeds", type=whole_number(SEEDS), default=2, metavar="N", help="runs of each figure (default: %(default)s)"
    )
    parser.add_argument(
        "--out", type=Path, metavar="FILE", help="write the document, of everything, or of what is named and was kept"
    )
    parser.add_argument("--no-play", action="store_true", help="write the document of the kept figures alone")
    add_backend(parser)
    add_json(parser)


def add_backend(parser: Parser) -> None:
    """`--backend` and `--jobs`."""
    parser.add_argument(
        "--backend", choices=BACKENDS, default=BACKENDS[0], help="where training runs (default: %(default)s)"
    )
    parser.add_argument(
        "--jobs", type=whole_number(JOBS), default=2, metavar="N", help="how many at once (default: %(default)s)"
    )


def run(args: Namespace) -> int:
    """Play, and tell or write."""
    check_packages()
    from pallets.learning.simulation.backends import Backend, BackendUnavailable, running_on

    _check(args)
    try:
        with progress_bars(args.json) as new_bar, running_on(Backend(args.backend), args.jobs):
            if args.out is not None:
                return _write(args, new_bar)
            return _tell(args, new_bar)
    except BackendUnavailable as error:
        raise CommandFailed(str(error)) from None


def check_packages() -> None:
    """Refuse to train without what training needs."""
    if find_spec("numpy") is None or find_spec("sklearn") is None:
        raise CommandFailed("training needs numpy and scikit-learn: pip install 'palletlab[learning]'")


def counted(new_bar: NewBar, heading: str, text: str) -> Callable[[int, int], None]:
    """A listener of how many of how many are done."""
    advance = new_bar(heading)
    return lambda done, total: advance(Progress(text, done, total))


def _check(args: Namespace) -> None:
    from pallets.learning.simulation.federation import STRATEGIES

    if args.out is not None and args.json:
        raise UsageError("--out writes a document, and --json tells figures: take one of them")
    if args.no_play and (args.out is None or args.data or args.strategy or args.attack):
        raise UsageError("--no-play goes with --out alone: nothing is played")
    unknown = [name for name in args.strategy or () if name not in STRATEGIES]
    if unknown:
        raise UsageError(f"no strategy {unknown[0]}: there are {', '.join(STRATEGIES)}")


def _tell(args: Namespace, new_bar: NewBar) -> int:
    from pallets.learning.simulation.attack_table import entries
    from pallets.learning.simulation.federation import STRATEGIES

    attacks = [attack for attack in Attack if not args.attack or attack.value in args.attack]
    found = entries(
        args.data or DATA[:1], args.strategy or STRATEGIES, attacks, args.seeds, counted(new_bar, "attack", "runs")
    )
    if args.json:
        print_json(
            {
                "seeds": args.seeds,
                "entries": [
                    {
                        "data": entry.data,
                        "strategy": entry.strategy,
                        "attack": entry.attack.value,
                        "earned_percent": entry.earned_percent,
                        "as_honest_percent": entry.as_honest_percent,
                        "lost_points": entry.lost_points,
                        "backdoor_percent": entry.fell_percent,
                        "is_within_bound": entry.is_within,
                    }
                    for entry in found
                ],
            }
        )
        return DONE
    shown = Table("data", "strategy", "attack", "earned %", "were it honest %", "model lost", "within bound")
    for entry in found:
        shown.add_row(
            entry.data,
            entry.strategy,
            entry.attack.value,
            str(entry.earned_percent),
            str(entry.as_honest_percent),
            f"{entry.lost_points:.1f}",
            "yes" if entry.is_within else "no",
        )
    Console().print(shown)
    return DONE


def _write(args: Namespace, new_bar: NewBar) -> int:
    from node_cli.lottery_figures import lottery_bias, split_stakes
    from pallets.learning.simulation.attack_document import document
    from pallets.learning.simulation.attack_figures import encode_figures

    path: Path = args.out
    if args.no_play:
        figures = _kept(path)
    elif args.data or args.strategy or args.attack:
        figures = _with_part(_kept(path), args, new_bar)
    else:
        figures = _all(new_bar)
    told = ", ".join(f"{count} times for {data}" for data, count in DOCUMENT_SEEDS.items())
    text = document(figures.tables, figures.comparisons, lottery_bias(), split_stakes(), told)
    beside = _figures_of(path)
    try:
        OutputFolder(path.parent).write({path.name: text_file(text), beside.name: text_file(encode_figures(figures))})
    except OSError as error:
        raise CommandFailed(sentence_of(error)) from None
    print(f"Wrote {path} and {beside}")
    return DONE


def _figures_of(path: Path) -> Path:
    """Where the figures of a document are kept."""
    return path.with_suffix(".json")


def _kept(path: Path) -> AttackFigures:
    """The figures beside a document."""
    from pallets.learning.simulation.attack_figures import FiguresError, decode_figures

    beside = _figures_of(path)
    try:
        return decode_figures(beside.read_text(encoding="utf-8"))
    except OSError as error:
        raise CommandFailed(f"{sentence_of(error)}: play everything first, with --out alone") from None
    except (FiguresError, UnicodeDecodeError) as error:
        raise CommandFailed(f"{beside}: {error}") from None


def _with_part(kept: AttackFigures, args: Namespace, new_bar: NewBar) -> AttackFigures:
    """The kept figures, with those that are named played again."""
    from pallets.learning.simulation.federation import COMPARED

    names = args.strategy or COMPARED
    unknown = [name for name in names if name not in COMPARED]
    if unknown:
        raise UsageError(f"{unknown[0]} is not in the document: it has {', '.join(COMPARED)}")
    attacks = [attack for attack in Attack if not args.attack or attack.value in args.attack]
    return kept.with_tables(_tables(args.data or DATA, names, attacks, new_bar), COMPARED)


def _all(new_bar: NewBar) -> AttackFigures:
    """Everything, played."""
    from pallets.learning.simulation.attack_document import Comparison
    from pallets.learning.simulation.attack_figures import AttackFigures
    from pallets.learning.simulation.attack_table import entries
    from pallets.learning.simulation.federation import COMPARED

    attacks = list(Attack)
    rules = {
        "equal parts, open": ("equal", False),
        "contribution, open": ("contribution", False),
        "contribution, sealed": ("contribution", True),
        "capped, open": ("capped", False),
        "capped, sealed": ("capped", True),
    }
    seeds = DOCUMENT_SEEDS[DATA[0]]
    tables = tuple(_tables(DATA, COMPARED, attacks, new_bar))
    comparisons = (
        Comparison(
            heading,
            tuple(entries(DATA[:1], PAID, attacks, seeds, counted(new_bar, "payment", heading), payment, is_sealed)),
        )
        for heading, (payment, is_sealed) in rules.items()
    )
    return AttackFigures(tables, tuple(comparisons))


def _tables(data: Sequence[str], strategies: Sequence[str], attacks: Sequence[Attack], new_bar: NewBar) -> list[Entry]:
    from pallets.learning.simulation.attack_table import entries

    return [
        entry
        for name in data
        for entry in entries([name], strategies, attacks, DOCUMENT_SEEDS[name], counted(new_bar, name, "runs"))
    ]
