"""A host call as a recording may have it: without what is secret, on both sides of a replay the same."""

from __future__ import annotations

from typing import Final

from chain.offchain.host_call import HostCall, Plain
from chain.offchain.secrecy import Secrets, is_secret_name, is_secret_storage, left_out, redacted_header


def learn_from(call: HostCall, secrets: Secrets) -> None:
    """Keep in mind what a call has that is secret, so that it is known wherever else it turns up."""
    if call.name == "http_add_header":
        _, name, value = call.arguments
        if isinstance(name, str) and isinstance(value, str) and is_secret_name(name):
            secrets.learn(value)
            secrets.learn(value.rpartition(" ")[2])  # what stands behind "Bearer"
    elif call.name == "generate_key":
        seed = call.arguments[2]
        if isinstance(seed, str) and not seed.startswith("/"):  # a key of development is no secret
            secrets.learn(seed)
    elif is_secret_storage(call.name, call.arguments):
        for value in call.arguments[2:]:
            if isinstance(value, bytes):
                secrets.learn(value)


def learn_from_answer(call: HostCall, value: Plain, secrets: Secrets) -> None:
    """Keep in mind what a call came to that is secret."""
    if isinstance(value, bytes) and is_secret_answer(call):
        secrets.learn(value)


def is_secret_answer(call: HostCall) -> bool:
    """Whether what the call comes to is a secret as a whole: what was drawn, or kept as a secret."""
    return call.function.is_answer_secret or is_secret_storage(call.name, call.arguments)


TELLING: Final = frozenset(
    {"random_seed", "http_add_header", "generate_key", "local_get", "local_set", "local_compare_and_set"}
)
"""Host calls of which there may be something to keep in mind."""


def redacted_call(call: HostCall, secrets: Secrets) -> HostCall:
    """The call without what is secret; raises BadHostCall."""
    shown = call.redacted()
    return HostCall(shown.name, tuple(scrubbed(value, secrets) for value in shown.arguments))


def redacted_value(call: HostCall, value: Plain, secrets: Secrets) -> Plain:
    """What a call came to, without what is secret."""
    if isinstance(value, bytes) and is_secret_answer(call):
        return left_out(value)
    if call.name == "http_headers" and isinstance(value, tuple | list):
        value = tuple(_redacted_pair(pair) for pair in value)
    return scrubbed(value, secrets)


def scrubbed(value: Plain, secrets: Secrets) -> Plain:
    """A value without the secrets that are known, in texts and in byte strings; its lists as tuples."""
    if isinstance(value, str):
        return secrets.scrubbed(value)
    if isinstance(value, bytes):
        text = value.decode("latin-1")  # a character a byte
        shown = secrets.scrubbed(text)
        return value if shown == text else shown.encode("latin-1", errors="replace")
    if isinstance(value, tuple | list):
        return tuple(scrubbed(each, secrets) for each in value)
    return value


def _redacted_pair(pair: Plain) -> Plain:
    if isinstance(pair, tuple | list) and len(pair) == 2 and isinstance(pair[0], str):
        return (pair[0], redacted_header(pair[0], pair[1]))
    return pair
