"""What can be argued about: computations cut into steps that a block can execute.

`compression` (Blake2b a block at a time), `tape` (files read and written with it), `streams` (computations over files),
`averaging` (the mean of linear models), `merging` (forests joined by whole trees); `kinds` has them by number. Off
chain: `stream_replay` (their states, made again from the files).
"""
