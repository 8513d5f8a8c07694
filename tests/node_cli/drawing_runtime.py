"""A runtime whose worker draws a secret on block 1, tells of it on block 2, and has none on block 3."""

from __future__ import annotations

from chain.node.signature_cache import SignatureCache
from chain.offchain.hook import EncodedCall
from chain.offchain.secrecy import SECRET_STORAGE
from chain.primitives import U32
from chain.state.overlay import Overlay
from pallets.frame import Pallet, config
from pallets.frame.offchain import OffchainNode
from runtime.dev import DevRuntime

KEY = SECRET_STORAGE + b"drawing"


@config
class Config:
    """Nothing."""


class Drawing(Pallet[Config]):
    def offchain_worker(self, now: U32, node: OffchainNode) -> None:
        if now == 1:
            node.local_set(KEY, node.random_seed())
        elif now == 2:
            kept = node.local_get(KEY) or b""
            node.submit_signed(EncodedCall(b"\x00\x07\x10" + bytes(each & 0x7F for each in kept[:4])))
        else:
            node.local_set(b"block", b"%d" % now)


class DrawingRuntime(DevRuntime):
    def __init__(self, storage: Overlay, signatures: SignatureCache | None = None) -> None:
        super().__init__(storage, signatures)
        self.drawing = Drawing(self, Config(), index=80)
