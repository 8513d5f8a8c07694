"""Content-addressed artifacts: what is too large or too personal for a block.

A block names an artifact (a model, an update, a data set's schema) by its CID; the bytes lie in a content
store. Whoever fetches them checks them against the CID, so it does not matter who keeps them.

    cid          the name: CIDv1, raw or dag-pb, sha2-256, base32, as IPFS writes it
    hashed       bytes whose hashes are found once
    store        `ContentStore` and `Backend`, the interfaces, their errors and byte counts
    memory       a store in this process
    whole        a store in this process that cuts nothing
    directory    a store in a directory that processes may share
    durable      files that are there in full or not at all
    dag_pb       nodes that link to the pieces of a file
    layout       how a file is cut, as `ipfs add --cid-version=1` cuts it
    pieces       the pieces of a file, found by its CID
    chunked      a store of files over a store of pieces
    late         a store that is made when it is first used
    parallel     several pieces of a file at once
    download     a file fetched, going on where an interrupted fetch stopped
    several      stores as one: what one has lost, another has
    remembering  what is read again and again stays at hand
    garbage      what nobody names any more is deleted
    roots        what a chain names
    http         requests, bounded in time and size
    server_store what stores behind a server share
    kubo         a store behind the RPC API of a Kubo node
    signature_v4 signatures of requests, as S3 asks for them
    s3           a store in a bucket
    gateway      a store for reading, behind an IPFS gateway
    address      stores from a line of text each

Nothing of this speaks HTTP until a store behind a server is made.
"""
