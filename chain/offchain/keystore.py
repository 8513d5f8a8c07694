"""Keys that a node signs with, by purpose: what its operator inserts, and what the runtime has it make.

A purpose is a key type of 4 bytes (sp_core::crypto::key_types). The keys are in memory, and gone with the process.
"""

from __future__ import annotations

from collections.abc import Callable
from secrets import token_bytes
from threading import Lock

from chain.crypto.keys import KeyPair
from chain.crypto.secret_uri import SecretUriError, parse
from chain.crypto.signatures import Scheme
from chain.offchain.secrecy import Secrets
from chain.runtime_api import KeyKind


class KeystoreError(ValueError):
    """A key cannot be kept: its secret is none, or not that of the public key."""


class MemoryKeystore:
    """Key pairs by type and public key; any number of threads may use it.

    new_seed: 32 secret bytes, different at each call
    """

    secrets: Secrets
    """What was inserted, and whatever else shall turn up in no log."""

    def __init__(self, new_seed: Callable[[], bytes] = lambda: token_bytes(32)) -> None:
        self._new_seed = new_seed
        self._keys: dict[tuple[bytes, bytes], KeyPair] = {}
        self._lock = Lock()
        self.secrets = Secrets()

    def __repr__(self) -> str:
        return f"MemoryKeystore({len(self)} keys)"

    def __len__(self) -> int:
        return len(self._keys)

    def generate(self, kind: KeyKind, seed: str | None) -> bytes:
        """Make a key, from a secret URI where one is given, and keep it; the public key. Raises SecretUriError."""
        if seed is None:
            drawn = self._new_seed()
            pair = KeyPair.from_seed(drawn, kind.scheme)
            for each in (drawn, pair.secret):
                self.secrets.learn(each, for_good=True)
        else:
            pair = KeyPair.from_uri(seed, kind.scheme)
            self._keep_secret(seed, pair)
        self.keep(kind.key_type, pair)
        return pair.public

    def keep(self, key_type: bytes, pair: KeyPair) -> None:
        """Keep a key for a purpose."""
        with self._lock:
            self._keys[key_type, pair.public] = pair

    def insert(self, key_type: bytes, uri: str, public: bytes) -> None:
        """Keep the key that a secret URI names, by the scheme under which `public` is its public key.

        Raises KeystoreError where there is no such scheme.
        """
        for scheme in Scheme:
            try:
                pair = KeyPair.from_uri(uri, scheme)
            except SecretUriError as error:
                raise KeystoreError(str(error)) from None
            if pair.public == public:
                self._keep_secret(uri, pair)
                self.keep(key_type, pair)
                return
        raise KeystoreError(f"the secret is not that of the public key 0x{public.hex()}")

    def get(self, key_type: bytes, public: bytes) -> KeyPair | None:
        """The key pair, None where it is not kept."""
        return self._keys.get((key_type, public))

    def public_keys(self, key_type: bytes, scheme: Scheme) -> list[bytes]:
        """The public keys of a purpose and a scheme, in order."""
        with self._lock:
            found = [pair for (kind, _), pair in self._keys.items() if kind == key_type and pair.scheme is scheme]
        return sorted(pair.public for pair in found)

    def has(self, key_type: bytes, public: bytes) -> bool:
        """Whether the key is kept."""
        return (key_type, public) in self._keys

    def _keep_secret(self, uri: str, pair: KeyPair) -> None:
        if not uri.startswith("/"):  # a well-known key of development, whose name is no secret
            parsed = parse(uri)
            for each in (uri, parsed.phrase, parsed.password, parsed.seed(), pair.secret):
                self.secrets.learn(each, for_good=True)
