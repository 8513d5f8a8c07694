"""The act in which data are registered, checked by a panel, and permitted for one purpose."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from chain.crypto.hashing import blake2_256
from chain.primitives import BlockNumber, Hash
from node_cli.scenario.cast import Player
from node_cli.scenario.chronicle import BlockEntry
from node_cli.scenario.definition import Party
from node_cli.scenario.outcome import Exhibit, Sheet
from node_cli.scenario.stage import Deed, Stage
from node_cli.units import tokens
from pallets.data_registry import CheckOutcome, DataSetId, Status, Verdict
from pallets.data_registry.events import CheckEnded, DataSetRegistered, Permitted, VerdictRevealed
from pallets.frame.call import call_of
from runtime.dev import DevRuntime

AT_MOST: Final = 40
"""Blocks for all checks: they go on side by side."""

HOLDS: Final[BlockNumber] = 10_000
"""Blocks for which a permit is good."""

VERDICTS: Final = {
    Verdict.MATCHES: "it matches",
    Verdict.DIFFERS: "other bytes",
    Verdict.UNSIGNED: "not signed by the device",
}
OUTCOMES: Final = {
    CheckOutcome.CONFIRMED: "confirmed",
    CheckOutcome.REFUTED: "refuted",
    CheckOutcome.UNDECIDED: "undecided",
}


@dataclass(frozen=True, slots=True)
class Registration:
    """Trackers, data sets, checks and permits; see `acts.Act`."""

    def first_deeds(self, stage: Stage) -> Sequence[Deed]:
        """Trackers make their keys known."""
        register = stage.runtime.data_registry.register_device
        deeds = []
        for party, player in _parties(stage):
            tracker = None if party.provenance is None else party.provenance.tracker
            if tracker is not None:
                proof = tracker.proof_for(player.account)
                deeds.append((player, call_of(register, device=tracker.device, key=tracker.key, proof=proof)))
        return deeds

    def before_tasks(self, stage: Stage) -> None:
        """The workers register their rows and check those of others; owners permit what was confirmed."""
        stage.begin("Data", "Rows are registered by CID and root, a panel checks them, owners permit the purpose.")
        parties = len(stage.cast.parties)
        stage.node.content.put(stage.scenario.purpose.encode())  # in words, for who wonders what a permit's hash means

        def is_checked() -> bool:
            registry = stage.runtime.data_registry
            return registry.data_set_count.get() == parties and not registry.open_checks.get()

        stage.wait(is_checked, AT_MOST, "the check of the data")
        permit, purpose = stage.runtime.data_registry.permit, purpose_of(stage)
        confirmed = [
            (player, number)
            for player in stage.cast.parties
            if (number := confirmed_data_set(stage.runtime, player)) is not None
        ]
        stage.act(
            *(
                (
                    player,
                    call_of(permit, data_set=number, who=player.account, purpose=purpose, expires=stage.now + HOLDS),
                )
                for player, number in confirmed
            )
        )

    def before_rounds(self, stage: Stage) -> None:
        """The office says what its tasks use data for."""
        set_purpose, purpose = stage.runtime.federated_round.set_purpose, purpose_of(stage)
        tasks = range(len(stage.scenario.lessons))
        stage.act(*((stage.cast.office, call_of(set_purpose, task=task, purpose=purpose)) for task in tasks))

    def after_round(self, stage: Stage, number: int) -> None:
        """Nothing: permits hold."""

    def exhibit(self, stage: Stage, blocks: Sequence[BlockEntry]) -> Exhibit:
        """Whose data may be used, and for what?"""
        events = [event for block in blocks for event in block.events]
        numbers = {event.owner: event.data_set for event in events if isinstance(event, DataSetRegistered)}
        ended = {event.data_set: event for event in events if isinstance(event, CheckEnded)}
        permitted = {event.data_set for event in events if isinstance(event, Permitted)}
        verdicts: dict[DataSetId, Counter[Verdict]] = {number: Counter() for number in numbers.values()}
        for event in events:
            if isinstance(event, VerdictRevealed):
                verdicts[event.data_set][event.verdict] += 1
        rows = []
        for party, player in _parties(stage):
            number = numbers[player.account]
            found = verdicts[number]
            rows.append(
                (
                    party.name,
                    _what(party),
                    ", ".join(f"{VERDICTS[verdict]} ×{count}" for verdict, count in found.most_common()),
                    OUTCOMES[ended[number].outcome],
                    "for the purpose" if number in permitted else "none",
                    tokens(ended[number].slashed) if ended[number].slashed else "",
                )
            )
        refuted = [party.name for party, player in _parties(stage) if ended[numbers[player.account]].slashed]
        return Exhibit(
            name="data",
            question="Whose data may be used, and for what?",
            sentences=_sentences(stage, len(rows), sum(sum(each.values()) for each in verdicts.values()), refuted),
            sheets=(
                Sheet("", ("data of", "what", "the panel found", "outcome", "permit", "deposit lost"), tuple(rows)),
            ),
            facts={
                "purpose": stage.scenario.purpose,
                "purpose_hash": f"0x{purpose_of(stage).hex()}",
                "registered": len(rows),
                "confirmed": len(permitted),
                "refuted": refuted,
                "devices": sum(_has_tracker(party) for party in stage.scenario.parties),
            },
        )


def purpose_of(stage: Stage) -> Hash:
    """What the tasks use data for, as permits name it."""
    return Hash(blake2_256(stage.scenario.purpose.encode()))


def data_set_of(runtime: DevRuntime, player: Player) -> DataSetId | None:
    """The data set that a party's rows are registered as; None where they are not, or no more."""
    local = player.operator.data
    return None if local is None else runtime.data_registry.by_commitment.get(local.root)


def confirmed_data_set(runtime: DevRuntime, player: Player) -> DataSetId | None:
    """As `data_set_of`, where the panel has confirmed it."""
    number = data_set_of(runtime, player)
    found = None if number is None else runtime.data_registry.data_sets.get(number)
    return number if found is not None and found.status is Status.CONFIRMED else None


def _parties(stage: Stage) -> list[tuple[Party, Player]]:
    return list(zip(stage.scenario.parties, stage.cast.parties, strict=True))


def _has_tracker(party: Party) -> bool:
    return party.provenance is not None and party.provenance.tracker is not None


def _what(party: Party) -> str:
    count = len(party.told.rows)
    return f"{count} signed readings" if _has_tracker(party) else f"{count} encrypted rows"


def _sentences(stage: Stage, data_sets: int, verdicts: int, refuted: list[str]) -> tuple[str, ...]:
    told = [
        f"{data_sets} data sets were registered by CID, root, size and a salted commitment, and looked at "
        f"{verdicts} times by laboratories that a lottery drew. Purpose: {stage.scenario.purpose}."
    ]
    if refuted:
        told.append(
            f"{', '.join(refuted)}: not every reading has the device's signature, so the whole batch counts for "
            "nothing, the deposit is lost, and there is no permit without which nobody may enrol."
        )
    return tuple(told)
