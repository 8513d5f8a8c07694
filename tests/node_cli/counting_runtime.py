"""A runtime whose worker counts its blocks, and never ends where it is told so: what `palletlab dev` runs in tests."""

from __future__ import annotations

from chain.node.signature_cache import SignatureCache
from chain.offchain.hook import EncodedCall
from chain.primitives import U32
from chain.state.overlay import Overlay
from pallets.frame import Pallet, config
from pallets.frame.offchain import Http, HttpRefused, OffchainNode, OffchainValue, Overlap
from runtime.dev import DevRuntime


@config
class Config:
    """Nothing."""


class Counting(Pallet[Config]):
    offchain_overlap = Overlap.QUEUE

    def offchain_worker(self, now: U32, node: OffchainNode) -> None:
        OffchainValue(node, b"count", U32).mutate(lambda old: (old or 0) + 1)
        node.fork_set(b"last", bytes((now % 256,)))
        if now == 3:
            node.submit_signed(EncodedCall(b"\x00\x07\x10told"))  # System.remark_with_event("told")
        try:
            Http(node).get("http://127.0.0.1:9/")
        except HttpRefused as refused:
            node.local_set(b"refused", str(refused).encode())


class Looping(Pallet[Config]):
    def offchain_worker(self, now: U32, node: OffchainNode) -> None:
        while True:
            pass


class CountingRuntime(DevRuntime):
    def __init__(self, storage: Overlay, signatures: SignatureCache | None = None) -> None:
        super().__init__(storage, signatures)
        self.counting = Counting(self, Config(), index=80)
        self.looping = Looping(self, Config(), index=81)
