"""The HTTP requests of one run, by number, with the steps and outcomes of sp_io::offchain."""

from __future__ import annotations

from collections.abc import Sequence

from chain.offchain.outbound import Outbound
from chain.offchain.run import Stop
from chain.offchain.secrecy import Secrets
from chain.offchain.time_source import WorkerTime
from chain.primitives import Moment


class HttpRequests:
    """Requests under way; to be written."""

    def __init__(self, outbound: Outbound, time: WorkerTime, stop: Stop, secrets: Secrets) -> None: ...

    def start(self, method: str, uri: str) -> int:
        raise NotImplementedError

    def add_header(self, request: int, name: str, value: str) -> None: ...
    def write_body(self, request: int, chunk: bytes, deadline: Moment | None) -> None: ...
    def wait(self, requests: Sequence[int], deadline: Moment | None) -> list[int]:
        raise NotImplementedError

    def headers(self, request: int) -> list[tuple[str, str]]:
        raise NotImplementedError

    def read_body(self, request: int, size: int, deadline: Moment | None) -> bytes:
        raise NotImplementedError

    def close(self) -> None: ...
