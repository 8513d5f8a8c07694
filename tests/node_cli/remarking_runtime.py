"""A runtime whose worker remarks on block 1, fails on block 2, and does nothing on block 3."""

from __future__ import annotations

import logging

from chain.offchain.hook import EncodedCall
from chain.primitives import U32
from chain.state.overlay import Overlay
from pallets.frame import Pallet, config
from pallets.frame.offchain import OffchainNode
from runtime.dev import DevRuntime


@config
class Config:
    """Nothing."""


class Remarking(Pallet[Config]):
    def offchain_worker(self, now: U32, node: OffchainNode) -> None:
        if now == 1:
            logging.getLogger("pallets.remarking").warning("a remark")
            assert self.block_number() == now
            node.local_set(b"data", repr(node.data).encode())
            node.submit_signed(EncodedCall(b"\x00\x07\x10told"))  # System.remark_with_event("told")
        if now == 2:
            raise ZeroDivisionError(f"nothing after {node.timestamp()}")


class RemarkingRuntime(DevRuntime):
    def __init__(self, storage: Overlay) -> None:
        super().__init__(storage)
        self.remarking = Remarking(self, Config(), index=80)
