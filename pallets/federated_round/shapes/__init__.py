"""Rounds of other shapes: turns, groups whose aggregates are joined at a root, and buffers that nobody waits for.

Every shape is a round: it has the draw, the seals, the test set, the settlement and the audit of a synchronous one, and
differs in who is drawn, and in what happens between the updates and the aggregate.

On chain: `choice` (the shapes), `types`, `storage`, `terms` (which shapes a task may have), `drawing` (turns and
groups), `buffer` (updates that come when they are done), `phases`, `root` (of which groups), `calls`, `settlement`.
Off chain: `placing` (updates with their place in the shape), `duties` (the worker), `audit`.
"""
