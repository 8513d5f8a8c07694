"""Who is in a play: an office that pays, parties with data, laboratories that aggregate and validate."""

from __future__ import annotations

from dataclasses import dataclass

from chain.crypto.hashing import blake2_256
from chain.crypto.keys import KeyPair
from chain.crypto.signatures import Scheme
from chain.offchain.participant import Participant, seeded_randomness
from chain.primitives import AccountId
from node_cli.scenario.definition import Party, Scenario
from pallets.federated_round.data import DataSet, HeldOut, LocalData, Operator
from pallets.learning.datasets import TabularTask
from pallets.learning.stream import seed_for

LABORATORIES = 4
"""One more than there are seats, so that the lottery has something to decide."""


@dataclass(frozen=True, slots=True)
class Player:
    """An account with its worker; `part` says what it is there for.

    belongings: what its worker is given besides: how to act otherwise than it should, data to register
    """

    name: str
    part: str
    key: KeyPair
    operator: Operator
    randomness_seed: bytes
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


def cast_of(scenario: Scenario) -> Cast:
    """The players of a scenario."""
    held_out = tuple(
        tuple(
            HeldOut(_data_set(rows), seed_for("test set", scenario.seed, lesson.name, number))
            for number, rows in enumerate(scenario.judging)
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
        _player(party.name, party.kind, scenario, _trains(party, scenario), *_conduct_of(party))
        for party in scenario.parties
    )
    laboratories = tuple(
        _player(f"Lab {number}", "aggregates and validates", scenario, Operator(serves=True))
        for number in range(1, LABORATORIES + 1)
    )
    return Cast(office, parties, laboratories, held_out)


def _trains(party: Party, scenario: Scenario) -> Operator:
    return Operator(data=LocalData(_data_set(party.told), seed_for("rows", scenario.seed, party.name)))


def _conduct_of(party: Party) -> tuple[object, ...]:
    return () if party.conduct is None else (party.conduct,)


def _player(name: str, part: str, scenario: Scenario, operator: Operator, *belongings: object) -> Player:
    # ed25519, because its signatures depend on key and message alone: sr25519 draws a nonce for each, and two runs
    # of one seed would have different extrinsics, and so different heads
    key = KeyPair.from_uri(f"//{name.replace(' ', '')}", Scheme.ED25519)
    return Player(name, part, key, operator, blake2_256(b"worker" + scenario.seed + key.account), belongings)


def _data_set(task: TabularTask) -> DataSet:
    return DataSet.of(task.rows, task.targets)
