"""What can be argued about: computations cut into steps that a block can execute.

`compression` (Blake2b a block at a time), `tape` (files read and written with it), `streams` (computations over files),
`averaging` (the mean of linear models), `hidden_mean` (the same of updates that are hidden in sums), `merging` (forests
joined by whole trees); `memory` (slots under one hash), `training` (a forest grown on committed rows), `splits` (of one
feature), `training_steps`; `kinds` has them by number.
Off chain: `stream_replay`, `hidden_replay`, `training_replay` (their states, made again), `replays` (from a claim to
its answer).
"""
