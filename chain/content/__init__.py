"""Content-addressed artifacts: what is too large or too personal for a block.

A block names an artifact (a model, an update, a data set's schema) by its CID; the bytes lie in a content
store. Whoever fetches them checks them against the CID, so it does not matter who keeps them.

    cid       the name: CIDv1, raw codec, sha2-256, base32, as IPFS writes it
    store     `ContentStore`, the interface, its errors and its byte counts
    memory    a store in this process
    directory a store in a directory that processes may share
    durable   files that are there in full or not at all
"""
