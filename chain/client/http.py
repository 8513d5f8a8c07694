"""Texts over HTTP POST, one request after the other on one connection."""

from __future__ import annotations

from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from chain.client.errors import NotConnected


class Http:
    """A server at an `http://` or `https://` URL; raises NotConnected where the URL has no host."""

    def __init__(self, url: str, timeout: float) -> None:
        parts = urlsplit(url)
        if parts.hostname is None:
            raise NotConnected(url, "the URL has no host")
        kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        self.url = url
        self._path = parts.path or "/"
        self._connection = kind(parts.hostname, parts.port, timeout=timeout)

    def send(self, text: str) -> None:
        try:
            self._connection.request("POST", self._path, text.encode(), {"Content-Type": "application/json"})
        except (OSError, HTTPException) as error:
            self._connection.close()
            raise NotConnected(self.url, str(error)) from error

    def receive(self) -> str:
        try:
            response = self._connection.getresponse()
            body = response.read()
        except (OSError, HTTPException) as error:
            self._connection.close()
            raise NotConnected(self.url, str(error) or "the server hung up") from error
        if response.status != 200:
            raise NotConnected(self.url, f"HTTP status {response.status}")
        return body.decode("utf-8", "replace")

    def close(self) -> None:
        self._connection.close()
