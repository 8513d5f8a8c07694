"""What the noise of a hidden round gives away of a client, for whoever accounts for it."""

from __future__ import annotations

from fractions import Fraction

from chain.primitives import AccountId
from chain.record import record
from pallets.federated_round.secrecy.choice import hiding_of
from pallets.federated_round.secrecy.reading import groups_of
from pallets.federated_round.secrecy.terms import largest_weight
from pallets.federated_round.secrecy.types import group_of
from pallets.federated_round.storage import RoundStorage
from pallets.federated_round.types import RoundNumber, TaskId, Terms


@record
class NoisySum:
    """The sum that a client is in: how far the client can move it, and how much noise hides that. In steps.

    sensitivity: the largest length of a client's part; variance: of the noise of each value, from the honest alone
    """

    sensitivity: int
    variance: int

    @property
    def rho(self) -> Fraction:
        """What the sum costs its client, in zero-concentrated privacy: sensitivity² / 2 variance.

        Each added noise has four steps of deviation at least, so that the sum differs from one discrete Gaussian by
        less than 2^-200 (Kairouz, Liu, Steinke 2021, theorem 1).
        """
        return Fraction(self.sensitivity**2, 2 * self.variance)


def noisy_sum(terms: Terms, survivors: int) -> NoisySum | None:
    """A sum of so many survivors; None without noise. Who colludes may have added none, and is not counted."""
    hiding = hiding_of(terms.secrecy)
    if hiding is None or not hiding.noise:
        return None
    honest = survivors - hiding.colluding
    return NoisySum(hiding.clip * largest_weight(terms), honest * hiding.noise**2)


def noise_around(rounds: RoundStorage, task: TaskId, number: RoundNumber, who: AccountId) -> NoisySum | None:
    """The sum that a client's update was opened in; None where there is none, or none with noise.

    Counted are sums whose survivors are fixed, whether or not enough shares were opened in the end. Raises UnknownTask.
    """
    placed = group_of(groups_of(rounds, (task, number)), who)
    if placed is None or who not in placed[1].accounts(placed[1].survivors):
        return None
    return noisy_sum(rounds.task(task).terms, len(placed[1].survivors))
