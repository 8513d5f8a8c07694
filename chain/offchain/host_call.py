"""The boundary: everything that a worker asks of its node is a host call, a name and plain values.

    call = HostCall("local_get", (PERSISTENT, b"salt"))
    answers.answer(call)        # the value, or one of `errors.HOST_ERRORS` is raised

Substrate's counterpart is sp_io::offchain, the functions that a runtime imports. Who answers (`host.Host`), what
stands between (`layers`) and how it travels (directly, from a thread, through the pipe of another process) are of
one interface, `Answers`, so that a recorder, a meter or a fault is one more of it.

As bytes, in a pipe and in recordings, MessagePack:

    call      [name, [argument, …]]
    outcome   [0, value] or [1, error name, [detail, …]]
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NoReturn, Protocol, TypeAlias

from chain.offchain.capability import NOTHING, Capability
from chain.offchain.errors import BadHostCall, put_together, taken_apart
from chain.record import record

Plain: TypeAlias = "bool | int | bytes | str | Sequence[Plain] | None"
"""What crosses the boundary. Integers have 64 bits at most; a sequence comes out as a tuple."""

PERSISTENT: Final = 1
LOCAL: Final = 2
"""Kinds of storage (sp_core::offchain::StorageKind): the first outlives forks, the second goes back with them."""

REDACTED: Final = "(redacted)"


@record
class HostFunction:
    """A host call as it is declared.

    parameters: their names and types; capability: what the worker must have been lent, nothing for some
    secret: parameters that no log, report or recording may show; is_answer_secret: whether its value is such a thing
    """

    parameters: Mapping[str, tuple[type, ...]]
    capability: Capability = NOTHING
    secret: frozenset[str] = frozenset()
    is_answer_secret: bool = False


_READ, _WRITE = Capability.STORAGE_READ, Capability.STORAGE_WRITE
_BYTES, _TEXT, _NUMBER, _SEVERAL = (bytes,), (str,), (int,), (tuple, list)
_MAYBE: Final = (type(None),)
_DEADLINE: Final = _NUMBER + _MAYBE

HOST_FUNCTIONS: Final[Mapping[str, HostFunction]] = {
    # the state of the run's block, for workers that have no copy of it
    "state_get": HostFunction({"key": _BYTES}),
    "state_keys": HostFunction({"prefix": _BYTES, "start": _BYTES, "limit": _NUMBER}),
    "state_child_root": HostFunction({"child": _BYTES}),
    "state_child_get": HostFunction({"child": _BYTES, "key": _BYTES}),
    "state_child_keys": HostFunction({"child": _BYTES, "prefix": _BYTES, "start": _BYTES, "limit": _NUMBER}),
    # time and chance
    "timestamp": HostFunction({}, Capability.TIME),
    "sleep_until": HostFunction({"deadline": _NUMBER}, Capability.TIME),
    "random_seed": HostFunction({}, Capability.RANDOMNESS, is_answer_secret=True),
    # the node's own storage
    "local_get": HostFunction({"kind": _NUMBER, "key": _BYTES}, _READ),
    "local_set": HostFunction({"kind": _NUMBER, "key": _BYTES, "value": _BYTES}, _WRITE),
    "local_clear": HostFunction({"kind": _NUMBER, "key": _BYTES}, _WRITE),
    "local_compare_and_set": HostFunction(
        {"kind": _NUMBER, "key": _BYTES, "old": _BYTES + _MAYBE, "new": _BYTES}, _READ | _WRITE
    ),
    # artifacts
    "content_put": HostFunction({"data": _BYTES}, Capability.CONTENT_WRITE),
    "content_get": HostFunction({"cid": _TEXT}, Capability.CONTENT_READ),
    # HTTP
    "http_start": HostFunction({"method": _TEXT, "uri": _TEXT}, Capability.HTTP),
    "http_add_header": HostFunction({"request": _NUMBER, "name": _TEXT, "value": _TEXT}, Capability.HTTP),
    "http_write_body": HostFunction({"request": _NUMBER, "chunk": _BYTES, "deadline": _DEADLINE}, Capability.HTTP),
    "http_wait": HostFunction({"requests": _SEVERAL, "deadline": _DEADLINE}, Capability.HTTP),
    "http_headers": HostFunction({"request": _NUMBER}, Capability.HTTP),
    "http_read_body": HostFunction({"request": _NUMBER, "size": _NUMBER, "deadline": _DEADLINE}, Capability.HTTP),
    # keys
    "public_keys": HostFunction({"key_type": _BYTES, "scheme": _TEXT}, Capability.KEYSTORE),
    "generate_key": HostFunction(
        {"key_type": _BYTES, "scheme": _TEXT, "seed": _TEXT + _MAYBE}, Capability.KEYSTORE, frozenset({"seed"})
    ),
    "sign": HostFunction(
        {"key_type": _BYTES, "scheme": _TEXT, "public": _BYTES, "message": _BYTES}, Capability.KEYSTORE
    ),
    # transactions and blocks
    "submit_signed": HostFunction(
        {"call": _BYTES, "key_type": _BYTES + _MAYBE, "scheme": _TEXT + _MAYBE, "public": _BYTES + _MAYBE},
        Capability.SUBMIT,
    ),
    "submit_unsigned": HostFunction({"call": _BYTES}, Capability.SUBMIT),
    "submit_authorized": HostFunction({"call": _BYTES}, Capability.SUBMIT),
    "request_block": HostFunction({}, Capability.REQUEST_BLOCK),
}
"""Every host call, by its name."""

_TYPES: Final = {name: tuple(each.parameters.values()) for name, each in HOST_FUNCTIONS.items()}


@record
class HostCall:
    """One question of a worker; `repr` shows no secret."""

    name: str
    arguments: tuple[Plain, ...] = ()

    @property
    def function(self) -> HostFunction:
        """As it is declared; raises BadHostCall."""
        found = HOST_FUNCTIONS.get(self.name)
        if found is None:
            raise BadHostCall(f"there is no host call {self.name}")
        return found

    def checked(self) -> HostCall:
        """Itself; raises BadHostCall where there is no such call with such arguments."""
        types, arguments = _TYPES.get(self.name), self.arguments
        if types is None or len(types) != len(arguments) or not all(map(isinstance, arguments, types)):
            self._refuse()
        return self

    def _refuse(self) -> NoReturn:
        """Say what is wrong with it."""
        expected = self.function.parameters
        if len(expected) != len(self.arguments):
            raise BadHostCall(f"{self.name} takes {', '.join(expected) or 'nothing'}, not {len(self.arguments)} values")
        wrong = [
            f"{parameter} of {self.name} is {types[0].__name__}, not {type(value).__name__}"
            for (parameter, types), value in zip(expected.items(), self.arguments, strict=True)
            if not isinstance(value, types)
        ]
        raise BadHostCall(wrong[0])

    def redacted(self) -> HostCall:
        """The call as logs, reports and recordings may have it."""
        from chain.offchain.secrecy import redacted_arguments  # what few calls need

        return HostCall(self.name, redacted_arguments(self.name, self.checked().arguments))

    def __repr__(self) -> str:
        try:
            shown = self.redacted().arguments
        except BadHostCall:
            return f"HostCall({self.name!r}, {len(self.arguments)} values)"
        return f"{self.name}({', '.join(_short(value) for value in shown)})"

    def encode(self) -> bytes:
        """As MessagePack; raises BadHostCall where a value cannot be told in it."""
        return packed([self.name, list(self.arguments)])

    @staticmethod
    def decode(data: bytes) -> HostCall:
        """The call that `encode` told of; raises BadHostCall."""
        return call_of(unpacked(data))


class Answers(Protocol):
    """Who answers host calls: a node, or what stands before it."""

    def answer(self, call: HostCall) -> Plain:
        """The call's value; raises one of `errors.HOST_ERRORS`."""
        ...


def call_of(told: Plain) -> HostCall:
    """The call that its plain form tells of; raises BadHostCall."""
    if isinstance(told, tuple) and len(told) == 2:
        name, arguments = told
        if isinstance(name, str) and isinstance(arguments, tuple):
            return HostCall(name, arguments).checked()
    raise BadHostCall("not a host call")


def encode_value(value: Plain) -> bytes:
    """The outcome of a call that has a value."""
    return packed([0, value])


def encode_error(error: BaseException) -> bytes:
    """The outcome of a call that failed."""
    name, details = taken_apart(error)
    return packed([1, name, details])


def decode_outcome(data: bytes) -> Plain:
    """The value of a call; raises the error that it ended with, BadHostCall where these bytes are no outcome."""
    told = unpacked(data)
    if isinstance(told, tuple) and len(told) == 2 and told[0] == 0:
        return told[1]
    if isinstance(told, tuple) and len(told) == 3 and told[0] == 1:
        name, details = told[1:]
        if isinstance(name, str) and isinstance(details, tuple):
            raise put_together(name, [each for each in details if isinstance(each, str | int)])
    raise BadHostCall("not the outcome of a host call")


def packed(value: Plain) -> bytes:
    """The value as MessagePack; raises BadHostCall where it is not plain."""
    import msgpack  # where nothing is recorded and no process is started, it is not needed

    try:
        data: bytes = msgpack.Packer(use_bin_type=True).pack(value)
    except (TypeError, ValueError, OverflowError, RecursionError) as error:
        raise BadHostCall(f"a value cannot cross the boundary: {error}") from None
    return data


def unpacked(data: bytes) -> Plain:
    """The value that MessagePack has, lists as tuples; raises BadHostCall."""
    import msgpack

    try:
        value: Plain = msgpack.unpackb(data, raw=False, use_list=False, strict_map_key=False)
    except (ValueError, TypeError, msgpack.exceptions.UnpackException, RecursionError) as error:  # a table as a key
        raise BadHostCall(f"not MessagePack: {error}") from None
    return value


def _short(value: Plain) -> str:
    if value == REDACTED.encode():
        return REDACTED
    if isinstance(value, bytes):
        return f"0x{value[:32].hex()}{'…' if len(value) > 32 else ''}"
    if isinstance(value, str):
        return repr(value if len(value) <= 80 else f"{value[:80]}…")
    return repr(value)
