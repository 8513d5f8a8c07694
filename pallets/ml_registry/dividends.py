"""What versions earn, divided by who owns how much of them: exact, in any order, and without a loop over the owners.

Every owner's part is counted in millionths of a planck, because shares are millionths: total × share has no remainder.
It is counted when the share changes or is claimed, from what the version has earned since; whole plancks are paid, and
what is left of one stays the owner's. So all parts add up to what came in, whoever claims first, however often.
"""

from __future__ import annotations

from chain.primitives import U128, AccountId, Balance, Hash
from pallets.frame.arithmetic import ensure_add
from pallets.frame.call import call
from pallets.frame.error import ensure
from pallets.frame.origin import Origin, ensure_signed
from pallets.frame.traits import Fungible, Preservation
from pallets.frame.view import view_function
from pallets.frame.weight import db
from pallets.ml_registry.errors import AlreadyWithdrawn, NoCurrency, NothingEarned
from pallets.ml_registry.events import DividendClaimed, DividendReceived
from pallets.ml_registry.storage import RegistryStorage
from pallets.ml_registry.types import WHOLE, Credit, Earnings

NOTHING = Earnings(0, 0)


class Dividends(RegistryStorage):
    """Fees for versions, and their owners' parts of them."""

    @call(6, weight=db(reads=8, writes=4))
    def pay_dividend(self, origin: Origin, version: Hash, amount: Balance) -> None:
        """Pay for a version: its owners can claim their parts."""
        self.receive_fee(ensure_signed(origin), version, amount)

    @call(7, weight=db(reads=7, writes=5))
    def claim_dividend(self, origin: Origin, version: Hash) -> None:
        """Take what the caller's part of a version has earned; fractions of a planck stay until they are whole."""
        who = ensure_signed(origin)
        earned = self.earnings.get(version) or NOTHING
        amount, rest = divmod(self._millionths(version, who), WHOLE)
        ensure(amount > 0, NothingEarned)
        self._currency().transfer(self.dividend_pot(), who, amount, Preservation.PRESERVE)
        self._put_credit(version, who, rest)
        self.drop_empty_credit(version, who)
        self.earnings.insert(version, Earnings(earned.total, earned.claimed + amount))
        self.deposit_event(DividendClaimed(version, who, amount))

    # For other pallets

    def receive_fee(self, source: AccountId, version: Hash, amount: Balance) -> None:
        """Take a fee for a version from an account; its model's owner gets what belongs to nobody.

        The first fee that the pot gets brings the existential deposit with it, which stays there.
        """
        found, currency = self.version(version), self._currency()
        ensure(not self.is_withdrawn(version), AlreadyWithdrawn)
        if not self.holder_count.get(version):
            currency.transfer(source, self.model(found.model).owner, amount, Preservation.PRESERVE)
            self.deposit_event(DividendReceived(version, source, amount))
            return
        pot, deposit = self.dividend_pot(), currency.minimum_balance()
        endowment = 0 if currency.balance(pot) >= deposit else deposit
        earned = self.earnings.get(version) or NOTHING
        total = ensure_add(Balance, earned.total, amount)
        currency.transfer(source, pot, amount + endowment, Preservation.PRESERVE)
        self.earnings.insert(version, Earnings(total, earned.claimed))
        self.deposit_event(DividendReceived(version, source, amount))

    def dividend_pot(self) -> AccountId:
        """Where unclaimed parts lie, on top of an existential deposit."""
        return self.account_id(b"dividends")

    def count_credit(self, version: Hash, who: AccountId) -> None:
        """Write down what an account has earned, before its share changes."""
        if self.earnings.contains_key(version):
            self._put_credit(version, who, self._millionths(version, who))

    def drop_empty_credit(self, version: Hash, who: AccountId) -> None:
        """Forget an account that owns nothing any more and has nothing to claim."""
        credit = self.credits.get((version, who))
        if credit is not None and not credit.millionths and not self.shares.get((version, who)):
            self.credits.remove((version, who))

    # Questions of clients

    @view_function(signature="dividend_of(T::Hash, T::AccountId) -> BalanceOf<T>")
    def dividend_of(self, version: Hash, who: AccountId) -> Balance:
        """What an account can claim of a version's earnings now."""
        return self._millionths(version, who) // WHOLE

    # Parts

    def _millionths(self, version: Hash, who: AccountId) -> U128:
        earned, credit = self.earnings.get(version) or NOTHING, self.credits.get((version, who)) or Credit(0, 0)
        since = (earned.total - credit.counted) * self.shares.get((version, who))
        return ensure_add(U128, credit.millionths, since)

    def _put_credit(self, version: Hash, who: AccountId, millionths: U128) -> None:
        earned = self.earnings.get(version) or NOTHING
        self.credits.insert((version, who), Credit(earned.total, millionths))

    def _currency(self) -> Fungible:
        if self.config.currency is None:
            raise NoCurrency
        return self.config.currency

    def check_dividends(self) -> None:
        """All parts of what each version earned are there, and the pot has them; for `try_state`."""
        owed = 0
        for version, earned in self.earnings.iter():
            assert earned is not None, f"{version.hex()} has no earnings"
            people = {key[1] for items in (self.shares, self.credits) for key in items.iter_keys((version,))}
            parts = sum(self._millionths(version, who) for who in people)
            assert parts + earned.claimed * WHOLE == earned.total * WHOLE, f"earnings of {version.hex()} are lost"
            owed += earned.total - earned.claimed
        if owed:
            in_pot = self._currency().balance(self.dividend_pot())
            assert in_pot >= owed + self._currency().minimum_balance(), f"{in_pot} in the pot of dividends, {owed} owed"
