"""Composes pallets into runtimes, and executes blocks with them.

`construct` (what a runtime class is), `executive` (the life of a block), `extensions` (what checks and charges a
transaction), `genesis` (block zero), `signing` (transactions from calls and keys), `dev` (THE runtime).
"""
