"""What a worker sees of the node: `chain.runtime_api.OffchainNode` for one participant and one run."""

from __future__ import annotations

from typing import Any, Protocol

from chain.content.store import ContentStore
from chain.crypto.keys import KeyPair
from chain.node.participant import Participant
from chain.node.pool_errors import PoolError
from chain.node.worker_run import WorkerRun
from chain.primitives import AccountId, Hash
from chain.runtime_api import Capability, CapabilityDenied, SubmissionRefused
from chain.validity import TransactionInvalid


class Submitter(Protocol):
    """Signs calls and hands them to the pool."""

    def submit_call(self, key: KeyPair, call: Any) -> Hash:  # the runtime's call type
        """The hash of the transaction; raises `PoolError`, `TransactionInvalid`."""
        ...


class LentNode:
    """Lends what the participant's capabilities allow, and writes down what was used."""

    def __init__(self, participant: Participant, content: ContentStore, submitter: Submitter, run: WorkerRun) -> None:
        self._participant = participant
        self._content = content
        self._submitter = submitter
        self._run = run

    @property
    def account(self) -> AccountId:
        return self._participant.account

    @property
    def data(self) -> Any:
        return self._participant.data

    def random_seed(self) -> bytes:
        self._require(Capability.RANDOMNESS)
        return self._participant.randomness()

    def local_get(self, key: bytes) -> bytes | None:
        self._require(Capability.STORAGE_READ)
        return self._participant.storage.get(key)

    def local_set(self, key: bytes, value: bytes) -> None:
        self._require(Capability.STORAGE_WRITE)
        self._participant.storage.set(key, value)

    def local_clear(self, key: bytes) -> None:
        self._require(Capability.STORAGE_WRITE)
        self._participant.storage.clear(key)

    def local_compare_and_set(self, key: bytes, old: bytes | None, new: bytes) -> bool:
        self._require(Capability.STORAGE_READ)
        self._require(Capability.STORAGE_WRITE)
        return self._participant.storage.compare_and_set(key, old, new)

    def content_put(self, data: bytes) -> str:
        self._require(Capability.CONTENT_WRITE)
        cid = self._content.put(data)
        self._run.content_put += len(data)
        return cid

    def content_get(self, cid: str) -> bytes:
        self._require(Capability.CONTENT_READ)
        data = self._content.get(cid)
        self._run.content_got += len(data)
        return data

    def submit_signed(self, call: Any) -> None:
        self._require(Capability.SUBMIT)
        try:
            transaction_hash = self._submitter.submit_call(self._participant.key, call)
        except (PoolError, TransactionInvalid) as error:
            self._run.refused += 1
            raise SubmissionRefused(str(error)) from error
        self._run.accepted.append(transaction_hash)

    def _require(self, capability: Capability) -> None:
        if capability not in self._participant.capabilities:
            raise CapabilityDenied(capability)
