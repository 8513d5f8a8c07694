"""Transaction extensions: what stands around every call, checks it and charges for it.

`extension` (the interface), `pipeline` (all of a runtime's, run in order), `check` (frame_system's), `weight` (limits
of the block), `payment` (the fee), `authorize` (calls that let their own transactions in), `feeless` (calls that cost
nothing under a condition), `reclaim` (weight given back to the block), `standard` (the solochain template's list).
"""
