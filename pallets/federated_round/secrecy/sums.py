"""What anybody computes of a hidden round: each group's exact sum as one update, and who spoilt what.

A group's mean is an update like any other: the task's rule joins the groups, and the task's validators judge them.
With 24 fractional bits and a clip that no change exceeds, what comes of one sum is what comes of the open updates to
the last bit: the sum of all weights, or moves, over the sum of samples, rounded toward zero once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from chain.content.cid import CidError
from chain.content.store import ContentError
from chain.primitives import AccountId
from chain.record import record
from pallets.federated_round.secrecy.hidden_round import HiddenRound
from pallets.federated_round.secrecy.reading import missed
from pallets.federated_round.secrecy.types import Group
from pallets.federated_round.secrecy.vectors import Vectors
from pallets.federated_round.strategies.strategy import ClientUpdate
from pallets.federated_round.types import Phase
from pallets.learning.secure_aggregation.client import check_dealing
from pallets.learning.secure_aggregation.masks import Residues
from pallets.learning.secure_aggregation.message_codec import (
    MessageDecodeError,
    decode_dealing,
    decode_masked,
    decode_revealed,
)
from pallets.learning.secure_aggregation.messages import Dealing, Revealed, Roster
from pallets.learning.secure_aggregation.refusals import MalformedMessage, SecureAggregationError, WrongDealing
from pallets.learning.secure_aggregation.server import Server, Unmasked
from pallets.ml_registry.artifact import Artifact, ArtifactMismatch

Read = Callable[[Artifact], bytes]
"""The bytes of an artifact, checked against its root."""

UNREADABLE = (ArtifactMismatch, CidError, ContentError)
BROKEN = (*UNREADABLE, MessageDecodeError, MalformedMessage)
"""What is not there, or is no message of the protocol."""


@record
class Sums:
    """What came of a round's groups.

    updates: the means of the summed groups, in ascending order of their representatives
    invalid: clients whose messages are none, or wrong; unsummed: numbers of the groups that were lost by it
    """

    updates: tuple[ClientUpdate, ...]
    invalid: tuple[AccountId, ...]
    unsummed: tuple[int, ...]


@record
class Found:
    """What came of one group. unmasked: None where somebody prevents its sum; blamed: who sent what is wrong"""

    unmasked: Unmasked | None
    blamed: frozenset[AccountId]


def sums_of(seen: HiddenRound, vectors: Vectors, read: Read) -> Sums:
    """The sums of all groups that are alive."""
    updates, invalid, unsummed = list[ClientUpdate](), set[AccountId](), list[int]()
    for number, group in enumerate(seen.groups):
        if not group.is_alive:
            continue
        found = sum_of(seen, group, vectors, read)
        invalid |= found.blamed
        if found.unmasked is None:
            unsummed.append(number)
        else:
            mean = vectors.mean(found.unmasked, seen.encoding.fractional_bits)
            updates.append(ClientUpdate(group.representative, found.unmasked.weight, mean, number))
    return Sums(tuple(sorted(updates, key=lambda each: each.account)), tuple(sorted(invalid)), tuple(unsummed))


def sum_of(seen: HiddenRound, group: Group, vectors: Vectors, read: Read) -> Found:
    """The sum of one group that is alive."""
    bench = _Bench(seen, group, read)
    unmasked = bench.unmasked(vectors.parameters)
    return Found(unmasked, frozenset(bench.blamed))


def artifacts_of(seen: HiddenRound, groups: Iterable[Group]) -> Iterator[Artifact]:
    """Everything that the sums of some groups are computed from, as far as the chain names it."""
    for group in groups:
        if not group.is_alive:
            continue
        survivors = group.accounts(group.survivors)
        named = [seen.rounds.dealings.get((*seen.key, who)) for who in group.accounts(group.dealers)]
        named += [seen.rounds.updates.get((*seen.key, who)) for who in survivors]
        named += [seen.rounds.openings.get((*seen.key, who)) for who in survivors]
        yield from (artifact for artifact in named if artifact is not None)


def dealing_of(seen: HiddenRound, group: Group, roster: Roster, place: int, read: Read) -> Dealing:
    """What the member at a place dealt; raises one of BROKEN."""
    artifact = seen.rounds.dealings.get((*seen.key, group.members[place]))
    if artifact is None:
        raise MalformedMessage(f"client {place} has dealt nothing")
    dealing = decode_dealing(read(artifact))
    check_dealing(dealing, roster)
    if dealing.dealer != place:
        raise MalformedMessage(f"client {place} deals as client {dealing.dealer}")
    return dealing


def masked_of(seen: HiddenRound, who: AccountId, parameters: int, read: Read) -> Residues:
    """A client's masked update; raises one of BROKEN."""
    artifact = seen.rounds.updates.get((*seen.key, who))
    if artifact is None:
        raise MalformedMessage("no masked update was revealed")
    residues = decode_masked(read(artifact))
    if residues.shape != (parameters + 1,) or residues.dtype != seen.encoding.kind:
        raise MalformedMessage(f"a masked update of type {residues.dtype} and shape {residues.shape}")
    return residues


class _Bench:
    """The sum of one group, and who is to blame for what does not fit."""

    def __init__(self, seen: HiddenRound, group: Group, read: Read) -> None:
        self.blamed: set[AccountId] = set()
        self._seen, self._group, self._read = seen, group, read
        self._roster = seen.roster(group)

    def unmasked(self, parameters: int) -> Unmasked | None:
        """The sum; None where somebody in the group prevents it."""
        server = Server(self._roster, self._seen.encoding, parameters)
        if not self._take_dealings(server) or not self._take_masked(server, parameters):
            return None
        try:
            found = server.unmask(list(self._openings()))
        except WrongDealing as refusal:
            self.blamed.add(self._group.members[refusal.dealer])
            found = None
        except SecureAggregationError:
            found = None  # too few shares, or a sum that nobody's clipped updates give: whose fault is hidden
        self.blamed |= {self._group.members[wrong.holder] for wrong in server.blamed}
        expected = sum(self._seen.weight_of(who) for who in self._group.accounts(self._group.survivors))
        return found if found is not None and found.weight == expected else None

    def _take_dealings(self, server: Server) -> bool:
        for place in self._group.dealers:
            try:
                server.take_dealing(dealing_of(self._seen, self._group, self._roster, place, self._read))
            except BROKEN:
                self.blamed.add(self._group.members[place])
        if self.blamed:
            return False
        server.dealers()
        return True

    def _take_masked(self, server: Server, parameters: int) -> bool:
        for place in self._group.survivors:
            who = self._group.members[place]
            try:
                server.take_masked(place, masked_of(self._seen, who, parameters, self._read))
            except BROKEN:
                self.blamed.add(who)
        return not self.blamed

    def _openings(self) -> Iterator[Revealed]:
        """What survivors opened of the kinds that the block asked for; who withholds what it has got is to blame."""
        survivors = set(self._group.survivors)
        dropped = set(self._group.dealers) - survivors
        for place in self._group.survivors:
            who = self._group.members[place]
            artifact = self._seen.rounds.openings.get((*self._seen.key, who))
            if artifact is None:
                continue
            try:
                opened = decode_revealed(self._read(artifact))
            except BROKEN:
                self.blamed.add(who)
                continue
            if opened.holder != place or not (opened.seeds.keys() <= survivors and opened.keys.keys() <= dropped):
                self.blamed.add(who)
                continue
            if not shares_due(self._seen, self._group, who) <= opened.seeds.keys() | opened.keys.keys():
                self.blamed.add(who)
            yield opened


def shares_due(seen: HiddenRound, group: Group, who: AccountId) -> set[int]:
    """The places of the dealers whose shares a survivor has to open: all whom it has not reported missing."""
    reported = missed(seen.rounds, seen.key, Phase.CHECK_SHARES, who)
    return {place for place in group.dealers if group.members[place] not in reported}
