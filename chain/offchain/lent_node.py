"""What a worker holds in its hand: `OffchainNode`, each method turned into a host call."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from chain.crypto.signatures import Scheme
from chain.offchain.capability import CapabilityDenied
from chain.offchain.errors import BadHostCall
from chain.offchain.hook import Encodable
from chain.offchain.host_call import LOCAL, PERSISTENT, Answers, HostCall, Plain
from chain.offchain.node_key import NodeKey
from chain.primitives import AccountId, Hash, Moment


class LentNode:
    """The typed front of `answers`, for one run.

    data: the operator's, which crosses no boundary
    """

    def __init__(self, account: AccountId, data: Any, answers: Answers) -> None:
        self.account = account
        self.data = data
        self._answers = answers

    def __repr__(self) -> str:
        return f"LentNode(0x{self.account.hex()})"

    # Time and chance

    def timestamp(self) -> Moment:
        return _whole(self._ask("timestamp"))

    def sleep_until(self, deadline: Moment) -> None:
        self._ask("sleep_until", deadline)

    def random_seed(self) -> bytes:
        return _bytes(self._ask("random_seed"))

    # Storage

    def local_get(self, key: bytes) -> bytes | None:
        return _bytes_or_none(self._ask("local_get", PERSISTENT, key))

    def local_set(self, key: bytes, value: bytes) -> None:
        self._ask("local_set", PERSISTENT, key, value)

    def local_clear(self, key: bytes) -> None:
        self._ask("local_clear", PERSISTENT, key)

    def local_compare_and_set(self, key: bytes, old: bytes | None, new: bytes) -> bool:
        return self._ask("local_compare_and_set", PERSISTENT, key, old, new) is True

    def fork_get(self, key: bytes) -> bytes | None:
        return _bytes_or_none(self._ask("local_get", LOCAL, key))

    def fork_set(self, key: bytes, value: bytes) -> None:
        self._ask("local_set", LOCAL, key, value)

    def fork_clear(self, key: bytes) -> None:
        self._ask("local_clear", LOCAL, key)

    def fork_compare_and_set(self, key: bytes, old: bytes | None, new: bytes) -> bool:
        return self._ask("local_compare_and_set", LOCAL, key, old, new) is True

    # Artifacts

    def content_put(self, data: bytes) -> str:
        return _text(self._ask("content_put", data))

    def content_get(self, cid: str) -> bytes:
        return _bytes(self._ask("content_get", cid))

    # HTTP

    def http_start(self, method: str, uri: str) -> int:
        return _whole(self._ask("http_start", method, uri))

    def http_add_header(self, request: int, name: str, value: str) -> None:
        self._ask("http_add_header", request, name, value)

    def http_write_body(self, request: int, chunk: bytes, deadline: Moment | None = None) -> None:
        self._ask("http_write_body", request, chunk, deadline)

    def http_wait(self, requests: Sequence[int], deadline: Moment | None = None) -> list[int]:
        return [_whole(status) for status in _several(self._ask("http_wait", tuple(requests), deadline))]

    def http_headers(self, request: int) -> list[tuple[str, str]]:
        pairs = [_several(pair) for pair in _several(self._ask("http_headers", request))]
        return [(_text(name), _text(value)) for name, value in pairs]

    def http_read_body(self, request: int, size: int, deadline: Moment | None = None) -> bytes:
        return _bytes(self._ask("http_read_body", request, size, deadline))

    # Keys

    def public_keys(self, key_type: bytes, scheme: Scheme) -> list[NodeKey]:
        found = _several(self._ask("public_keys", key_type, scheme.value))
        return [NodeKey(key_type, scheme, _bytes(public)) for public in found]

    def generate_key(self, key_type: bytes, scheme: Scheme, seed: str | None = None) -> NodeKey:
        return NodeKey(key_type, scheme, _bytes(self._ask("generate_key", key_type, scheme.value, seed)))

    def sign(self, key: NodeKey, message: bytes) -> bytes | None:
        return _bytes_or_none(self._ask("sign", key.key_type, key.scheme.value, key.public, message))

    # Transactions and blocks

    def submit_signed(self, call: Encodable, key: NodeKey | None = None) -> Hash:
        signer = (None, None, None) if key is None else (key.key_type, key.scheme.value, key.public)
        return Hash(_bytes(self._ask("submit_signed", call.encode(), *signer)))

    def submit_unsigned(self, call: Encodable) -> Hash:
        return Hash(_bytes(self._ask("submit_unsigned", call.encode())))

    def submit_authorized(self, call: Encodable) -> Hash:
        return Hash(_bytes(self._ask("submit_authorized", call.encode())))

    def request_block(self) -> bool:
        return self._ask("request_block") is True

    def _ask(self, name: str, *arguments: Plain) -> Plain:
        return self._answers.answer(HostCall(name, arguments))


class UnseenNode(LentNode):
    """The same, lent when the run first looks at any of it: another participant's might find something else there."""

    def __init__(self, account: AccountId, data: Any, answers: Answers) -> None:
        self._lent = account, data, answers

    @property
    def is_seen(self) -> bool:
        """Whether the run has looked at it."""
        return "_answers" in self.__dict__

    def __getattr__(self, name: str) -> Any:  # one of those below, when it is first asked for
        if name not in ("account", "data", "_answers"):
            raise AttributeError(f"a node lends no {name}", name=name, obj=self)
        super().__init__(*self._lent)
        return self.__dict__[name]


class LendsNothing:
    """Answers for a node whose clients have its runtime run workers: these may read the chain, and no more."""

    def answer(self, call: HostCall) -> Plain:
        """Raises CapabilityDenied, BadHostCall."""
        needed = call.checked().function.capability
        if not needed:
            raise BadHostCall(f"nobody answers {call.name} here")
        raise CapabilityDenied(tuple(needed)[-1])


def _whole(value: Plain) -> int:
    return value if isinstance(value, int) else _refuse(value)


def _bytes(value: Plain) -> bytes:
    return value if isinstance(value, bytes) else _refuse(value)


def _bytes_or_none(value: Plain) -> bytes | None:
    return None if value is None else _bytes(value)


def _text(value: Plain) -> str:
    return value if isinstance(value, str) else _refuse(value)


def _several(value: Plain) -> Sequence[Plain]:
    return value if isinstance(value, list | tuple) else _refuse(value)


def _refuse(value: Plain) -> Any:  # whatever the caller expects: this never returns
    raise BadHostCall(f"a host call was answered with {type(value).__name__}")
