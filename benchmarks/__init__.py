"""Benchmarks: what this project claims about speed, each figure measured beside a peer in the same run.

`python -m benchmarks` (or `make bench`) measures everything; `python -m benchmarks.bench_trie` one subject. In
reading order: `measure` times two sides in turn and judges the ratio, `report` prints the rows, `peers` installs the
rivals at pinned versions and runs them in an environment of their own, `peer_side` is what runs there, `bench_*` are
the subjects, `run` is the command, `readme_table` carries the results into the README.

Equal work is checked, not assumed: inputs come from one seed on both sides and are compared by digest, results
are read back or computed again a slow way. A check that fails ends the run: there is no figure for wrong work.
"""
