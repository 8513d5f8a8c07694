"""Where a chain's blocks and states are: in memory, or on disk.

    block_store  `BlockStore`: what a chain asks of them, with what goes in and out
    errors       what can be wrong with a chain on disk, and what to do about it
    memory       `MemoryStore`: gone with the process, pruned if that is asked for
    hash_list    the hashes that it keeps of all blocks
    lmdb_store   `LmdbStore`: each block on disk before it is announced, all states readable
    records      one block as it lies there
    pages        what is looked at before the file is trusted
    database     the file: opened by one process, each value with a checksum
    reader       blocks and states made of what lies there
    writer       what is written for a block
    stored_trie  a state that is read when it is first looked into

The tree of blocks, with its best and its finalized chain, is `chain.node.chain_store`.
"""
