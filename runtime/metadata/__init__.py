"""Metadata: what a runtime says of itself to wallets, made of the declarations of its pallets.

`rust_names` (what Python's types are called in Rust), `stand_ins` and `special` (types that Rust declares otherwise,
or no annotation describes), `registry` (types by number), `source_docs` (docstrings), `pallet` with `composite`
and `associated_types`, `extensions`, `apis` over `api_types` (the parts), `description` (the whole),
`versions` over `renumber` (V14, V15, V16), `opaque` (bytes, made once).
"""

from runtime.metadata.description import Description, describe
from runtime.metadata.extensions import ExtensionTypes
from runtime.metadata.opaque import metadata_of

__all__ = ["Description", "ExtensionTypes", "describe", "metadata_of"]
