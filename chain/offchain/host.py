"""Answers one run's host calls, for its participant on its block."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import islice
from typing import Final, Protocol

from chain.content.store import ContentStore
from chain.crypto.keys import KeyPair
from chain.crypto.secret_uri import SecretUriError
from chain.crypto.signatures import Scheme
from chain.extrinsic import encode_bare
from chain.node.pool_errors import PoolError
from chain.offchain.errors import BadHostCall, KeyUnavailable, SubmissionRefused
from chain.offchain.hook import EncodedCall
from chain.offchain.host_call import LOCAL, PERSISTENT, HostCall, Plain
from chain.offchain.node_side import Deliver, NodeSide
from chain.offchain.outbound import Outbound
from chain.offchain.run import Run
from chain.offchain.time_source import WorkerTime
from chain.primitives import Hash, Moment
from chain.runtime_api import KeyKind, TransactionSource
from chain.state.child import DEFAULT_PREFIX
from chain.trie.trie import Trie
from chain.validity import TransactionInvalid

PAGE: Final = 1000
"""Keys of the state in one answer, at most."""

_PUBLIC_SIZES: Final = {Scheme.SR25519: 32, Scheme.ED25519: 32, Scheme.ECDSA: 33}


class _Requests(Protocol):
    """`http_requests.HttpRequests`, which is loaded when a worker first asks for it."""

    def start(self, method: str, uri: str) -> int: ...
    def add_header(self, request: int, name: str, value: str) -> None: ...
    def write_body(self, request: int, chunk: bytes, deadline: Moment | None) -> None: ...
    def wait(self, requests: Sequence[int], deadline: Moment | None) -> list[int]: ...
    def headers(self, request: int) -> list[tuple[str, str]]: ...
    def read_body(self, request: int, size: int, deadline: Moment | None) -> bytes: ...
    def close(self) -> None: ...


class Host:
    """The node, as one run asks it. Each host call is the method of its name.

    deliver: has what touches pool and chain done in the node's thread
    """

    def __init__(
        self, run: Run, node: NodeSide, content: ContentStore, time: WorkerTime, outbound: Outbound, deliver: Deliver
    ) -> None:
        self._run = run
        self._node = node
        self._content = content
        self._time = time
        self._outbound = outbound
        self._deliver = deliver
        self._http: _Requests | None = None

    def answer(self, call: HostCall) -> Plain:
        """The call's value; raises one of `errors.HOST_ERRORS`."""
        checked = call.checked()
        function: Callable[..., Plain] = getattr(self, checked.name)
        return function(*checked.arguments)

    def close(self) -> None:
        """The run has ended: its requests are ended too."""
        if self._http is not None:
            self._http.close()

    # The state of the run's block

    def state_get(self, key: bytes) -> Plain:
        return self._run.block.state.get(key)

    def state_keys(self, prefix: bytes, start: bytes, limit: int) -> Plain:
        return _page(self._run.block.state, prefix, start, limit)

    def state_child_root(self, child: bytes) -> Plain:
        found = self._run.block.state.children.get(DEFAULT_PREFIX + child)
        return None if found is None else found.root

    def state_child_get(self, child: bytes, key: bytes) -> Plain:
        found = self._run.block.state.children.get(DEFAULT_PREFIX + child)
        return None if found is None else found.get(key)

    def state_child_keys(self, child: bytes, prefix: bytes, start: bytes, limit: int) -> Plain:
        found = self._run.block.state.children.get(DEFAULT_PREFIX + child)
        return () if found is None else _page(found, prefix, start, limit)

    # Time and chance

    def timestamp(self) -> Plain:
        return self._time.now()

    def sleep_until(self, deadline: Moment) -> Plain:
        self._time.sleep_until(deadline, self._run.stop)
        return None

    def random_seed(self) -> Plain:
        return self._run.participant.randomness()

    # Storage

    def local_get(self, kind: int, key: bytes) -> Plain:
        who = self._run.participant
        if self._is_fork_aware(kind):
            return who.fork_storage.get(self._lineage(), key)
        return who.storage.get(key)

    def local_set(self, kind: int, key: bytes, value: bytes) -> Plain:
        self._store(kind, key, value)
        return None

    def local_clear(self, kind: int, key: bytes) -> Plain:
        self._store(kind, key, None)
        return None

    def local_compare_and_set(self, kind: int, key: bytes, old: bytes | None, new: bytes) -> Plain:
        who = self._run.participant
        if self._is_fork_aware(kind):
            return who.fork_storage.compare_and_set(self._run.block.hash, self._lineage(), key, old, new)
        return who.storage.compare_and_set(key, old, new)

    def _store(self, kind: int, key: bytes, value: bytes | None) -> None:
        who = self._run.participant
        if self._is_fork_aware(kind):
            who.fork_storage.put(self._run.block.hash, self._lineage(), key, value)
        else:
            who.storage.update({key: value})

    def _is_fork_aware(self, kind: int) -> bool:
        if kind not in (PERSISTENT, LOCAL):
            raise BadHostCall(f"there is no kind {kind} of storage: {PERSISTENT} is persistent, {LOCAL} fork-aware")
        return kind == LOCAL

    def _lineage(self) -> Sequence[Hash]:
        return tuple(self._node.lineage(self._run.block.hash))

    # Artifacts

    def content_put(self, data: bytes) -> Plain:
        return self._content.put(data)

    def content_get(self, cid: str) -> Plain:
        return self._content.get(cid)

    # HTTP

    def http_start(self, method: str, uri: str) -> Plain:
        return self._requests().start(method, uri)

    def http_add_header(self, request: int, name: str, value: str) -> Plain:
        self._requests().add_header(request, name, value)
        return None

    def http_write_body(self, request: int, chunk: bytes, deadline: Moment | None) -> Plain:
        self._requests().write_body(request, chunk, deadline)
        return None

    def http_wait(self, requests: Sequence[int], deadline: Moment | None) -> Plain:
        if not all(isinstance(each, int) for each in requests):
            raise BadHostCall("the numbers of requests are numbers")
        return tuple(self._requests().wait(requests, deadline))

    def http_headers(self, request: int) -> Plain:
        return tuple(self._requests().headers(request))

    def http_read_body(self, request: int, size: int, deadline: Moment | None) -> Plain:
        return self._requests().read_body(request, size, deadline)

    def _requests(self) -> _Requests:
        if self._http is None:
            from chain.offchain.http_requests import HttpRequests  # with the client, which few workers need

            secrets = self._run.participant.keystore.secrets
            self._http = HttpRequests(self._outbound, self._time, self._run.stop, secrets)
        return self._http

    # Keys

    def public_keys(self, key_type: bytes, scheme: str) -> Plain:
        return tuple(self._run.participant.keystore.public_keys(_key_type(key_type), _scheme(scheme)))

    def generate_key(self, key_type: bytes, scheme: str, seed: str | None) -> Plain:
        which = _scheme(scheme)
        kind = KeyKind(_key_type(key_type), which, _PUBLIC_SIZES[which])
        try:
            return self._run.participant.keystore.generate(kind, seed)
        except SecretUriError as error:
            raise KeyUnavailable(str(error)) from None

    def sign(self, key_type: bytes, scheme: str, public: bytes, message: bytes) -> Plain:
        found = self._key(key_type, scheme, public)
        return None if found is None else found.sign(message)

    def _key(self, key_type: bytes, scheme: str, public: bytes) -> KeyPair | None:
        found = self._run.participant.keystore.get(key_type, public)
        return found if found is not None and found.scheme is _scheme(scheme) else None

    # Transactions and blocks

    def submit_signed(self, call: bytes, key_type: bytes | None, scheme: str | None, public: bytes | None) -> Plain:
        pair = self._run.participant.key
        if key_type is not None and scheme is not None and public is not None:
            kept = self._key(key_type, scheme, public)
            if kept is None:
                raise KeyUnavailable(f"the keystore has no {scheme} key 0x{public.hex()} of that type")
            pair = kept
        return self._submit(lambda: self._node.submit_call(pair, EncodedCall(call)))

    def submit_unsigned(self, call: bytes) -> Plain:
        return self._submit(lambda: self._node.submit(encode_bare(call), TransactionSource.LOCAL))

    def submit_authorized(self, call: bytes) -> Plain:
        return self._submit(lambda: self._node.submit_general(EncodedCall(call)))

    def request_block(self) -> Plain:
        return self._deliver(self._node.request_block, self._run.stop)

    def _submit(self, work: Callable[[], Hash]) -> Plain:
        try:
            return self._deliver(work, self._run.stop)
        except (PoolError, TransactionInvalid) as error:
            raise SubmissionRefused(str(error)) from error


def _page(state: Trie, prefix: bytes, start: bytes, limit: int) -> Plain:
    """Keys from `start` on that begin with the prefix, in order, as many as asked for and not above `PAGE`."""
    found = list[Plain]()
    for key in islice(state.keys_from(max(prefix, start)), max(0, min(limit, PAGE))):
        if not key.startswith(prefix):
            break
        found.append(key)
    return tuple(found)


def _scheme(name: str) -> Scheme:
    try:
        return Scheme(name)
    except ValueError:
        raise BadHostCall(f"{name!r} is no signature scheme: {', '.join(Scheme)}") from None


def _key_type(key_type: bytes) -> bytes:
    if len(key_type) != 4:
        raise BadHostCall(f"a key type has 4 bytes, not {len(key_type)}")
    return key_type
