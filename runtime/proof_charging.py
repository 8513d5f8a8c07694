"""Blocks that are charged for the proof that they need, as those of a parachain.

    class ProvenRuntime(ChargesProof, DevRuntime):
        "The development runtime, whose blocks are charged for their proofs."

    node = Node(ProvenRuntime, genesis_state(), make_overlay=recording_overlay)

The weight of a block depends on what was measured: who imports its blocks has to record, too, or refuses them. Where
nobody records, as when a transaction is validated, what was declared counts.
"""

from __future__ import annotations

from chain.node.signature_cache import SignatureCache
from chain.state.overlay import Overlay
from chain.state.trace import StorageTrace, TracedOverlay
from chain.trie.trie import Trie
from pallets.frame.error import DispatchFailure
from runtime.construct import Runtime
from runtime.extensions.reclaim import ReclaimingPipeline
from runtime.proof_size import ProofRecorder


def recording_overlay(state: Trie) -> TracedOverlay:
    """An overlay of which the proof of a block can be measured."""
    return TracedOverlay(state, StorageTrace())


class ChargesProof(Runtime):
    """Stands before the runtime class that composes pallets, and around all its extensions."""

    def __init__(self, storage: Overlay, signatures: SignatureCache | None = None) -> None:
        super().__init__(storage, signatures)
        self.recorder = ProofRecorder(storage) if isinstance(storage, TracedOverlay) else None
        self.extensions = ReclaimingPipeline(self.extensions.extensions, self.system, self._proof_size)

    def apply_extrinsic(self, extrinsic: bytes) -> DispatchFailure | None:
        if self.recorder is None:
            return super().apply_extrinsic(extrinsic)
        with self.recorder.attempt():  # an author's attempts that do not fit are no part of the block
            return super().apply_extrinsic(extrinsic)

    def _proof_size(self) -> int | None:
        return None if self.recorder is None else self.recorder()
