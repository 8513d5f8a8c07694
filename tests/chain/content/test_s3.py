"""What a bucket adds to the contract: refusals, pages, and secrets that stay where they are."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from benchmarks.content_servers import BUCKET, CREDENTIALS
from chain.content.chunked import ChunkedStore
from chain.content.cid import cid_of
from chain.content.s3 import S3Store
from chain.content.signature_v4 import Credentials
from chain.content.store import ContentCorrupt, ContentError, ContentMissing, ContentUnreachable, Entry
from tests.chain.content.scripted_server import Script, said, scripted

CID = cid_of(b"model")


@pytest.fixture
def server() -> Iterator[tuple[S3Store, Script]]:
    with scripted() as (address, script):
        yield S3Store(address, BUCKET, CREDENTIALS, "p/"), script


def test_a_large_artifact_goes_through_a_bucket(s3: str) -> None:
    store = ChunkedStore(S3Store(s3, BUCKET, CREDENTIALS, f"{secrets.token_hex(4)}/"))
    data = secrets.token_bytes(700_000)
    cid = store.put(data)
    assert store.get(cid) == data
    assert len(list(store.backend.entries())) == 4


@pytest.mark.parametrize(
    ("credentials", "code"),
    [
        (Credentials(access_key=CREDENTIALS.access_key, secret_key="wrong secret"), "SignatureDoesNotMatch"),
        (Credentials(access_key="NOBODY", secret_key="a secret"), "InvalidAccessKeyId"),
    ],
)
def test_a_key_that_the_server_does_not_take_is_told_without_the_secret(
    s3: str, credentials: Credentials, code: str
) -> None:
    store = S3Store(s3, BUCKET, credentials)
    for refused in (lambda: store.put(b"model"), lambda: store.get(CID), lambda: list(store.entries())):
        with pytest.raises(ContentUnreachable, match=f"answered 403: {code}") as caught:
            refused()
        assert "secret" not in str(caught.value)
    assert "secret" not in repr(store)


def test_a_clock_that_is_wrong_is_told(s3: str) -> None:
    store = S3Store(s3, BUCKET, CREDENTIALS, clock=lambda: datetime(2020, 1, 1, tzinfo=UTC))
    with pytest.raises(ContentUnreachable, match="answered 403"):
        store.put(b"model")


def test_a_bucket_that_is_not_there_is_no_missing_artifact(s3: str) -> None:
    with pytest.raises(ContentUnreachable, match="NoSuchBucket"):
        S3Store(s3, "no-such-bucket", CREDENTIALS).get(CID)


def test_other_bytes_under_the_name_are_never_used(server: tuple[S3Store, Script]) -> None:
    store, script = server
    script.answer = lambda connection, _: connection.sendall(said(200, b"other"))
    with pytest.raises(ContentCorrupt):
        store.get(CID)


def test_a_list_of_several_pages_is_read_to_its_end(server: tuple[S3Store, Script]) -> None:
    store, script = server
    other = cid_of(b"other")

    def page(cid: str, more: str) -> bytes:
        namespace = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'
        item = f"<Key>p/{cid}</Key><Size>5</Size><LastModified>2026-01-02T03:04:05.000Z</LastModified>"
        foreign = "<Contents><Key>p/readme.txt</Key></Contents>"
        return f"<ListBucketResult {namespace}>{foreign}<Contents>{item}</Contents>{more}</ListBucketResult>".encode()

    def answer(connection: object, request: bytes) -> None:
        target = request.split()[1]
        token = "<IsTruncated>true</IsTruncated><NextContinuationToken>a+b=</NextContinuationToken>"
        is_first = b"continuation-token" not in target
        getattr(connection, "sendall")(said(200, page(CID, token) if is_first else page(other, "")))  # noqa: B009

    script.answer = answer
    at = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC).timestamp()
    assert list(store.entries()) == [Entry(CID, 5, at), Entry(other, 5, at)]
    assert b"continuation-token=a%2Bb%3D&list-type=2&prefix=p%2F " in script.requests[1]


@pytest.mark.parametrize(
    "body", [b"", b"not xml", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a/>", b"<a><Contents><Key>p/%s</Key></Contents></a>"]
)
def test_a_list_that_is_none_is_told(server: tuple[S3Store, Script], body: bytes) -> None:
    store, script = server
    script.answer = lambda connection, _: connection.sendall(said(200, body.replace(b"%s", CID.encode())))
    with pytest.raises(ContentUnreachable):
        list(store.entries())


@pytest.mark.parametrize("status", [301, 307, 403, 500, 503])
def test_every_other_answer_is_a_typed_error(server: tuple[S3Store, Script], status: int) -> None:
    store, script = server
    body = b"<Error><Code>Some Thing</Code><StringToSign>secret</StringToSign></Error>"
    script.answer = lambda connection, request: connection.sendall(
        said(status, b"" if request.startswith(b"HEAD") else body, "Location: http://127.0.0.1:9/")
    )
    for refused in (lambda: store.put(b"model"), lambda: store.get(CID), lambda: store.has(CID)):
        with pytest.raises(ContentUnreachable) as caught:
            refused()
        assert "secret" not in str(caught.value)
        assert str(status) in str(caught.value)
    for raising in (lambda: store.delete(CID), lambda: list(store.entries())):
        with pytest.raises(ContentError):
            raising()
    assert not any(b"127.0.0.1:9/" in request for request in script.requests)


def test_an_absent_object_is_missing(server: tuple[S3Store, Script]) -> None:
    store, script = server
    script.answer = lambda connection, _: connection.sendall(said(404))
    with pytest.raises(ContentMissing):
        store.get(CID)


@pytest.mark.parametrize("bucket", ["", "a", "../etc", "A-b", "x" * 64, "a/b"])
def test_a_name_that_is_no_bucket_is_refused(bucket: str) -> None:
    with pytest.raises(ValueError, match="is not the name of a bucket"):
        S3Store("http://127.0.0.1:9", bucket, CREDENTIALS)
