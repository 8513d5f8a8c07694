"""A runtime whose worker has secrets of every kind, and tells of them wherever it can."""

from __future__ import annotations

import logging
import os
from base64 import b64encode
from contextlib import suppress

from chain.crypto.signatures import Scheme
from chain.node.signature_cache import SignatureCache
from chain.offchain.secrecy import SECRET_STORAGE
from chain.primitives import U32
from chain.runtime_api import SubmissionRefused
from chain.state.overlay import Overlay
from pallets.frame import Pallet, config
from pallets.frame.offchain import Http, OffchainNode
from runtime.dev import DevRuntime

log = logging.getLogger("pallets.careless")

KEY = SECRET_STORAGE + b"careless"
KEPT = bytes(range(0xA0, 0xC0))
TOKEN = "token-of-the-careless-4711"
PHRASE = "legal winner thank year wave sausage worth useful legal winner thank yellow"


PIECE = 7
"""Bytes."""


@config
class Config:
    """Nothing."""


class Careless(Pallet[Config]):
    def offchain_worker(self, now: U32, node: OffchainNode) -> None:
        node.local_set(KEY, KEPT)
        node.generate_key(b"care", Scheme.SR25519, PHRASE)
        drawn = node.random_seed()
        with open(os.environ["CARELESS_FILE"], "a", encoding="ascii") as file:  # what the test looks for
            file.write(f"{drawn.hex()}\n")
        node.local_set(KEY + b"/drawn", b"a seed: " + drawn)
        Http(node).get(os.environ["CARELESS_URL"], headers={"Authorization": f"Bearer {TOKEN}"})
        told_in_pieces(node, drawn)
        self.storage.get(b"there is no such key " + drawn)
        misaligned = f"{b64encode(b'x' + drawn).decode()} {b64encode(b'xy' + KEPT).decode()}"
        told = f"{misaligned} {KEPT.hex()} {KEPT!r} {drawn.hex()} {drawn!r} {TOKEN} {PHRASE}"
        log.warning("block %d: %s", now, told)
        node.local_set(b"told", told.encode() + KEPT + drawn)
        if now % 2:
            raise ValueError(told)


def told_in_pieces(node: OffchainNode, drawn: bytes) -> None:
    """Tells of secrets piece by piece: in a body that a server sends back, in headers, in values, in submissions."""
    request = node.http_start("POST", os.environ["CARELESS_URL"])
    for number, digits in enumerate((KEPT.hex()[:32], KEPT.hex()[32:])):
        node.http_add_header(request, f"X-Part-{number}", digits)
    body = b64encode(b"x" + drawn) + drawn.hex().encode() + drawn + TOKEN.encode() + b64encode(PHRASE.encode())
    for start in range(0, len(body), PIECE):
        node.http_write_body(request, body[start : start + PIECE])
    node.http_write_body(request, b"")
    assert node.http_wait([request]) == [200]
    received = b""
    while piece := node.http_read_body(request, PIECE):
        received += piece
    for number, half in enumerate((drawn[:16], drawn[16:], drawn[:5], drawn[5:])):
        node.local_set(b"part %d" % number, half)
        with suppress(SubmissionRefused):
            node.submit_unsigned(Unfit(half))
    node.local_set(b"length", len(received).to_bytes(2, "little"))


class Unfit:
    """A call that no pool takes."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def encode(self) -> bytes:
        """Bytes that are none."""
        return self._content


class CarelessRuntime(DevRuntime):
    def __init__(self, storage: Overlay, signatures: SignatureCache | None = None) -> None:
        super().__init__(storage, signatures)
        self.careless = Careless(self, Config(), index=80)
