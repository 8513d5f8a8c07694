"""JSON-RPC: what Substrate's clients ask a node, as its nodes answer.

    errors, hexadecimal       codes and texts of refusals; bytes and numbers as text
    parameters                what a method's signature says of its parameters
    limits, outbox, turns     how much a client may ask for and have waiting; what takes long, bit by bit
    subscriptions             what a client is told from then on
    extrinsics                as clients send them
    context                   what a method may use: the node and services beside it
    registry                  methods by name, from the functions of modules
    reading, shapes, watched  tries as methods read them, blocks as JSON, transactions that are watched
    chain_head, broadcasts    following the head of the chain, and handing the pool a transaction until it is in a block
    storage_query, storage_difference, runtime_call
                              what the newer methods ask of states and runtimes
    block_trace               what a block did to storage
    dev_parameters, refusals, trials, state_parts
                              what the dev methods are given, refuse, and tell of what was tried; large states
    methods, namespaces       the methods, one module for each namespace; which of them every server has
    protocol                  `Connection`: messages in, texts out, no socket
    server, websocket         `RpcServer`: WebSocket, HTTP and `/health` on one port, by aiohttp
    metrics, worker_metrics   what a monitor asks; the part of offchain workers

A message goes server -> protocol -> registry -> methods; whoever imports no server needs no aiohttp.
"""
