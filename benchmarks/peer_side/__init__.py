"""What runs in the peers' environment: one script a peer; they import only their peer and the standard library.

`serve` is the protocol they speak, `pairs` the input that both sides make from a seed.
"""
