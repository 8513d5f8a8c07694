"""Signatures of requests, as S3 and what is compatible with it asks for them (AWS Signature Version 4).

canonical request   method, path, query, headers, names of the headers, SHA-256 of the body; a line each
string to sign      "AWS4-HMAC-SHA256", time, scope, SHA-256 of the canonical request
key                 HMAC chain over date, region, service and "aws4_request", from the secret
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import datetime
from hashlib import sha256
from typing import Final
from urllib.parse import quote

from chain.record import keyword_record
from chain.secret_fields import SECRET

ALGORITHM: Final = "AWS4-HMAC-SHA256"
SERVICE: Final = "s3"

Query = Sequence[tuple[str, str]]


@keyword_record
class Credentials:
    """Who asks; the secrets are in no text that is made of it.

    token: of temporary credentials
    """

    access_key: str
    secret_key: str = field(repr=False, metadata=SECRET)
    token: str | None = field(default=None, repr=False, metadata=SECRET)
    region: str = "us-east-1"


def encoded_path(path: str) -> str:
    """A path as it is signed and sent: each of its parts in percent-encoding."""
    return quote(path, safe="/-_.~")


def encoded_query(query: Query) -> str:
    """A query as it is signed and sent: in order, in percent-encoding."""
    pairs = sorted((quote(name, safe="-_.~"), quote(value, safe="-_.~")) for name, value in query)
    return "&".join(f"{name}={value}" for name, value in pairs)


def signed_headers(
    credentials: Credentials,
    moment: datetime,
    method: str,
    path: str,
    query: Query,
    headers: Mapping[str, str],
    body_digest: bytes,
) -> dict[str, str]:
    """`headers`, with what S3 asks for and the signature over all of them.

    moment: in UTC; path, query: not encoded; headers: with `Host`
    """
    time = moment.strftime("%Y%m%dT%H%M%SZ")
    sent = {**headers, "x-amz-date": time, "x-amz-content-sha256": body_digest.hex()}
    if credentials.token is not None:
        sent["x-amz-security-token"] = credentials.token
    signed = sorted((name.lower(), " ".join(value.split())) for name, value in sent.items())
    names = ";".join(name for name, _ in signed)
    lines = [method, encoded_path(path), encoded_query(query), *(f"{name}:{value}" for name, value in signed)]
    request = "\n".join([*lines, "", names, body_digest.hex()])
    scope = f"{time[:8]}/{credentials.region}/{SERVICE}/aws4_request"
    to_sign = "\n".join([ALGORITHM, time, scope, sha256(request.encode()).hexdigest()])
    signature = _hmac(_key(credentials, time[:8]), to_sign).hex()
    sent["Authorization"] = (
        f"{ALGORITHM} Credential={credentials.access_key}/{scope},SignedHeaders={names},Signature={signature}"
    )
    return sent


def _key(credentials: Credentials, date: str) -> bytes:
    key = f"AWS4{credentials.secret_key}".encode()
    for part in (date, credentials.region, SERVICE, "aws4_request"):
        key = _hmac(key, part)
    return key


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.digest(key, text.encode(), "sha256")
