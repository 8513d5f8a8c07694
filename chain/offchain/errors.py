"""How a host call fails, typed, and how that crosses the boundary as plain data.

    ("ContentMissing", ["bafk…", "not in this store"])      on the wire, and in a recording

`STOPS` leave a worker for good; they do not derive from Exception, so that no pallet swallows them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from chain.content.cid import CidError
from chain.content.store import (
    ContentCorrupt,
    ContentError,
    ContentMalformed,
    ContentMissing,
    ContentReadOnly,
    ContentTooLarge,
    ContentUnreachable,
)
from chain.offchain.capability import Capability, CapabilityDenied

Detail = str | int


class SubmissionRefused(Exception):
    """The pool did not take a worker's transaction; `__cause__` has the typed reason where the worker runs inline."""


class HttpRefused(Exception):
    """The node makes no such request: the address is malformed, or its allow list does not have it."""


class HttpDeadlineReached(Exception):
    """The deadline passed first; the request goes on (sp_core::offchain::HttpError::DeadlineReached)."""

    def __init__(self) -> None:
        super().__init__("the deadline of an HTTP request was reached")


class HttpIoError(Exception):
    """The request failed, and its number is no longer valid (HttpError::IoError)."""


class HttpInvalidId(Exception):
    """There is no request of this number, or it is not at the right step (HttpError::Invalid)."""


class KeyUnavailable(Exception):
    """The keystore has no such key, or can make none."""


class BadHostCall(Exception):
    """There is no such host call, or its arguments are not what it takes."""


class LimitExceeded(Exception):
    """A run took more than its pallet may: host calls, bytes or memory."""

    def __init__(self, what: str, limit: int) -> None:
        super().__init__(what, limit)
        self.what = what
        self.limit = limit

    def __str__(self) -> str:
        return f"a run may take {self.limit} {self.what}"


class RunStopped(BaseException):
    """The node ended the run: its time is over, the node goes back or closes, or its process died."""

    def __init__(self, reason: str = "its time is over") -> None:
        super().__init__(reason)
        self.reason = reason


def _text(error: BaseException) -> Sequence[Detail]:
    return (str(error),)


def _content(error: BaseException) -> Sequence[Detail]:
    return (error.cid, error.reason) if isinstance(error, ContentError) else ("", str(error))


def _cid(error: BaseException) -> Sequence[Detail]:
    return (error.text, error.reason) if isinstance(error, CidError) else ("", str(error))


def _capability(error: BaseException) -> Sequence[Detail]:
    return ((error.capability.name or "") if isinstance(error, CapabilityDenied) else "",)


def _limit(error: BaseException) -> Sequence[Detail]:
    return (error.what, error.limit) if isinstance(error, LimitExceeded) else ("", 0)


_Apart = Callable[[BaseException], Sequence[Detail]]
_Together = Callable[..., BaseException]

_KINDS: Final[dict[type[BaseException], tuple[_Apart, _Together]]] = {
    BadHostCall: (_text, BadHostCall),
    CapabilityDenied: (_capability, lambda name: CapabilityDenied(Capability[str(name)])),
    CidError: (_cid, CidError),
    ContentCorrupt: (_content, ContentCorrupt),
    ContentError: (_content, ContentError),
    ContentMalformed: (_content, ContentMalformed),
    ContentMissing: (_content, ContentMissing),
    ContentReadOnly: (_content, ContentReadOnly),
    ContentTooLarge: (_content, ContentTooLarge),
    ContentUnreachable: (_content, ContentUnreachable),
    HttpDeadlineReached: (lambda _error: (), HttpDeadlineReached),
    HttpInvalidId: (_text, HttpInvalidId),
    HttpIoError: (_text, HttpIoError),
    HttpRefused: (_text, HttpRefused),
    KeyUnavailable: (_text, KeyUnavailable),
    LimitExceeded: (_limit, LimitExceeded),
    RunStopped: (_text, RunStopped),
    SubmissionRefused: (_text, SubmissionRefused),
}
_BY_NAME: Final = {kind.__name__: kind for kind in _KINDS}

HOST_ERRORS: Final = tuple(_KINDS)
"""What a host call may raise; anything else is a bug of the node."""


def taken_apart(error: BaseException) -> tuple[str, list[Detail]]:
    """The name and the details of one of `HOST_ERRORS`; of anything else, that the call cannot be answered."""
    for kind in type(error).__mro__:
        known = _KINDS.get(kind)
        if known is not None:
            return kind.__name__, list(known[0](error))
    return BadHostCall.__name__, [f"{type(error).__name__}: {error}"]


def put_together(name: str, details: Sequence[Detail]) -> BaseException:
    """The error of that name and details; BadHostCall where there is none like it."""
    kind = _BY_NAME.get(name)
    if kind is not None:
        try:
            return _KINDS[kind][1](*details)
        except (TypeError, KeyError):
            pass
    return BadHostCall(f"an unknown error {name} with {len(details)} details")
