"""Real runtimes, composed of this repository's pallets: examples to write the like for one's own chain.

`solochain` is a solochain template of 2025, `node_template` one of 2023; both execute blocks that the compiled
runtimes made, to the same state roots. `old_node_template` is one of early 2022 and says what of it is left out.
`legacy` has what the older ones need and today's pallets have no more.

To write down a runtime that exists, read its metadata and its weights, and say in a class:

1. `RuntimeVersion`: names, versions and APIs, as `Core_version` tells them. Signatures cover two of the numbers.
2. Each pallet at its index, in the order of the indices, with the constants of its metadata: calls, events and errors
   begin with the index, storage keys with the name, and hooks run in this order.
3. `BlockWeights`: the metadata has them; the base weight of a block and of an extrinsic enter each header's state.
4. Weights of calls where they are not those that the pallets come with: `weights=…` in a pallet's config takes what
   a Rust `weights.rs` says.
5. The transaction extensions in their order: their explicit parts stand in each transaction one after the other.

Then execute a block that the real runtime made, on the state that it made it on: `execute_block` names the first thing
that differs. A state without the runtime's code serves as well, see `chain.trie.stripped`.
"""
