"""Composes pallets into runtimes, and executes blocks with them.

`construct` (what a runtime class is), `parts` (what the executive needs of it), `executive` (the life of a block),
`inherents` and `upgrade` (its beginning), `bare` and `general` (what nobody signed), `checked` (from bytes to a
transaction), `extensions` (what checks and charges it), `proof_size` and `proof_charging` (the proof that a block
needs, measured), `genesis` (block zero), `genesis_json`, `genesis_builder` and `presets` (as chain specifications
write it), `signing` (transactions from calls and keys), `apis`, `metadata`, `state_call` and `validator_apis` (what a
runtime says of itself, and how it is asked), `control` with `dry_run`, `replay` and `typed_storage` (what a developer
does to a chain, and sees of it), `dev` (THE runtime) with `proxy_type`, `devnet` (a node over it), `notebook` (a
client of one), `generations` (new runtimes on a chain that goes on), `rebound` (one that serves for block after
block), `validated` (THE runtime with
authorities) and `validators` (nodes of such chains), `pytest_plugin` (runtimes and nodes lent to tests, and taken
back), `static_code` (the `:code` that tells readers of a runtime) and `code_cache` (where it is kept), `spec` (chain
specifications), `templates` (real runtimes, composed of these pallets), `simulation` (many validators under attack).
"""
