"""Signatures are those of Amazon's own examples for S3."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256

import pytest

from chain.content.signature_v4 import Credentials, Query, encoded_query, signed_headers

CREDENTIALS = Credentials(access_key="AKIAIOSFODNN7EXAMPLE", secret_key="wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
MOMENT = datetime(2013, 5, 24, tzinfo=UTC)
HOST = {"Host": "examplebucket.s3.amazonaws.com"}


@pytest.mark.parametrize(
    ("method", "path", "query", "headers", "body", "signature"),
    [
        (
            "GET",
            "/test.txt",
            (),
            {"Range": "bytes=0-9"},
            b"",
            "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
        ),
        (
            "PUT",
            "/test$file.text",
            (),
            {"Date": "Fri, 24 May 2013 00:00:00 GMT", "x-amz-storage-class": "REDUCED_REDUNDANCY"},
            b"Welcome to Amazon S3.",
            "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
        ),
        (
            "GET",
            "/",
            (("lifecycle", ""),),
            {},
            b"",
            "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
        ),
        (
            "GET",
            "/",
            (("prefix", "J"), ("max-keys", "2")),
            {},
            b"",
            "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
        ),
    ],
)
def test_the_examples_of_amazons_documentation(
    method: str, path: str, query: Query, headers: dict[str, str], body: bytes, signature: str
) -> None:
    sent = signed_headers(CREDENTIALS, MOMENT, method, path, query, HOST | headers, sha256(body).digest())
    assert sent["Authorization"].endswith(f",Signature={signature}")
    assert sent["Authorization"].startswith(
        "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders="
    )


def test_the_token_of_temporary_credentials_is_sent_and_signed() -> None:
    temporary = Credentials(access_key="A", secret_key="s", token="the token")
    sent = signed_headers(temporary, MOMENT, "GET", "/", (), HOST, sha256().digest())
    assert sent["x-amz-security-token"] == "the token"
    assert "host;x-amz-content-sha256;x-amz-date;x-amz-security-token" in sent["Authorization"]


def test_a_query_is_in_order_and_encoded() -> None:
    assert encoded_query([("b", "ü/ +"), ("a", "~"), ("a", "")]) == "a=&a=~&b=%C3%BC%2F%20%2B"


def test_credentials_show_no_secret() -> None:
    shown = repr(Credentials(access_key="A", secret_key="secret", token="secret too"))
    assert shown == "Credentials(access_key='A', region='us-east-1')"
