"""What the noise of a hidden round gives away of a client, for whoever accounts for it."""

from __future__ import annotations

from fractions import Fraction
from math import ceil

from chain.primitives import AccountId
from chain.record import record
from pallets.federated_round.secrecy.choice import NoiseLaw, groups_in, hiding_of
from pallets.federated_round.secrecy.reading import own_group
from pallets.federated_round.secrecy.terms import largest_weight
from pallets.federated_round.storage import RoundStorage
from pallets.federated_round.types import RoundNumber, TaskId, Terms
from pallets.learning.privacy.budget import RHO_UNITS, rho_of_skellam
from pallets.learning.secure_aggregation.threshold import least_threshold

ROOT_OF_VALUES = 2**16
"""The root of 2^32, the most values that a masked update's bytes can count (`secure_aggregation.message_codec`)."""


@record
class NoisySum:
    """The sum that a client is in: how far the client can move it, and how much noise hides that. In steps.

    sensitivity: how far two updates of the client can be apart, twice the clip times its largest weight: that the
    client is in the sum is no secret, so it is one update that is hidden among others, not the client's presence
    variance: of the noise of each value, from the honest alone; law: of the noise
    """

    sensitivity: int
    variance: int
    law: NoiseLaw = NoiseLaw.GAUSSIAN

    @property
    def rho(self) -> Fraction:
        """What the sum costs its client, in zero-concentrated privacy: sensitivity² / 2 variance, Skellam a bit more.

        Each added Gaussian has four steps of deviation at least, so that the sum differs from one discrete Gaussian by
        less than 2^-200 (Kairouz, Liu, Steinke 2021, theorem 1). Skellam shares add up exactly, and cost by the sum of
        all changes, too, of which no chain knows how many there are: no more than a masked update has room for.
        """
        if self.law is NoiseLaw.SKELLAM:
            all_changes = self.sensitivity * min(self.sensitivity, ROOT_OF_VALUES)
            return rho_of_skellam(all_changes, self.sensitivity, self.variance)
        return Fraction(self.sensitivity**2, 2 * self.variance)

    @property
    def cost(self) -> int:
        """The same in the units of privacy budgets, rounded up."""
        return ceil(RHO_UNITS * self.rho)


def noisy_sum(terms: Terms, survivors: int) -> NoisySum | None:
    """A sum of so many survivors; None without noise. Who colludes may have added none, and is not counted."""
    hiding = hiding_of(terms.secrecy)
    if hiding is None or not hiding.noise:
        return None
    honest = survivors - hiding.colluding
    return NoisySum(2 * hiding.clip * largest_weight(terms), honest * hiding.noise**2, hiding.law)


def largest_cost(terms: Terms) -> int | None:
    """The most that a round can cost a client: in the smallest sum that is opened; None without noise."""
    hiding = hiding_of(terms.secrecy)
    smallest = terms.seats.minimum_clients // groups_in(terms.secrecy)[0]
    found = None if hiding is None else noisy_sum(terms, least_threshold(smallest, hiding.colluding))
    return None if found is None else found.cost


def noise_around(rounds: RoundStorage, task: TaskId, number: RoundNumber, who: AccountId) -> NoisySum | None:
    """The sum that a client's update was opened in; None where there is none, or none with noise.

    Counted are sums whose survivors are fixed, whether or not enough shares were opened in the end. Raises UnknownTask.
    """
    group = own_group(rounds, (task, number), who)
    if group is None or who not in group.accounts(group.survivors):
        return None
    return noisy_sum(rounds.task(task).terms, len(group.survivors))
