"""Who is in a play: an office that pays, parties with data, laboratories that aggregate and validate."""

from __future__ import annotations

from dataclasses import dataclass, replace

from chain.content.store import ContentStore
from chain.crypto.hashing import blake2_256
from chain.crypto.keys import KeyPair
from chain.crypto.signatures import Scheme
from chain.offchain.participant import Participant, seeded_randomness
from chain.primitives import AccountId, Hash
from node_cli.scenario.conduct import Cartel
from node_cli.scenario.definition import Party, Scenario
from pallets.data_registry.operator import Offer, Steward
from pallets.disputes import Disputant
from pallets.federated_round.data import DataSet, HeldOut, LocalData, Operator, encode_data_set
from pallets.learning.datasets import TabularTask
from pallets.learning.stream import seed_for

LICENCE = b"Apache-2.0"
"""Of models, and of what is registered of rows."""

ROWS = b"rows"
"""What a party's node calls its rows."""

LABORATORIES = 4
"""One more than there are seats, so that the lottery has something to decide."""


HONEST_BESIDE_A_CARTEL = 3
"""Laboratories: as many as there are seats."""

CONSPIRED = "belonged to a cartel that lies wherever it has the majority"


@dataclass(frozen=True, slots=True)
class Player:
    """An account with its worker; `part` says what it is there for.

    deed: what it does that it should not, as a predicate; nothing of the honest
    belongings: what its worker is given besides: how to act otherwise than it should, data to register
    """

    name: str
    part: str
    key: KeyPair
    operator: Operator
    randomness_seed: bytes
    deed: str = ""
    belongings: tuple[object, ...] = ()

    @property
    def account(self) -> AccountId:
        return self.key.account

    def participant(self) -> Participant:
        """The player as a node knows it; what its worker draws is the same in each run."""
        return Participant(
            self.key, (self.operator, *self.belongings), randomness=seeded_randomness(self.randomness_seed)
        )


@dataclass(frozen=True, slots=True)
class Cast:
    """All players. `held_out` has the office's test sets, lesson by lesson, round by round."""

    office: Player
    parties: tuple[Player, ...]
    laboratories: tuple[Player, ...]
    held_out: tuple[tuple[HeldOut, ...], ...]

    @property
    def everybody(self) -> tuple[Player, ...]:
        """The office, then the parties, then the laboratories."""
        return (self.office, *self.parties, *self.laboratories)

    @property
    def stakers(self) -> tuple[Player, ...]:
        """Those who answer for their work with a stake."""
        return (*self.parties, *self.laboratories)

    def name_of(self, account: AccountId) -> str:
        """The player's name; the account itself where it is nobody's."""
        return next((player.name for player in self.everybody if player.account == account), f"0x{account.hex()}")


def cast_of(scenario: Scenario, content: ContentStore) -> Cast:
    """The players of a scenario; content: where their blobs lie, and are deleted."""
    held_out = tuple(
        tuple(
            HeldOut(_data_set(rows), seed_for("test set", scenario.seed, lesson.name, number))
            for number, rows in enumerate((*scenario.judging, *scenario.spare))
        )
        for lesson in scenario.lessons
    )
    office = _player(
        "Alliance office",
        "owns the models",
        scenario,
        Operator(test_sets=tuple(each for sets in held_out for each in sets)),
    )
    parties = tuple(
        _player(party.name, party.kind, scenario, _trains(party, scenario), _belongings(party, scenario, content))
        for party in scenario.parties
    )
    parties = tuple(replace(player, deed=party.deed) for player, party in zip(parties, scenario.parties, strict=True))
    if scenario.cartel:
        watcher = next(place for place, party in enumerate(scenario.parties) if party.is_honest)
        parties = tuple(
            replace(player, belongings=(*player.belongings, Disputant())) if place == watcher else player
            for place, player in enumerate(parties)
        )
    return Cast(office, parties, _laboratories(scenario), held_out)


def _laboratories(scenario: Scenario) -> tuple[Player, ...]:
    """Those that serve, the cartel last."""
    part = "aggregates and validates"
    checker = (Steward(checks=True),) if scenario.purpose else ()
    honest = HONEST_BESIDE_A_CARTEL if scenario.cartel else LABORATORIES
    players = [
        _player(f"Lab {number}", part, scenario, Operator(serves=True), checker)
        for number in range(1, honest + scenario.cartel + 1)
    ]
    conduct = Cartel(frozenset(player.account for player in players[honest:]))
    # whoever lies stands up for it with a bond, by the truth up to half of the steps
    lies = (conduct, Disputant(challenges=False, bends=0.5))
    members = [
        replace(player, part=f"{part}, in a cartel", deed=CONSPIRED, belongings=(*checker, *lies))
        for player in players[honest:]
    ]
    return (*players[:honest], *members)


def _trains(party: Party, scenario: Scenario) -> Operator:
    return Operator(data=_local_data(party, scenario))


def _local_data(party: Party, scenario: Scenario) -> LocalData:
    has_readings = party.provenance is not None and party.provenance.tracker is not None
    source = party.provenance.readings if party.provenance is not None and has_readings else None
    return LocalData(_data_set(party.told), seed_for("rows", scenario.seed, party.name), source)


def _belongings(party: Party, scenario: Scenario, content: ContentStore) -> tuple[object, ...]:
    """How a party's worker cheats, and what it registers."""
    conduct: tuple[object, ...] = () if party.conduct is None else (party.conduct,)
    provenance = party.provenance
    if provenance is None or not scenario.purpose:
        return conduct
    local = _local_data(party, scenario)
    offer = Offer(
        name=ROWS,
        data=encode_data_set(local.data) if local.source is None else local.source,
        schema=Hash(blake2_256(provenance.schema.encode())),
        licence=LICENCE,
        jurisdiction=provenance.jurisdiction.encode(),
        salt=local.salt,
        format=provenance.format,
        device=None if provenance.tracker is None else provenance.tracker.device,
    )
    return (*conduct, Steward(offers=(offer,), stores=(content,)))


def _player(
    name: str, part: str, scenario: Scenario, operator: Operator, belongings: tuple[object, ...] = ()
) -> Player:
    # ed25519, because its signatures depend on key and message alone: sr25519 draws a nonce for each, and two runs
    # of one seed would have different extrinsics, and so different heads
    key = KeyPair.from_uri(f"//{name.replace(' ', '')}", Scheme.ED25519)
    return Player(name, part, key, operator, blake2_256(b"worker" + scenario.seed + key.account), belongings=belongings)


def _data_set(task: TabularTask) -> DataSet:
    return DataSet.of(task.rows, task.targets)
