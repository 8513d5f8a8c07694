"""A runtime whose worker has secrets of every kind, and tells of them wherever it can."""

from __future__ import annotations

import logging
import os

from chain.crypto.signatures import Scheme
from chain.node.signature_cache import SignatureCache
from chain.offchain.secrecy import SECRET_STORAGE
from chain.primitives import U32
from chain.state.overlay import Overlay
from pallets.frame import Pallet, config
from pallets.frame.offchain import Http, OffchainNode
from runtime.dev import DevRuntime

log = logging.getLogger("pallets.careless")

KEY = SECRET_STORAGE + b"careless"
KEPT = bytes(range(0xA0, 0xC0))
TOKEN = "token-of-the-careless-4711"
PHRASE = "legal winner thank year wave sausage worth useful legal winner thank yellow"


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
        told = f"{KEPT.hex()} {KEPT!r} {drawn.hex()} {drawn!r} {TOKEN} {PHRASE}"
        log.warning("block %d: %s", now, told)
        node.local_set(b"told", told.encode() + KEPT + drawn)
        if now % 2:
            raise ValueError(told)


class CarelessRuntime(DevRuntime):
    def __init__(self, storage: Overlay, signatures: SignatureCache | None = None) -> None:
        super().__init__(storage, signatures)
        self.careless = Careless(self, Config(), index=80)
