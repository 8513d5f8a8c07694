"""A client's secrets of one hidden round, in its node's own storage: one seed, and what was told under it.

Keys, shares and noise all follow from the seed, so a worker that was stopped makes the same again. What has been told
is remembered by digests: on whatever fork the node finds itself, it deals for one roster, masks with one list of
dealers and opens for one list of survivors. A second one would give away what the first one hides.

The seed lies under a key that recordings and logs know as secret, and is dropped with the round.
"""

from __future__ import annotations

from dataclasses import replace

from chain.offchain.secrecy import SECRET_STORAGE
from chain.primitives import Bytes32, Hash
from chain.record import record
from chain.runtime_api import OffchainNode
from chain.scale import DecodeError, codec_of
from pallets.federated_round.types import RoundNumber, TaskId
from pallets.learning.secure_aggregation.refusals import EquivocatingServer

DOMAIN = b"federated_round/hidden"


@record
class Told:
    """The digests of the roster, the dealers and the survivors that something was told for."""

    roster: Bytes32 | None = None
    dealers: Bytes32 | None = None
    survivors: Bytes32 | None = None


@record
class HiddenMemory:
    """What a node keeps of one round; seed: of the round, so that a fork that draws anew begins with nothing."""

    node: OffchainNode
    task: TaskId
    number: RoundNumber
    seed: Hash

    def secret(self) -> bytes | None:
        """What all secrets of the round follow from; None where nothing was begun, or it is lost."""
        return self.node.local_get(self._secret_key)

    def secret_or_new(self) -> bytes:
        """The same, drawn where there is none."""
        found = self.secret()
        return self.new_secret() if found is None else found

    def new_secret(self) -> bytes:
        """Another one: somebody has announced the keys that followed from the first."""
        drawn = self.node.random_seed()
        self.node.local_set(self._secret_key, drawn)
        return drawn

    def tell_roster(self, digest: bytes) -> None:
        """From now on shares are dealt for this roster alone; raises EquivocatingServer for another."""
        told = self._told()
        self._keep(replace(told, roster=_only(told.roster, digest, "dealt shares for another roster")))

    def tell_dealers(self, digest: bytes) -> None:
        """From now on an update is masked with these dealers alone; raises EquivocatingServer for others."""
        told = self._told()
        self._keep(replace(told, dealers=_only(told.dealers, digest, "masked its update with other dealers")))

    def told_dealers(self) -> bytes | None:
        """The digest of the dealers that an update was masked with; None where there is no masked update."""
        return self._told().dealers

    def tell_survivors(self, digest: bytes) -> None:
        """From now on shares are opened for these survivors alone; raises EquivocatingServer for others."""
        told = self._told()
        self._keep(replace(told, survivors=_only(told.survivors, digest, "opened shares for other survivors")))

    def forget(self) -> None:
        """Drop the secrets, and with them what they were told for."""
        self.node.local_clear(self._secret_key)
        self.node.local_clear(self._told_key)

    def _told(self) -> Told:
        found = self.node.local_get(self._told_key)
        try:
            return Told() if found is None else codec_of(Told).decode(found)
        except DecodeError:
            raise EquivocatingServer("what this node kept of what it told is damaged") from None

    def _keep(self, told: Told) -> None:
        if told == self._told():
            return
        self.node.local_set(self._told_key, codec_of(Told).encode(told))

    @property
    def _secret_key(self) -> bytes:
        return SECRET_STORAGE + self._told_key

    @property
    def _told_key(self) -> bytes:
        return DOMAIN + self.task.to_bytes(4, "little") + self.number.to_bytes(4, "little") + self.seed


def _only(told: bytes | None, digest: bytes, what: str) -> bytes:
    if told not in (None, digest):
        raise EquivocatingServer(f"this client has {what}")
    return digest
