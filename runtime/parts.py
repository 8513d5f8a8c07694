"""What the executive works on: pallets with System among them, transaction extensions, known signatures."""

from __future__ import annotations

from chain.node.signature_cache import SignatureCache
from chain.runtime_api import RuntimeVersion
from chain.state.overlay import Overlay
from pallets.frame.composition import Composition
from pallets.system import System
from runtime.extensions.pipeline import Pipeline


class RuntimeParts(Composition):
    """Pallets over one state, and what stands around their calls."""

    system: System
    extensions: Pipeline

    def __init__(self, storage: Overlay, signatures: SignatureCache | None = None) -> None:
        super().__init__(storage)
        self.signatures = signatures or SignatureCache()

    @property
    def version(self) -> RuntimeVersion:
        """Which runtime this is."""
        return self.system.config.version
