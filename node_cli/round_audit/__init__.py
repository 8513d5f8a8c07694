"""A round replayed from the chain alone: every block of it executed again, all work done again, all payouts explained.

`recorded` (where the blocks and states come from: a folder, an exported file, a node), `replaying` (finds a round's
blocks and executes them), `sampling` (who was drawn to judge, against who was to be expected), `audited` (the whole
audit of one round), `telling` (as text and as JSON).
"""
