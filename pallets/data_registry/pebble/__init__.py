"""Readings of Pebble trackers, each signed by its device: JSON, protocol buffers, batches, and a simulator.

`reading` (what a tracker measures), `signature` (ECDSA over secp256r1 with SHA-256), `json_form` and `protobuf_form`
(the two forms, and which bytes of them are signed), `batch` (a data set of readings, all of them verified),
`simulator` (trackers that measure what a seed says, and sign it). Source: iotexproject/pebble-data-spec; the signed
bytes are those that its simulator's published readings and its encoder's output verify with.
"""
