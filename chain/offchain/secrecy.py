"""Keeps secrets out of logs, recordings, errors and reports.

Three ways: parameters that are declared secret (`HostFunction.secret`), headers and addresses that carry passwords
by their form, and values that somebody is known to keep (`Secrets`), wherever they turn up in a text.
"""

from __future__ import annotations

from base64 import b64encode
from threading import Lock
from typing import Final
from weakref import WeakSet

from chain.offchain.host_call import HOST_FUNCTIONS, REDACTED, Plain

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
)
"""In the name of a header, or of a parameter in an address's query."""

SECRET_STORAGE: Final = b"secret/"
"""What keys of the node's storage begin with whose values no log, report or recording may show."""

MIN_SECRET_LENGTH: Final = 6
"""Characters: shorter ones would blacken texts that have them by chance."""


KEPT: Final = 8192
"""Forms of secrets that a keystore keeps in mind: a node that plays rounds for weeks does not get slower by them."""


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
        shown[2:] = [None if value is None else REDACTED.encode() for value in shown[2:]]
    return tuple(shown)


def is_secret_storage(name: str, arguments: tuple[Plain, ...]) -> bool:
    """Whether a host call is about a part of the node's storage whose values are secret."""
    if not name.startswith("local_"):
        return False
    key = arguments[1]
    return isinstance(key, bytes) and key.startswith(SECRET_STORAGE)


def redacted_header(name: str, value: Plain) -> Plain:
    """A header's value as it may be shown."""
    return REDACTED if is_secret_name(name) else value


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


class Secrets:
    """Values that shall turn up nowhere, of which any number of threads may learn; the newest `KEPT` forms of them."""

    def __init__(self) -> None:
        self._known: dict[str, None] = {}
        self._lock = Lock()
        with _LISTING:
            _EVERYBODYS.add(self)

    def learn(self, value: str | bytes) -> None:
        """Keep a value out of every text from now on: a text, or bytes in any form that texts have them in."""
        forms = {value} if isinstance(value, str) else _forms(value)
        with self._lock:
            for form in sorted(forms):
                if len(form) >= MIN_SECRET_LENGTH:
                    self._known.pop(form, None)
                    self._known[form] = None
            while len(self._known) > KEPT:
                del self._known[next(iter(self._known))]

    def scrubbed(self, text: str) -> str:
        """The text without what is known."""
        with self._lock:
            known = sorted(self._known, key=len, reverse=True)
        for each in known:
            text = text.replace(each, REDACTED)
        return text


_EVERYBODYS: Final[WeakSet[Secrets]] = WeakSet()
_LISTING: Final = Lock()


def scrubbed_everywhere(text: str) -> str:
    """The text without what anybody in this process keeps secret."""
    with _LISTING:
        everybodys = tuple(_EVERYBODYS)
    for secrets in everybodys:
        text = secrets.scrubbed(text)
    return text


def _forms(value: bytes) -> set[str]:
    """How texts show bytes; none for zeros, which overwrite what was secret."""
    if not value.strip(b"\0"):
        return set()
    plain = {value.decode(errors="ignore"), value.decode("latin-1")}  # the second as byte strings are scrubbed
    return plain | {value.hex(), value.hex().upper(), repr(value)[2:-1], b64encode(value).decode()}
