"""What a pallet's worker sees of its node: `OffchainNode`, one typed method a host call."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from chain.crypto.signatures import Scheme
from chain.offchain.hook import Encodable
from chain.offchain.node_key import NodeKey
from chain.primitives import AccountId, Hash, Moment


class OffchainNode(Protocol):
    """What a node lends an offchain worker: its account, private data, storage, keys, artifacts, time, a way out.

    A worker has nothing else: no clock, no network, no file. Every method may raise CapabilityDenied, LimitExceeded.
    Comfort on top of it is in the authoring kit: `pallets.frame.offchain`.
    """

    @property
    def account(self) -> AccountId:
        """The account whose key this node holds."""
        ...

    @property
    def data(self) -> Any:  # whatever the pallet's worker and its operator agreed on: the chain never sees it
        """What the operator gave this node's worker: its private data set. Never leaves the node."""
        ...

    # Time and chance

    def timestamp(self) -> Moment:
        """The time, in milliseconds since 1970."""
        ...

    def sleep_until(self, deadline: Moment) -> None:
        """Wait for a time."""
        ...

    def random_seed(self) -> bytes:
        """32 secret bytes, different at each call, which no recording, log or report has."""
        ...

    # Storage

    def local_get(self, key: bytes) -> bytes | None:
        """A value of this node's persistent local storage, which no fork takes back."""
        ...

    def local_set(self, key: bytes, value: bytes) -> None:
        """Keep `value` in this node's persistent local storage.

        Under a key that begins with `SECRET_STORAGE` (`chain.offchain.secrecy`) it is a secret: no recording, log or
        report has it, and zeros in its place destroy it wherever the node kept it to run recordings again.
        """
        ...

    def local_clear(self, key: bytes) -> None:
        """Forget a value of this node's persistent local storage."""
        ...

    def local_compare_and_set(self, key: bytes, old: bytes | None, new: bytes) -> bool:
        """Keep `new` if the value is still `old` (None: there is none); whether it was."""
        ...

    def fork_get(self, key: bytes) -> bytes | None:
        """A value of this node's fork-aware storage: what was kept by runs on this block and those before it."""
        ...

    def fork_set(self, key: bytes, value: bytes) -> None:
        """Keep `value` with this run's block: blocks on other forks do not see it."""
        ...

    def fork_clear(self, key: bytes) -> None:
        """Forget a value from this run's block on."""
        ...

    def fork_compare_and_set(self, key: bytes, old: bytes | None, new: bytes) -> bool:
        """As `local_compare_and_set`, in the fork-aware storage."""
        ...

    # Artifacts

    def content_put(self, data: bytes) -> str:
        """Store an artifact; returns its CID. Raises `ContentTooLarge`."""
        ...

    def content_get(self, cid: str) -> bytes:
        """The artifact of that CID, verified; raises `CidError`, `ContentMissing`, `ContentCorrupt`."""
        ...

    # HTTP, as sp_io::offchain; deadlines are times, None for none

    def http_start(self, method: str, uri: str) -> int:
        """Begin a request; its number. Raises HttpRefused."""
        ...

    def http_add_header(self, request: int, name: str, value: str) -> None:
        """Add a header before the body is begun; raises HttpInvalidId, HttpRefused."""
        ...

    def http_write_body(self, request: int, chunk: bytes, deadline: Moment | None = None) -> None:
        """Add to the body; an empty chunk ends it. Raises HttpInvalidId, HttpIoError, HttpDeadlineReached."""
        ...

    def http_wait(self, requests: Sequence[int], deadline: Moment | None = None) -> list[int]:
        """Wait for responses; of each its HTTP status, 0 no such request, 10 deadline, 20 failed."""
        ...

    def http_headers(self, request: int) -> list[tuple[str, str]]:
        """The headers of a response that is there; none otherwise."""
        ...

    def http_read_body(self, request: int, size: int, deadline: Moment | None = None) -> bytes:
        """At most so many bytes more of a body; none at its end, when the number becomes invalid.

        Raises HttpInvalidId, HttpIoError, HttpDeadlineReached.
        """
        ...

    # Keys

    def public_keys(self, key_type: bytes, scheme: Scheme) -> list[NodeKey]:
        """The keys of a purpose and scheme that this node holds, in the order of their public parts."""
        ...

    def generate_key(self, key_type: bytes, scheme: Scheme, seed: str | None = None) -> NodeKey:
        """Make a key, from a secret URI where one is given; raises KeyUnavailable."""
        ...

    def sign(self, key: NodeKey, message: bytes) -> bytes | None:
        """The key's bare signature; None where this node does not hold it."""
        ...

    # Transactions and blocks

    def submit_signed(self, call: Encodable, key: NodeKey | None = None) -> Hash:
        """Sign `call` with a key, this node's account by default, and hand it to the pool; its hash.

        Raises SubmissionRefused, KeyUnavailable.
        """
        ...

    def submit_unsigned(self, call: Encodable) -> Hash:
        """Hand a call to the pool that nobody signs and `validate_unsigned` lets in; raises SubmissionRefused.

        That such a call came in proves nothing about who sent it.
        """
        ...

    def submit_authorized(self, call: Encodable) -> Hash:
        """Hand a call to the pool that authorizes itself (`@authorize`); raises SubmissionRefused."""
        ...

    def request_block(self) -> bool:
        """Ask for a block soon, empty if need be; whether one will come, which takes a chain that seals at once."""
        ...
