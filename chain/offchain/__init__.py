"""Offchain workers: what pallets do beside the chain, and the one boundary through which they do it.

A worker has nothing but what its node lends it, and everything that it asks is a host call: a name, plain values,
and a value or a typed error back, the same bytes in a pipe and in a recording.

    capability, errors               what may be lent, and how a host call fails
    host_call                        the boundary: `HostCall`, every host function, `Answers`, the encoding
    secret_search                    where texts have secrets, whole or in part, in any form
    secrecy, log_filter              what logs, reports and recordings may show of it; the node's own log
    hook, node_key                   which workers a runtime has, and what these name
    offchain_node, lent_node         what a pallet sees: `OffchainNode`, each method of it a host call
    backing, lmdb_backing            where storage is kept beyond the process, on disk
    local_storage                    persistent storage with compare-and-set
    fork_storage                     storage that goes back with a fork
    keystore, participant            who runs workers: keys, data, storage, capabilities
    worker_run, run                  what a run took; a run while it goes on, its limits, how it is stopped
    time_source                      what time it is for a run
    outbound, addresses              to whom a run may speak HTTP
    http_exchange, http_requests     one request and its response; those of a run, by number
    node_side                        what a run needs of pool and chain, in the node's own thread
    host                             `Host` answers the host calls of one run
    layers                           what stands between: capabilities, limits, the ledger, and what is added
    bound, cpu_meter, executor       a runtime that no run can write to; the time of runs; where they run: `Inline`
    interrupt, memory_guard          how code that asks nothing is ended; how much memory threads may take together
    memory_trace                     what runs in the node's own process allocate, where that is asked for
    threads                          side by side in threads, none of them for ever
    frames, host_state               the pipe to a worker process, and the state that is read through it
    worker_process, processes        both ends of that pipe
    process_usage                    what the system tells of a process that does not tell it any more
    settings                         `WorkerSettings`: all of this by choice
    turns, workers                   whose turn it is; `Workers`: a node's runs on best and on finalized blocks
    redaction                        calls and their outcomes as recordings have them
    private_data                     an operator's data as recordings have them
    recording, recording_file        a run with all that it was told and did; the file of it
    vault, withholding               what recordings leave out, kept by its owner; takes it out, puts it back in
    recorder                         records a node's runs
    comparison, replay               whether a call is the recorded one; runs a recording again, says where it differs
    metering                         what runs take and what comes of it, by pallet
    adversary/                       runs and transactions late, lost, doubled, reordered; crashes; old states

A recorder, a replayer, a meter or a fault is one more layer (`WorkerSettings.layers`), another way to run one more
`Executor`.
"""
