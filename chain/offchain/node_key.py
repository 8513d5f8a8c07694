"""A key that a node holds for its workers, by its public part."""

from __future__ import annotations

from chain.crypto.signatures import Scheme, account_of
from chain.primitives import AccountId
from chain.record import record


@record
class NodeKey:
    """A key of the keystore.

    key_type: 4 bytes, its purpose (sp_core::crypto::KeyTypeId)
    """

    key_type: bytes
    scheme: Scheme
    public: bytes

    @property
    def account(self) -> AccountId:
        """The account that it signs for."""
        return account_of(self.scheme, self.public)
