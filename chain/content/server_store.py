"""What stores behind a server share: how its refusals are told."""

from __future__ import annotations

from collections.abc import Mapping

from chain.content.http import Answer, AnswerTooLarge, HttpError, Origin
from chain.content.store import ContentTooLarge, ContentUnreachable

MOST_OF_AN_ANSWER = 4 * 2**20
"""Bytes of an answer that is not an artifact: a list of a thousand entries has less than one MiB."""


def asked(
    origin: Origin,
    cid: str,
    method: str,
    target: str,
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
    limit: int = MOST_OF_AN_ANSWER,
) -> Answer:
    """The answer to a request about `cid`; raises ContentTooLarge for one above `limit`, ContentUnreachable."""
    try:
        answer = origin.ask(method, target, headers or {}, body, limit)
    except AnswerTooLarge as error:
        raise ContentTooLarge(cid, str(error)) from None
    except HttpError as error:
        raise ContentUnreachable(cid, str(error)) from None
    if 300 <= answer.status < 400:
        raise ContentUnreachable(cid, f"{origin.host} sends elsewhere ({answer.status}); redirects are not followed")
    return answer


def refused(origin: Origin, cid: str, answer: Answer, reason: str = "") -> ContentUnreachable:
    """The error for an answer that a store has no other one for."""
    told = f": {reason}" if reason else ""
    return ContentUnreachable(cid, f"{origin.host} answered {answer.status}{told}")
