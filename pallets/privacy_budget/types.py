"""What the ledger keeps, and what it tells."""

from __future__ import annotations

from chain.primitives import U32, U64, U128, AccountId, Enumeration, Hash
from chain.record import record

Rho = U64
"""Zero-concentrated privacy, in units of 10^-12."""


class Subject(Enumeration):
    """Whose privacy is spent."""


class Trainer(Subject):
    """An account that trains."""

    account: AccountId


class Data(Subject):
    """Data, by the root that rounds know them by."""

    root: Hash


@record
class Spending:
    """What rounds have cost a subject. rho: of those with noise; unbounded: how many there were without"""

    rho: Rho
    unbounded: U32


@record
class Statement:
    """A subject's account, in rho and as epsilon at the delta that was asked for; epsilons in millionths, rounded up.

    limit, left, most_epsilon: None where there is no limit; epsilon: None where a round without noise bounds nothing
    most_epsilon: once the limit is spent
    """

    spent: Spending
    limit: Rho | None
    left: Rho | None
    epsilon: U128 | None
    most_epsilon: U128 | None
