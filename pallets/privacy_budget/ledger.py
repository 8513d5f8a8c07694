"""Charges, refunds and answers over the ledger's storage."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

from chain.primitives import U32, U64, AccountId, Hash
from pallets.frame.arithmetic import ensure_add
from pallets.frame.ensure_origin import EnsureOrigin, EnsureRoot
from pallets.frame.error import ensure
from pallets.frame.pallet import Pallet, config
from pallets.frame.storage import StorageMap, StorageValue
from pallets.privacy_budget.errors import BudgetExceeded
from pallets.privacy_budget.types import Data, Rho, Spending, Statement, Subject, Trainer

NOTHING = Spending(0, 0)
MILLION = 1_000_000


class DataOwners(Protocol):
    """Whose data a root names."""

    def owner_of(self, commitment: Hash) -> AccountId | None:
        """The owner of registered data; None where the root is not registered."""
        ...


@config
class Config:
    """What the runtime supplies."""

    owners: DataOwners | None = None  # None: data have the default limit
    limit_origin: EnsureOrigin[object] = EnsureRoot()  # who changes the default: what referenda are enacted with


class Ledger(Pallet[Config]):
    """What subjects have spent and may spend."""

    spendings: StorageMap[Subject, Spending | None]
    """What was spent; rounds that run count as if they had been paid already."""

    limits: StorageMap[Subject, Rho | None]
    """Limits that owners have set."""

    default_limit: StorageValue[Rho | None]
    """Of everybody who has set none; None: no limit."""

    # For other pallets

    def charge(self, who: AccountId, root: Hash, cost: Rho | None) -> None:
        """Spend privacy of an account and of its data, or raise BudgetExceeded; None: a round without noise."""
        subjects = (Trainer(who), Data(root))
        ensure(all(self.affords(subject, cost) for subject in subjects), BudgetExceeded)
        for subject in subjects:
            before = self.spendings.get(subject) or NOTHING
            if cost is None:
                after = replace(before, unbounded=ensure_add(U32, before.unbounded, 1))
            else:
                after = replace(before, rho=ensure_add(U64, before.rho, cost))
            self.spendings.insert(subject, after)

    def give_back(self, who: AccountId, root: Hash, cost: Rho | None) -> None:
        """Take a charge back: the account has shown nothing in the round."""
        for subject in (Trainer(who), Data(root)):
            before = self.spendings.get(subject)
            if before is None:
                continue  # the data were erased meanwhile
            # of erased data whose root was named again less may have been spent than is given back
            if cost is None:
                after = replace(before, unbounded=max(before.unbounded - 1, 0))
            else:
                after = replace(before, rho=max(before.rho - cost, 0))
            if after == NOTHING:
                self.spendings.remove(subject)
            else:
                self.spendings.insert(subject, after)

    def forget_data(self, root: Hash) -> None:
        """Drop what is kept of data that were erased; what their trainers have spent stays theirs."""
        self.spendings.remove(Data(root))
        self.limits.remove(Data(root))

    # Questions

    def limit_of(self, subject: Subject) -> Rho | None:
        """What a subject may spend in all; None: anything."""
        own = self.limits.get(subject)
        return self.default_limit.get() if own is None else own

    def affords(self, subject: Subject, cost: Rho | None) -> bool:
        """Whether a subject may take part in a round of this cost; None: one without noise."""
        limit = self.limit_of(subject)
        if limit is None:
            return True
        spent = self.spendings.get(subject) or NOTHING
        return cost is not None and spent.rho + cost <= limit

    def statement_of(self, subject: Subject, delta_exponent: int) -> Statement:
        """What a subject has spent and has left, at delta = 10^-exponent; the exponent is at least 1."""
        from pallets.learning.privacy.budget import epsilon_of  # fractions, which nothing before this needs

        spent, limit = self.spendings.get(subject) or NOTHING, self.limit_of(subject)
        return Statement(
            spent=spent,
            limit=limit,
            left=None if limit is None else max(limit - spent.rho, 0),
            epsilon=None if spent.unbounded else int(epsilon_of(spent.rho, delta_exponent) * MILLION),
            most_epsilon=None if limit is None else int(epsilon_of(limit, delta_exponent) * MILLION),
        )
