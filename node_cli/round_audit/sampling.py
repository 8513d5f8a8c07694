"""Who was drawn to judge, against who was to be expected: the bias of a round's sample of validators.

Nobody sits twice, and whoever trains judges only where others are too few; so what was to be expected is no simple
fraction of the stake. It is the mean over many draws of the same candidates, by the chain's lottery and other seeds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

from chain.crypto.hashing import blake2_256
from chain.primitives import AccountId, Hash
from chain.record import record
from node_cli.round_audit.recorded import RecordedChain
from node_cli.round_audit.replaying import Span, runtime_after
from pallets.federated_round import Drawn, Enrolment, Role, RoundNumber, Seats, TaskId
from pallets.federated_round.drawing import draw_roles
from pallets.federated_round.shapes.choice import Synchronous

DRAWS: Final = 400
"""An expected seat is then right to about a fortieth of a seat."""

CLASSES: Final = 4
"""Quarters of the candidates, those with the least weight first."""

MILLION: Final = 1_000_000


@record
class StakeClass:
    """A quarter of the candidates: how many they are, their part of all weight, and their seats; in millionths.

    expected: seats, mean over `DRAWS`; drawn: whole seats
    """

    candidates: int
    weight: int
    expected: int
    drawn: int


@record
class Sample:
    """The validators of a round, or of several together, by class of stake (times reputation)."""

    classes: tuple[StakeClass, ...]

    @property
    def seats(self) -> int:
        """How many validators there are."""
        return sum(each.drawn for each in self.classes)


def validators_in(chain: RecordedChain, span: Span, task: TaskId, number: RoundNumber) -> Sample | None:
    """The sample of a round; None where it came to no draw, or is none in which all begin together."""
    if span.drawn is None:
        return None
    before, after = runtime_after(chain, span.drawn - 1), runtime_after(chain, span.drawn)
    terms = before.federated_round.task(task).terms
    drawn = after.federated_round.drawn.get((task, number))
    if drawn is None or not isinstance(terms.shape, Synchronous):
        return None
    enrolments = before.federated_round.enrolments_of(task, number)
    weights = {who: before.staking.lottery_weight(who) for who in enrolments}
    return sample_of(enrolments, weights, terms.seats, drawn)


def sample_of(
    enrolments: Mapping[AccountId, Enrolment], weights: Mapping[AccountId, int], seats: Seats, drawn: Drawn
) -> Sample:
    """The validators drawn, by class, against the mean of other draws of the same candidates."""
    expected = Counter[AccountId]()
    for draw in range(DRAWS):
        seed = Hash(blake2_256(b"palletlab/expected" + draw.to_bytes(4, "little")))
        expected.update(draw_roles(enrolments, weights, seats, seed).holders(Role.VALIDATOR))
    able = sorted((who for who, each in enrolments.items() if each.duties), key=lambda who: (weights[who], who))
    total = max(sum(weights[who] for who in able), 1)
    quarters = (able[len(able) * part // CLASSES : len(able) * (part + 1) // CLASSES] for part in range(CLASSES))
    return Sample(
        tuple(
            StakeClass(
                candidates=len(quarter),
                weight=sum(weights[who] for who in quarter) * MILLION // total,
                expected=sum(expected[who] for who in quarter) * MILLION // DRAWS,
                drawn=len(set(quarter) & set(drawn.validators)),
            )
            for quarter in quarters
        )
    )


def together(samples: Iterable[Sample]) -> Sample | None:
    """The samples of several rounds as one: seats add up, weights are their means; None of none."""
    found = list(samples)
    if not found:
        return None
    by_class = zip(*(sample.classes for sample in found), strict=True)
    return Sample(
        tuple(
            StakeClass(
                candidates=sum(each.candidates for each in classes),
                weight=sum(each.weight for each in classes) // len(found),
                expected=sum(each.expected for each in classes),
                drawn=sum(each.drawn for each in classes),
            )
            for classes in by_class
        )
    )
