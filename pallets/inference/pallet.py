"""The Inference pallet: calls from their own modules, the state's own check here."""

from __future__ import annotations

from collections import Counter

from chain.primitives import AccountId
from pallets.inference.asking import Asking
from pallets.inference.checking import Checking
from pallets.inference.config import Config
from pallets.inference.errors import Error
from pallets.inference.events import Event
from pallets.inference.placing import Placing
from pallets.inference.storage import HoldReason

__all__ = ["Config", "Error", "Event", "Inference"]


class Inference(Placing, Asking, Checking):
    """Forests that answer on chain, and proofs of what those say that are elsewhere."""

    def try_state(self) -> None:
        """Every deposit is on hold, and all bytes are there that are told of, and no others."""
        held = {reason: Counter[AccountId]() for reason in HoldReason}
        for version, placement in self.placements.iter():
            assert placement is not None
            held[HoldReason.MODEL][placement.placer] += placement.deposit
            artifact = self.artifacts.get(version) or b""
            assert len(artifact) == placement.size, f"{version.hex()} has {len(artifact)} bytes of {placement.size}"
            named = self.roots.get(version)
            assert named is None or (named.root == placement.proof_root and named.is_verified), (
                f"{version.hex()} is on chain, and its named root is not verified"
            )
        placed, kept = set(self.placements.iter_keys()), set(self.artifacts.iter_keys())
        assert placed == kept, "there are bytes of models that are not on chain"
        sizes = Counter[tuple[bytes, AccountId]]()
        for (version, who, offset), chunk in self.chunks.iter():
            assert chunk is not None, f"a chunk of {version.hex()} at {offset} is missing"
            sizes[version, who] += len(chunk)
        for (version, who), upload in self.uploads.iter():
            assert upload is not None
            held[HoldReason.MODEL][who] += upload.deposit
            found = sizes.pop((version, who), 0)
            assert found == upload.received <= upload.size, f"{found} bytes of an upload that has {upload.received}"
        assert not sizes, "there are chunks of no upload"
        for named in self.roots.iter_values():
            if named is not None:
                held[HoldReason.ROOT][named.owner] += named.deposit
        self._check_holds(held)

    def _check_holds(self, held: dict[HoldReason, Counter[AccountId]]) -> None:
        for reason, accounts in held.items():
            for who, amount in accounts.items():
                found = self.config.currency.balance_on_hold(self.reason(reason), who)
                assert found == amount, f"0x{who.hex()} has {found} on hold for {reason.name}, not {amount}"

    def integrity_test(self) -> None:
        """Uploads end, and something fits."""
        config = self.config
        assert 0 < config.chunk_bytes <= config.max_bytes, "a chunk is larger than a model"
        assert min(config.max_rows, config.max_trees) > 0, "nothing can be asked"
        assert config.upload_blocks > 0, "uploads expire as they begin"
