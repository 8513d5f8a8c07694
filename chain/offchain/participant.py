"""Who takes part with an offchain worker: a key, private data, and what the node lends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field
from itertools import count
from secrets import token_bytes
from typing import Any

from chain.crypto.hashing import blake2_256
from chain.crypto.keys import KeyPair
from chain.offchain.capability import Capability
from chain.offchain.fork_storage import ForkStorage
from chain.offchain.keystore import MemoryKeystore
from chain.offchain.local_storage import LocalStorage
from chain.primitives import AccountId
from chain.record import record
from chain.secret_fields import secrets_in

Randomness = Callable[[], bytes]
"""32 secret bytes, different at each call."""


def system_randomness() -> bytes:
    """From the operating system: what a participant uses who has secrets to keep."""
    return token_bytes(32)


def seeded_randomness(seed: bytes) -> Randomness:
    """The same bytes in each run of a demonstration: Blake2b-256 of the seed and a counter. Keeps no secret."""
    calls = count()
    return lambda: blake2_256(seed + next(calls).to_bytes(8, "little"))


@record
class Participant:
    """An account of which this node holds the key, and its worker's belongings.

    data: the operator's, for the worker alone; never shown, and what is declared secret in it nowhere (`secrets_in`).
        Worker processes get a pickled copy of it
    randomness: `seeded_randomness(seed)`, one seed a participant, makes a run repeatable; so does an ed25519
        key, while sr25519 signatures differ from run to run
    """

    key: KeyPair
    data: Any = field(default=None, repr=False, compare=False)
    capabilities: Capability = Capability.ALL
    randomness: Randomness = field(default=system_randomness, repr=False, compare=False)
    storage: LocalStorage = field(default_factory=LocalStorage, repr=False, compare=False)
    fork_storage: ForkStorage = field(default_factory=ForkStorage, repr=False, compare=False)
    keystore: MemoryKeystore = field(default_factory=MemoryKeystore, repr=False, compare=False)

    def __post_init__(self) -> None:
        for each in secrets_in(self.data):
            self.keystore.secrets.learn(each, for_good=True)

    @property
    def account(self) -> AccountId:
        return self.key.account
