"""Keeps secrets out of logs, recordings, errors and reports.

Four ways: what host calls declare secret (`HostFunction`), what a worker keeps in its node's storage under
`SECRET_STORAGE`, headers and addresses that carry passwords by their form, and values that somebody is known to keep
(`Secrets`), wherever they turn up in a text.
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

LONGEST: Final = 1024
"""Bytes: what is longer, models and the like, is left out where it stands, and looked for nowhere else."""

SHORT: Final = 4096
"""Characters of a text up to which looking at each of its places takes no time worth speaking of."""

FEW: Final = 256
"""Forms up to which looking for each of them in a longer text is faster."""


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
        self._index = _Index()
        self._lock = Lock()
        with _LISTING:
            _EVERYBODYS.add(self)

    def learn(self, value: str | bytes) -> None:
        """Keep a value out of every text from now on: a text, or bytes in any form that texts have them in."""
        if len(value) > LONGEST:
            return
        forms = {value} if isinstance(value, str) else _forms(value)
        with self._lock:
            for form in sorted(forms):
                if len(form) >= MIN_SECRET_LENGTH:
                    self._known.pop(form, None)
                    self._known[form] = None
                    self._index.add(form)
            while len(self._known) > KEPT:
                oldest = next(iter(self._known))
                del self._known[oldest]
                self._index.remove(oldest)

    def scrubbed(self, text: str) -> str:
        """The text without what is known."""
        if not self._known:
            return text
        with self._lock:
            if len(text) <= SHORT:
                return self._index.scrubbed(text)
            known = tuple(self._known)
        if len(known) > FEW:
            index = _Index()  # of its own: nobody who learns waits for a long text
            for form in known:
                index.add(form)
            return index.scrubbed(text)
        for form in sorted(known, key=len, reverse=True):
            text = text.replace(form, REDACTED)
        return text


class _Index:
    """Forms by their first characters and their lengths: found in one pass of a text, however many they are."""

    def __init__(self) -> None:
        self._by_start: dict[str, dict[int, set[str]]] = {}

    def add(self, form: str) -> None:
        """Find it from now on."""
        alike = self._by_start.setdefault(form[:MIN_SECRET_LENGTH], {})
        alike.setdefault(len(form), set()).add(form)

    def remove(self, form: str) -> None:
        """Find it no more."""
        start, length = form[:MIN_SECRET_LENGTH], len(form)
        self._by_start[start][length].remove(form)
        if not self._by_start[start][length]:
            del self._by_start[start][length]
        if not self._by_start[start]:
            del self._by_start[start]

    def scrubbed(self, text: str) -> str:
        """The text without them; where several begin, without the longest."""
        size, by_start = MIN_SECRET_LENGTH, self._by_start
        shown, done = list[str](), 0
        for at in [at for at in range(len(text) - size + 1) if text[at : at + size] in by_start]:
            alike = by_start[text[at : at + size]]
            lengths = (length for length in sorted(alike, reverse=True) if text[at : at + length] in alike[length])
            found = next(lengths, 0) if at >= done else 0
            if found:
                shown += (text[done:at], REDACTED)
                done = at + found
        return "".join((*shown, text[done:])) if shown else text


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
