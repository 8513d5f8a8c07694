"""A Substrate client without its pallets: bytes, hashes, keys, trees, blocks, and the node around a runtime.

Read in this order: `primitives` (the types) and `bounds` (of their lengths and numbers), `annotations` and `record`
(how records are declared) with `record_methods` and `secret_fields` (which of them are secret), `once` (computed
once), `scale` (their bytes), `crypto` (hashes, keys, addresses), `trie` (the state's Merkle tree), `state` (the overlay
over it), `block`, `era` and `extrinsic` (what is agreed on), `validity` (why something is refused), `runtime_api` (what
a node asks of a runtime), `runtime_code` (the version in compiled code), `static_code` (code that answers with what it
holds), `metadata` (what a runtime says of itself), `content` (artifacts by hash), `store` (where blocks are kept),
`spec` (how a chain begins), `node` (pool, authoring, import, offchain workers), `network` (several nodes, simulated),
`rpc` (what clients ask a node, and its server), `client` (a node from the outside).
"""
