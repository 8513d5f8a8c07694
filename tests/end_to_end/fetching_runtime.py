"""A runtime whose worker asks a server for a price and puts it on the chain: what is recorded and replayed in tests."""

from __future__ import annotations

import os

from chain.node.signature_cache import SignatureCache
from chain.offchain.hook import EncodedCall
from chain.primitives import U32
from chain.scale.compact import encode_compact
from chain.state.overlay import Overlay
from pallets.frame import Pallet, config
from pallets.frame.offchain import Http, OffchainNode, OffchainValue, Overlap
from runtime.dev import DevRuntime

URL = os.environ.get("PRICE_URL", "http://127.0.0.1:9/price")


@config
class Config:
    """Nothing."""


class Fetching(Pallet[Config]):
    offchain_overlap = Overlap.QUEUE

    def offchain_worker(self, now: U32, node: OffchainNode) -> None:
        if now > 4:
            return
        price = Http(node).get(URL, headers={"Authorization": "Bearer a-secret-token"}).body
        OffchainValue(node, b"prices", U32).mutate(lambda old: (old or 0) + 1)
        node.local_set(b"newest", price)
        node.submit_signed(EncodedCall(b"\x00\x07" + encode_compact(len(price)) + price))  # System.remark_with_event


class FetchingRuntime(DevRuntime):
    def __init__(self, storage: Overlay, signatures: SignatureCache | None = None) -> None:
        super().__init__(storage, signatures)
        self.fetching = Fetching(self, Config(), index=80)
