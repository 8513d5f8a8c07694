"""What the aggregate of a hidden round should be, for whoever disputes it: everything that is public of its sums."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from chain.primitives import AccountId
from chain.scale import codec_of
from pallets.disputes.computations.hidden_mean import HiddenMean, HiddenSum
from pallets.disputes.computations.kinds import HIDDEN_MEAN
from pallets.disputes.types import Computation
from pallets.federated_round.phases import Course
from pallets.federated_round.secrecy.choice import hiding_of
from pallets.federated_round.secrecy.reading import Key, summed_groups
from pallets.federated_round.secrecy.terms import counts_samples, largest_noise, largest_weight
from pallets.federated_round.secrecy.types import Group
from pallets.federated_round.storage import RoundStorage
from pallets.learning.secure_aggregation.room import largest_coordinate
from pallets.ml_registry.artifact import Artifact


def hidden_mean(course: Course) -> Computation:
    """What the agreed aggregate should be; raises DispatchError where the base version is not registered."""
    rounds, terms = course.rounds, course.task.terms
    hiding = hiding_of(terms.secrecy)
    assert hiding is not None, "an open round hides nothing"
    samples = rounds.samples_of(*course.key) if counts_samples(terms.rule) else {}
    base = None if course.round.base is None else rounds.config.models.version(course.round.base).artifact
    largest = largest_coordinate(hiding.clip, largest_weight(terms), largest_noise(hiding))
    sums = tuple(_sum_of(rounds, course.key, group, samples) for group in summed_groups(rounds, course.key))
    told = HiddenMean(terms.settings, base, hiding.fractional_bits, largest, sums)
    return Computation(HIDDEN_MEAN, codec_of(HiddenMean).encode(told))


def _sum_of(rounds: RoundStorage, key: Key, group: Group, samples: Mapping[AccountId, int]) -> HiddenSum:
    dealers, survivors = group.accounts(group.dealers), group.accounts(group.survivors)
    keys = (rounds.public_keys.get((*key, who)) for who in group.members)
    return HiddenSum(
        roster=group.roster,
        threshold=group.threshold,
        masks=tuple(each.mask for each in keys if each is not None),
        dealers=group.dealers,
        survivors=group.survivors,
        samples=tuple(samples.get(who, 1) for who in survivors),
        masked=_there(rounds.updates.get((*key, who)) for who in survivors),
        dealings=_there(rounds.dealings.get((*key, who)) for who in dealers),
        openings=_there(rounds.openings.get((*key, who)) for who in survivors),
    )


def _there(artifacts: Iterable[Artifact | None]) -> tuple[Artifact, ...]:
    return tuple(each for each in artifacts if each is not None)
