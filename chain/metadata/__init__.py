"""Metadata: what a runtime says of its types, pallets, extrinsic and APIs, and all codecs that follow from it.

Read in this order: `portable` (the types), `v14`, `v15` and `v16` (the records of each version), `envelope` (to and
from bytes); `view`, `upgrade` and `unify` (the same for all versions); `errors`, `registry` and `measure` (the types,
checked), `shapes`, `functions`, `codecs` and `explain` (from types to generated functions, and what values look like);
`calls`, `storage`, `events`, `extrinsics` and `queries` (by name), and `metadata` (the entry); `digest` (of RFC-78).
"""

from chain.metadata.calls import Call
from chain.metadata.digest import metadata_digest
from chain.metadata.envelope import RuntimeMetadata, decode_metadata, encode_metadata, version_of
from chain.metadata.errors import MetadataError, NotInMetadata
from chain.metadata.events import Event, ModuleError
from chain.metadata.extrinsics import DecodedExtrinsic, Signer, era_of, era_value
from chain.metadata.metadata import Metadata
from chain.metadata.v14 import MetadataV14
from chain.metadata.v15 import MetadataV15
from chain.metadata.v16 import MetadataV16

__all__ = [
    "Call",
    "DecodedExtrinsic",
    "Event",
    "Metadata",
    "MetadataError",
    "MetadataV14",
    "MetadataV15",
    "MetadataV16",
    "ModuleError",
    "NotInMetadata",
    "RuntimeMetadata",
    "Signer",
    "decode_metadata",
    "encode_metadata",
    "era_of",
    "era_value",
    "metadata_digest",
    "version_of",
]
