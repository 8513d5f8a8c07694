"""Requests in one function: answers, failures, and redirections that are checked again."""

from __future__ import annotations

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from time import sleep

import pytest

from chain.offchain.outbound import Outbound
from pallets.frame.offchain import Http, HttpDeadlineReached, HttpIoError, HttpRefused, HttpStatusError
from tests.chain.offchain.lending import lent


class Answering(BaseHTTPRequestHandler):
    """Answers with what it was asked, or sends elsewhere."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (its name there)
        """Nothing: tests are quiet."""

    def do_GET(self) -> None:
        kind, _, rest = self.path[1:].partition("/")
        if kind == "slow":
            sleep(0.5)
        if kind in ("301", "307", "303"):
            self.send_response(int(kind))
            self.send_header("Location", rest if rest.startswith("http") else f"/{rest}")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        sent = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        body = f'["{self.command}", "{sent}", "{self.headers.get("Authorization", "")}"]'.encode()
        self.send_response(404 if kind == "missing" else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        self.do_GET()


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Answering) as http:
        serving = Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
        serving.start()
        try:
            yield f"http://127.0.0.1:{http.server_address[1]}"
        finally:
            http.shutdown()
            serving.join()


@pytest.fixture
def http() -> Http:
    return Http(lent(outbound=Outbound(hosts=("127.0.0.1",), is_private_allowed=True)))


def test_what_is_asked_comes_back(http: Http, server: str) -> None:
    answer = http.post(f"{server}/", b"x" * 200_000, headers={"Authorization": "Bearer abcdef"})
    assert answer.json() == ["POST", "x" * 200_000, "Bearer abcdef"]
    assert answer.require_success().header("content-length") == str(len(answer.body))
    missing = http.get(f"{server}/missing")
    assert missing.status == 404
    with pytest.raises(HttpStatusError, match="404"):
        missing.require_success()
    assert "abcdef" not in repr(answer)


def test_failures_are_typed(http: Http, server: str) -> None:
    with pytest.raises(HttpDeadlineReached):
        http.get(f"{server}/slow", timeout_ms=50)
    with pytest.raises(HttpIoError, match="more than 5 bytes"):
        http.request("GET", server, limit=5)
    with pytest.raises(HttpRefused):
        http.get("http://example.org/")


def test_redirections_are_followed_where_that_is_asked_for(http: Http, server: str) -> None:
    assert http.get(f"{server}/301/there").status == 301
    assert http.get(f"{server}/301/303/there", redirects=2).json() == ["GET", "", ""]
    with pytest.raises(HttpRefused, match="one redirection too many"):
        http.get(f"{server}/301/303/there", redirects=1)
    assert http.post(f"{server}/307/there", b"kept", redirects=1).json() == ["POST", "kept", ""]
    assert http.post(f"{server}/303/there", b"lost", redirects=1).json() == ["GET", "", ""]


def test_a_redirection_to_where_the_node_does_not_speak_is_refused(http: Http, server: str) -> None:
    with pytest.raises(HttpRefused, match="allow list"):
        http.get(f"{server}/301/http://169.254.169.254/latest", redirects=1)


def test_passwords_go_to_the_host_that_they_were_meant_for_only(server: str) -> None:
    http = Http(lent(outbound=Outbound(hosts=("127.0.0.1", "localhost"), is_private_allowed=True)))
    secret, port = {"Authorization": "Bearer abcdef"}, server.rpartition(":")[2]
    assert http.get(f"{server}/301/there", headers=secret, redirects=1).json()[2] == "Bearer abcdef"
    elsewhere = f"{server}/301/http://localhost:{port}/there"
    assert http.get(elsewhere, headers=secret, redirects=1).json()[2] == ""
