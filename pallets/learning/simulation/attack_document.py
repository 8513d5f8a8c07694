"""The document of the attack tables: Markdown that is generated, and of which any part can be made again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from pallets.learning.attacks import DEEDS, Attack
from pallets.learning.simulation.attack_runs import CLIENTS, ROUNDS
from pallets.learning.simulation.attack_table import Entry
from pallets.learning.simulation.selection import Bias

NOT_POSSIBLE: Final = "–"

FLAG: Final = " !"
"""Behind a figure in whose runs an attacker once earned more than the best paid honest client."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """The same attacks under other rules: a heading, and the entries."""

    heading: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class SplitStake:
    """One party's stake under one name and under ten: its seats in so many draws of so many seats."""

    share_percent: int
    draws: int
    under_one: int
    under_ten: int


def document(
    tables: Sequence[Entry], comparisons: Sequence[Comparison], bias: Bias, splits: Sequence[SplitStake], seeds: str
) -> str:
    """The whole text; seeds: how often each was run, in words."""
    parts = [HEAD.format(clients=CLIENTS, rounds=ROUNDS, seeds=seeds, held=held_in(tables)), _deeds()]
    for data in dict.fromkeys(entry.data for entry in tables):
        own = [entry for entry in tables if entry.data == data]
        parts += [
            f"## {data}: what an attacker earned\n\nPercent of an honest client's earnings.\n",
            table(own, lambda entry: _shown_percent(entry.earned_percent) + ("" if entry.is_within else FLAG)),
            f"## {data}: what the model lost\n\nPoints of accuracy, against nobody attacking; below zero it gained.\n",
            table(own, lambda entry: f"{entry.lost_points:.1f}"),
        ]
    caught = [entry for entry in tables if entry.attack is Attack.BACKDOOR]
    parts += [CAUGHT, _caught(caught), RULES, _compared(comparisons), LOTTERY, _lottery(bias, splits)]
    return "\n".join(parts)


def held_in(tables: Sequence[Entry]) -> str:
    """For how many of the figures the guarantee held."""
    exceptions = [entry for entry in tables if not entry.is_within]
    if not exceptions:
        return f"It held for all {len(tables)} figures."
    named = ", ".join(f"{each.attack.value} on {each.strategy} ({each.data})" for each in exceptions)
    return f"It held for {len(tables) - len(exceptions)} of {len(tables)} figures, but not for {named}."


def table(entries: Sequence[Entry], figure: Callable[[Entry], str]) -> str:
    """Attacks by strategies, in Markdown."""
    strategies = list(dict.fromkeys(entry.strategy for entry in entries))
    found = {(entry.attack, entry.strategy): figure(entry) for entry in entries}
    rows = [
        [attack.value, *(found.get((attack, strategy), NOT_POSSIBLE) for strategy in strategies)]
        for attack in Attack
        if any(entry.attack is attack for entry in entries)
    ]
    return _markdown(["attack", *strategies], rows)


def _deeds() -> str:
    return _markdown(["attack", "what the attacker does"], [[attack.value, deed] for attack, deed in DEEDS.items()])


def _caught(entries: Sequence[Entry]) -> str:
    strategies = list(dict.fromkeys(entry.strategy for entry in entries))
    rows = [
        [data, *(f"{entry.fell_percent:.0f}" for name in strategies for entry in entries if _is(entry, data, name))]
        for data in dict.fromkeys(entry.data for entry in entries)
    ]
    return _markdown(["data", *strategies], rows)


def _is(entry: Entry, data: str, strategy: str) -> bool:
    return (entry.data, entry.strategy) == (data, strategy)


def _compared(comparisons: Sequence[Comparison]) -> str:
    columns = [
        (comparison.heading, {(entry.strategy, entry.attack): entry for entry in comparison.entries})
        for comparison in comparisons
    ]
    places = list(dict.fromkeys(place for _, found in columns for place in found))
    rows = [
        [strategy, attack.value, *(_shown_percent(found[strategy, attack].earned_percent) for _, found in columns)]
        for strategy, attack in places
    ]
    return _markdown(["strategy", "attack", *(heading for heading, _ in columns)], rows)


def _lottery(bias: Bias, splits: Sequence[SplitStake]) -> str:
    quarters = [
        [name, *(f"{part / 10_000:.1f}" for part in (group.stake_ppm, group.first_ppm, group.seats_ppm))]
        for name, group in zip(("poorest quarter", "second", "third", "richest"), bias.groups, strict=True)
    ]
    first, noise, seats = (
        f"{part / 10_000:.1f} %" for part in (bias.first_distance_ppm, bias.noise_ppm, bias.seats_distance_ppm)
    )
    told = (
        f"\nIn {bias.draws} draws first seats are {first} away from stake, where chance alone explains up to {noise}; "
        f"all seats are {seats} away.\n"
    )
    names = [
        [f"{split.share_percent} %", f"{split.under_one / split.draws:.2f}", f"{split.under_ten / split.draws:.2f}"]
        for split in splits
    ]
    return "\n".join(
        [
            _markdown(["candidates", "% of stake", "% of first seats", "% of seats"], quarters),
            told,
            _markdown(["part of the stake", "seats a draw under one name", "under ten"], names),
        ]
    )


def _shown_percent(percent: int | None) -> str:
    return NOT_POSSIBLE if percent is None else str(percent)


def _markdown(heading: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heading, ["---"] * len(heading), *rows]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


HEAD: Final = """# Attacks, and what they earn

Generated by `palletlab attacks --out docs/ATTACKS.md`, which plays everything; with `--strategy`, `--data` and
`--attack` it plays what they name alone, and keeps the other figures, which stand in `ATTACKS.json`.

{clients} clients with equally many rows, two of whom attack; {rounds} rounds, each judged by rows of its own; accuracy
is of rows that nobody was judged by. Each run was repeated with other seeds, and so with other rows for everybody:
{seeds}. Attackers know the protocol and each other. Robust rules are set to withstand two.

*forest* takes five trees of each client, *quota-forest* one for every eight of its rows; *boosting* adds three stages
of trees a round, each client's for its share; *network* averages networks of sixteen hidden units, whose clients
descend in floats, so another machine may get slightly other figures for it; *network-median* and *network-multi-krum*
join the same networks by these rules. All others average linear models by the rule that they are named after.

**What is guaranteed.** As long as fewer than half attack, an attacker never earns more than an honest client of the
same data size: than the best paid one of the same round. Updates that alone are no better than the best constant answer
are paid nothing, and a sample earns at most what half the median contribution of a sample is worth; at least half of
all clients are therefore at the highest rate there is. This is checked in every round of every run here, and a figure
for which it does not hold bears a mark. {held}

**What is not.** A figure above 100 is an attacker that was, on average, above the *mean* honest client of its runs.
That happens where an attack is hardly one (a backdoor is learnt beside an honest model; a sybil is honest under two
names; of a scaled update the judge sees the direction only), and by luck: a few dozen rows judge a round, and the runs
are few. A sybil earns as much under each name as an honest client of the
same size does; what it pays for each name is a stake of its own. Ground seeds help where nobody checks them: the chain
draws the seed of each client's training after all data are committed, and whoever has the rows can train from it again
and see whether the trees are those.

Tasks of `federated_round` settle by this rule, by the same code, where their terms do not name plain contribution
(`contribution` in the comparison of rules below), for which the guarantee does not hold. Validators on chain join
coalitions by the task's own rule; for linear models they cut no step to the length of others, and networks are judged
here by their mean whatever the rule, so there an attack may earn another figure. What an attacker earns does not tell
what the model loses: nothing in the mean of networks withstands a scaled update, and whoever fears one takes a robust
rule. Of networks neither the median nor Multi-Krum loses much by it. But a median's steps are short where clients
disagree: of digits it learns less in three rounds than the mean does, whoever attacks, and so little that gains and
losses are luck.
"""

CAUGHT: Final = """## Backdoors

Percent of the rows with the trigger, of another class than the attackers', that the last model takes for theirs. Some
models fall for it without having been taught: in breast_cancer the trigger looks like what malignant tumours have.
"""

RULES: Final = """## What the rule of payment does

Percent of an honest client's earnings, breast_cancer. *Sealed*: updates are committed under salted seals first, so only
the last round's can be copied; tasks are like that whose terms do not say otherwise. *Open*: updates can be read before
one's own is due, as in tasks that waive their seals (`unsealed_updates`), which saves each client a transaction. There
a lazy client may wait, send what another has shown, and be paid like its author: no rule can tell which of two equal
updates was made, and the author gets less than without the copy where contributions are paid as they are. By the capped
rule the copy still earns no more than the best paid honest client of its size. By samples alone nobody looks at an
update: there a copy earns what every valid one does, sealed or not. Seals are waived among clients who know each other.
"""

LOTTERY: Final = """## The lottery that validators are drawn by

A hundred candidates with stakes of 1 to 100; ten seats. The first seat goes by stake. All seats cannot, because nobody
sits twice, so the richest have fewer than their part, and would have more under several names; a stake for each name
and a minimum for it bound that.
"""
