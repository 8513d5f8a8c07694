"""A node: what keeps a chain going around a runtime that it does not look into.

    transaction_status, pool_errors       what a submitter is told
    transaction_queue, transaction_graph  which transactions are ready, over the tags that they require and provide
    ready_order                           in which order an author takes them
    pool                                  the graph with validity, limits, bans and expiry
    chain_store                           imported blocks, their states, best chain and finality
    pool_upkeep                           what a new best block means for the pool
    clock, inherents                      the time of blocks, and what goes into them besides transactions
    consensus, aura                       who may make a block, and by what others know it
    block_overlays                        in what blocks are built and executed
    author                                building a block
    importer                              executing and keeping one
    collector                             the garbage collector waits until a block is through, or for ever
    signature_cache                       each signature is verified once on that way
    override                              a state that somebody wrote to by hand
    validating                            what the pool validates with
    durations                             how long blocks took
    service                               `Node`: all of it together; its workers are `chain.offchain`
    timer, sealing                        when blocks are made
    impersonation                         acting in the name of others, where that is allowed
    state_file                            a state in a file, to read, edit and load
    trial                                 what an extrinsic would do, and a block did
    control                               what a developer does to a chain that is theirs
    export                                a chain in a file, to be run again elsewhere

A submitted extrinsic goes pool -> author -> importer -> chain_store; then pool_upkeep takes it out of the pool
and the workers run, whose submissions take the same way.
"""
