"""Control of a running development node from a terminal: what `palletlab chain` does.

`values` (accounts, blocks, times and calls from text), `going_back`, `state`, `transactions` and `trying` (the verbs,
each a `Verb` of `verb`).
"""
