"""The calls by which the key of an encrypted data set comes to who may use it, and to nobody else.

A permit is the deal: its holder names a key of its own (X25519), and the data's owner seals the data's key and salt to
that, in the content store. The chain takes neither call without a permit in force, and forgets both with it.
"""

from __future__ import annotations

from chain.primitives import AccountId, Bytes32
from pallets.data_registry.checker_calls import CheckerCalls
from pallets.data_registry.errors import EmptyArtifact, KeyNotAsked, NotOwner, NotPermitted
from pallets.data_registry.events import KeyAsked, KeyReleased
from pallets.data_registry.types import DataSetId, Purpose
from pallets.frame.call import call
from pallets.frame.error import ensure
from pallets.frame.origin import Origin, ensure_signed
from pallets.frame.weight import db
from pallets.ml_registry.artifact import Artifact


class KeyCalls(CheckerCalls):
    """What holders of permits and owners of encrypted data do."""

    @call(11, weight=db(reads=4, writes=2))
    def ask_for_key(self, origin: Origin, data_set: DataSetId, purpose: Purpose, key: Bytes32) -> None:
        """Name the key that the caller wants the data's key sealed to; again, to name another."""
        who = ensure_signed(origin)
        found = self.data_set(data_set)
        ensure(self.permits_use(found.description.commitment, who, purpose), NotPermitted)
        self.asked_keys.insert((data_set, who, purpose), key)
        self.released_keys.remove((data_set, who, purpose))
        self.deposit_event(KeyAsked(data_set, who, purpose))

    @call(12, weight=db(reads=5, writes=1))
    def release_key(
        self, origin: Origin, data_set: DataSetId, who: AccountId, purpose: Purpose, sealed: Artifact
    ) -> None:
        """Name the data's key, sealed to the holder of a permit that asked for it."""
        owner = ensure_signed(origin)
        found = self.data_set(data_set)
        ensure(found.owner == owner, NotOwner)
        ensure(self.permits_use(found.description.commitment, who, purpose), NotPermitted)
        ensure(self.asked_keys.contains_key((data_set, who, purpose)), KeyNotAsked)
        ensure(sealed.size > 0 and len(sealed.cid) > 0, EmptyArtifact)
        self.released_keys.insert((data_set, who, purpose), sealed)
        self.deposit_event(KeyReleased(data_set, who, purpose))
