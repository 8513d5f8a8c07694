"""scalecodec's side: signed transfers are decoded by metadata."""
# pyright: reportMissingImports=false
# mypy: disable-error-code="import-not-found"
# The peer's packages are absent from the environment in which types are checked.

from __future__ import annotations

import hashlib
import time
from typing import Any

from scalecodec.base import RuntimeConfigurationObject, ScaleBytes
from scalecodec.type_registry import load_type_registry_preset

from benchmarks.peer_side.serve import Answer, serve


class Session:
    """The transfers, and the one object that is used again for each: its fastest way."""

    def prepare(self, metadata: str, extrinsics: str) -> Answer:
        """Read the metadata; the digest is of what is read in all transfers."""
        registry = RuntimeConfigurationObject(implements_scale_info=True)
        registry.update_type_registry(load_type_registry_preset("core"))
        decoder = registry.create_scale_object("MetadataVersioned", data=ScaleBytes(f"0x{metadata}"))
        decoder.decode()
        registry.add_portable_registry(decoder)
        self.codec = registry.create_scale_object("Extrinsic", metadata=decoder)
        self.extrinsics = [bytes.fromhex(text) for text in extrinsics.split()]
        summaries = [summary(self.codec.decode(ScaleBytes(data))) for data in self.extrinsics]
        return {"digest": hashlib.blake2b("\n".join(summaries).encode(), digest_size=16).hexdigest()}

    def round(self) -> Answer:
        """CPU seconds to decode one transfer."""
        begun = time.process_time()
        for data in self.extrinsics:
            self.codec.decode(ScaleBytes(data))
        return {"seconds": (time.process_time() - begun) / len(self.extrinsics)}


def summary(value: dict[str, Any]) -> str:
    """What both sides must have read."""
    call = value["call"]
    arguments = {each["name"]: each["value"] for each in call["call_args"]}
    sender, receiver = (account.removeprefix("0x") for account in (value["address"], arguments["dest"]))
    name = f"{call['call_module']}.{call['call_function']}"
    return f"{name} {sender} {value['nonce']} {value['tip']} {receiver} {arguments['value']}"


if __name__ == "__main__":
    session = Session()
    serve({"prepare": session.prepare, "round": session.round})
