"""What was seen of updates that are hidden in a sum, and whether the sum is that of the true ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from chain.crypto.hashing import blake2_256
from chain.primitives import AccountId
from node_cli.scenario.chronicle import BlockEntry
from node_cli.scenario.definition import Lesson
from node_cli.scenario.outcome import Exhibit, Sheet
from node_cli.scenario.rounds import labels_of
from node_cli.scenario.stage import Deed, Stage
from pallets.federated_round.drawing import training_seed
from pallets.federated_round.secrecy.choice import Full, Grouped
from pallets.federated_round.settings import encode_settings
from pallets.federated_round.strategies import ClientUpdate, strategy_for
from pallets.ml_registry import artifact_of


@dataclass(frozen=True, slots=True)
class Sum:
    """One round whose updates were hidden.

    clients: in the sum; shown: pairs of the hash of what each client showed and that of its true update
    is_exact: whether the model is, to the byte, the mean of the true updates
    """

    title: str
    clients: tuple[str, ...]
    shown: tuple[tuple[bytes, bytes], ...]
    is_exact: bool


@dataclass(frozen=True, slots=True)
class Hiding:
    """Nothing is done here: the workers agree on masks, and the chain fixes who is in the sum; see `acts.Act`."""

    def first_deeds(self, stage: Stage) -> Sequence[Deed]:
        """Nothing."""
        return ()

    def before_tasks(self, stage: Stage) -> None:
        """Nothing."""

    def before_rounds(self, stage: Stage) -> None:
        """Nothing."""

    def after_round(self, stage: Stage, number: int) -> None:
        """Nothing."""

    def exhibit(self, stage: Stage, blocks: Sequence[BlockEntry]) -> Exhibit:
        """Who has seen an update?"""
        sums = [each for task, lesson in enumerate(stage.scenario.lessons) for each in _sums(stage, task, lesson)]
        hidden = [lesson.title for lesson in stage.scenario.lessons if is_hidden(lesson)]
        differing = sum(shown != true for each in sums for shown, true in each.shown)
        return Exhibit(
            name="secrecy",
            question="Who has seen an update?",
            sentences=(
                f"Of the {' and the '.join(hidden)} nobody: clients agree on keys, and add masks that cancel out in "
                "the sum. The chain fixes who is in it before any mask is taken off: aggregators learn the sum alone.",
                f"What was shown is another thing than what was learnt in {differing} of "
                f"{sum(len(each.shown) for each in sums)} updates; the model is the mean of the true ones, to the "
                f"byte, in {sum(each.is_exact for each in sums)} of {len(sums)} rounds.",
            ),
            sheets=(
                Sheet(
                    "",
                    ("round", "in the sum", "shown by the first of them", "its true update", "model"),
                    tuple(
                        (
                            each.title,
                            f"{len(each.clients)} {stage.scenario.nouns[1]}",
                            *(f"0x{hashed.hex()[:12]}…" for hashed in each.shown[0]),
                            "the mean of the true updates" if each.is_exact else "another than their mean",
                        )
                        for each in sums
                    ),
                ),
            ),
            facts={
                "models": hidden,
                "clients_in_sums": [len(each.clients) for each in sums],
                "updates_shown_in_clear": sum(shown == true for each in sums for shown, true in each.shown),
                "sums_exact": [each.is_exact for each in sums],
            },
        )


def is_hidden(lesson: Lesson) -> bool:
    """Whether nobody sees its clients' updates."""
    return isinstance(lesson.secrecy, Full | Grouped)


def _sums(stage: Stage, task: int, lesson: Lesson) -> Iterator[Sum]:
    if not is_hidden(lesson):
        return
    rounds = stage.runtime.federated_round
    data = {player.account: player.operator.data for player in stage.cast.parties}
    strategy = strategy_for(lesson.algorithm, encode_settings(lesson.settings), lesson.rule)
    for number, (label, is_again) in labels_of(rounds, task).items():
        course, agreed = rounds.course(task, number), rounds.agreed_aggregate.get((task, number))
        clients = rounds.joined_clients(task, number)
        if agreed is None or agreed.model is None or course.seed is None or not clients:
            continue
        base = None
        if course.base is not None:
            version = stage.runtime.ml_registry.version(course.base)
            base = stage.content.get(version.artifact.cid.decode())
        true: dict[AccountId, ClientUpdate] = {}
        for who in clients:
            local = data[who]
            if local is not None:
                update = strategy.train(local.data, base, training_seed(course.seed, who), None, who)
                true[who] = ClientUpdate(who, len(local.data), update)
        shown = {who: artifact for who in clients if (artifact := rounds.updates.get((task, number, who))) is not None}
        yield Sum(
            title=f"{label}{' again' * is_again}, {lesson.name}",
            clients=tuple(map(stage.cast.name_of, clients)),
            shown=tuple((shown[who].root, blake2_256(true[who].data)) for who in clients if who in shown),
            is_exact=artifact_of(strategy.aggregate(list(true.values()), base).model).root == agreed.model.root,
        )
