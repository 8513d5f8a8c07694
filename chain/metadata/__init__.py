"""Metadata: what a runtime says of its types, pallets, extrinsic and APIs, as data.

Read in this order: `portable` (the types), `v14`, `v15` and `v16` (the records of each version), `envelope` (to and
from bytes).
"""

from chain.metadata.envelope import RuntimeMetadata, decode_metadata, encode_metadata, version_of
from chain.metadata.v14 import MetadataV14
from chain.metadata.v15 import MetadataV15
from chain.metadata.v16 import MetadataV16

__all__ = [
    "MetadataV14",
    "MetadataV15",
    "MetadataV16",
    "RuntimeMetadata",
    "decode_metadata",
    "encode_metadata",
    "version_of",
]
