"""Signed extrinsics for whatever chain a node serves, made of its metadata alone."""

from __future__ import annotations

from typing import Any

from benchmarks.raw_websocket import RawSocket
from chain.crypto.keys import KeyPair
from chain.metadata import Call, DecodedExtrinsic, Metadata, Signer
from chain.scale.compact import encode_compact


class SignedCalls:
    """What a wallet would make for the chain of a node: version 4, sr25519, immortal."""

    def __init__(self, socket: RawSocket) -> None:
        """Raises NodeSilent."""
        self._metadata = Metadata.decode(bytes.fromhex(socket.ask("state_getMetadata")[2:]))
        version: dict[str, Any] = socket.ask("state_getRuntimeVersion")
        genesis = bytes.fromhex(socket.ask("chain_getBlockHash", 0)[2:])
        self._implicit = self._of_this(
            {
                "CheckSpecVersion": version["specVersion"],
                "CheckTxVersion": version["transactionVersion"],
                "CheckGenesis": genesis,
                "CheckMortality": genesis,
                "CheckMetadataHash": "None",
            }
        )
        self._extra = self._of_this(
            {
                "CheckMortality": "Immortal",
                "CheckNonce": 0,
                "ChargeTransactionPayment": 0,
                "ChargeAssetTxPayment": {"tip": 0, "asset_id": "None"},
                "CheckMetadataHash": {"mode": "Disabled"},
            }
        )

    def signed(self, key: KeyPair, nonce: int, call: Call) -> bytes:
        """The extrinsic with its length in front; raises EncodeError."""
        extra, extrinsics = self._extra | {"CheckNonce": nonce}, self._metadata.extrinsics
        signature = key.sign(extrinsics.signing_payload(call, extra, self._implicit))
        signer = Signer({"Id": key.account}, {"Sr25519": signature})
        encoded = extrinsics.encode(DecodedExtrinsic(4, call, signer, extra))
        return encode_compact(len(encoded)) + encoded

    def _of_this(self, values: dict[str, Any]) -> dict[str, Any]:
        """Those of extensions that the runtime has."""
        present = {each.identifier for each in self._metadata.view.extrinsic.extension_sets[0]}
        return {name: value for name, value in values.items() if name in present}
