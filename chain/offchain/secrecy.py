"""Keeps secrets out of logs, recordings, errors and reports.

Five ways: what host calls declare secret (`HostFunction`), what fields of an operator's data do
(`chain/secret_fields.py`), what a worker keeps in its node's storage under `SECRET_STORAGE`, headers and addresses that
carry passwords by their form, and values that somebody is known to keep (`Secrets`), wherever they turn up in a text.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator
from contextlib import suppress
from threading import Lock
from typing import Final
from weakref import WeakSet

from chain.offchain.host_call import HOST_FUNCTIONS, REDACTED, Plain
from chain.offchain.secret_search import Find, SecretIndex, Span, without

_SECRET_WORDS: Final = (
    "authorization",
    "authorisation",
    "cookie",
    "token",
    "secret",
    "passw",
    "credential",
    "signature",
    "apikey",
    "accesskey",
    "authkey",
    "privatekey",
    "passphrase",
    "session",
    "bearer",
    "jwt",
)
"""In the name of a header, or of a parameter in an address's query."""

ADDRESSES: Final = ("location", "content-location", "referer")
"""Headers that have addresses."""

SECRET_STORAGE: Final = b"secret/"
"""What keys of the node's storage begin with whose values no log, report or recording may show."""

SHORTEST: Final = 4
"""Bytes: shorter ones would blacken texts that have them by chance."""

FOR_CERTAIN: Final = 16
"""Bytes that nothing has by chance."""

OF_PARTS: Final = 12
"""Characters that a part of a cookie or an address has that is looked for elsewhere: `?key=prices` is a plain word."""

KEPT: Final = 1024
"""Secrets that a keystore keeps in mind: a node that plays rounds for weeks does not get slower by them."""

KEPT_BYTES: Final = 16 * 2**20
"""Of all of them together."""


def is_secret_name(name: str) -> bool:
    """Whether what bears this name in a header or a query is kept to oneself."""
    plain = name.lower().replace("-", "").replace("_", "")
    return any(word in plain for word in _SECRET_WORDS) or plain in ("key", "sig", "xauth")


def redacted_arguments(name: str, arguments: tuple[Plain, ...]) -> tuple[Plain, ...]:
    """The arguments of a host call as they may be shown."""
    function = HOST_FUNCTIONS[name]
    shown = [
        REDACTED if parameter in function.secret and value is not None else value
        for parameter, value in zip(function.parameters, arguments, strict=True)
    ]
    if name == "http_start" and isinstance(shown[1], str):
        shown[1] = redacted_uri(shown[1])
    elif name == "http_add_header" and isinstance(shown[1], str):
        shown[2] = redacted_header(shown[1], shown[2])
    elif is_secret_storage(name, arguments):
        shown[2:] = [left_out(value) for value in shown[2:]]
    return tuple(shown)


def left_out(value: Plain) -> Plain:
    """What is shown of a secret: nothing of bytes but zeros, which overwrite what was secret."""
    return REDACTED.encode() if isinstance(value, bytes) and value.strip(b"\0") else value


def is_secret_storage(name: str, arguments: tuple[Plain, ...]) -> bool:
    """Whether a host call is about a part of the node's storage whose values are secret."""
    if not name.startswith("local_"):
        return False
    key = arguments[1]
    return isinstance(key, bytes) and key.startswith(SECRET_STORAGE)


def redacted_header(name: str, value: Plain) -> Plain:
    """A header's value as it may be shown."""
    if is_secret_name(name):
        return REDACTED
    return redacted_uri(value) if name.lower() in ADDRESSES and isinstance(value, str) else value


def redacted_uri(uri: str) -> str:
    """An address without password, and without values of parameters that are secret by their name."""
    from urllib.parse import SplitResult, urlsplit, urlunsplit  # for workers that speak HTTP

    try:
        parts = urlsplit(uri)
    except ValueError:
        return REDACTED
    user, at, host = parts.netloc.rpartition("@")
    query = "&".join(_redacted_pair(each) for each in parts.query.split("&"))
    return urlunsplit(
        SplitResult(parts.scheme, f"{REDACTED}@{host}" if user or at else host, parts.path, query, parts.fragment)
    )


def _redacted_pair(pair: str) -> str:
    name, equals, _ = pair.partition("=")
    return f"{name}={REDACTED}" if equals and is_secret_name(name) else pair


def secrets_in_header(value: str) -> Iterator[str | bytes]:
    """What to keep in mind of the value of a header that is secret by its name."""
    yield value
    scheme, _, rest = value.rpartition(" ")  # "Bearer" and the token
    if ";" not in value:
        yield rest
    if scheme.lower() == "basic":
        with suppress(ValueError):
            told = b64decode(rest, validate=True)
            yield told
            yield told.partition(b":")[2]
    for part in value.split(";"):  # of a cookie
        content = part.partition("=")[2].strip()
        if len(content) >= OF_PARTS:
            yield content


def secrets_in_uri(uri: str) -> Iterator[str]:
    """What to keep in mind of an address: passwords, and values of parameters that are secret by their name."""
    if "@" not in uri and "?" not in uri:
        return
    from urllib.parse import unquote, unquote_plus, urlsplit

    try:
        parts = urlsplit(uri)
    except ValueError:
        return
    password = parts.netloc.rpartition("@")[0].partition(":")[2]
    if len(password) >= SHORTEST:
        yield password
        yield unquote(password)
    for name, _, value in (pair.partition("=") for pair in parts.query.split("&")):
        if len(value) >= OF_PARTS and is_secret_name(name):
            yield value
            yield unquote_plus(value)


class Secrets:
    """Values that shall turn up nowhere, of which any number of threads may learn; the newest `KEPT` of them.

    A text is without them in whole and in part, in all forms that `secret_search` knows.
    """

    def __init__(self) -> None:
        self._known: dict[bytes, None] = {}
        self._given: dict[bytes, None] = {}
        self._size = 0
        self._index = SecretIndex()
        self._lock = Lock()
        with _LISTING:
            _EVERYBODYS.add(self)

    def learn(self, value: str | bytes, *, for_good: bool = False) -> None:
        """Keep a value out of every text from now on; for_good: what the operator gave, which no run tells again."""
        data = value if isinstance(value, bytes) else value.encode(errors="replace")
        with self._lock:
            if for_good and len(data) >= SHORTEST:
                self._given[data] = None
                self._index.learn(data)
            if data in self._given:
                if data in self._known:
                    del self._known[data]
                    self._size -= len(data)
                return
            if data in self._known:
                del self._known[data]
            elif len(data) >= SHORTEST:
                self._index.learn(data)
                self._size += len(data)
            else:
                return
            self._known[data] = None
            while len(self._known) > KEPT or (self._size > KEPT_BYTES and len(self._known) > 1):
                oldest = next(iter(self._known))
                del self._known[oldest]
                self._size -= len(oldest)
                self._index.forget(oldest)

    def spans(self, text: str) -> list[Span]:
        """Where a text has what is known: places that do not overlap, in order."""
        return self._index.spans(text)

    def finds(self, text: str) -> list[Find]:
        """Where a text has which of what is known."""
        return self._index.finds(text)

    def are_within(self, value: bytes) -> bool:
        """Whether the whole of one is in a value, as it is; not of those so short that they may be by chance."""
        with self._lock:
            return any(each in value for each in (*self._given, *self._known) if len(each) >= FOR_CERTAIN)

    def scrubbed(self, text: str) -> str:
        """The text without what is known."""
        return without(text, self.spans(text), REDACTED)


_EVERYBODYS: Final[WeakSet[Secrets]] = WeakSet()
_LISTING: Final = Lock()


def scrubbed_everywhere(text: str) -> str:
    """The text without what anybody in this process keeps secret."""
    with _LISTING:
        everybodys = tuple(_EVERYBODYS)
    for secrets in everybodys:
        text = secrets.scrubbed(text)
    return text
