"""The act in which a party withdraws: its rows are destroyed, and what learnt from them is made again without them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from chain.primitives import BlockNumber, Hash
from node_cli.scenario.cast import ROWS, Player
from node_cli.scenario.chronicle import BlockEntry
from node_cli.scenario.economy import DISPUTE, SCHEDULE, SPARE
from node_cli.scenario.models import model_of
from node_cli.scenario.never_joined import Remade, remade_without
from node_cli.scenario.outcome import Exhibit, Sheet
from node_cli.scenario.registration import confirmed_data_set, data_set_of
from node_cli.scenario.stage import Deed, PlayError, Stage
from pallets.data_registry import DataSetId
from pallets.data_registry.custody import key_in, salt_in
from pallets.data_registry.events import DataSetErased
from pallets.federated_round.events import RolledBack, UnlearningDue, Unlearnt
from pallets.frame.call import call_of
from pallets.ml_registry import Artifact

AT_MOST: Final = SPARE * (SCHEDULE.longest + DISPUTE)
"""Blocks that it takes to do them."""


@dataclass(frozen=True, slots=True)
class Trace:
    """What there is of a party's rows at one moment.

    is_key_kept, is_salt_kept: on the party's node; blob: whether the content store has it; permits: on the chain
    versions: the newest of each lesson, None where there is none
    """

    data_set: DataSetId | None
    is_key_kept: bool
    is_salt_kept: bool
    blob: bool
    permits: int
    versions: tuple[Hash | None, ...]


@dataclass(slots=True)
class Erasure:
    """A party withdraws after `SPARE` rounds, or after the last of fewer; see `acts.Act`."""

    name: str
    block: BlockNumber = 0
    number: DataSetId = 0
    blob: Artifact | None = None
    traces: list[Trace] = field(default_factory=list)

    def first_deeds(self, stage: Stage) -> Sequence[Deed]:
        """Nothing: nobody has withdrawn yet."""
        return ()

    def before_tasks(self, stage: Stage) -> None:
        """Nothing."""

    def before_rounds(self, stage: Stage) -> None:
        """Nothing."""

    def after_round(self, stage: Stage, number: int) -> None:
        """Erase, and wait until everything is unlearnt; the workers see to that."""
        if number + 1 != min(SPARE, stage.scenario.rounds):
            return
        leaver = self._leaver(stage)
        data_set = confirmed_data_set(stage.runtime, leaver)
        if data_set is None:
            raise PlayError(f"{self.name} has no confirmed data to erase")
        self.number, self.blob = data_set, stage.runtime.data_registry.data_set(data_set).description.artifact
        stage.begin("Erasure", f"{self.name} withdraws; what learnt from its rows is made again without them.")
        self.traces.append(self._trace(stage))
        stage.act((leaver, call_of(stage.runtime.data_registry.erase_data_set, data_set=data_set)))
        self.block = stage.now
        stage.seal()  # with which the erasure is final

        def is_unlearnt() -> bool:
            rounds = stage.runtime.federated_round
            return not rounds.has_unlearning() and not rounds.live.get()

        stage.wait(is_unlearnt, AT_MOST, "the unlearning")
        self.traces.append(self._trace(stage))

    def exhibit(self, stage: Stage, blocks: Sequence[BlockEntry]) -> Exhibit:
        """What is left of erased data?"""
        before, after = self.traces
        remade = list(remade_without(stage))
        exact = [each for each in remade if each.is_equal is not None]
        return Exhibit(
            name="erasure",
            question="What is left of erased data?",
            sentences=tuple(self._sentences(stage, remade)),
            sheets=(
                Sheet("Before and after", ("", "before", "after"), tuple(self._comparison(stage, before, after))),
                Sheet("How it went", ("block", "what"), tuple(_course(stage, blocks))),
                Sheet(
                    "Rounds that were done again",
                    ("round", "clients", "model on the chain", "made by those who stayed, as if alone from the start"),
                    tuple(_remade_row(each) for each in remade),
                ),
            ),
            facts={
                "party": self.name,
                "block": self.block,
                "blob_deleted": not after.blob,
                "key_and_salt_shredded": not (after.is_key_kept or after.is_salt_kept),
                "done_again": [each.title for each in remade],
                "bytes_equal_never_joined": [each.title for each in exact if each.is_equal],
                "bytes_differ": [each.title for each in exact if not each.is_equal],
            },
        )

    def _leaver(self, stage: Stage) -> Player:
        return next(player for player in stage.cast.parties if player.name == self.name)

    def _trace(self, stage: Stage) -> Trace:
        runtime, leaver = stage.runtime, self._leaver(stage)
        registry = runtime.data_registry
        participants = stage.node.workers.participants
        own = next(each for each in participants if each.account == leaver.account)
        cid = "" if self.blob is None else self.blob.cid.decode()
        return Trace(
            data_set=data_set_of(runtime, leaver),
            is_key_kept=key_in(own.storage.get, ROWS) is not None,
            is_salt_kept=salt_in(own.storage.get, ROWS) is not None,
            blob=stage.content.has(cid),
            permits=sum(1 for _ in registry.permits.iter_keys((self.number,))),
            versions=tuple(runtime.ml_registry.latest(model) for model in range(len(stage.scenario.lessons))),
        )

    def _comparison(self, stage: Stage, before: Trace, after: Trace) -> Iterator[tuple[str, ...]]:
        size = 0 if self.blob is None else self.blob.size
        yield "encrypted blob in the content store", f"{size:,} bytes", "there" if after.blob else "deleted"
        yield "its key, on the party's node", _kept(before.is_key_kept), _kept(after.is_key_kept)
        yield "the salt of its commitment, there too", _kept(before.is_salt_kept), _kept(after.is_salt_kept)
        registered = "CID, root, size, commitment, licence"
        known = [
            registered if each.data_set is not None else f"erased in block {self.block}" for each in (before, after)
        ]
        yield "what the registry has", *known
        yield "permits", f"{before.permits}", f"{after.permits}"
        for place, lesson in enumerate(stage.scenario.lessons):
            yield f"newest version, {lesson.name}", *(_version(stage, place, each) for each in (before, after))

    def _sentences(self, stage: Stage, remade: Sequence[Remade]) -> Iterator[str]:
        yield (
            f"{self.name} withdrew in block {self.block}: its node deleted the blob, shredded the key and dropped the "
            "salt. What is left of its rows is a commitment in old blocks that nobody can open or try out."
        )
        if not remade:
            yield "No published model had learnt from them, so nothing had to be unlearnt."
            return
        yield (
            "Every version that had learnt from them was withdrawn, and the rounds since were done again by those who "
            "stayed, with the randomness of the first time."
        )
        equal = sorted({each.lesson for each in remade if each.is_equal})
        if equal:
            yield (
                f"Of the {' and the '.join(equal)} the bytes are equal to those of models that {self.name} never had a "
                "part in: made here again, from the start, without it."
            )
        noisy = sorted({each.lesson for each in remade if each.is_equal is None})
        if noisy:
            yield f"Of the {' and the '.join(noisy)} nobody can make them again: the noise is a secret."


def _version(stage: Stage, place: int, trace: Trace) -> str:
    version = trace.versions[place]
    if version is None:
        return "none"
    artifact = stage.runtime.ml_registry.version(version).artifact
    content = model_of(stage.scenario.lessons[place], stage.content.get(artifact.cid.decode())).content
    return f"0x{version.hex()[:8]}…: {content}"


def _kept(is_kept: bool) -> str:
    return "kept" if is_kept else "shredded"


def _course(stage: Stage, blocks: Sequence[BlockEntry]) -> Iterator[tuple[str, ...]]:
    lessons = [lesson.name for lesson in stage.scenario.lessons]
    for block in blocks:
        for event in block.events:
            match event:
                case DataSetErased(data_set=number):
                    yield str(block.number), f"data set {number} is erased"
                case UnlearningDue():
                    yield str(block.number), "models have learnt from it: unlearning is due"
                case RolledBack(task=task, withdrawn=withdrawn, redo=redo):
                    yield (
                        str(block.number),
                        f"{lessons[task]}: versions withdrawn: {withdrawn}, rounds to do again: {redo}",
                    )
                case Unlearnt(task=task, version=version):
                    made = "no version is left" if version is None else f"0x{version.hex()[:8]}… takes their place"
                    yield str(block.number), f"{lessons[task]}: all is done again, {made}"


def _remade_row(each: Remade) -> tuple[str, ...]:
    verdict = {True: "the same bytes", False: "other bytes", None: "cannot be made again"}[each.is_equal]
    return each.title, f"{each.clients}", f"0x{each.root.hex()[:16]}…", verdict
