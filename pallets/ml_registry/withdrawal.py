"""Versions that shall not be used any more: with one goes all that was made from it, and another may take its place."""

from __future__ import annotations

from dataclasses import replace

from chain.primitives import Hash
from pallets.frame.call import call
from pallets.frame.error import ensure
from pallets.frame.origin import Origin, ensure_signed
from pallets.frame.view import view_function
from pallets.frame.weight import db
from pallets.ml_registry.errors import AlreadyWithdrawn, NotOwner, TooManyDescendants
from pallets.ml_registry.events import VersionSuperseded, VersionWithdrawn
from pallets.ml_registry.storage import RegistryStorage
from pallets.ml_registry.types import ModelId, Withdrawal

MOST_WITHDRAWN = 512
"""Versions that go at once."""


class Withdrawals(RegistryStorage):
    """Withdrawing versions."""

    @call(5, weight=db(reads=6 + 5 * MOST_WITHDRAWN, writes=2 + 2 * MOST_WITHDRAWN))
    def withdraw_version(self, origin: Origin, version: Hash) -> None:
        """Take a version of the caller's model out of use, and all that was made from it."""
        who = ensure_signed(origin)
        ensure(self.model(self.version(version).model).owner == who, NotOwner)
        ensure(not self.is_withdrawn(version), AlreadyWithdrawn)
        self.withdraw(version)

    # For other pallets

    def withdraw(self, version: Hash) -> list[Hash]:
        """Withdraw a version and all that was made from it; those that were in use."""
        gone = [each for each in (version, *self.descendants(version)) if not self.is_withdrawn(each)]
        ensure(len(gone) <= MOST_WITHDRAWN, TooManyDescendants)
        for each in gone:
            self.withdrawn.insert(each, Withdrawal(self.block_number(), None))
            self.deposit_event(VersionWithdrawn(each))
        for model in sorted({self.version(each).model for each in gone}):
            self.models.insert(model, replace(self.model(model), latest=self._newest_in_use(model)))
        return gone

    def supersede(self, version: Hash, successor: Hash) -> None:
        """Say what takes the place of a withdrawn version; nothing where it is in use."""
        found = self.withdrawn.get(version)
        if found is not None:
            self.withdrawn.insert(version, replace(found, successor=successor))
            self.deposit_event(VersionSuperseded(version, successor))

    # Questions of clients

    @view_function(signature="withdrawal_of(T::Hash) -> Option<Withdrawal<BlockNumberFor<T>, T::Hash>>")
    def withdrawal_of(self, version: Hash) -> Withdrawal | None:
        """When a version was withdrawn, and what takes its place; None where it is in use."""
        return self.withdrawn.get(version)

    # Parts

    def _newest_in_use(self, model: ModelId) -> Hash | None:
        for number in reversed(range(self.model(model).versions)):
            found = self.version_ids.get((model, number))
            if found is not None and not self.is_withdrawn(found):
                return found
        return None
