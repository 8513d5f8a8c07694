"""The PrivacyBudget pallet: limits of accounts, of data and of everybody else, and what clients ask about them."""

from __future__ import annotations

from chain.primitives import U8, U64, AccountId, Hash
from pallets.frame.call import call
from pallets.frame.error import ensure
from pallets.frame.origin import Origin, ensure_signed
from pallets.frame.pallet import config
from pallets.frame.view import view_function
from pallets.frame.weight import db
from pallets.privacy_budget.errors import Error, NotOwner
from pallets.privacy_budget.events import DefaultLimitChanged, Event, LimitSet
from pallets.privacy_budget.ledger import MILLION, Config, Ledger
from pallets.privacy_budget.types import Data, Rho, Statement, Subject, Trainer

__all__ = ["Config", "Error", "Event", "Genesis", "PrivacyBudget"]

MOST_RHO = 2**64 - 1


@config
class Genesis:
    """The limit of whoever has set none; None: no limit."""

    default_limit: Rho | None = None


class PrivacyBudget(Ledger):
    """Limits on what may be learnt of anybody, and what was spent of them."""

    @call(0, weight=db(reads=0, writes=1))
    def set_own_limit(self, origin: Origin, limit: Rho | None) -> None:
        """Limit what rounds may learn from the caller's training; None: the default again."""
        self._set(Trainer(ensure_signed(origin)), limit)

    @call(1, weight=db(reads=2, writes=1))
    def set_data_limit(self, origin: Origin, root: Hash, limit: Rho | None) -> None:
        """Limit what rounds may learn from registered data, whoever trains on them; None: the default again."""
        who, owners = ensure_signed(origin), self.config.owners
        ensure(owners is not None and owners.owner_of(root) == who, NotOwner)
        self._set(Data(root), limit)

    @call(2, weight=db(reads=1, writes=1))
    def set_default_limit(self, origin: Origin, limit: Rho | None) -> None:
        """Change the limit of everybody who has set none; governance only."""
        self.config.limit_origin.ensure_origin(origin)
        before = self.default_limit.get()
        self._put_default(limit)
        self.deposit_event(DefaultLimitChanged(before, limit))

    # Questions of clients; None where the exponent is 0, for no delta is 1

    @view_function(signature="of_account(T::AccountId, u8) -> Option<Statement>")
    def of_account(self, who: AccountId, delta_exponent: U8) -> Statement | None:
        """What an account has spent and has left by training, at delta = 10^-exponent."""
        return self.statement_of(Trainer(who), delta_exponent) if delta_exponent else None

    @view_function(signature="of_data(T::Hash, u8) -> Option<Statement>")
    def of_data(self, root: Hash, delta_exponent: U8) -> Statement | None:
        """What was spent of data and what is left, at delta = 10^-exponent."""
        return self.statement_of(Data(root), delta_exponent) if delta_exponent else None

    @view_function(signature="limit_for(u64, u8) -> Option<u64>")
    def limit_for(self, epsilon: U64, delta_exponent: U8) -> Rho | None:
        """The largest limit under which epsilon (in millionths) holds at delta = 10^-exponent."""
        if not delta_exponent:
            return None
        from fractions import Fraction  # which nothing before this needs

        from pallets.learning.privacy.budget import largest_spending

        return min(largest_spending(Fraction(epsilon, MILLION), delta_exponent), MOST_RHO)

    def build_genesis(self, genesis: Genesis) -> None:
        """Write the first default."""
        self._put_default(genesis.default_limit)

    def try_state(self) -> None:
        """Nothing is kept of whoever has spent nothing."""
        for subject, spent in self.spendings.iter():
            assert spent is not None, f"{subject} has no spending"
            assert spent.rho or spent.unbounded, f"{subject} has spent nothing, and is kept"

    # Parts

    def _set(self, subject: Subject, limit: Rho | None) -> None:
        if limit is None:
            self.limits.remove(subject)
        else:
            self.limits.insert(subject, limit)
        self.deposit_event(LimitSet(subject, limit))

    def _put_default(self, limit: Rho | None) -> None:
        if limit is None:
            self.default_limit.kill()
        else:
            self.default_limit.put(limit)
