"""A hidden round as workers and auditors see it: everything from the state, as the protocol's own records."""

from __future__ import annotations

from dataclasses import dataclass

from chain.once import once
from chain.primitives import AccountId, Hash
from pallets.federated_round.secrecy.choice import Full, Grouped
from pallets.federated_round.secrecy.grouping import roster_of_group, round_id
from pallets.federated_round.secrecy.reading import Key, groups_of
from pallets.federated_round.secrecy.terms import counts_samples, largest_noise, largest_weight
from pallets.federated_round.secrecy.types import Group, Groups, Places, PublicKeys, group_of
from pallets.federated_round.storage import RoundStorage
from pallets.federated_round.types import Terms
from pallets.learning.secure_aggregation.encoding import Encoding
from pallets.learning.secure_aggregation.messages import Members, Roster, Stage


@dataclass(frozen=True)
class HiddenRound:
    """One round; seed: of the round."""

    rounds: RoundStorage
    key: Key
    terms: Terms
    seed: Hash

    @property
    def secrecy(self) -> Grouped | Full:
        """How the round hides its updates."""
        secrecy = self.terms.secrecy
        assert isinstance(secrecy, Grouped | Full), "an open round hides nothing"
        return secrecy

    @once
    def identity(self) -> bytes:
        """What keys and masks of the round are bound to."""
        return round_id(*self.key, self.seed)

    @once
    def keys(self) -> dict[AccountId, PublicKeys]:
        """The keys of each client."""
        found = self.rounds.public_keys.iter(prefix=self.key)
        return {place[2]: keys for place, keys in found if keys is not None}

    @once
    def groups(self) -> Groups:
        """Who is in which sum."""
        return groups_of(self.rounds, self.key)

    def group_of(self, who: AccountId) -> tuple[Group, int] | None:
        """The group of a client, and its place there; None where it is in none."""
        placed = group_of(self.groups, who)
        return None if placed is None else (placed[1], placed[1].members.index(who))

    def roster(self, group: Group) -> Roster:
        """The roster of a group, made again from the keys on chain."""
        return roster_of_group(self.identity, group, self.secrecy, self.keys)

    @once
    def encoding(self) -> Encoding:
        """How values become residues."""
        hiding = self.secrecy.hiding
        return Encoding(
            hiding.clip,
            hiding.fractional_bits,
            hiding.modulus_bits,
            largest_weight(self.terms),
            largest_noise(hiding),
        )

    def weight_of(self, who: AccountId) -> int:
        """What a client counts for: its samples as it enrolled, or one."""
        if not counts_samples(self.terms.rule):
            return 1
        enrolment = self.rounds.enrolments.get((*self.key, who))
        return 0 if enrolment is None or enrolment.data is None else enrolment.data.samples


def members_of(stage: Stage, places: Places) -> Members:
    """The members at some places, as the protocol knows them."""
    return Members(stage, tuple(places))
