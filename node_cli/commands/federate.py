"""Play a federation of thousands of virtual clients without a chain: draw, train, join, judge, publish, pay.

Clients are drawn by the chain's lottery, the clock is moved by the simulation alone, and one seed gives one result, on
any backend and with any number of jobs.
"""

from __future__ import annotations

from argparse import ArgumentTypeError, Namespace
from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.table import Table

from node_cli.command import DONE, CommandFailed, Parser, UsageError, print_json
from node_cli.commands.attacks import DATA, add_backend, check_packages, counted
from node_cli.options import add_json, whole_number
from node_cli.progress import progress_bars
from pallets.learning.attacks.catalogue import Attack
from pallets.learning.partition import PartitionError, equal_parts, hold_out
from pallets.learning.partitioner import Partitioner, partitioner_of

if TYPE_CHECKING:
    from pallets.learning.datasets import TabularTask
    from pallets.learning.simulation.federation import Plan, Report
    from pallets.learning.simulation.population import VirtualClient
    from pallets.learning.simulation.selection import Bias

CLIENTS: Final = range(2, 100_001)
ROUNDS: Final = range(1, 101)
SEATS: Final = range(1, 1001)
SEEDS: Final = range(2**32)
PERCENTS: Final = range(100)
BIAS_DRAWS: Final = 200

ROWS_EACH: Final = 20
"""Rows of a client on average: the table is dealt again and again until there are so many."""


def add_arguments(parser: Parser) -> None:
    """Who takes part, how they learn, who attacks, and where jobs run."""
    parser.add_argument("--data", choices=DATA, default="digits", help="(default: %(default)s)")
    parser.add_argument(
        "--clients", type=whole_number(CLIENTS), default=1000, metavar="N", help="(default: %(default)s)"
    )
    parser.add_argument(
        "--partition",
        type=_partition,
        default=partitioner_of("equal"),
        metavar="HOW",
        help="who has which rows: equal, dirichlet:0.3, shards:2, labels:2 or quantity:0.5; rows are dealt again and "
        "again where clients are many (default: equal)",
    )
    parser.add_argument(
        "--strategy", default="fedavg", metavar="NAME", help="forest, fedavg, scaffold, … (default: %(default)s)"
    )
    parser.add_argument("--rounds", type=whole_number(ROUNDS), default=5, metavar="N", help="(default: %(default)s)")
    parser.add_argument(
        "--seats", type=whole_number(SEATS), default=12, metavar="N", help="drawn for a round (default: %(default)s)"
    )
    parser.add_argument("--attack", choices=[attack.value for attack in Attack], help="what the dishonest do")
    parser.add_argument(
        "--attackers", type=whole_number(PERCENTS), default=20, metavar="PERCENT", help="of clients, with --attack"
    )
    parser.add_argument("--deadline", type=whole_number(range(1, 10**9)), default=5000, metavar="MS", help="of a round")
    parser.add_argument("--seed", type=whole_number(SEEDS), default=1, metavar="N", help="(default: %(default)s)")
    add_backend(parser)
    add_json(parser)


def run(args: Namespace) -> int:
    """Play, and tell."""
    check_packages()
    from node_cli.lottery_figures import draw
    from pallets.learning.simulation.backends import Backend, BackendUnavailable, running_on
    from pallets.learning.simulation.federation import STRATEGIES, Federation
    from pallets.learning.simulation.population import SimulationError
    from pallets.learning.simulation.selection import bias_of
    from pallets.learning.stream import seed_for

    if args.strategy not in STRATEGIES:
        raise UsageError(f"no strategy {args.strategy}: there are {', '.join(STRATEGIES)}")
    seed = seed_for("palletlab federate", args.seed)
    plan = _plan(args)
    try:
        clients, judging, final = _cast(args, seed)
        with progress_bars(args.json) as new_bar, running_on(Backend(args.backend), args.jobs):
            advance = counted(new_bar, "train", f"updates of {args.clients} clients")
            total = plan.rounds * min(plan.seats, len(clients))
            federation = Federation(plan, clients, judging, final, seed, draw)
            report = federation.play(lambda done: advance(done, total))
    except (BackendUnavailable, SimulationError, PartitionError) as error:
        raise CommandFailed(str(error)) from None
    lots = [(client.account, client.stake) for client in clients]
    bias = bias_of(lots, plan.seats, draw, BIAS_DRAWS, seed)
    if args.json:
        print_json(_as_json(report, clients, bias))
    else:
        _tell(report, clients, bias)
    return DONE


def _partition(text: str) -> Partitioner:
    try:
        return partitioner_of(text)
    except PartitionError as error:
        raise ArgumentTypeError(str(error)) from None


def _plan(args: Namespace) -> Plan:
    from pallets.learning.simulation.attack_runs import is_possible
    from pallets.learning.simulation.federation import Plan

    attack = Attack(args.attack) if args.attack else None
    if not is_possible(args.strategy, attack):
        raise UsageError(f"{args.attack} cannot be done to {args.strategy}")
    seats = min(args.seats, args.clients)
    feared = seats * args.attackers // 100 if attack else 0
    return Plan(args.strategy, args.rounds, seats, adversaries=feared, deadline_ms=args.deadline)


def _cast(args: Namespace, seed: bytes) -> tuple[tuple[VirtualClient, ...], list[TabularTask], TabularTask]:
    """The clients, a test set for each round, and the rows that nobody is judged by."""
    from pallets.learning.simulation.attack_runs import LOADERS
    from pallets.learning.simulation.population import population
    from pallets.learning.stream import Stream, seed_for

    task = LOADERS[args.data]()
    learn, test = (task.subset(part) for part in hold_out(len(task.rows), Fraction(2, 5), seed))
    copies = -(-args.clients * ROWS_EACH // len(learn.rows))
    many = learn.subset(list(range(len(learn.rows))) * copies)
    parts = args.partition.parts(many.targets, args.clients, seed_for("partition", seed), at_least=1)
    attack = Attack(args.attack) if args.attack else None
    count = args.clients * args.attackers // 100 if attack else 0
    attackers = Stream(seed_for("attackers", seed)).choice(count, args.clients)
    judging, final = (test.subset(part) for part in hold_out(len(test.rows), Fraction(1, 3), seed_for("final", seed)))
    tests = [judging.subset(part) for part in equal_parts(len(judging.rows), args.rounds, seed_for("tests", seed))]
    return population(many, parts, seed, attackers, attack, is_staked_unequally=True), tests, final


def _as_json(report: Report, clients: Sequence[VirtualClient], bias: Bias) -> dict[str, object]:
    honest, attackers = _earned(report, clients)
    return {
        "accuracy_ppm": report.accuracy_ppm,
        "earned_by_an_honest_client": honest,
        "earned_by_an_attacker": attackers,
        "rounds": [
            {
                "number": each.number,
                "drawn": list(each.drawn),
                "late": list(each.late),
                "before": each.before,
                "after": each.after,
                "tested": each.tested,
                "is_published": each.is_published,
                "contributions": list(each.contributions),
                "payments": list(each.payments),
                "ended_ms": each.ended_ms,
                "accuracy_ppm": each.accuracy_ppm,
            }
            for each in report.rounds
        ],
        "lottery": {
            "draws": bias.draws,
            "quarters": [
                {"stake_ppm": group.stake_ppm, "first_seats_ppm": group.first_ppm, "seats_ppm": group.seats_ppm}
                for group in bias.groups
            ],
            "first_seats_from_stake_ppm": bias.first_distance_ppm,
            "by_chance_ppm": bias.noise_ppm,
            "seats_from_stake_ppm": bias.seats_distance_ppm,
        },
    }


def _tell(report: Report, clients: Sequence[VirtualClient], bias: Bias) -> None:
    shown = Table("round", "drawn", "late", "right before", "after", "published", "accuracy %", "simulated s")
    for each in report.rounds:
        shown.add_row(
            str(each.number + 1),
            str(len(each.drawn)),
            str(len(each.late)),
            f"{each.before}/{each.tested}",
            f"{each.after}/{each.tested}",
            "yes" if each.is_published else "no",
            f"{each.accuracy_ppm / 10_000:.1f}",
            f"{each.ended_ms / 1000:.1f}",
        )
    Console().print(shown)
    honest, attackers = _earned(report, clients)
    print(
        f"An honest client that was drawn earned {honest} millionths of a pot"
        + ("." if attackers is None else f", an attacker {attackers}.")
    )
    poorest, richest = bias.groups[0], bias.groups[-1]
    print(
        f"Seats by stake: the poorest quarter has {poorest.stake_ppm / 10_000:.1f} % of the stake and "
        f"{poorest.seats_ppm / 10_000:.1f} % of the seats, the richest {richest.stake_ppm / 10_000:.1f} % and "
        f"{richest.seats_ppm / 10_000:.1f} %."
    )


def _earned(report: Report, clients: Sequence[VirtualClient]) -> tuple[int, int | None]:
    """What an honest client earned each time that it was drawn, on average, and an attacker; None without attackers."""
    attackers = {client.number for client in clients if client.attack is not None}
    drawn = [client for each in report.rounds for client in each.drawn]
    of_attackers = sum(client in attackers for client in drawn)
    honest = report.earned([client.number for client in clients if client.number not in attackers])
    mean = honest // max(len(drawn) - of_attackers, 1)
    return mean, report.earned(list(attackers)) // max(of_attackers, 1) if attackers else None
