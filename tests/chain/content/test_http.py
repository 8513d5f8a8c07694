"""No server holds a store up for longer, or fills it with more, than it allows."""

from __future__ import annotations

import gc
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from chain.content.http import Answer, AnswerTooLarge, HttpError, Origin
from tests.chain.content.scripted_server import Script, said, scripted


@pytest.fixture
def server() -> Iterator[tuple[str, Script]]:
    with scripted() as started:
        yield started


def get(origin: Origin, limit: int = 1000) -> Answer:
    return origin.ask("GET", "/x?y=1", {"X-Own": "1"}, b"", limit)


def answering(answer: bytes, connection: socket.socket, _request: bytes) -> None:
    connection.sendall(answer)


def test_an_answer_is_given_whatever_its_status(server: tuple[str, Script]) -> None:
    address, script = server
    for status in (200, 302, 404, 500):
        script.answer = partial(answering, said(status, b"body", "X-Told: Yes"))
        assert get(Origin(f"{address}/base/")) == Answer(status, {"content-length": "4", "x-told": "Yes"}, b"body")
    host = address.removeprefix("http://").encode()
    assert script.requests[0].splitlines()[:2] == [b"GET /base/x?y=1 HTTP/1.1", b"Accept-Encoding: identity"]
    assert b"Host: " + host in script.requests[0].splitlines()
    assert len(script.requests) == 4  # the redirect was not followed


def test_a_connection_is_kept_and_replaced_where_it_was_closed(server: tuple[str, Script]) -> None:
    address, script = server
    origin = Origin(address)
    for _ in range(3):
        get(origin)
    assert script.connections == 1

    def answer_and_close(connection: socket.socket, _request: bytes) -> bool:
        connection.sendall(said(200, b"last"))
        return False

    script.answer = answer_and_close
    assert [get(origin).body for _ in range(3)] == [b"last"] * 3
    assert script.connections == 3


def test_threads_share_an_origin(server: tuple[str, Script]) -> None:
    address, script = server
    script.answer = lambda connection, request: connection.sendall(said(200, request.split()[1]))
    origin = Origin(address)

    def work(number: int) -> bytes:
        return origin.ask("GET", f"/{number}", {}, b"", 1000).body

    with ThreadPoolExecutor(6) as threads:
        assert list(threads.map(work, range(60))) == [f"/{number}".encode() for number in range(60)]


@pytest.mark.parametrize("head", ["Content-Length: 1001", "Connection: close"])
def test_a_long_answer_is_not_read_to_its_end(server: tuple[str, Script], head: str) -> None:
    address, script = server
    endless = f"HTTP/1.1 200 OK\r\n{head}\r\n\r\n".encode()

    def answer(connection: socket.socket, _request: bytes) -> bool:
        connection.sendall(endless + b"x" * 1001)
        return False

    script.answer = answer
    with pytest.raises(AnswerTooLarge, match="1000"):
        get(Origin(address))


def test_a_slow_answer_is_given_up_at_the_deadline_however_it_drips(server: tuple[str, Script]) -> None:
    address, script = server
    for beginning in (b"", b"HTTP/1.1 200 OK\r\nX-Drip: ", b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n"):

        def drip(connection: socket.socket, _request: bytes, beginning: bytes = beginning) -> bool:
            connection.sendall(beginning)
            for _ in range(400):
                time.sleep(0.05)
                connection.sendall(b"x" if beginning else b"")
            return False

        script.answer = drip
        begun = time.monotonic()
        with pytest.raises(HttpError, match=r"did not answer within 0\.4 seconds"):
            get(Origin(address, answer_seconds=0.4))
        assert time.monotonic() - begun < 15


@pytest.mark.parametrize("answer", [b"", b"SSH-2.0-x\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"])
def test_a_broken_answer_is_told_without_its_text(server: tuple[str, Script], answer: bytes) -> None:
    address, script = server

    def broken(connection: socket.socket, _request: bytes) -> bool:
        connection.sendall(answer)
        return False

    script.answer = broken
    with pytest.raises(HttpError) as caught:
        get(Origin(address))
    assert "cannot be asked" in str(caught.value)
    assert "SSH" not in str(caught.value)


def test_nobody_there_is_told() -> None:
    with pytest.raises(HttpError, match=r"127\.0\.0\.1:9 cannot be asked"):
        get(Origin("http://127.0.0.1:9"))


def test_connections_end_with_their_origin(server: tuple[str, Script]) -> None:
    origin = Origin(server[0])
    get(origin)
    del origin
    gc.collect()  # a connection left open would be a ResourceWarning, which fails a test


@pytest.mark.parametrize(
    "base", ["", "ftp://host", "http://", "host:80", "http://host/?key=secret", "http://host/#f", "http://host:99999"]
)
def test_an_address_that_is_none_is_refused(base: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011  # what is asked of the text follows
        Origin(base)
    assert "secret" not in str(caught.value)


def test_a_password_in_an_address_is_refused_and_not_repeated() -> None:
    for base in ("http://me:secret@host", "https://secret@host/x"):
        with pytest.raises(ValueError, match="no user name and no password") as caught:
            Origin(base)
        assert "secret" not in str(caught.value)


def test_the_host_has_its_port_where_that_is_not_the_schemes() -> None:
    assert [Origin(base).host for base in ("http://h", "https://h:443/p", "https://h:80", "http://[::1]:81")] == [
        "h",
        "h",
        "h:80",
        "[::1]:81",
    ]
    assert repr(Origin("https://h/p")) == "Origin(https://h/p)"
