"""scalecodec's side: many AccountInfo values are encoded and decoded."""
# pyright: reportMissingImports=false
# mypy: disable-error-code="import-not-found"
# The peer's packages are absent from the environment in which types are checked.

from __future__ import annotations

import hashlib
import time

from scalecodec.base import RuntimeConfigurationObject, ScaleBytes
from scalecodec.type_registry import load_type_registry_preset

from benchmarks.peer_side.account_values import account_fields
from benchmarks.peer_side.serve import Answer, serve

TYPES = {
    "BenchmarkAccountData": {
        "type": "struct",
        "type_mapping": [["free", "u128"], ["reserved", "u128"], ["frozen", "u128"], ["flags", "u128"]],
    },
    "BenchmarkAccountInfo": {
        "type": "struct",
        "type_mapping": [
            ["nonce", "u32"],
            ["consumers", "u32"],
            ["providers", "u32"],
            ["sufficients", "u32"],
            ["data", "BenchmarkAccountData"],
        ],
    },
}


class Session:
    """The values, and the one codec object that is used again for each: its fastest way."""

    def prepare(self, count: int) -> Answer:
        """Make the values; the digest is of all encodings, each decoded back to its value."""
        registry = RuntimeConfigurationObject()
        registry.update_type_registry(load_type_registry_preset("legacy"))
        registry.update_type_registry({"types": TYPES})
        self.codec = registry.create_scale_object("BenchmarkAccountInfo")
        self.values = [nested(fields) for fields in account_fields(count)]
        self.encoded = [bytes(self.codec.encode(value).data) for value in self.values]
        if [self.codec.decode(ScaleBytes(data)) for data in self.encoded] != self.values:
            raise RuntimeError("scalecodec does not decode what it encoded")
        return {"digest": hashlib.blake2b(b"".join(self.encoded), digest_size=16).hexdigest()}

    def encode(self) -> Answer:
        """CPU seconds to encode one value."""
        begun = time.process_time()
        for value in self.values:
            self.codec.encode(value)
        return {"seconds": (time.process_time() - begun) / len(self.values)}

    def decode(self) -> Answer:
        """CPU seconds to decode one value."""
        begun = time.process_time()
        for data in self.encoded:
            self.codec.decode(ScaleBytes(data))
        return {"seconds": (time.process_time() - begun) / len(self.encoded)}


def nested(fields: tuple[int, ...]) -> dict[str, object]:
    """The eight fields as scalecodec wants them."""
    nonce, consumers, providers, sufficients, free, reserved, frozen, flags = fields
    data = {"free": free, "reserved": reserved, "frozen": frozen, "flags": flags}
    return {
        "nonce": nonce,
        "consumers": consumers,
        "providers": providers,
        "sufficients": sufficients,
        "data": data,
    }


if __name__ == "__main__":
    session = Session()
    serve({"prepare": session.prepare, "encode": session.encode, "decode": session.decode})
