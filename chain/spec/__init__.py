"""Chain specifications: a chain's name and its genesis as JSON, in the format of Substrate's nodes.

    errors   `SpecError`: what is wrong, and where in the JSON
    fields   reading JSON, each value with its path
    genesis  the genesis: every key and value, or what a runtime makes them of
    spec     `ChainSpec`: the whole, from a file and to one

A raw genesis is a state as it is. What makes a state of a patch or a config is a runtime (`runtime.spec`).
"""
