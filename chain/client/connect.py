"""A client for a URL."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from chain.client.client import Client
from chain.client.errors import NotConnected
from chain.client.http import Http
from chain.client.json_rpc import JsonRpc, Transport

TIMEOUT: Final = 60.0
"""Seconds to wait for a node, and for each of its answers."""


def connect(url: str = "ws://127.0.0.1:9944", timeout: float = TIMEOUT) -> Client:
    """A client of the node at a URL: `ws://`, `wss://`, `http://` or `https://`; raises NotConnected."""
    client = Client(JsonRpc(_transport(url, timeout)), url)
    try:
        client.endpoint.chain()  # so that a wrong address is told here
    except BaseException:
        client.close()
        raise
    return client


def _transport(url: str, timeout: float) -> Transport:
    scheme = urlsplit(url).scheme
    if scheme in ("ws", "wss"):
        from chain.client.websocket import WebSocket  # who connects by HTTP, or not at all, needs no aiohttp

        return WebSocket(url, timeout)
    if scheme in ("http", "https"):
        return Http(url, timeout)
    raise NotConnected(url, "the URL begins with none of ws://, wss://, http://, https://")
