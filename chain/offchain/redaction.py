"""Host calls as recordings may have them: without what is secret, on both sides of a replay the same.

A run's calls are looked at together (`without_secrets`): what a worker says piece by piece, the body of a request, one
value after the other, is searched as one text, so that a secret in two pieces is found in both.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Protocol, TypeAlias

from chain.offchain.host_call import REDACTED, HostCall, Plain
from chain.offchain.secrecy import (
    ADDRESSES,
    is_secret_name,
    is_secret_storage,
    left_out,
    redacted_header,
    secrets_in_header,
    secrets_in_uri,
)
from chain.offchain.secret_search import Span, without

Place: TypeAlias = tuple[int, ...]
"""Where a value is: in a call's arguments, in an outcome, and so on inwards."""

Asked: TypeAlias = tuple[HostCall, Plain]
"""A call, and its outcome as `host_call` encodes it."""

ARGUMENTS: Final = 0
OUTCOME: Final = 1
"""Where a place begins."""


class Learns(Protocol):
    """Who keeps in mind what is secret."""

    def learn(self, value: str | bytes) -> None: ...


class Knows(Protocol):
    """Who knows what is secret."""

    def spans(self, text: str) -> list[Span]: ...


def learn_from(call: HostCall, secrets: Learns) -> None:
    """Keep in mind what a call has that is secret, so that it is known wherever else it turns up."""
    if call.name == "http_add_header":
        _, name, value = call.arguments
        _learn_header(name, value, secrets)
    elif call.name == "http_start":
        uri = call.arguments[1]
        for each in secrets_in_uri(uri) if isinstance(uri, str) else ():
            secrets.learn(each)
    elif call.name == "generate_key":
        seed = call.arguments[2]
        if isinstance(seed, str) and not seed.startswith("/"):  # a key of development is no secret
            secrets.learn(seed)
    elif is_secret_storage(call.name, call.arguments):
        for value in call.arguments[2:]:
            if isinstance(value, bytes):
                secrets.learn(value)


def learn_from_answer(call: HostCall, value: Plain, secrets: Learns) -> None:
    """Keep in mind what a call came to that is secret."""
    if isinstance(value, bytes) and is_secret_answer(call):
        secrets.learn(value)
    elif call.name == "http_headers" and isinstance(value, tuple | list):
        for pair in value:
            if isinstance(pair, tuple | list) and len(pair) == 2:
                _learn_header(pair[0], pair[1], secrets)


def _learn_header(name: Plain, value: Plain, secrets: Learns) -> None:
    if not (isinstance(name, str) and isinstance(value, str)):
        return
    if is_secret_name(name):
        for each in secrets_in_header(value):
            secrets.learn(each)
    elif name.lower() in ADDRESSES:
        for each in secrets_in_uri(value):
            secrets.learn(each)


def is_secret_answer(call: HostCall) -> bool:
    """Whether what the call comes to is a secret as a whole: what was drawn, or kept as a secret."""
    return call.function.is_answer_secret or is_secret_storage(call.name, call.arguments)


TELLING: Final = frozenset(
    {
        *("random_seed", "generate_key", "local_get", "local_set", "local_compare_and_set"),
        *("http_start", "http_add_header", "http_headers"),
    }
)
"""Host calls of which there may be something to keep in mind."""


def redacted_call(call: HostCall, secrets: Knows) -> HostCall:
    """The call without what is secret; raises BadHostCall."""
    return without_secrets([(call, None)], secrets)[0][0]


def redacted_value(call: HostCall, value: Plain, secrets: Knows) -> Plain:
    """What a call came to, without what is secret."""
    _, outcome = without_secrets([(call, (0, value))], secrets)[0]
    assert isinstance(outcome, tuple)
    shown: Plain = outcome[1]
    return shown


def without_secrets(asked: Sequence[Asked], secrets: Knows) -> list[Asked]:
    """The calls of a run, one after the other, and their outcomes, without what is secret; raises BadHostCall."""
    streams = dict[tuple[Plain, ...], list[_Piece]]()
    for number, (call, outcome) in enumerate(asked):
        for place, leaf in leaves((call.arguments, outcome)):
            if isinstance(leaf, bytes | str) and leaf:
                streams.setdefault(_stream_of(call, outcome, place), []).append((number, place, leaf))
    shown = [dict[Place, Plain]() for _ in asked]
    for pieces in streams.values():
        for (number, place, leaf), spans in zip(pieces, _spans_of(pieces, secrets), strict=True):
            if spans:
                shown[number][place] = _cut(leaf, spans)
    found = list[Asked]()
    for (call, outcome), cut in zip(asked, shown, strict=True):
        by_form = (call.redacted().arguments, _by_form(call, outcome))
        before = dict(leaves((call.arguments, outcome))) if cut or by_form != (call.arguments, outcome) else {}
        for place, leaf in leaves(by_form):
            if place in before and leaf != before[place]:  # left out by its form: what is left of it is looked at alone
                cut[place] = scrubbed(leaf, secrets)
        arguments = tuple(filled(each, cut, (ARGUMENTS, at)) for at, each in enumerate(by_form[0]))
        found.append((HostCall(call.name, arguments), filled(by_form[1], cut, (OUTCOME,))))
    return found


_Piece: TypeAlias = tuple[int, Place, bytes | str]


def _stream_of(call: HostCall, outcome: Plain, place: Place) -> tuple[Plain, ...]:
    """What stands for the stream that a value is a piece of: the same value of each call, for HTTP of one request."""
    request = call.arguments[0] if call.name.startswith("http_") and call.arguments else None
    is_told = place[0] == OUTCOME
    status = outcome[0] if is_told and isinstance(outcome, tuple) else None
    return (call.name, request if isinstance(request, int) else None, is_told, status, place[-1])


def _spans_of(pieces: Sequence[_Piece], secrets: Knows) -> Iterator[list[Span]]:
    """The secret places of each piece, found in all of them together."""
    spans = secrets.spans("".join(_text(leaf) for _, _, leaf in pieces))
    start, first = 0, 0
    for _, _, leaf in pieces:
        end = start + len(leaf)
        while first < len(spans) and spans[first][1] <= start:
            first += 1
        within, number = list[Span](), first
        while number < len(spans) and spans[number][0] < end:
            within.append((max(spans[number][0] - start, 0), min(spans[number][1], end) - start))
            number += 1
        yield within
        start = end


def _text(leaf: bytes | str) -> str:
    return leaf if isinstance(leaf, str) else leaf.decode("latin-1")  # a character a byte


def _cut(leaf: bytes | str, spans: list[Span]) -> bytes | str:
    text = without(_text(leaf), spans, REDACTED)
    return text if isinstance(leaf, str) else text.encode("latin-1")


def _by_form(call: HostCall, outcome: Plain) -> Plain:
    """The outcome without what is secret by what it is."""
    if not (isinstance(outcome, tuple | list) and outcome and outcome[0] == 0):
        return outcome
    value = outcome[1]
    if isinstance(value, bytes) and is_secret_answer(call):
        value = left_out(value)
    elif call.name == "http_headers" and isinstance(value, tuple | list):
        value = tuple(_redacted_pair(pair) for pair in value)
    return (0, value)


def scrubbed(value: Plain, secrets: Knows) -> Plain:
    """A value without the secrets that are known, in texts and in byte strings; its lists as tuples."""
    if isinstance(value, bytes | str):
        spans = secrets.spans(_text(value))
        return _cut(value, spans) if spans else value
    if isinstance(value, tuple | list):
        return tuple(scrubbed(each, secrets) for each in value)
    return value


def leaves(value: Plain, place: Place = ()) -> Iterator[tuple[Place, Plain]]:
    """What is in a value that is no sequence, with where it is."""
    if isinstance(value, tuple | list):
        for number, each in enumerate(value):
            yield from leaves(each, (*place, number))
    else:
        yield place, value


def filled(value: Plain, others: Mapping[Place, Plain], place: Place = ()) -> Plain:
    """The value with others in these places; its lists as tuples."""
    if isinstance(value, tuple | list):
        return tuple(filled(each, others, (*place, number)) for number, each in enumerate(value))
    return others.get(place, value)


def _redacted_pair(pair: Plain) -> Plain:
    if isinstance(pair, tuple | list) and len(pair) == 2 and isinstance(pair[0], str):
        return (pair[0], redacted_header(pair[0], pair[1]))
    return pair
