"""What chains have, as the legacy API writes it in JSON; bytes stay bytes here and become digits with the text."""

from __future__ import annotations

from collections.abc import Iterable

from chain.block import DigestItem, Header
from chain.extrinsic import with_length_prefix
from chain.node.chain_store import ImportedBlock
from chain.primitives import Hash
from chain.rpc.hexadecimal import number_to_hex
from chain.rpc.parameters import Json
from chain.runtime_api import RuntimeVersion
from chain.scale import codec_of


def header_json(header: Header) -> Json:
    """A header (sp_runtime::generic::Header)."""
    item = codec_of(DigestItem)
    return {
        "parentHash": header.parent_hash,
        "number": number_to_hex(header.number),
        "stateRoot": header.state_root,
        "extrinsicsRoot": header.extrinsics_root,
        "digest": {"logs": [item.encode(each) for each in header.digest]},
    }


def block_json(block: ImportedBlock) -> Json:
    """A block with its extrinsics, each led by its length (sp_runtime::generic::SignedBlock)."""
    extrinsics = [with_length_prefix(extrinsic) for extrinsic in block.block.extrinsics]
    return {"block": {"header": header_json(block.header), "extrinsics": extrinsics}, "justifications": None}


def runtime_version_json(version: RuntimeVersion) -> Json:
    """A runtime's version; nodes of different ages call the state version by either name."""
    return {
        "specName": version.spec_name,
        "implName": version.impl_name,
        "authoringVersion": version.authoring_version,
        "specVersion": version.spec_version,
        "implVersion": version.impl_version,
        "apis": [[name, number] for name, number in version.apis],
        "transactionVersion": version.transaction_version,
        "systemVersion": version.state_version,
        "stateVersion": version.state_version,
    }


def change_set(block: Hash, changes: Iterable[tuple[bytes, bytes | None]]) -> Json:
    """Values after a block (sp_core::storage::StorageChangeSet)."""
    return {"block": block, "changes": [[key, value] for key, value in changes]}
