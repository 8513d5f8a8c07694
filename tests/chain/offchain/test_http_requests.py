"""HTTP requests of a run against a server of the test: statuses, deadlines, numbers, and who is never spoken to."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from time import monotonic

import pytest

from chain.offchain.errors import (
    BadHostCall,
    HttpDeadlineReached,
    HttpInvalidId,
    HttpIoError,
    HttpRefused,
    RunStopped,
)
from chain.offchain.http_requests import DEADLINE, INVALID, IO_ERROR, HttpRequests
from chain.offchain.outbound import Outbound
from chain.offchain.run import Stop
from chain.offchain.secrecy import Secrets
from chain.offchain.time_source import MachineTime

LOCAL = Outbound(hosts=("127.0.0.1", "localhost"), is_private_allowed=True)


class Answering(BaseHTTPRequestHandler):
    """Tells what it was asked; waits, breaks off and redirects where the path says so."""

    slow = Event()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (its name there)
        """Nothing: tests are quiet."""

    def do_GET(self) -> None:
        if self.path == "/slow":
            self.slow.wait(60)
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "/elsewhere")
            self.end_headers()
            return
        body = f"{self.command} {self.path} {self.headers.get('X-Asked', '')}".encode()
        body += self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_response(404 if self.path == "/missing" else 200)
        self.send_header("Content-Length", str(len(body) + (9 if self.path == "/broken" else 0)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        self.do_GET()


@pytest.fixture
def server() -> Iterator[str]:
    Answering.slow.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Answering) as http:
        serving = Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
        serving.start()
        try:
            yield f"http://127.0.0.1:{http.server_address[1]}"
        finally:
            Answering.slow.set()
            http.shutdown()
            serving.join()


@contextmanager
def requests(
    outbound: Outbound = LOCAL, stop: Stop | None = None, secrets: Secrets | None = None
) -> Iterator[HttpRequests]:
    made = HttpRequests(outbound, MachineTime(), stop or Stop(), secrets or Secrets())
    try:
        yield made
    finally:
        made.close()


def after(milliseconds: int) -> int:
    return MachineTime().now() + milliseconds


def body_of(http: HttpRequests, request: int) -> bytes:
    read = b""
    while chunk := http.read_body(request, 7, after(5000)):
        read += chunk
    return read


def test_a_request_has_headers_a_body_and_a_response_until_its_body_is_read(server: str) -> None:
    with requests() as http:
        request = http.start("post", f"{server}/there?x=1")
        http.add_header(request, "X-Asked", "politely")
        http.write_body(request, b" with ", None)
        http.write_body(request, b"a body", None)
        http.write_body(request, b"", None)
        assert http.wait([request], after(5000)) == [200]
        assert ("Content-Length", "36") in http.headers(request)
        assert body_of(http, request) == b"POST /there?x=1 politely with a body"
        with pytest.raises(HttpInvalidId):
            http.read_body(request, 1, None)
        assert http.wait([request], None) == [INVALID]


def test_waiting_tells_of_each_request_its_own_status_and_dead_numbers_stay_dead(server: str) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{unused.getsockname()[1]}/"
        with requests() as http:
            asked = [http.start("GET", f"{server}{path}") for path in ("/", "/missing", "/slow")] + [
                http.start("GET", nobody)
            ]
            assert asked == [0, 1, 2, 3]
            assert http.wait([*asked, 99], after(400)) == [200, 404, DEADLINE, IO_ERROR, INVALID]
            Answering.slow.set()
            assert http.wait(asked, after(5000)) == [200, 404, 200, INVALID]


def test_reading_tells_of_the_deadline_and_the_request_goes_on(server: str) -> None:
    with requests() as http:
        request = http.start("GET", f"{server}/slow")
        with pytest.raises(HttpDeadlineReached):
            http.read_body(request, 100, after(50))
        Answering.slow.set()
        assert body_of(http, request) == b"GET /slow "


def test_a_response_that_breaks_off_is_an_io_error_that_ends_the_request(server: str) -> None:
    with requests() as http:
        request = http.start("GET", f"{server}/broken")
        assert http.wait([request], after(5000)) == [200]
        with pytest.raises(HttpIoError):
            body_of(http, request)
        with pytest.raises(HttpInvalidId):
            http.read_body(request, 1, None)


def test_headers_come_before_the_body_and_nothing_after_its_end(server: str) -> None:
    with requests() as http:
        request = http.start("POST", server)
        http.write_body(request, b"x", None)
        with pytest.raises(HttpInvalidId, match="another header"):
            http.add_header(request, "X-Late", "1")
        http.write_body(request, b"", None)
        with pytest.raises(HttpInvalidId, match="has gone"):
            http.write_body(request, b"y", None)
        with pytest.raises(BadHostCall):
            http.read_body(request, 0, None)


def test_a_server_that_cannot_prove_who_it_is_is_an_io_error(server: str) -> None:
    with requests() as http:
        request = http.start("GET", server.replace("http", "https"))
        assert http.wait([request], after(5000)) == [IO_ERROR]


def test_redirections_are_told_not_followed(server: str) -> None:
    with requests() as http:
        request = http.start("GET", f"{server}/moved")
        assert http.wait([request], after(5000)) == [302]
        assert dict(http.headers(request))["Location"] == "/elsewhere"


@pytest.mark.parametrize(
    ("uri", "why"),
    [
        ("ftp://localhost/", "no address of HTTP"),
        ("http:///path", "no address of HTTP"),
        ("http://localhost:99999/", "is no address"),
        ("http://[::1", "is no address|redacted"),
        ("http://u:hunter22@localhost/", "password"),
        ("http://localhost/a b", "%XX"),
        ("http://example.org/", "allow list"),
    ],
)
def test_addresses_that_are_none_or_not_allowed_are_refused_without_their_passwords(uri: str, why: str) -> None:
    with requests() as http, pytest.raises(HttpRefused, match=why) as refused:
        http.start("GET", uri)
    assert "hunter22" not in str(refused.value)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "10.1.2.3", "169.254.169.254", "[::ffff:10.0.0.1]"]
)
def test_private_addresses_are_refused_after_their_names_were_looked_up(host: str) -> None:
    with requests(Outbound(hosts=("*",))) as http, pytest.raises(HttpRefused, match="private address"):
        http.start("GET", f"http://{host}/")


def test_a_name_that_leads_to_one_private_address_among_others_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, 80)) for each in ("93.184.216.34", "192.168.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_named: found)
    with requests(Outbound(hosts=("*.example.org",))) as http, pytest.raises(HttpRefused, match=r"192\.168\.0\.1"):
        http.start("GET", "http://rebinding.example.org/")


@pytest.mark.parametrize("name", ["Host", "Content-Length", "transfer-encoding"])
def test_the_node_keeps_headers_to_itself_that_would_mislead(name: str, server: str) -> None:
    with requests() as http:
        request = http.start("GET", server)
        with pytest.raises(HttpRefused, match="own to set"):
            http.add_header(request, name, "1")
        for header, value in (("X-Two\r\nHost", "x"), ("X", "a\r\nHost: b"), ("X", "\u2026")):
            with pytest.raises(HttpRefused):
                http.add_header(request, header, value)


def test_bodies_and_requests_under_way_are_bounded(server: str) -> None:
    tight = Outbound(hosts=("127.0.0.1",), is_private_allowed=True, request_bytes=4, response_bytes=4, requests=2)
    with requests(tight) as http:
        request, other = http.start("POST", server), http.start("GET", server)
        with pytest.raises(HttpRefused, match="2 requests"):
            http.start("GET", server)
        http.write_body(request, b"1234", None)
        with pytest.raises(HttpIoError, match="4 bytes"):
            http.write_body(request, b"5", None)
        with pytest.raises(HttpIoError, match="more than 4 bytes"):
            body_of(http, other)


def test_a_run_that_shall_end_stops_waiting_at_once(server: str) -> None:
    stop = Stop()
    with requests(stop=stop) as http:
        request = http.start("GET", f"{server}/slow")
        Thread(target=lambda: stop.ask("enough")).start()
        began = monotonic()
        with pytest.raises(RunStopped, match="enough"):
            http.wait([request], None)
        assert monotonic() - began < 30


def test_what_is_in_a_secret_header_turns_up_in_no_text(server: str) -> None:
    secrets = Secrets()
    with requests(secrets=secrets) as http:
        request = http.start("GET", server)
        http.add_header(request, "Authorization", "Bearer abcdef123456")
    assert secrets.scrubbed("failed with abcdef123456, said the server") == "failed with (redacted), said the server"
